"""Reads endpoints, deliveries and attempts. `client_id` None means the back office: every client's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from dom.kernel.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.webhooks.errors import WebhookDeliveryNotFound, WebhookNotFound

#: Attempts that are shown of one delivery, the last ones.
SHOWN_ATTEMPTS = 50


def endpoints(*, client_id: int | None) -> "QuerySet[WebhookEndpoint]":
    """Return the endpoints that were not removed."""
    rows = WebhookEndpoint.objects.filter(deleted_at__isnull=True)
    return rows if client_id is None else rows.filter(client_id=client_id)


def endpoint(ref: str, *, client_id: int | None) -> WebhookEndpoint:
    """Return one endpoint with its client.

    Raises:
        WebhookNotFound: the caller has none of this reference.
    """
    found = endpoints(client_id=client_id).filter(ref=ref).select_related("client").first()
    if found is None:
        raise WebhookNotFound(f"There is no webhook endpoint {ref[:64]}.", ref=ref[:64])
    return found


def deliveries(of: WebhookEndpoint) -> "QuerySet[WebhookDelivery]":
    """Return the deliveries of an endpoint."""
    return WebhookDelivery.objects.filter(endpoint=of)


def delivery(of: WebhookEndpoint, message_id: str) -> WebhookDelivery:
    """Return one delivery.

    Raises:
        WebhookDeliveryNotFound: the endpoint was never sent this message, or its history is no longer kept.
    """
    found = deliveries(of).filter(message_id=message_id).first()
    if found is None:
        raise WebhookDeliveryNotFound(f"There is no message {message_id[:64]}.", message_id=message_id[:64])
    return found


def deliveries_about(positions: Collection[int]) -> list[WebhookDelivery]:
    """Return what endpoints were told of the events at `positions`, oldest first, with their endpoints."""
    messages = [f"evt_{position}" for position in positions]
    rows = WebhookDelivery.objects.filter(endpoint__in=endpoints(client_id=None), message_id__in=messages)
    return list(rows.select_related("endpoint").order_by("id"))


def attempts(of: WebhookDelivery) -> list[WebhookAttempt]:
    """Return the last attempts of a delivery, the newest first."""
    return list(WebhookAttempt.objects.filter(delivery=of).order_by("-id")[:SHOWN_ATTEMPTS])


@dataclass(frozen=True, slots=True)
class Lag:
    """What senders have still to do: due messages, positions the slowest endpoint is behind, endpoints that broke."""

    due: int
    behind: int
    paused: int


_LAG = """
SELECT (SELECT count(*) FROM kernel_webhook_delivery d JOIN kernel_webhook_endpoint w ON w.id = d.endpoint_id
        WHERE d.status = 'PENDING' AND d.next_attempt_at <= %s AND w.status = 'ACTIVE' AND w.deleted_at IS NULL),
       coalesce(max((SELECT position FROM kernel_event_sequence) - position) FILTER (WHERE status = 'ACTIVE'), 0),
       count(*) FILTER (WHERE status = 'PAUSED' AND paused_because <> 'BY_HAND')
FROM kernel_webhook_endpoint WHERE deleted_at IS NULL
"""


def lag(*, at: datetime) -> Lag:
    """Return how far senders are behind at `at`. Endpoints stop taking in at a bounded backlog, so this is cheap."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [at])
        return Lag(*cursor.fetchone())
