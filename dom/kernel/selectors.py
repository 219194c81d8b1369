"""Answers how far the platform's own work is behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

#: A count that reaches this means "or more".
MOST = 10_000
#: The first by id are the first that get a position; the partial index of unplaced events has them in this order.
_UNPLACED = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)
FROM (SELECT at FROM kernel_event WHERE position IS NULL ORDER BY id LIMIT %s) waiting
"""


@dataclass(frozen=True, slots=True)
class EventLag:
    """Committed events that have no position yet: how many, up to MOST, and the age of the oldest in seconds."""

    unplaced: int
    seconds: float


def event_lag() -> EventLag:
    """Return what the sequencer has still to do; looks at no more than MOST events, however long it was away."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPLACED, [MOST])
        unplaced, seconds = cursor.fetchone()
    return EventLag(unplaced=int(unplaced), seconds=max(0.0, float(seconds)))


@dataclass(frozen=True, slots=True)
class LongWork:
    """Feeds and exports: how many wait or run, and how many of the last day failed."""

    open: int
    failed: int


def long_work(*, at: datetime) -> LongWork:
    """Return how it goes with long work; looks at no job that ended before yesterday."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status IN ('QUEUED', 'RUNNING')), count(*) FILTER (WHERE status = 'FAILED')"
            " FROM kernel_job WHERE status IN ('QUEUED', 'RUNNING') OR (status = 'FAILED' AND created_at > %s)",
            [at - timedelta(days=1)],
        )
        return LongWork(*cursor.fetchone())
