from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from dom.kernel.models import Change, Event
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.errors import RowsInvalid, RulesInvalid
from inventory.models import StockLevel
from inventory.services import Adjustment, CountRow, LineClaim, NodeGroupRow, Want, WantLine, low_stock
from tests import cast
from tests.integration.inventory.rivals import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def publish(**body: Any) -> None:
    with unit_of_work():
        low_stock.publish_low_stock(bodies=[{"code": "low", **body}], at=cast.NOW, actor="maya")
    mark()


def mark(at: Any = cast.NOW) -> None:
    more = True
    while more:
        with unit_of_work():
            more = low_stock.mark_some(at=at)


def act(service: Callable[..., Any], **asked: Any) -> None:
    with unit_of_work():
        service(**asked, at=cast.NOW, actor="omar")


def low() -> set[tuple[str, str]]:
    rows = StockLevel.objects.filter(low_since__isnull=False)
    return set(rows.values_list("sku__code", "node__code"))


def told() -> list[tuple[str, int, int]]:
    rows = Event.objects.filter(entity="stock_level").order_by("id")
    return [(event.kind, event.revision, event.data["free"]) for event in rows]


def reserve(people: cast.Cast, ref: str, units: int) -> None:
    line = WantLine(ref, "1", people.tee.id, people.dc_reno.id, units)
    act(services.reserve, wants=[Want(ref, people.web.id, (line,))])


