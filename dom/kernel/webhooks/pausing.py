"""Pauses a locked endpoint and tells the feed, whoever does it: a person, or a sender that gives up."""

from datetime import datetime

from dom.kernel import events
from dom.kernel.events import NewEvent
from dom.kernel.models import WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work


@in_unit_of_work
def pause(endpoint: WebhookEndpoint, *, because: str, at: datetime) -> None:
    """Pause `endpoint` (locked) in memory and write the event; the caller saves it. A paused one stays as it is."""
    if endpoint.status == WebhookEndpoint.Status.PAUSED:
        return
    endpoint.status, endpoint.paused_because, endpoint.paused_at = WebhookEndpoint.Status.PAUSED, because, at
    endpoint.revision += 1
    tell("webhook.paused", endpoint, at=at, reason=str(because))


@in_unit_of_work
def tell(kind: str, endpoint: WebhookEndpoint, *, at: datetime, **facts: str) -> None:
    """Write one event of `endpoint` at its present revision; addresses and secrets stay out of the feed."""
    events.append_event(NewEvent(kind, "webhook", endpoint.ref, endpoint.revision, dict(facts)), at=at)
