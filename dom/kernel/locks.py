"""Row locks of the platform. Order: Job before anything a feed's rows touch."""

from collections.abc import Collection

from dom.kernel.models import Job


def lock_next_feed_job(kinds: Collection[str]) -> Job | None:
    """Return the oldest job of these kinds with work to do that nobody holds, locked to the end of the transaction."""
    waiting = Job.objects.filter(kind__in=kinds, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    return waiting.select_for_update(skip_locked=True).order_by("created_at", "id").defer("payload").first()
