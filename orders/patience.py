"""Answers since when somebody at a node has had a number of minutes for its work: only opening hours count. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.core.config.calendar import Calendar

#: A node that is closed for longer than this has not had its minutes.
_LONGEST_CLOSED = 60


def open_since(calendar: Calendar, zone: ZoneInfo, *, minutes: int, until: datetime) -> datetime | None:
    """Return the latest instant from which the node was open for `minutes` up to `until`; None: not in 60 days.

    Hours are those of the node's own clock; what passes while it is closed, overnight or on a holiday, does not count.
    """
    left = timedelta(minutes=minutes)
    today = until.astimezone(zone).date()
    for day in (today - timedelta(days=back) for back in range(_LONGEST_CLOSED)):
        span = calendar.open_on(day)
        if span is None:
            continue
        midnight = datetime.combine(day, time())
        opens, closes = ((midnight + timedelta(minutes=clock)).replace(tzinfo=zone).astimezone(UTC) for clock in span)
        closes = min(closes, until)
        if closes - opens >= left:
            return closes - left
        left -= max(timedelta(), closes - opens)
    return None
