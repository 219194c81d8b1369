"""Answers when the chain beat → broker → worker was last seen whole, queue by queue."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.cache import cache

_DEFAULT = "default"


def note(*, at: datetime, queue: str = _DEFAULT) -> None:
    """Keep `at` as the last sign of life of the workers of `queue`."""
    cache.set(_key(queue), at, timeout=None)


def last(queue: str = _DEFAULT) -> datetime | None:
    """Return the last sign of life; None after the broker was emptied or before the first."""
    return last_of([queue])[queue]


def last_of(queues: Iterable[str]) -> Mapping[str, datetime | None]:
    """Return the last sign of life of each queue. One round trip."""
    asked = list(queues)
    found = cache.get_many([_key(queue) for queue in asked])
    seen = {queue: found.get(_key(queue)) for queue in asked}
    return {queue: at if isinstance(at, datetime) else None for queue, at in seen.items()}


def _key(queue: str) -> str:
    return f"heartbeat:{queue}"
