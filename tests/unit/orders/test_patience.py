"""The clock of a node's patience runs in its opening hours alone, on its own wall."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orders.patience import open_since
from routing.core.config.calendar import BUILT_IN_CALENDAR, Calendar

#: Nine to five on weekdays; Thanksgiving is closed.
SHOP = Calendar("shop", dict.fromkeys(range(5), (540, 1_020)), holidays=frozenset({date(2026, 11, 26)}))
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("minutes", "until", "since"),
    [
        (30, "11-24 17:00", "11-24 16:30"),  # noon in New York: half an hour ago
        (30, "11-24 14:30", "11-24 14:00"),  # open since half an hour: its very opening
        (30, "11-24 14:10", "11-23 21:40"),  # ten minutes today, twenty before it closed
        (30, "11-24 03:00", "11-23 21:30"),  # at night: the last half hour of yesterday
        (60, "11-23 14:30", "11-20 21:30"),  # Monday morning: over the weekend
        (60, "11-27 14:30", "11-25 21:30"),  # over a holiday
        (960, "11-24 22:00", "11-23 14:00"),  # exactly two days
    ],
)
def test_only_opening_hours_count(minutes: int, until: str, since: str) -> None:
    begun = open_since(SHOP, NEW_YORK, minutes=minutes, until=_at(until))

    assert begun == _at(since)


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(f"2026-{moment}+00:00")


def test_a_day_that_loses_an_hour_counts_what_passed() -> None:
    # Clocks jump from 02:00 to 03:00 on 8 March 2026: from midnight to 04:00 there are three hours.
    until = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)

    begun = open_since(BUILT_IN_CALENDAR, NEW_YORK, minutes=240, until=until)

    assert begun == datetime(2026, 3, 8, 4, 0, tzinfo=UTC)


def test_a_node_that_never_opens_has_never_had_its_time() -> None:
    assert open_since(Calendar("never", {}), NEW_YORK, minutes=1, until=datetime(2026, 11, 24, tzinfo=UTC)) is None
