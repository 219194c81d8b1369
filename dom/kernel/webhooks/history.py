"""Forgets what nobody looks at any more: ended deliveries with their attempts, and endpoints that were removed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from dom.kernel.models import WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work, unit_of_work

_BATCH = 5_000
_FORGET = """
WITH old AS MATERIALIZED (
    SELECT id FROM kernel_webhook_delivery WHERE {which} LIMIT %s
), tries AS (
    DELETE FROM kernel_webhook_attempt a USING old WHERE a.delivery_id = old.id
)
DELETE FROM kernel_webhook_delivery d USING old WHERE d.id = old.id
"""
_OLD = "created_at < %s AND status <> 'PENDING'"
_REMOVED = "endpoint_id IN (SELECT id FROM kernel_webhook_endpoint WHERE deleted_at < %s)"
#: A sender that was at work when an endpoint was removed has ended by then.
_SETTLED = timedelta(hours=1)


def forget_old(*, at: datetime) -> int:
    """Forget deliveries that ended and are older than the installation keeps them; return how many went.

    What still waits stays, however old it is. Removed endpoints go with everything that was theirs.
    """
    gone = _forget(_OLD, at - timedelta(days=settings.WEBHOOK_HISTORY_DAYS)) + _forget(_REMOVED, at - _SETTLED)
    with unit_of_work():
        _forget_removed(at - _SETTLED)
    return gone


def _forget(which: str, before: datetime) -> int:
    forgotten: int = 0
    while True:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute(_FORGET.format(which=which), [before, _BATCH])
            count: int = cursor.rowcount
        forgotten += count
        if count < _BATCH:
            return forgotten


@in_unit_of_work
def _forget_removed(before: datetime) -> None:
    left = WebhookDelivery.objects.values("endpoint_id")
    WebhookEndpoint.objects.filter(deleted_at__lt=before).exclude(id__in=left).delete()
