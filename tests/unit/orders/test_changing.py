"""Who may still change what a node was asked for, and what holds do to its work; nothing is written here."""

from typing import Any

import pytest

from dom.kernel.errors import DomainError
from inventory.models import Channel, Node
from orders.errors import InvalidTransition, TooLate
from orders.models import FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, Hold, Order, OrderLine
from orders.services.case import Case
from orders.services.changes import refuse_touched, withdraw
from orders.services.stopping import settle_holds, stops, stops_anything
from tests.cast import NOW

_BEGUN = ("ACCEPTED", "PICKING", "PICKED", "PACKED", "READY", "CANCEL_REQUESTED")


def _case(*states: str) -> Case:
    """Return a case of two lines of two units, each planned at every node once; node n has work n in its state."""
    order = Order(id=1, ref="O-1", channel=Channel(code="web"))
    lines = {
        n: OrderLine(id=n, order_id=1, group_id=5, line_ref=str(n), kind="PRODUCT", sku_id=n, quantity=2 * len(states),
                     planned=2 * len(states), unit_price_minor=100)
        for n in (1, 2)
    }  # fmt: skip
    work = {
        n: FulfillmentOrder(id=n, ref=f"F-{n}", group_id=5, node=Node(id=n, code=f"n{n}"), status=status)
        for n, status in enumerate(states, start=1)
    }
    parts = [
        FulfillmentOrderLine(id=10 * n + m, fulfillment_order_id=n, order_line_id=m, quantity=2, to_pick=2)
        for n in work
        for m in (1, 2)
    ]
    return Case(order, {5: FulfillmentGroup(id=5, group_ref="1", method="SHIP")}, lines, work, parts, [])


def _on_hold(resume: str) -> FulfillmentOrder:
    return FulfillmentOrder(ref="F-1", status="ON_HOLD", resume_status=resume)


@pytest.mark.parametrize("status", ["PLANNED", "RELEASED", "REJECTED", "CANCELLED"])
def test_what_nobody_has_begun_or_what_is_over_may_change(status: str) -> None:
    refuse_touched(FulfillmentOrder(ref="F-1", status=status))
    refuse_touched(_on_hold("PLANNED"))
    refuse_touched(_on_hold("RELEASED"))


@pytest.mark.parametrize(
    ("status", "refusal"),
    [*((one, InvalidTransition) for one in _BEGUN), ("SHIPPED", TooLate), ("HANDED_OVER", TooLate)],
)
def test_what_a_node_has_begun_or_sent_may_not(status: str, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        refuse_touched(FulfillmentOrder(ref="F-1", status=status))
    if refusal is InvalidTransition:
        with pytest.raises(InvalidTransition):
            refuse_touched(_on_hold(status))


def test_withdrawn_units_wait_for_a_plan_and_the_rest_stays() -> None:
    case = _case("PLANNED")
    work, (first, second) = case.work[1], case.parts

    withdraw(case, work, [first], reason="ITEM_SWAPPED", at=NOW)
    assert (work.status, first.cancelled, second.to_pick) == ("PLANNED", 2, 2)
    withdraw(case, work, [second], reason="ITEM_SWAPPED", at=NOW)

    assert (work.status, work.closed_at, case.reroute) == ("CANCELLED", NOW, True)
    assert [(line.queued, line.planned) for line in case.lines.values()] == [(2, 0), (2, 0)]
    assert [(one.kind, one.data["reason"]) for one in case.events] == [
        ("fulfillment_order.cancelled", "ITEM_SWAPPED")
    ] * 2


def test_what_a_node_has_begun_is_not_withdrawn() -> None:
    case = _case("PICKING")

    with pytest.raises(InvalidTransition):
        withdraw(case, case.work[1], case.parts, reason="X", at=NOW)

    assert ([part.to_pick for part in case.parts], case.events) == ([2, 2], [])


def test_work_that_is_over_has_nothing_to_withdraw_and_says_nothing() -> None:
    case = _case("CANCELLED")
    for part in case.parts:
        part.to_pick, part.cancelled = 0, 2

    withdraw(case, case.work[1], case.parts, reason="X", at=NOW)

    assert (case.events, case.work[1].revision, case.reroute) == ([], 1, False)


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [({}, [1, 2]), ({"line_id": 1}, [1, 2]), ({"fulfillment_order_id": 2}, [2]), ({"line_id": 9}, [])],
)
def test_a_hold_stops_the_work_in_its_scope_and_lets_it_go_on_where_it_was(scope: Any, stopped: list[int]) -> None:
    case = _case("PICKING", "PLANNED")
    case.holds = [Hold(order_id=1, kind="MANUAL", **scope)]

    for _ in range(2):  # the second time nothing is new
        settle_holds(case, at=NOW)
    held = {n: (fo.resume_status, fo.revision) for n, fo in case.work.items() if fo.status == "ON_HOLD"}
    before = {1: "PICKING", 2: "PLANNED"}
    assert held == {n: (before[n], 2) for n in stopped}

    case.holds = []
    settle_holds(case, at=NOW)

    assert [(fo.status, fo.resume_status) for fo in case.work.values()] == [("PICKING", ""), ("PLANNED", "")]
    kinds = [one.kind.removeprefix("fulfillment_order.") for one in case.events]
    assert kinds == ["held"] * len(stopped) + ["resumed"] * len(stopped)


def test_a_hold_of_a_line_stops_no_work_that_has_none_of_it_left() -> None:
    case = _case("PICKED", "PLANNED")
    case.parts[0].to_pick, case.parts[0].shipped = 0, 2

    assert [stops(Hold(line_id=1), case, fo) for fo in case.work.values()] == [False, True]


def test_work_that_is_to_be_cancelled_or_over_stays_so_under_a_hold() -> None:
    case = _case("CANCEL_REQUESTED", "SHIPPED")
    case.holds = [Hold(order_id=1, kind="MANUAL")]

    settle_holds(case, at=NOW)

    assert ([fo.status for fo in case.work.values()], case.events) == (["CANCEL_REQUESTED", "SHIPPED"], [])


@pytest.mark.parametrize("fate", ["queued", "backordered", "planned"])
def test_a_hold_has_something_to_stop_while_a_unit_of_its_scope_is_open(fate: str) -> None:
    case = _case("SHIPPED", "PLANNED")
    for line in case.lines.values():
        line.planned, line.shipped = 0, line.quantity
    assert [stops_anything(case, hold) for hold in (Hold(), Hold(line_id=1), Hold(line_id=2))] == [False] * 3

    setattr(case.lines[2], fate, 1)

    assert [stops_anything(case, hold) for hold in (Hold(), Hold(line_id=1), Hold(line_id=2))] == [True, False, True]
    assert [stops_anything(case, Hold(fulfillment_order_id=n)) for n in (1, 2)] == [False, True]
