"""Row locks of the platform. Order: Job before anything a feed's rows touch."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from dom.kernel.models import Job


def lock_next_feed_job(kinds: Collection[str]) -> Job | None:
    """Return the oldest job of these kinds with work to do that nobody holds, locked to the end of the transaction."""
    waiting = Job.objects.filter(kind__in=kinds, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    return waiting.select_for_update(skip_locked=True).order_by("created_at", "id").defer("payload").first()


def lock_next_whole_job(kinds: Collection[str], *, at: datetime) -> Job | None:
    """Return the oldest job of these kinds that nobody works on, or whose worker is gone; locked as above."""
    lost = Q(status=Job.Status.RUNNING, lease_until__lt=at)
    waiting = Job.objects.filter(Q(status=Job.Status.QUEUED) | lost, kind__in=kinds)
    return waiting.select_for_update(skip_locked=True).order_by("created_at", "id").defer("payload").first()
