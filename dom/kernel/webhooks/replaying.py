"""Sends messages again, and sends test messages."""

import secrets
from datetime import datetime

from django.db.models import QuerySet

from dom.kernel import jobs, retention
from dom.kernel.events import FOLLOWER
from dom.kernel.locks import lock_webhook_endpoint
from dom.kernel.models import WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.webhooks.errors import WebhookDeliveryNotFound, WebhookPositionUnknown
from dom.kernel.webhooks.messages import PING

Delivery = WebhookDelivery


@in_unit_of_work
def replay_one(ref: str, message_id: str, *, client_id: int | None, at: datetime) -> int:
    """Let one message wait again, whatever became of it; return 1.

    Raises:
        WebhookNotFound, WebhookDeliveryNotFound: there is no such endpoint or message.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    if not _again(Delivery.objects.filter(endpoint=endpoint, message_id=message_id), at):
        raise WebhookDeliveryNotFound(f"There is no message {message_id[:64]}.", message_id=message_id[:64])
    return 1


@in_unit_of_work
def replay_failed(ref: str, *, client_id: int | None, at: datetime) -> int:
    """Let every message that was given up wait again; return how many. Test pings stay as they are.

    Raises:
        WebhookNotFound: there is no such endpoint.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    failed = Delivery.objects.filter(endpoint=endpoint, status=Delivery.Status.FAILED, position__isnull=False)
    return _again(failed, at)


@in_unit_of_work
def replay_after(ref: str, position: int, *, client_id: int | None, at: datetime) -> int:
    """Go back to `position` in the feed: what lies behind it and passes the filters is sent again. Return how far.

    Messages that were sent before keep their `webhook-id`. Only the way back is open.

    Raises:
        WebhookNotFound: there is no such endpoint.
        WebhookPositionUnknown: the endpoint has not come to `position`.
        EventsForgotten: events behind `position` are no longer kept.
    """
    del at
    endpoint = lock_webhook_endpoint(ref, client_id)
    if position > endpoint.position:
        told = f"The endpoint has come to position {endpoint.position} only."
        raise WebhookPositionUnknown(told, position=endpoint.position)
    retention.require_kept(position)
    behind = endpoint.position - position
    endpoint.position = position
    endpoint.save(update_fields=["position"])
    jobs.ring(FOLLOWER)
    return behind


@in_unit_of_work
def _again(deliveries: "QuerySet[Delivery]", at: datetime) -> int:
    count = deliveries.update(
        status=Delivery.Status.PENDING, attempts=0, first_attempt_at=None, next_attempt_at=at, ended_at=None
    )
    jobs.ring(FOLLOWER)
    return count


@in_unit_of_work
def ping(ref: str, *, client_id: int | None, at: datetime) -> Delivery:
    """Queue a test message for an endpoint, paused or not, and return it; it is tried once.

    Raises:
        WebhookNotFound: there is no such endpoint.
    """
    endpoint = lock_webhook_endpoint(ref, client_id)
    made = Delivery.objects.create(
        endpoint=endpoint,
        message_id=f"ping_{secrets.token_hex(8)}",
        kind=PING,
        entity_ref=endpoint.ref,
        next_attempt_at=at,
        created_at=at,
    )
    # A receiver that is left alone for a while is what a ping is for.
    WebhookEndpoint.objects.filter(id=endpoint.id).update(quiet_until=None)
    jobs.ring(FOLLOWER)
    return made
