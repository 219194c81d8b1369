"""What work takes of its node's day is what it has to send or has sent; the rest is given back at once, to the unit."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import NodeDay, NodeDayUse
from inventory.services import DayKept, DayUse, Want
from orders.models import FulfillmentOrder, Order
from orders.reports import PackedBox, PackedLine, Picked, Returned
from orders.services import cancelling, fulfillment, shipping
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with stock at Reno alone."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 10)
    cast.stock(everyone.mug, everyone.dc_reno, 10)
    return everyone


def _routed(*lines: tuple[str, int]) -> tuple[Order, str]:
    order = place(*lines)
    route_next(at=cast.NOW)
    return order, FulfillmentOrder.objects.get(order=order).ref


def _do(step: Callable[..., object], **asked: object) -> None:
    with unit_of_work():
        step(at=cast.NOW, actor=cast.ACTOR, **asked)


def _used() -> dict[str, int]:
    """What is used of Reno's days by unit; every law of orders and capacity holds."""
    assert prove.differences() == []
    return dict(NodeDay.objects.filter(used__gt=0).values_list("unit", "used"))


def test_planned_work_takes_an_order_its_lines_and_its_units(people: cast.Cast) -> None:
    _routed(("TEE", 3), ("MUG", 2))

    assert _used() == {"ORDERS": 1, "LINES": 2, "UNITS": 5}


def test_cancelled_units_give_their_units_back_and_the_last_of_a_line_its_line(people: cast.Cast) -> None:
    order, _ = _routed(("TEE", 3), ("MUG", 2))

    _do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    assert _used() == {"ORDERS": 1, "LINES": 2, "UNITS": 4}
    _do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")
    assert _used() == {"ORDERS": 1, "LINES": 1, "UNITS": 2}
    _do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    assert _used() == {}
    assert not NodeDayUse.objects.exists()


def test_shorted_and_rejected_units_are_given_back(people: cast.Cast) -> None:
    _, ref = _routed(("TEE", 3), ("MUG", 2))

    _do(fulfillment.reject, ref=ref, lines=[Returned("2", 1)])
    assert _used() == {"ORDERS": 1, "LINES": 2, "UNITS": 4}
    _do(fulfillment.accept, ref=ref)
    _do(fulfillment.pick, ref=ref, lines=[Picked("1", 2), Picked("2", 0)])
    assert _used() == {"ORDERS": 1, "LINES": 1, "UNITS": 2}


def test_what_was_sent_stays_used_when_the_rest_is_cancelled(people: cast.Cast) -> None:
    order, ref = _routed(("TEE", 3), ("MUG", 2))
    _do(fulfillment.accept, ref=ref)
    _do(fulfillment.pick, ref=ref)
    _do(shipping.ship, ref=ref, boxes=[PackedBox((PackedLine("1", 2),))])

    _do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    assert FulfillmentOrder.objects.get().status == "SHIPPED"
    assert _used() == {"ORDERS": 1, "LINES": 1, "UNITS": 2}


def test_a_place_given_back_is_free_for_the_next_order(people: cast.Cast) -> None:
    with unit_of_work():
        limits = [{"unit": "UNITS", "limit": 5}]
        inventory.publish_capacities(bodies=[{"node": "dc_reno", "limits": limits}], at=cast.NOW, actor=cast.ACTOR)
    first, ref = _routed(("TEE", 5))
    day = FulfillmentOrder.objects.get(ref=ref).work_date
    _do(cancelling.cancel_line, order_ref=first.ref, line_ref="1", quantity=2, reason="CUSTOMER")

    _, second = _routed(("MUG", 2))

    assert FulfillmentOrder.objects.get(ref=second).work_date == day
    assert NodeDay.objects.get(unit="UNITS").used == 5


def test_minutes_fall_with_the_units_and_nothing_is_ever_raised(people: cast.Cast) -> None:
    uses = [
        DayUse("F-1", people.dc_reno.id, cast.NOW.date(), "", unit, n) for unit, n in (("UNITS", 4), ("MINUTES", 10))
    ]
    with unit_of_work():
        inventory.reserve(wants=[Want("F-1", people.web.id, (), days=tuple(uses))], at=cast.NOW, actor=cast.ACTOR)
        inventory.trim_days(kept=[DayKept("F-1", 1, 1, 3)])
    assert dict(NodeDay.objects.values_list("unit", "used")) == {"UNITS": 3, "MINUTES": 8}

    with unit_of_work():
        inventory.trim_days(kept=[DayKept("F-1", 1, 1, 9)])
    assert dict(NodeDay.objects.values_list("unit", "used")) == {"UNITS": 3, "MINUTES": 8}
    with unit_of_work():
        inventory.trim_days(kept=[DayKept("F-1", 0, 0, 0)])
    assert dict(NodeDay.objects.values_list("unit", "used")) == {"UNITS": 0, "MINUTES": 0}
    assert not NodeDayUse.objects.exists()


def test_prove_finds_use_that_no_unit_stands_for(people: cast.Cast) -> None:
    _routed(("TEE", 3))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_node_day_use SET quantity = quantity + 1")
        cursor.execute("UPDATE inventory_node_day SET used = used + 1")

    names = [found.check.name for found in prove.differences()]

    assert names == ["work takes of its day what it has to send or has sent"]


def test_a_day_is_full_when_its_minutes_are_and_the_next_order_is_worked_the_day_after(people: cast.Cast) -> None:
    minutes = {"node": "dc_reno", "limits": [{"unit": "MINUTES", "limit": 5}]}
    seconds = {"order_seconds": 60, "line_seconds": 60, "unit_seconds": 20}
    with unit_of_work():
        inventory.publish_capacities(bodies=[minutes | seconds], at=cast.NOW, actor=cast.ACTOR)

    _, first = _routed(("TEE", 3))
    _, second = _routed(("MUG", 2))

    days = [FulfillmentOrder.objects.get(ref=ref).work_date for ref in (first, second)]
    used = NodeDay.objects.filter(unit="MINUTES").order_by("day").values_list("day", "used", "limit")
    assert list(used) == [(days[0], 3, 5), (days[1], 3, 5)]
    assert days == sorted(set(days), key=str)
    assert prove.differences() == []


def test_work_that_no_day_has_minutes_for_waits(people: cast.Cast) -> None:
    minutes = {"node": "dc_reno", "limits": [{"unit": "MINUTES", "limit": 2}], "order_seconds": 100, "unit_seconds": 30}
    with unit_of_work():
        inventory.publish_capacities(bodies=[minutes], at=cast.NOW, actor=cast.ACTOR)

    order = place(("TEE", 1))
    route_next(at=cast.NOW)

    assert not FulfillmentOrder.objects.filter(order=order).exists()
    assert order.lines.get().backordered == 1
