"""Cancellations: what nobody has touched goes at once, what a node accepted is asked for, what left stays."""

from datetime import timedelta
from typing import Any

import pytest

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory.models import QueuedDemand, Reservation, StockLevel
from orders.errors import InvalidTransition, PickMismatch, TooLate
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Order, OrderChange, OrderLine, RoutingTask
from orders.reports import Picked
from orders.services import cancelling, fulfillment, shipping
from tests import cast, orderbook
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_untouched_order_is_cancelled_whole(people: cast.Cast, do: Any) -> None:
    plans = (Plan(people.store_soho, {"1": 2}), Plan(people.dc_reno, {"1": 1}))
    order = place(people, [Ordered(people.tee, 6, backordered=1), Ordered(people.mug, 1)], *plans, charges=99)

    done = do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    assert (done.units, done.status, done.requested) == (7, "CANCELLED", ())
    assert fates(order) == {"cancelled": 6}
    assert set(FulfillmentOrder.objects.values_list("status", flat=True)) == {"CANCELLED"}
    assert not Reservation.objects.exists()
    assert not QueuedDemand.objects.exists()
    assert not RoutingTask.objects.exists()
    assert OrderChange.objects.get().data["cancelled_minor"] == order.total_minor


def test_a_cancelled_order_cannot_be_cancelled_again(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 1)])
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    refused(InvalidTransition, cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")


def test_units_of_a_line_go_from_where_it_hurts_least(people: cast.Cast, do: Any) -> None:
    plans = (Plan(people.dc_reno, {"1": 2}, "ACCEPTED"), Plan(people.store_austin, {"1": 2}))
    order = place(people, [Ordered(people.tee, 6, backordered=1)], *plans)

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=3, reason="CUSTOMER")

    assert fates(order) == {"planned": 3, "cancelled": 3}
    assert FulfillmentOrderLine.objects.get(fulfillment_order=work_of(order, people.store_austin)).to_pick == 1
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=2, reason="CUSTOMER")
    assert work_of(order, people.store_austin).status == "CANCELLED"
    assert work_of(order, people.dc_reno).status == "ACCEPTED"
    assert fates(order) == {"planned": 1, "cancelled": 5}


def test_a_node_that_must_agree_is_asked_and_agrees(people: cast.Cast, do: Any, refused: Any) -> None:
    plans = (Plan(people.store_soho, {"1": 2}, "ACCEPTED"), Plan(people.dc_reno, {"1": 1}, "ACCEPTED"))
    order = place(people, [Ordered(people.tee, 3)], *plans)
    asked = work_of(order, people.store_soho)

    done = do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    assert (done.units, done.requested) == (1, (asked.ref,))
    assert work_of(order, people.store_soho).status == "CANCEL_REQUESTED"
    assert fates(order) == {"planned": 2, "cancelled": 1}
    refused(InvalidTransition, cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    do(fulfillment.cancel_work, ref=asked.ref)
    assert work_of(order, people.store_soho).status == "CANCELLED"
    assert Order.objects.get().status == "CANCELLED"
    assert not RoutingTask.objects.exists()


@pytest.mark.parametrize("goes_on", [fulfillment.accept, fulfillment.pick])
def test_a_node_that_goes_on_refuses_the_cancellation(people: cast.Cast, do: Any, goes_on: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    do(goes_on, ref=work_of(order).ref)

    assert work_of(order).status == ("ACCEPTED" if goes_on is fulfillment.accept else "PICKED")
    assert Event.objects.filter(kind="fulfillment_order.cancel_refused").count() == 1
    assert fates(order) == {"planned": 2}


def test_some_units_can_be_asked_back_twice_and_the_rest_goes_on(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 5)], Plan(people.store_soho, {"1": 5}, "ACCEPTED"))
    for quantity in (1, 2):
        do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=quantity, reason="CUSTOMER")
    assert fates(order) == {"planned": 5}

    do(fulfillment.cancel_work, ref=work_of(order).ref)

    assert work_of(order).status == "ACCEPTED"
    assert fates(order) == {"planned": 2, "cancelled": 3}


def test_a_short_pick_of_unwanted_units_is_not_routed_again(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}, "ACCEPTED"))
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")

    do(fulfillment.pick, ref=work_of(order).ref, lines=[Picked("1", 1)])

    assert fates(order) == {"planned": 1, "cancelled": 1, "queued": 1}


def test_shipped_units_are_too_late_and_the_others_are_not(people: cast.Cast, do: Any, refused: Any) -> None:
    plans = (Plan(people.dc_reno, {"1": 2}, "ACCEPTED"), Plan(people.store_soho, {"1": 1}))
    order = place(people, [Ordered(people.tee, 3, price=100)], *plans, charges=1)
    left = work_of(order, people.dc_reno)
    do(fulfillment.pick, ref=left.ref)
    do(shipping.ship, ref=left.ref)

    too_many = refused(
        TooLate, cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=2, reason="CUSTOMER"
    )
    assert too_many.facts == {"line_ref": "1", "asked": 2, "possible": 1, "shipped": 2}
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    assert Order.objects.get().status == "SHIPPED"
    refused(TooLate, cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")


def test_more_units_than_there_are_are_refused(people: cast.Cast, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 3)])

    refused(PickMismatch, cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=4, reason="CUSTOMER")


def test_a_bundle_goes_with_its_components(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2, price=0), Ordered(people.mug, 4, price=0)])
    bundle = OrderLine.objects.create(
        order=order, group=order.groups.get(), line_ref="B", kind="BUNDLE", sku_code="SET", quantity=2, shipped=2,
        unit_price_minor=1_500,
    )  # fmt: skip
    OrderLine.objects.filter(order=order).exclude(id=bundle.id).update(kind="COMPONENT", parent=bundle)
    Order.objects.update(total_minor=3_000)

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", quantity=1, reason="CUSTOMER")
    assert (fates(order, "1"), fates(order, "2")) == ({"queued": 1, "cancelled": 1}, {"queued": 2, "cancelled": 2})
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", reason="CUSTOMER")

    assert fates(order, "B") == {"cancelled": 2}
    assert Order.objects.get().status == "CANCELLED"


def test_what_waits_too_long_is_cancelled_and_work_stays(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 4, backordered=1)], Plan(people.store_soho, {"1": 2}))
    later = place(people, [Ordered(people.mug, 1)])
    Order.objects.filter(id=order.id).update(auto_cancel_at=cast.NOW - timedelta(seconds=1))
    Order.objects.filter(id=later.id).update(auto_cancel_at=cast.NOW + timedelta(seconds=1))

    assert _swept() == 1
    assert _swept() == 0

    assert fates(order) == {"planned": 2, "cancelled": 2}
    assert fates(later) == {"queued": 1}
    assert Order.objects.get(id=order.id).auto_cancel_at is None
    assert StockLevel.objects.get(sku=people.tee, node=people.store_soho).reserved == 2


def _swept() -> int:
    with unit_of_work():
        done = cancelling.auto_cancel(at=cast.NOW)
    orderbook.assert_lawful()
    return done
