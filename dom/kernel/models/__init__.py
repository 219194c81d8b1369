"""The platform's tables."""

from dom.kernel.models.api_client import ApiClient, IdempotencyRecord
from dom.kernel.models.change import Change
from dom.kernel.models.config_version import ConfigClock, ConfigVersion
from dom.kernel.models.event import Event, EventSequence
from dom.kernel.models.inbound_message import InboundMessage
from dom.kernel.models.job import Job, JobChunk, JobFault
from dom.kernel.models.proof import Proof
from dom.kernel.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiClient",
    "Change",
    "ConfigClock",
    "ConfigVersion",
    "Event",
    "EventSequence",
    "IdempotencyRecord",
    "InboundMessage",
    "Job",
    "JobChunk",
    "JobFault",
    "Proof",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
