"""Turns events of the feed into deliveries, endpoint by endpoint, in the order of their positions."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from dom.kernel import jobs
from dom.kernel.models import WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import unit_of_work

#: Positions that one endpoint looks at in one transaction.
SPAN = 2_000
#: As many of an endpoint's messages wait as deliveries; the rest waits in the feed, where it costs nothing.
BACKLOG = 10_000
_MOST_ROUNDS = 200

LANE = "dom.kernel.tasks.send_webhooks_of"


def take_in(*, at: datetime) -> int:
    """Move every active endpoint to the end of the feed, or until enough of its messages wait; return the rounds.

    Safe beside itself: two callers share the endpoints.
    """
    for done in range(_MOST_ROUNDS):
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute("SELECT kernel_take_in_webhooks(%s, %s, %s)", [at, SPAN, BACKLOG])
            if not cursor.fetchone()[0]:
                return done
    return _MOST_ROUNDS


def lanes(*, at: datetime) -> "QuerySet[WebhookEndpoint]":
    """Return the endpoints for which something is due and that nobody sends for. A paused one gets test pings only."""
    due = WebhookDelivery.objects.filter(
        endpoint_id=OuterRef("id"), status=WebhookDelivery.Status.PENDING, next_attempt_at__lte=at
    )
    ping = due.filter(position__isnull=True)
    return WebhookEndpoint.objects.filter(
        Q(client__expires_at__isnull=True) | Q(client__expires_at__gt=at),
        Q(quiet_until__isnull=True) | Q(quiet_until__lte=at),
        Q(lease_until__isnull=True) | Q(lease_until__lt=at),
        (Q(status=WebhookEndpoint.Status.ACTIVE) & Exists(due)) | Exists(ping),
        client__is_active=True,
        deleted_at__isnull=True,
    )


def ring_lanes(*, at: datetime) -> int:
    """Ring a sender for every endpoint with work; return how many. A lost ring is made good by the next sweep."""
    with unit_of_work():
        ids = list(lanes(at=at).order_by("id").values_list("id", flat=True))
        for endpoint_id in ids:
            jobs.ring(LANE, endpoint_id=endpoint_id)
    return len(ids)
