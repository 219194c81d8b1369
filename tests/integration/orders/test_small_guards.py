"""Refusals and choices that only one line stands for."""

from datetime import timedelta
from typing import Any

import pytest

from dom.kernel.errors import NotFound
from dom.kernel.transactions import unit_of_work
from orders.errors import HandOverRefused, InvalidTransition
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Hold, Order, OrderChange, Package
from orders.reports import PackedBox
from orders.services import cancelling, changes, deeds, fulfillment, holds, shipping
from orders.services.holds import Scope
from orders.services.routing_flow import route_next
from orders.values import Place
from tests import cast
from tests.integration.orders import bodies
from tests.integration.orders.conftest import Do
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _pickup(people: cast.Cast, status: str) -> Order:
    plan = Plan(people.store_soho, {"1": 2})
    order = place(people, [Ordered(people.tee, 2)], plan, method="PICKUP", node=people.store_soho)
    FulfillmentOrder.objects.update(status=status)
    FulfillmentOrderLine.objects.update(to_pick=0, picked=2)
    return order


def test_no_work_of_that_name_is_held(people: cast.Cast, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.dc_reno, {"1": 2}))

    refused(NotFound, holds.hold, scope=Scope(order.ref, "", "F-NONE"), owner="Ops", reason="-")


def test_nothing_is_handed_over_before_it_is_ready(people: cast.Cast, refused: Any) -> None:
    order = _pickup(people, "PICKED")

    refused(InvalidTransition, shipping.hand_over, ref=work_of(order).ref, code=order.ref)


def test_a_relation_without_a_name_is_nobody(people: cast.Cast, refused: Any) -> None:
    order = _pickup(people, "READY")

    refused(HandOverRefused, shipping.hand_over, ref=work_of(order).ref, relation="SPOUSE")


def test_a_new_address_ends_no_other_hold(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.dc_reno, {"1": 2}))
    for scope, kind in ((Scope(order.ref), "FRAUD"), (Scope(order.ref, "1"), "ADDRESS"), (Scope(order.ref), "ADDRESS")):
        do(holds.hold, scope=scope, kind=kind, owner="Ops", reason="-")

    do(changes.change_address, order_ref=order.ref, ship_to=Place(country="US", postal_code="10001"))

    still = Hold.objects.filter(released_at=None).order_by("id")
    assert [(one.kind, one.line_id is None) for one in still] == [("FRAUD", True), ("ADDRESS", False)]


def test_an_order_of_services_alone_is_done_and_keeps_what_a_person_is_to_decide(
    people: cast.Cast, proven: Any
) -> None:
    line = {"line_ref": "1", "sku": "CARD", "quantity": 1, "unit_price": "50.00", "kind": "GIFT_CARD"}
    order = bodies.place(lines=[line], payment={"status": "DECLINED"})
    assert (order.status, order.holds.get().kind) == ("SHIPPED", "PAYMENT")

    proven(changes.note, order_ref=order.ref, text="Asked the customer")

    order.refresh_from_db()
    assert (order.status, order.holds.get().released_at) == ("SHIPPED", None)


def test_a_note_says_something(people: cast.Cast, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.dc_reno, {"1": 2}))

    refused(InvalidTransition, changes.note, order_ref=order.ref, text=" \n")


@pytest.mark.parametrize(("seconds", "left"), [(0, {"cancelled": 2}), (1, {"backordered": 2})])
def test_waiting_ends_at_its_very_instant(people: cast.Cast, seconds: int, left: dict[str, int]) -> None:
    order = place(people, [Ordered(people.tee, 2, backordered=2)])
    Order.objects.update(auto_cancel_at=cast.NOW + timedelta(seconds=seconds))

    with unit_of_work():
        assert cancelling.auto_cancel(at=cast.NOW) == (not seconds)

    assert fates(order) == left


def test_a_node_that_agrees_cancels_what_costs_nothing_too(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2, price=0)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    do(fulfillment.cancel_work, ref=work_of(order).ref)

    assert OrderChange.objects.order_by("-id")[0].kind == "order.cancelled"


def test_a_box_goes_by_the_service_that_was_used(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.dc_reno, {"1": 2}, "ACCEPTED"))
    do(fulfillment.pick, ref=work_of(order).ref)

    do(shipping.ship, ref=work_of(order).ref, boxes=[PackedBox(service="EXPRESS")])

    assert Package.objects.get().service == "EXPRESS"


def test_one_day_and_one_unit_are_said_as_one(people: cast.Cast, proven: Do) -> None:
    waiting, planned = bodies.place(("LAMP", 1)), bodies.place(("TEE", 1))
    route_next(at=cast.NOW)

    waits = proven(deeds.do, row=waiting.ref, deed="wait", options={"days": "1"})
    leaves = proven(deeds.do, row=work_of(planned).ref, deed="give-back", options={"reason": "STORE_CLOSED"})

    assert (waits, leaves) == ("Waits 1 more day.", "1 unit is routed again.")
