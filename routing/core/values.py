"""Answers what the engine's values are made of: plain data, instants as numbers, the refusal of a wrong value."""

from datetime import UTC, datetime
from typing import Any

Data = Any
"""Plain lists, dicts, numbers, strings, bytes and None."""


class InvalidValue(ValueError):
    """A value was asked to exist that may not; the message says what was expected."""


def demand(claim: bool, expected: str) -> None:
    """Raise `InvalidValue(expected)` unless `claim` holds."""
    if not claim:
        raise InvalidValue(expected)


def is_utc(instant: datetime) -> bool:
    """Say whether `instant` is aware and in UTC."""
    return instant.tzinfo is not None and instant.utcoffset() == UTC.utcoffset(None)


def seconds(instant: datetime | None) -> int | None:
    """Return `instant` as whole seconds since 1970 UTC, None for None."""
    return None if instant is None else int(instant.timestamp())


def instant(value: int | None) -> datetime | None:
    """Return the aware UTC instant `value` seconds after 1970, None for None."""
    return None if value is None else datetime.fromtimestamp(value, UTC)
