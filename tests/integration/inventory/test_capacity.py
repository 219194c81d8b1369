from datetime import date

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import RowsInvalid
from inventory.models import NodeDay
from inventory.rules import parse_capacity
from inventory.services import DayUse, LossReason, Outcome, Want
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = date(2026, 11, 27)
LIMITS = [
    {"unit": "ORDERS", "limit": 5},
    {"unit": "ORDERS", "limit": 3, "days": ["FRI", "SAT"]},
    {"unit": "ORDERS", "limit": 2, "date": "2026-11-28"},
    {"unit": "UNITS", "limit": 7, "slot": "AM"},
]


def _publish(*limits: dict[str, object]) -> None:
    with unit_of_work():
        services.publish_capacities(bodies=[{"node": "dc_reno", "limits": list(limits)}], at=cast.NOW, actor=cast.ACTOR)


def _use(people: cast.Cast, ref: str, day: date, units: int = 1, *, unit: str = "ORDERS", slot: str = "") -> Outcome:
    use = DayUse(ref, people.dc_reno.id, day, slot, unit, units)
    with unit_of_work():
        return services.reserve(wants=[Want(ref, people.web.id, (), days=(use,))], at=cast.NOW, actor=cast.ACTOR)


def test_the_database_reads_limits_as_python_does(people: cast.Cast) -> None:
    _publish(*LIMITS)
    capacity = parse_capacity({"node": "dc_reno", "limits": LIMITS})

    for day in range(23, 30):
        for unit, slot in (("ORDERS", ""), ("UNITS", "AM"), ("UNITS", ""), ("LINES", "")):
            _use(people, f"F-{day}-{unit}-{slot}", date(2026, 11, day), unit=unit, slot=slot)

    for row in NodeDay.objects.all():
        assert row.limit == capacity.limit_on(row.day, row.unit, row.slot)


def test_a_full_day_refuses_and_says_what_is_left(people: cast.Cast) -> None:
    _publish(*LIMITS)
    assert _use(people, "F-1", FRIDAY, 2).won == {"F-1"}

    refused = _use(people, "F-2", FRIDAY, 2).lost["F-2"]

    assert (refused.reason, refused.node_id, refused.available) == (LossReason.CAPACITY, people.dc_reno.id, 1)


def test_a_limit_lowered_below_its_use_stops_further_use_and_one_raised_lets_in(people: cast.Cast) -> None:
    _publish({"unit": "ORDERS", "limit": 9})
    _use(people, "F-1", FRIDAY, 4)

    _publish({"unit": "ORDERS", "limit": 3})
    day = NodeDay.objects.get()
    assert (day.limit, day.used, day.excess) == (3, 4, 1)
    assert _use(people, "F-2", FRIDAY).lost
    _publish({"unit": "ORDERS", "limit": 5})
    assert _use(people, "F-2", FRIDAY).won == {"F-2"}
    _publish()
    assert _use(people, "F-3", FRIDAY, 100).won == {"F-3"}


def test_what_is_beyond_a_limit_falls_with_the_use_that_is_given_back(people: cast.Cast) -> None:
    _use(people, "F-1", FRIDAY, 4)
    _use(people, "F-2", FRIDAY, 2)
    _publish({"unit": "ORDERS", "limit": 3})

    with unit_of_work():
        services.release(demand_refs=["F-2"], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)

    day = NodeDay.objects.get()
    assert (day.limit, day.used, day.excess) == (3, 4, 1)


def test_rules_name_what_exists(people: cast.Cast) -> None:
    with pytest.raises(RowsInvalid) as refusal, unit_of_work():
        services.publish_safety_stock(
            bodies=[{"code": "a", "units": 1, "node_group": "stores"}, {"code": "b", "units": 1, "node_group": "moon"}],
            at=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip

    assert refusal.value.facts["errors"] == [
        {"row": 1, "field": "node_group", "message": "There is no node group moon."}
    ]
