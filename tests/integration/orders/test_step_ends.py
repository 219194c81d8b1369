"""What a step leaves behind when work ends, goes on in part, or is on hold meanwhile: state, events and exact units."""

from typing import Any

import pytest

from dom.kernel.models import Event
from inventory.models import Reservation
from orders.errors import InvalidTransition, TooLate
from orders.models import FulfillmentOrder, Order, OrderChange
from orders.reports import PackedBox, PackedLine, Picked, Reason, Returned
from orders.services import cancelling, changes, fulfillment, holds, shipping
from orders.services.holds import Scope
from orders.values import Place
from tests import cast
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
THERE = Place(country="US", postal_code="10001")


def _order(people: cast.Cast, *units: int, status: str = "ACCEPTED", node: Any = None) -> tuple[Order, str]:
    """An order with a line of tees for each of `units`, all of it at one node."""
    plan = Plan(node or people.store_soho, {str(n): count for n, count in enumerate(units, start=1)}, status)
    order = place(people, [Ordered(people.tee, count) for count in units], plan)
    return order, work_of(order).ref


def _state(ref: str) -> tuple[str, str]:
    work = FulfillmentOrder.objects.get(ref=ref)
    return work.status, work.resume_status


def _told(ref: str) -> list[str]:
    kinds = Event.objects.filter(entity_ref=ref).order_by("id").values_list("kind", flat=True)
    return [kind.partition(".")[2] for kind in kinds]


def test_picking_goes_on_line_by_line_until_nothing_is_left_to_pick(people: cast.Cast, do: Any) -> None:
    _, ref = _order(people, 1, 1, 1)

    states = []
    for line in ("1", "2", "3"):
        do(fulfillment.pick, ref=ref, lines=[Picked(line, 1)])
        states.append(_state(ref)[0])

    assert states == ["PICKING", "PICKING", "PICKED"]


def test_a_short_pick_tells_what_is_missing_and_what_was_found(people: cast.Cast, do: Any) -> None:
    _, ref = _order(people, 3, 1)

    do(fulfillment.pick, ref=ref, lines=[Picked("1", 1, Reason.DAMAGED)])
    do(fulfillment.pick, ref=ref, lines=[Picked("2", 0)])

    assert _told(ref) == ["shorted", "picked", "shorted"]
    data = Event.objects.filter(entity_ref=ref).order_by("id").values_list("data__lines", flat=True)
    assert list(data) == [
        [{"line_ref": "1", "quantity": 2, "reason": "DAMAGED"}],
        [{"line_ref": "1", "quantity": 1}],
        [{"line_ref": "2", "quantity": 1, "reason": "NOT_FOUND"}],
    ]
    assert _state(ref)[0] == "PICKED"


def test_a_pick_that_finds_nothing_at_all_ends_the_work(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 2)

    do(fulfillment.pick, ref=ref, lines=[Picked("1", 0)])

    assert (_told(ref), _state(ref)) == (["shorted", "rejected"], ("REJECTED", ""))
    assert fates(order) == {"queued": 2}


def test_a_node_that_agrees_gives_up_what_was_asked_and_no_more_than_it_has(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 3)
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    do(fulfillment.cancel_work, ref=ref)
    assert (fates(order), _state(ref)) == ({"planned": 2, "cancelled": 1}, ("ACCEPTED", ""))
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    # As if more had been asked for than is open: what the log says never takes more than there is.
    data = {"units": 0, "requests": {ref: {"1": 9}}}
    OrderChange.objects.create(order=order, kind="order.cancel_requested", data=data, at=cast.NOW)

    do(fulfillment.cancel_work, ref=ref)

    assert (fates(order), _state(ref)) == ({"cancelled": 3}, ("CANCELLED", ""))
    assert not Reservation.objects.exists()


