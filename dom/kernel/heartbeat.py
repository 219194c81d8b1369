"""Answers when the chain beat → broker → worker was last seen whole."""

from datetime import datetime

from django.core.cache import cache

_KEY = "heartbeat"


def note(*, at: datetime) -> None:
    """Keep `at` as the last sign of life."""
    cache.set(_KEY, at, timeout=None)


def last() -> datetime | None:
    """Return the last sign of life; None after the broker was emptied or before the first."""
    found = cache.get(_KEY)
    return found if isinstance(found, datetime) else None
