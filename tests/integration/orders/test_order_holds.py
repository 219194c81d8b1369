"""Holds stop their scope and nothing else; an address changes while nobody has touched the goods."""

from typing import Any

import pytest

from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from orders.errors import AlreadyHeld, InvalidTransition, TooLate
from orders.models import FulfillmentGroup, FulfillmentOrder, Hold, Order, OrderChange, RoutingTask
from orders.services import cancelling, changes, fulfillment, holds, shipping
from orders.services.holds import Scope
from orders.values import Place
from tests import cast
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
BERLIN = Place(country="DE", name="Ana Lima", line1="Weg 2", city="Berlin", postal_code="10115")


def _states(order: Order) -> dict[str, str]:
    return dict(FulfillmentOrder.objects.filter(order=order).values_list("node__code", "status"))


def _two_nodes(people: cast.Cast) -> Order:
    plans = (Plan(people.store_soho, {"1": 1}, "ACCEPTED"), Plan(people.dc_reno, {"2": 1}))
    return place(people, [Ordered(people.tee, 2), Ordered(people.mug, 1)], *plans)


def _hold(do: Any, order: Order, *, line_ref: str = "", work: str = "", kind: str = "MANUAL") -> None:
    scope = Scope(order.ref, line_ref, work)
    do(holds.hold, scope=scope, kind=kind, owner="Customer service", reason="Customer asked to wait")


def test_a_held_order_stops_all_its_work_and_goes_on_where_it_was(people: cast.Cast, do: Any, refused: Any) -> None:
    order = _two_nodes(people)

    _hold(do, order)
    assert _states(order) == {"store_soho": "ON_HOLD", "dc_reno": "ON_HOLD"}
    assert Order.objects.get().status == "HELD"
    refused(InvalidTransition, fulfillment.pick, ref=work_of(order, people.store_soho).ref)
    assert not RoutingTask.objects.exists()
    do(holds.release_hold, scope=Scope(order.ref))

    assert _states(order) == {"store_soho": "ACCEPTED", "dc_reno": "PLANNED"}
    assert RoutingTask.objects.get().order_id == order.id
    kinds = Event.objects.filter(entity="fulfillment_order").values_list("kind", flat=True)
    assert sorted(kinds) == ["fulfillment_order.held"] * 2 + ["fulfillment_order.resumed"] * 2


def test_holding_one_work_or_one_line_leaves_the_rest_alone(people: cast.Cast, do: Any) -> None:
    order = _two_nodes(people)

    _hold(do, order, line_ref="2")
    _hold(do, order, work=work_of(order, people.store_soho).ref)
    assert Order.objects.get().status == "IN_PROGRESS" or Order.objects.get().status == "PLANNED"
    do(holds.release_hold, scope=Scope(order.ref, "2"))

    assert _states(order) == {"store_soho": "ON_HOLD", "dc_reno": "PLANNED"}


def test_work_under_two_holds_waits_for_both(people: cast.Cast, do: Any) -> None:
    order = _two_nodes(people)
    _hold(do, order, kind="FRAUD")
    _hold(do, order)
    _hold(do, order, line_ref="1")

    do(holds.release_hold, scope=Scope(order.ref), kind="FRAUD")
    assert _states(order) == {"store_soho": "ON_HOLD", "dc_reno": "ON_HOLD"}
    do(holds.release_hold, scope=Scope(order.ref))

    assert _states(order) == {"store_soho": "ON_HOLD", "dc_reno": "PLANNED"}
    assert Hold.objects.get(released_at=None).line.line_ref == "1"  # type: ignore[union-attr]  # it has one


