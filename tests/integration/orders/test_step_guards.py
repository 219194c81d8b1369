"""What stops a step of a node's work: a hold, and the way the goods go."""

from collections.abc import Callable
from typing import Any

import pytest

from inventory.models import Node
from orders.errors import InvalidTransition
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Order
from orders.services import cancelling, fulfillment, holds, shipping
from orders.services.holds import Scope
from tests import cast
from tests.orderbook import Ordered, Plan, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
Step = Callable[..., object]

#: Each step, the state it starts from, and whether it is one of goods that a customer collects.
STEPS: dict[str, tuple[Step, str, bool]] = {
    "accept": (fulfillment.accept, "PLANNED", False),
    "pick": (fulfillment.pick, "ACCEPTED", False),
    "pack": (fulfillment.pack, "PICKED", False),
    "ready": (fulfillment.ready, "PICKED", True),
    "ship": (shipping.ship, "PICKED", False),
    "hand over": (shipping.hand_over, "READY", True),
}


def _work(people: cast.Cast, status: str, method: str, node: Node | None = None) -> tuple[Order, str]:
    """Return an order and its work at SoHo in `status`, picked where that says so."""
    order = place(
        people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}), method=method,
        node=(node or people.store_soho) if method in {"PICKUP", "SHIP_TO_STORE"} else None,
    )  # fmt: skip
    FulfillmentOrder.objects.filter(order=order).update(status=status)
    if status in {"PICKED", "READY"}:
        FulfillmentOrderLine.objects.filter(fulfillment_order__order=order).update(to_pick=0, picked=2)
    return order, work_of(order).ref


def _asked(step: str, order: Order) -> dict[str, object]:
    return {"code": order.ref} if step == "hand over" else {}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_taken_on_hold_and_each_is_when_it_is_over(
    people: cast.Cast, do: Any, refused: Any, step: str
) -> None:
    service, status, collected = STEPS[step]
    order, ref = _work(people, status, "PICKUP" if collected else "SHIP")
    do(holds.hold, scope=Scope(order.ref), owner="Ops", reason="Look")

    refusal = refused(InvalidTransition, service, ref=ref, **_asked(step, order))

    assert refusal.facts["status"] == "ON_HOLD"
    do(holds.release_hold, scope=Scope(order.ref))
    do(service, ref=ref, **_asked(step, order))


@pytest.mark.parametrize("step", ["pack", "ready", "ship", "hand over"])
def test_no_step_of_the_other_way_is_taken(people: cast.Cast, refused: Any, step: str) -> None:
    service, status, collected = STEPS[step]
    order, ref = _work(people, status, "SHIP" if collected else "PICKUP")

    refused(InvalidTransition, service, ref=ref, **_asked(step, order))


def test_goods_for_a_store_are_handed_over_there_and_shipped_from_elsewhere(
    people: cast.Cast, do: Any, refused: Any
) -> None:
    _, here = _work(people, "PICKED", "SHIP_TO_STORE")
    _, on_the_way = _work(people, "PICKED", "SHIP_TO_STORE", people.store_austin)

    refused(InvalidTransition, fulfillment.pack, ref=here)
    refused(InvalidTransition, fulfillment.ready, ref=on_the_way)
    do(fulfillment.ready, ref=here)
    do(fulfillment.pack, ref=on_the_way)


def test_work_that_is_to_be_cancelled_and_on_hold_goes_on_for_nobody(people: cast.Cast, do: Any, refused: Any) -> None:
    order, ref = _work(people, "ACCEPTED", "SHIP")
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    do(holds.hold, scope=Scope(order.ref), owner="Ops", reason="Look")

    refused(InvalidTransition, fulfillment.accept, ref=ref)

    assert work_of(order).status == "CANCEL_REQUESTED"


def test_a_hold_of_one_work_or_of_a_done_line_stops_no_other(people: cast.Cast, do: Any) -> None:
    plans = (Plan(people.store_soho, {"1": 1}), Plan(people.dc_reno, {"2": 1}))
    order = place(people, [Ordered(people.tee, 1), Ordered(people.mug, 1)], *plans)
    soho, reno = work_of(order, people.store_soho).ref, work_of(order, people.dc_reno).ref
    do(holds.hold, scope=Scope(order.ref, "", soho), owner="Ops", reason="Look")

    do(fulfillment.accept, ref=reno)

    assert work_of(order, people.store_soho).status == "ON_HOLD"
    both = place(people, [Ordered(people.tee, 1), Ordered(people.mug, 1)], Plan(people.dc_reno, {"1": 1, "2": 1}))
    do(holds.hold, scope=Scope(both.ref, "1"), owner="Ops", reason="Look")
    assert work_of(both).status == "ON_HOLD"
    do(cancelling.cancel_line, order_ref=both.ref, line_ref="1", reason="CUSTOMER")
    do(fulfillment.accept, ref=work_of(both).ref)
