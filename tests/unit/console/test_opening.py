"""A node is open by its own clock, and the list says until when, or when it opens."""

from datetime import UTC, datetime

import pytest

from dom.console.opening import Opening, opening, said
from inventory.models import Node
from routing.core.config import parse_calendar

SHOP = parse_calendar(
    {
        "code": "shop",
        "hours": {"MON-FRI": ["09:00", "18:00"], "SAT": ["10:00", "14:00"]},
        "holidays": ["2026-11-26"],
        "special_hours": {"2026-11-27": ["06:00", "22:00"]},
    }
)
NIGHTS = parse_calendar({"code": "nights", "hours": {"FRI-SAT": ["00:00", "24:00"], "SUN": ["00:00", "04:00"]}})
NEVER = parse_calendar(
    {"code": "never", "hours": {"MON": ["09:00", "10:00"]}, "holidays": ["2026-11-30", "2026-12-07"]}
)
CALENDARS = {"shop": SHOP, "nights": NIGHTS, "never": NEVER}


def _at(day: int, hour: int, minute: int = 0, *, calendar: str = "shop", zone: str = "America/New_York") -> Opening:
    """Return how a node stands on a day of November 2026, by the clock in New York (UTC − 5)."""
    node = Node(code="n", calendar=calendar, time_zone=zone)
    return opening(node, CALENDARS, at=datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hour", "minute", "is_open", "changes", "today"),
    [
        (24, 9, 0, True, "until 18:00", "09:00–18:00"),
        (24, 17, 59, True, "until 18:00", "09:00–18:00"),
        (24, 8, 59, False, "opens 09:00", "09:00–18:00"),
        (24, 18, 0, False, "opens Wed 09:00", "09:00–18:00"),
        (25, 18, 0, False, "opens Fri 06:00", "09:00–18:00"),
        (26, 12, 0, False, "opens Fri 06:00", "closed"),
        (27, 6, 0, True, "until 22:00", "06:00–22:00"),
        (28, 15, 0, False, "opens Mon 09:00", "10:00–14:00"),
    ],
)
def test_the_clock_at_the_node_decides(
    day: int, hour: int, minute: int, is_open: bool, changes: str, today: str
) -> None:
    assert _at(day, hour, minute) == Opening(is_open, changes, today, "EST")


def test_another_zone_has_another_hour() -> None:
    there = _at(24, 9, zone="America/Los_Angeles")

    assert there == Opening(False, "opens 09:00", "09:00–18:00", "PST")


def test_hours_over_midnight_are_no_end() -> None:
    assert _at(27, 12, calendar="nights").changes == "until Sun 04:00"
    assert _at(28, 12, calendar="nights") == Opening(True, "until Sun 04:00", "all day", "EST")
    assert _at(29, 3, calendar="nights").changes == "until 04:00"


def test_a_node_without_a_calendar_is_always_open() -> None:
    assert _at(29, 3, calendar="") == Opening(True, "", "all day", "EST")


def test_a_calendar_that_is_not_live_is_said() -> None:
    assert _at(29, 3, calendar="gone") == Opening(True, "", "all day", "EST", is_known=False)


def test_a_node_that_opens_in_a_month_says_no_day() -> None:
    assert _at(24, 12, calendar="never").changes == "stays closed for 14 days"
    assert _at(29, 3, calendar="shop").changes == "opens Mon 09:00"


def test_a_far_day_has_its_date() -> None:
    closed = parse_calendar({"code": "c", "hours": {"MON": ["09:00", "10:00"]}, "holidays": ["2026-11-30"]})
    node = Node(code="n", calendar="c", time_zone="UTC")

    assert opening(node, {"c": closed}, at=datetime(2026, 11, 24, 12, tzinfo=UTC)).changes == "opens Mon 7 Dec 09:00"


def test_hours_in_words() -> None:
    assert [said(span) for span in (None, (0, 1440), (540, 1440))] == ["closed", "all day", "09:00–24:00"]
