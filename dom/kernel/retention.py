"""Answers how long history is kept, and drops what is older: whole months of events, decisions and messages.

Ledgers and the record of changes are kept for ever: the books are proven from their first line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection

from dom.kernel.errors import EventsForgotten
from dom.kernel.models import EventSequence
from dom.kernel.transactions import in_unit_of_work, unit_of_work

EVENTS = "kernel_event"
#: Long work that ended is looked up for weeks, and its idempotency key is forgotten after days.
_JOBS_KEPT = timedelta(days=90)
_BATCH = 5_000

_MONTHS = """
SELECT to_date(right(c.relname, 7), 'YYYY_MM') AS month
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = %(table)s::regclass AND c.relname ~ ('^' || %(table)s || '_[0-9]{4}_[0-9]{2}$')
  AND to_date(right(c.relname, 7), 'YYYY_MM') < %(before)s ORDER BY 1
"""

#: Events of the months before `end` wait for their position, or an endpoint that is not paused has not come to them.
_NEEDED = """
SELECT EXISTS (SELECT FROM kernel_event WHERE position IS NULL AND at < %(end)s)
    OR EXISTS (
        SELECT FROM kernel_webhook_endpoint WHERE status = 'ACTIVE' AND deleted_at IS NULL
        AND position < (SELECT max(position) FROM kernel_event WHERE at < %(end)s))
"""

_JOBS = """
WITH old AS MATERIALIZED (
    SELECT id FROM kernel_job WHERE finished_at < %s LIMIT %s
), chunks AS (
    DELETE FROM kernel_job_chunk c USING old WHERE c.job_id = old.id
), faults AS (
    DELETE FROM kernel_job_fault f USING old WHERE f.job_id = old.id
)
DELETE FROM kernel_job j USING old WHERE j.id = old.id
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A month that is older than its table is kept."""

    table: str
    month: date


def overdue(*, at: datetime) -> list[Overdue]:
    """Return the months that may go, oldest first; none of a table that is kept for ever (0 months)."""
    return [Overdue(table, month) for table, months in settings.RETENTION_MONTHS.items() if months
            for month in _months(table, before=_first_kept(at, months))]  # fmt: skip


def retire_months(*, at: datetime) -> Iterator[Overdue]:
    """Drop every month that is overdue, a transaction each, and yield it; what somebody still needs waits.

    A month of events stays while one of them has no position or an active webhook endpoint has not come to it.
    """
    for one in overdue(at=at):
        with unit_of_work():
            dropped = _retire(one)
        if dropped:
            yield one


def forget_jobs(*, at: datetime) -> int:
    """Forget long work that ended 90 days ago, with its errors; return how many."""
    forgotten: int = 0
    while True:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute(_JOBS, [at - _JOBS_KEPT, _BATCH])
            count: int = cursor.rowcount
        forgotten += count
        if count < _BATCH:
            return forgotten


def require_kept(after: int) -> None:
    """Refuse to read on from position `after` when an event behind it is gone; 0 means from what is kept.

    Raises:
        EventsForgotten: a reader would miss events and not know it.
    """
    forgotten = EventSequence.objects.values_list("forgotten", flat=True).first() or 0
    if 0 < after < forgotten:
        told = (
            f"Events up to position {forgotten} are no longer kept. Read the orders anew, then go on from {forgotten}."
        )
        raise EventsForgotten(told, forgotten=forgotten)


def _first_kept(at: datetime, months: int) -> date:
    """Return the first day of the oldest month that is kept: the running month and `months` whole ones before it."""
    count = at.year * 12 + at.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _months(table: str, *, before: date) -> Sequence[date]:
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"table": table, "before": before})
        return [month for (month,) in cursor.fetchall()]


@in_unit_of_work
def _retire(one: Overdue) -> bool:
    with connection.cursor() as cursor:
        if one.table == EVENTS:
            cursor.execute(_NEEDED, {"end": (one.month + timedelta(days=32)).replace(day=1)})
            if cursor.fetchone()[0]:
                return False
        cursor.execute("SELECT kernel_retire_partition(%s, %s)", [one.table, one.month])
    return True