def test_work_whose_rest_is_cancelled_after_a_part_left_was_shipped(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 2)
    do(fulfillment.pick, ref=ref)
    do(shipping.ship, ref=ref, boxes=[PackedBox((PackedLine("1", 1),))])
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    assert _state(ref) == ("CANCEL_REQUESTED", "PICKED")

    do(fulfillment.cancel_work, ref=ref)

    assert (fates(order), _state(ref)) == ({"shipped": 1, "cancelled": 1}, ("SHIPPED", ""))


def test_nothing_left_to_pick_means_picked_when_the_rest_is_given_back(people: cast.Cast, do: Any) -> None:
    _, ref = _order(people, 1, 2)
    do(fulfillment.pick, ref=ref, lines=[Picked("1", 1)])
    assert _state(ref)[0] == "PICKING"

    do(fulfillment.reject, ref=ref, lines=[Returned("2", 2)])

    assert _state(ref) == ("PICKED", "")


def test_work_on_hold_goes_on_as_picked_when_its_unpicked_rest_was_cancelled(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 1, 2)
    do(fulfillment.pick, ref=ref, lines=[Picked("1", 1)])
    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")
    assert _state(ref) == ("ON_HOLD", "PICKING")

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")
    assert _state(ref) == ("ON_HOLD", "PICKED")
    do(holds.release_hold, scope=Scope(order.ref))

    assert _state(ref) == ("PICKED", "")


def test_work_on_hold_stays_where_it_was_while_something_is_left_to_pick(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 1, 2)
    do(fulfillment.pick, ref=ref, lines=[Picked("1", 1)])
    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", quantity=1, reason="CUSTOMER")

    assert _state(ref) == ("ON_HOLD", "PICKING")


def test_work_on_hold_that_is_cancelled_remembers_nothing(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 2)
    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    assert _state(ref) == ("CANCELLED", "")


def test_a_second_hold_keeps_where_the_work_was_and_a_request_to_stop_stays_one(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 2)
    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")
    do(holds.hold, scope=Scope(order.ref, fulfillment_order=ref), owner="Ana", reason="-")
    assert _state(ref) == ("ON_HOLD", "ACCEPTED")
    do(holds.release_hold, scope=Scope(order.ref))
    do(holds.release_hold, scope=Scope(order.ref, fulfillment_order=ref))
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    assert _state(ref) == ("CANCEL_REQUESTED", "ACCEPTED")


def test_ended_work_is_neither_given_back_nor_held_nor_moved(people: cast.Cast, do: Any, refused: Any) -> None:
    order, ref = _order(people, 1)
    do(fulfillment.pick, ref=ref)
    do(shipping.ship, ref=ref)

    given_back = refused(InvalidTransition, fulfillment.cancel_work, ref=ref)
    assert "cannot be cancelled" in str(given_back)
    held = refused(
        InvalidTransition, holds.hold, scope=Scope(order.ref, fulfillment_order=ref), owner="Ana", reason="-"
    )
    assert "nothing is left to hold" in str(held)
    refused(TooLate, changes.change_address, order_ref=order.ref, ship_to=THERE)


@pytest.mark.parametrize("status", ["ACCEPTED", "PICKING", "PICKED", "PACKED", "CANCEL_REQUESTED"])
def test_an_address_stays_once_a_node_has_begun(people: cast.Cast, refused: Any, status: str) -> None:
    order, ref = _order(people, 1, status=status)

    refused(InvalidTransition, changes.change_address, order_ref=order.ref, ship_to=THERE)
    FulfillmentOrder.objects.filter(ref=ref).update(status="ON_HOLD", resume_status=status)
    refused(InvalidTransition, changes.change_address, order_ref=order.ref, ship_to=THERE)


def test_work_on_hold_that_nobody_has_begun_moves_with_its_address(people: cast.Cast, do: Any) -> None:
    order, ref = _order(people, 1, status="PLANNED")
    do(holds.hold, scope=Scope(order.ref), owner="Ana", reason="-")

    do(changes.change_address, order_ref=order.ref, ship_to=THERE)

    assert (_state(ref), fates(order)) == (("CANCELLED", ""), {"queued": 1})
