"""Hours of single dates in the tables that routing and promises decide by, across time zones."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from routing.core.config import Configuration
from routing.core.facts import NodeFacts
from routing.core.schedule import Rows, Schedule, base_date, instant_of

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe")
STORE: dict[str, Any] = {
    "code": "store",
    "hours": {"MON-SAT": ["10:00", "20:00"]},
    "holidays": ["2026-12-25"],
    "special_hours": {"2026-12-24": ["09:00", "14:00"], "2026-12-27": ["12:00", "18:00"]},
    "cut_off": "17:00",
    "processing_minutes": 60,
}


def _leaves(at: datetime, **changes: object) -> dict[str, str]:
    """Return the date on which work that comes in at `at` can leave, by the node's time zone."""
    nodes = tuple(
        NodeFacts(code=zone, kind="STORE", country="US", latitude=0.0, longitude=0.0, time_zone=zone, calendar="store")
        for zone in ZONES
    )
    configuration = Configuration.from_bodies(calendars=[{**STORE, **changes}])
    rows = Rows(nodes, configuration)
    schedule = Schedule(rows, (), base_date(at))
    first = schedule.dates(at).first[:, -1]
    return {zone: schedule.work_dates[int(first[row])] for zone, row in zip(ZONES, rows.of_node, strict=True)}


def test_christmas_eve_closes_early_by_each_nodes_own_clock() -> None:
    # 13:30 in New York: half an hour is too short there; in Los Angeles it is 10:30, in Berlin the evening.
    at = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)

    assert _leaves(at) == {
        "America/New_York": "2026-12-26",
        "America/Los_Angeles": "2026-12-24",
        "Europe/Berlin": "2026-12-26",
        "Australia/Lord_Howe": "2026-12-26",
    }
    assert _leaves(at, special_hours={})["America/New_York"] == "2026-12-24"


def test_a_sunday_that_opens_takes_work_and_others_do_not() -> None:
    # Saturday night in America, when stores have closed; Sunday morning in Berlin, afternoon on Lord Howe Island.
    at = datetime(2026, 12, 27, 4, 30, tzinfo=UTC)

    assert set(_leaves(at).values()) == {"2026-12-27"}
    assert _leaves(at, special_hours={}) == dict.fromkeys(ZONES, "2026-12-28")


@pytest.mark.parametrize("zone", ZONES)
def test_the_tables_hold_the_special_hours_as_instants(zone: str) -> None:
    node = NodeFacts(
        code="n", kind="STORE", country="US", latitude=0.0, longitude=0.0, time_zone=zone, calendar="store"
    )
    rows = Rows((node,), Configuration.from_bodies(calendars=[STORE]))
    schedule = Schedule(rows, (), date(2026, 12, 20))

    told = [(instant_of(schedule.opens[0, day]), instant_of(schedule.closes[0, day])) for day in (3, 4, 7)]

    here = [tuple(at.astimezone(rows.zones[0]).strftime("%d %H:%M") for at in span) for span in told]
    assert here == [("23 10:00", "23 20:00"), ("24 09:00", "24 14:00"), ("27 12:00", "27 18:00")]
    assert schedule.opens[0, 5] == schedule.closes[0, 5] == -1
