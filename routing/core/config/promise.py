"""Answers which promises a rule group asks for: how near they are as the order is decided, or between which instants.

Hours are exact spans of 3,600 seconds from the instant of the decision, so no time zone and no change of clocks plays a
part. A promise counts in whole seconds, as the record keeps it: a replay finds the answer that was found then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from routing.core.config.reading import ConfigInvalid, Reader, in_utc, instant_utc

MOST_HOURS = 8_784
"""A leap year: no promise that a rule could ask for is farther away."""


@dataclass(frozen=True, slots=True)
class PromiseMatch:
    """Promises at most `within_hours` and more than `later_than_hours` after the decision; None is open.

    `since` is the first instant that fits and `before` the first that no longer does, in UTC. A promise that has
    passed is within any number of hours; `within_hours=0` asks for those that are due or overdue.
    """

    within_hours: int | None = None
    later_than_hours: int | None = None
    since: datetime | None = None
    before: datetime | None = None

    def fits(self, promised_by: datetime, *, at: datetime) -> bool:
        """Say whether an order promised by `promised_by` and decided at `at` fits."""
        promised_by = promised_by.replace(microsecond=0)
        if self.within_hours is not None and promised_by - at > timedelta(hours=self.within_hours):
            return False
        if self.later_than_hours is not None and promised_by - at <= timedelta(hours=self.later_than_hours):
            return False
        return (self.since is None or promised_by >= self.since) and (self.before is None or promised_by < self.before)

    def covers(self, other: "PromiseMatch") -> bool:
        """Say whether every promise that fits `other` fits this, whenever it is decided on."""
        highs = ((self.within_hours, other.within_hours), (self.before, other.before))
        lows = ((self.later_than_hours, other.later_than_hours), (self.since, other.since))
        return all(is_open_above(*pair) for pair in highs) and all(is_open_below(*pair) for pair in lows)

    def describe(self) -> str:
        """Return what is asked as words: "promised within 24 hours of the decision and before 2026-12-24 17:00 UTC"."""
        within, later = self.within_hours, self.later_than_hours
        parts = [
            f"more than {in_hours(later)} after the decision" if later is not None else "",
            f"within {in_hours(within)} of the decision" if within is not None else "",
            f"from {in_utc(self.since)}" if self.since is not None else "",
            f"before {in_utc(self.before)}" if self.before is not None else "",
        ]
        return f"promised {' and '.join(filter(None, parts))}"


def in_hours(hours: int) -> str:
    """Return a number of hours as people say it."""
    return "1 hour" if hours == 1 else f"{hours:,} hours"


def is_open_above(wide: Any, narrow: Any) -> bool:
    """Say whether the upper limit `wide` lets through all that the upper limit `narrow` does; None limits nothing."""
    return wide is None or (narrow is not None and bool(narrow <= wide))


def is_open_below(wide: Any, narrow: Any) -> bool:
    """Say whether the lower limit `wide` lets through all that the lower limit `narrow` does; None limits nothing."""
    return wide is None or (narrow is not None and bool(narrow >= wide))


def read_promise(reader: Reader) -> PromiseMatch:
    """Read `{within_hours, later_than_hours, from, before}`, of which one or more is said."""
    promise = PromiseMatch(
        within_hours=reader.whole_or_none("within_hours", most=MOST_HOURS),
        later_than_hours=reader.whole_or_none("later_than_hours", most=MOST_HOURS),
        since=instant_utc(reader.raw("from"), reader.at("from")) if reader.has("from") else None,
        before=instant_utc(reader.raw("before"), reader.at("before")) if reader.has("before") else None,
    )
    if promise == PromiseMatch():
        reader.close()  # A misspelt name is told as such before what is missing is.
        raise ConfigInvalid(reader.path, "expected within_hours, later_than_hours, from or before")
    later, since = promise.later_than_hours, promise.since
    if later is not None and promise.within_hours is not None and promise.within_hours <= later:
        raise ConfigInvalid(reader.at("within_hours"), f"no promise fits: expected more than {in_hours(later)}")
    if since is not None and promise.before is not None and promise.before <= since:
        raise ConfigInvalid(reader.at("before"), f"no promise fits: expected an instant after {in_utc(since)}")
    return promise
