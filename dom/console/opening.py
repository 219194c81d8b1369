"""Answers whether a node is open at an instant, and when that changes, by its own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dom.kernel import config
from inventory.models import Node
from routing.core.config import parse_calendar
from routing.core.config.calendar import BUILT_IN_CALENDAR, Calendar, in_clock
from routing.core.config.reading import DAY_WORDS
from routing.kinds import CALENDAR

_MIDNIGHT = 1_440
#: So far ahead a closed node's next opening is looked for.
_DAYS_AHEAD = 14

Calendars = Mapping[str, Calendar]


def live_calendars() -> Calendars:
    """Return the live calendars by code; one statement."""
    return {code: parse_calendar(version.body) for code, version in config.live_versions(CALENDAR.kind).items()}


def calendar_of(node: Node, calendars: Calendars) -> Calendar:
    """Return the calendar that the engine reads for `node`: the built-in one where its own is not live."""
    return calendars.get(node.calendar, BUILT_IN_CALENDAR)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a node stands at an instant: open or not, until or from when ("" where that does not change), and today.

    Times are the node's own; `zone` is what its clock is called. `is_known` is False where the node names a calendar
    that is not live: the engine takes it for open always.
    """

    is_open: bool
    changes: str
    today: str
    zone: str
    is_known: bool = True


def opening(node: Node, calendars: Calendars, *, at: datetime) -> Opening:
    """Return how `node` stands at `at`."""
    calendar, here = calendar_of(node, calendars), at.astimezone(ZoneInfo(node.time_zone))
    span, minute = calendar.open_on(here.date()), here.hour * 60 + here.minute
    is_open = span is not None and span[0] <= minute < span[1]
    changes = _closes(calendar, here.date()) if is_open else _opens(calendar, here.date(), minute)
    is_known = not node.calendar or node.calendar in calendars
    return Opening(is_open, changes, said(span), here.strftime("%Z"), is_known)


def said(span: tuple[int, int] | None) -> str:
    """Write the hours of a day: "09:00–18:00", "all day" or "closed"."""
    if span is None:
        return "closed"
    return "all day" if span == (0, _MIDNIGHT) else f"{in_clock(span[0])}–{in_clock(span[1])}"


def _closes(calendar: Calendar, day: date) -> str:
    """Return until when an open node stays open; a day that goes on into the next is no end."""
    for ahead in range(_DAYS_AHEAD):
        span, next_ = calendar.open_on(day + timedelta(days=ahead)), calendar.open_on(day + timedelta(days=ahead + 1))
        if span and (span[1] < _MIDNIGHT or next_ is None or next_[0] > 0):
            return f"until {_when(day, ahead)}{in_clock(span[1])}"
    return ""


def _opens(calendar: Calendar, day: date, minute: int) -> str:
    for ahead in range(_DAYS_AHEAD):
        span = calendar.open_on(day + timedelta(days=ahead))
        if span and (ahead or minute < span[0]):
            return f"opens {_when(day, ahead)}{in_clock(span[0])}"
    return f"stays closed for {_DAYS_AHEAD} days"


def _when(day: date, ahead: int) -> str:
    """Name the day `ahead` days after `day`; today goes without saying."""
    if ahead == 0:
        return ""
    then = day + timedelta(days=ahead)
    words = DAY_WORDS[then.weekday()]
    return f"{words} " if ahead < 7 else f"{words} {then.day} {then:%b} "
