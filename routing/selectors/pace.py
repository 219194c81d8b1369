"""Answers how fast decisions are made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

#: A run decides up to a hundred orders, so that so many runs are hours of a busy day.
_RUNS = 5_000

_DECIDED = """
SELECT floor(extract(epoch FROM %(at)s - at) / 60)::int AS minutes_ago, sum(requests)::int
FROM (SELECT at, requests FROM routing_run WHERE at > %(since)s AND at <= %(at)s ORDER BY id DESC LIMIT %(rows)s) latest
GROUP BY 1
"""


def decided_per_minute(*, at: datetime, minutes: int) -> Sequence[int]:
    """Return how many decisions were made in each of the last `minutes`, oldest first; of the 5,000 latest runs."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"at": at, "since": at - timedelta(minutes=minutes), "rows": _RUNS})
        counts = dict(cursor.fetchall())
    return [counts.get(ago, 0) for ago in range(minutes - 1, -1, -1)]