def test_what_is_held_or_not_held_is_refused(people: cast.Cast, do: Any, refused: Any) -> None:
    order = _two_nodes(people)
    _hold(do, order)

    again = {"kind": "MANUAL", "owner": "Ops", "reason": "Twice"}
    refused(AlreadyHeld, holds.hold, scope=Scope(order.ref), **again)
    refused(NotFound, holds.release_hold, scope=Scope(order.ref), kind="FRAUD")
    refused(NotFound, holds.release_hold, scope=Scope(order.ref, "1"))
    refused(NotFound, holds.hold, scope=Scope(order.ref, "9"), **again)
    refused(NotFound, holds.hold, scope=Scope("O-NONE"), **again)


def test_a_cancellation_that_is_asked_for_stays_asked_under_a_hold(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}, "ACCEPTED"))
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    _hold(do, order)

    assert work_of(order).status == "CANCEL_REQUESTED"
    refused(InvalidTransition, fulfillment.pick, ref=work_of(order).ref)
    do(fulfillment.cancel_work, ref=work_of(order).ref)
    assert Order.objects.get().status == "CANCELLED"
    assert Hold.objects.get().released_at == cast.NOW


def test_a_hold_ends_with_the_last_of_what_it_stops_and_others_stay(people: cast.Cast, do: Any) -> None:
    order = _two_nodes(people)
    _hold(do, order)
    _hold(do, order, line_ref="2")
    _hold(do, order, work=work_of(order, people.dc_reno).ref)

    do(fulfillment.cancel_work, ref=work_of(order, people.dc_reno).ref)
    assert _still_held() == [(None, None), ("2", None)]
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")

    assert _still_held() == [(None, None)]
    assert work_of(order, people.store_soho).status == "ON_HOLD"


def _still_held() -> list[tuple[str | None, str | None]]:
    still = Hold.objects.filter(released_at=None).order_by("id")
    return list(still.values_list("line__line_ref", "fulfillment_order__ref"))


def test_what_is_over_is_not_held(people: cast.Cast, do: Any, refused: Any) -> None:
    order = _two_nodes(people)
    asked = {"owner": "Ops", "reason": "Too late"}
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")

    refused(InvalidTransition, holds.hold, scope=Scope(order.ref, "2"), **asked)
    FulfillmentOrder.objects.update(needs_acknowledgment=False)
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    refused(InvalidTransition, holds.hold, scope=Scope(order.ref), **asked)


def test_held_work_can_be_cancelled(people: cast.Cast, do: Any) -> None:
    order = _two_nodes(people)
    _hold(do, order)

    done = do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    assert done.requested == ()
    assert _states(order) == {"store_soho": "CANCELLED", "dc_reno": "CANCELLED"}


def test_untouched_work_is_planned_again_for_the_new_address(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.dc_reno, {"1": 2}))
    _hold(do, order, kind="ADDRESS")

    do(changes.change_address, order_ref=order.ref, ship_to=BERLIN)

    assert fates(order) == {"queued": 3}
    assert work_of(order).status == "CANCELLED"
    group = FulfillmentGroup.objects.get()
    assert group.ship_to is not None
    assert (group.ship_to.city, group.excluded_nodes) == ("Berlin", {})
    assert RoutingTask.objects.get().order_id == order.id
    assert not Hold.objects.filter(released_at=None).exists()
    assert "Weg" not in str(list(OrderChange.objects.values())) + str(list(Event.objects.values()))


def test_an_address_is_kept_once_a_node_works_on_it(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    refused(InvalidTransition, changes.change_address, order_ref=order.ref, ship_to=BERLIN)
    do(fulfillment.pick, ref=work_of(order).ref)
    do(shipping.ship, ref=work_of(order).ref)
    refused(TooLate, changes.change_address, order_ref=order.ref, ship_to=BERLIN)
    refused(NotFound, changes.change_address, order_ref=order.ref, ship_to=BERLIN, group_ref="9")


def test_a_note_is_a_change_without_effect(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)])

    do(changes.note, order_ref=order.ref, text=" Called the customer. ")

    assert OrderChange.objects.get().reason == "Called the customer."
    assert fates(order) == {"queued": 2}
