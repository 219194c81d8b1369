"""Answers whether an installation is sound: one finding a question, each in one line for an operator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

from dom.embedded import absent
from dom.kernel import heartbeat, partitions, retention, selectors
from dom.kernel.checks import OLDEST

#: Above these the product still works, but somebody should look.
_CLOCK_SECONDS = 2.0
_QUEUE_LENGTH = 1000
_EVENT_SECONDS = 10.0
_HEARTBEAT = timedelta(seconds=60)
#: A month waits for whoever still needs it; after a week somebody should look.
_GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer; `words` is a sentence that names what was seen and, when it is bad, what to do."""

    subject: str
    good: bool
    words: str


def examine(*, at: datetime) -> Iterator[Finding]:
    """Yield a finding for each subject; a server that is away is itself a finding."""
    for subject, look in _SUBJECTS.items():
        try:
            good, words = look(at)
        except (DatabaseError, RedisError) as refusal:
            good = False
            words = absent.explanation(settings.DATA) or f"no answer: {str(refusal).strip().splitlines()[0]}"
        yield Finding(subject, good, words)


def _one(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


def _database(_at: datetime) -> tuple[bool, str]:
    version = int(_one("SHOW server_version_num"))
    name = f"PostgreSQL {version // 10000}.{version % 10000}"
    return version >= OLDEST, name if version >= OLDEST else f"{name}: version 18 or later is needed"


def _migrations(_at: datetime) -> tuple[bool, str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not missing, f"{len(missing)} not applied: run `manage.py migrate`" if missing else "all applied"


def _clock(at: datetime) -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - %s)", [at])
        apart = float(cursor.fetchone()[0])
    good = abs(apart) < _CLOCK_SECONDS
    return good, f"{apart:+.1f} s from the database's" + ("" if good else ": set this machine's clock")


def _partitions(_at: datetime) -> tuple[bool, str]:
    strays = partitions.strays()
    if strays:
        return False, f"rows without a month in {', '.join(strays)}: is beat running?"
    return True, f"{len(partitions.tables())} monthly tables, no stray rows"


def _events(_at: datetime) -> tuple[bool, str]:
    lag = selectors.event_lag()
    return lag.seconds < _EVENT_SECONDS, f"{lag.unplaced} wait for their position, the oldest for {lag.seconds:.0f} s"


def _broker(_at: datetime) -> tuple[bool, str]:
    with redis.Redis.from_url(settings.CACHE_URL) as client:
        facts = client.info("server")
    return True, f"{facts.get('server_name', 'redis')} {facts.get('valkey_version', facts.get('redis_version'))}"


def _queues(_at: datetime) -> tuple[bool, str]:
    with redis.Redis.from_url(settings.CACHE_URL) as client:
        lengths = {queue.name: int(client.llen(queue.name)) for queue in settings.CELERY_TASK_QUEUES}
    waiting = ", ".join(f"{name} {length}" for name, length in sorted(lengths.items()))
    return max(lengths.values()) < _QUEUE_LENGTH, f"messages waiting: {waiting}"


def _workers(at: datetime) -> tuple[bool, str]:
    seen = heartbeat.last()
    if seen is None:
        return False, "no sign of life yet: are beat and workers running?"
    good = at - seen < _HEARTBEAT
    return good, f"last sign of life {(at - seen).total_seconds():.0f} s ago" + ("" if good else ": look at their logs")


def _retention(at: datetime) -> tuple[bool, str]:
    late = retention.overdue(at=at - _GRACE)
    if late:
        what = f"{late[0].table} of {late[0].month:%Y-%m}"
        return False, f"{what} should be gone: events without a position, a webhook endpoint far behind?"
    return True, "no month is kept longer than it should be"


_SUBJECTS: dict[str, Callable[[datetime], tuple[bool, str]]] = {
    "database": _database,
    "migrations": _migrations,
    "clock": _clock,
    "partitions": _partitions,
    "retention": _retention,
    "events": _events,
    "broker": _broker,
    "queues": _queues,
    "workers": _workers,
}