def test_a_crossing_is_told_once_down_and_once_up_whatever_moves_the_stock(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    publish(units=5)

    reserve(people, "F-1", 4)
    reserve(people, "F-2", 1)
    reserve(people, "F-3", 1)
    act(services.release, demand_refs=["F-2"], reason="TEST")
    act(services.release, demand_refs=["F-3"], reason="TEST")
    act(services.consume, lines=[LineClaim("F-1", "1", people.tee.id, people.dc_reno.id, 4)], reason="")
    act(services.adjust, rows=[Adjustment(people.tee.id, people.dc_reno.id, 0, 2, "DAMAGED")])
    act(services.count, rows=[CountRow(people.tee.id, people.dc_reno.id, 30, cast.NOW)])

    assert told() == [
        ("stock.low", 1, 5), ("stock.recovered", 2, 6), ("stock.low", 3, 4), ("stock.recovered", 4, 28),
    ]  # fmt: skip
    event = Event.objects.filter(kind="stock.low").earliest("id")
    assert (event.node, event.data["sku"], event.data["threshold"]) == ("dc_reno", "TEE", 5)


def test_a_threshold_marks_what_is_low_already_and_tells_no_crossing(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 3)
    cast.stock(people.mug, people.dc_reno, 9)
    cast.stock(people.lamp, people.dc_reno, 0, unlimited=True)

    publish(units=5)

    assert low() == {("TEE", "dc_reno")}
    publish(units=9)
    assert low() == {("TEE", "dc_reno"), ("MUG", "dc_reno")}
    publish(units=9, active=False)
    assert low() == set()
    assert told() == []


def test_the_lowest_rank_decides_by_sku_tag_and_group(people: cast.Cast) -> None:
    for node in (people.dc_reno, people.store_soho):
        for sku in (people.tee, people.mug):
            cast.stock(sku, node, 4)
    bodies = [
        {"code": "all", "units": 1, "rank": 90},
        {"code": "stores", "units": 4, "rank": 20, "node_group": "stores"},
        {"code": "apparel", "units": 6, "rank": 10, "tags": ["apparel"], "node_group": "dcs"},
        {"code": "mugs", "units": 0, "rank": 5, "skus": ["MUG"]},
    ]
    with unit_of_work():
        low_stock.publish_low_stock(bodies=bodies, at=cast.NOW, actor="maya")
    mark()

    found = {(one.sku.code, one.node.code): one.low_at for one in StockLevel.objects.select_related("sku", "node")}
    assert found == {
        ("TEE", "dc_reno"): 6, ("TEE", "store_soho"): 4, ("MUG", "dc_reno"): 0, ("MUG", "store_soho"): 0,
    }  # fmt: skip
    assert low() == {("TEE", "dc_reno"), ("TEE", "store_soho")}


def test_a_percent_is_of_what_is_on_hand_rounded_up_and_moves_with_it(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 41)
    publish(percent=10)

    reserve(people, "F-1", 35)
    reserve(people, "F-2", 1)
    reserve(people, "F-3", 1)
    act(services.adjust, rows=[Adjustment(people.tee.id, people.dc_reno.id, 2)])
    act(services.release, demand_refs=["F-2"], reason="TEST")
    act(services.adjust, rows=[Adjustment(people.tee.id, people.dc_reno.id, -4)])

    assert told() == [("stock.low", 1, 5), ("stock.recovered", 2, 6), ("stock.low", 3, 3)]
    assert [event.data["threshold"] for event in Event.objects.filter(entity="stock_level").order_by("id")] == [5, 5, 4]
    publish(percent=5)
    assert (low(), len(told())) == (set(), 3)


def test_the_greater_of_units_and_percent_counts(people: cast.Cast) -> None:
    for sku, units in ((people.tee, 1_000_000_000), (people.mug, 10)):
        cast.stock(sku, people.dc_reno, units)
    publish(units=3, percent=50)

    found = {level.sku.code: level.low_threshold for level in StockLevel.objects.select_related("sku")}
    assert found == {"TEE": 500_000_000, "MUG": 5}
    act(services.adjust, rows=[Adjustment(people.mug.id, people.dc_reno.id, -6)])
    assert StockLevel.objects.get(sku=people.mug).low_threshold == 3
    assert low() == set()
    act(services.adjust, rows=[Adjustment(people.mug.id, people.dc_reno.id, -1)])
    assert low() == {("MUG", "dc_reno")}


def test_a_threshold_that_ends_leaves_levels_to_the_next_or_to_none(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 4)
    publish(percent=100, rank=1)
    with unit_of_work():
        low_stock.publish_low_stock(bodies=[{"code": "rest", "units": 5}], at=cast.NOW, actor="maya")
    for left in ([(5, 0)], [(None, 0)]):
        with unit_of_work():
            low_stock.retire_low_stock(scope="low" if left[0][0] else "rest", at=cast.NOW, actor="maya", note="Over")
        mark()
        assert list(StockLevel.objects.values_list("low_at", "low_percent")) == left

    assert low() == set()
    assert told() == []
    assert Change.objects.filter(kind="low-stock", note="Over").count() == 2


def test_what_is_refused_publishes_nothing(people: cast.Cast) -> None:
    for body, refusal in (
        ({"units": -1}, RulesInvalid), ({"units": 1, "node_group": "moon"}, RowsInvalid), ({}, RulesInvalid),
        ({"percent": 101}, RulesInvalid), ({"percent": 0}, RulesInvalid),
        ({"units": 1, "channel": "web"}, RulesInvalid),
    ):  # fmt: skip
        with pytest.raises(refusal):
            publish(**body)
    mark()
    assert low() == set()


def test_levels_that_appear_and_groups_that_change_are_followed(people: cast.Cast) -> None:
    publish(units=5, node_group="stores")
    cast.stock(people.tee, people.store_soho, 2)
    cast.stock(people.tee, people.dc_reno, 2)
    mark()
    assert low() == {("TEE", "store_soho")}

    act(services.upsert_node_groups, rows=[NodeGroupRow("stores", "Stores", ("dc_reno",))])
    mark(cast.NOW + low_stock._ANEW)

    assert low() == {("TEE", "dc_reno")}


def test_rivals_that_cross_together_tell_one_crossing(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 20)
    publish(units=10)

    at_once(10, lambda n: reserve(people, f"F-{n}", 1))

    assert [kind for kind, _, _ in told()] == ["stock.low"]
    assert low() == {("TEE", "dc_reno")}


def test_a_crossing_that_is_rolled_back_is_not_told(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    publish(units=5)

    with unit_of_work():
        rows = [Adjustment(people.tee.id, people.dc_reno.id, -9)]
        services.adjust(rows=rows, at=cast.NOW, actor="omar")
        transaction.set_rollback(True)

    assert told() == []
    assert low() == set()


def test_a_threshold_with_dates_counts_by_the_clock_of_each_node(people: cast.Cast) -> None:
    """Two hours after midnight at Soho it is an hour before midnight at Reno."""
    for node in (people.dc_reno, people.store_soho):
        cast.stock(people.tee, node, 3)
    eve = datetime(2026, 12, 24, 7, tzinfo=UTC)
    with unit_of_work():
        body = {"code": "low", "units": 5, "from": "2026-12-24", "to": "2026-12-24"}
        low_stock.publish_low_stock(bodies=[body], at=eve - timedelta(days=2), actor="maya")
    mark(eve - timedelta(days=2))
    assert low() == set()

    mark(eve)
    assert low() == {("TEE", "store_soho")}
    mark(eve + timedelta(hours=2))
    assert low() == {("TEE", "dc_reno"), ("TEE", "store_soho")}
    mark(eve + timedelta(days=2))
    assert low() == set()
