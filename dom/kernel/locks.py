"""Row locks of the platform. Order: Job before anything a feed's rows touch; WebhookEndpoint before its deliveries."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import Q

from dom.kernel.models import ApiClient, Job, WebhookEndpoint
from dom.kernel.webhooks.errors import WebhookNotFound


def lock_next_feed_job(kinds: Collection[str]) -> Job | None:
    """Return the oldest job of these kinds with work to do that nobody holds, locked to the end of the transaction."""
    waiting = Job.objects.filter(kind__in=kinds, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    return waiting.select_for_update(skip_locked=True).order_by("created_at", "id").defer("payload").first()


def lock_next_whole_job(kinds: Collection[str], *, at: datetime) -> Job | None:
    """Return the oldest job of these kinds that nobody works on, or whose worker is gone; locked as above."""
    lost = Q(status=Job.Status.RUNNING, lease_until__lt=at)
    waiting = Job.objects.filter(Q(status=Job.Status.QUEUED) | lost, kind__in=kinds)
    return waiting.select_for_update(skip_locked=True).order_by("created_at", "id").defer("payload").first()


def lock_webhook_lane(endpoint_id: int, *, at: datetime) -> WebhookEndpoint | None:
    """Return the endpoint if a sender may work for it at `at`, locked; None when another one does or nobody may.

    A second sender does not wait: what it would have sent is being sent.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    speaking = Q(quiet_until__isnull=True) | Q(quiet_until__lte=at)
    lives = Q(client__expires_at__isnull=True) | Q(client__expires_at__gt=at)
    rows = WebhookEndpoint.objects.filter(
        free, speaking, lives, id=endpoint_id, client__is_active=True, deleted_at__isnull=True
    )
    return rows.select_related("client").select_for_update(skip_locked=True, of=("self",), no_key=True).first()


def lock_webhook_lease(endpoint_id: int) -> WebhookEndpoint:
    """Return the endpoint whose messages were sent, locked until they are written down."""
    return WebhookEndpoint.objects.select_for_update(no_key=True).get(id=endpoint_id)


def lock_webhook_endpoint(ref: str, client_id: int | None) -> WebhookEndpoint:
    """Return the endpoint `ref` (of the client, where one is named) with its client, itself locked.

    Raises:
        WebhookNotFound: there is none.
    """
    rows = WebhookEndpoint.objects.filter(ref=ref, deleted_at__isnull=True)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found = rows.select_related("client").select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise WebhookNotFound(f"There is no webhook endpoint {ref[:64]}.", ref=ref[:64])
    return found


def lock_api_client(name: str) -> ApiClient | None:
    """Return the client of this name, locked; None when there is none."""
    return ApiClient.objects.select_for_update(no_key=True).filter(name=name).first()


def lock_job(ref: str) -> Job | None:
    """Return the job, locked: a worker that applies a chunk of it ends first."""
    return Job.objects.select_for_update(no_key=True).filter(ref=ref).defer("payload").first()


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Hold the advisory lock `name` for the block, over its transactions; False when another process holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
