"""An order's item and its way to the customer change while nobody has begun: counted once, and planned again."""

from collections.abc import Callable
from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.errors import DomainError, NotFound
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import QueuedDemand, Reservation
from inventory.services import SupplyRow
from orders.errors import InvalidTransition, OrderInvalid, TooLate
from orders.models import FulfillmentOrder, Hold, Order, OrderChange, OrderLine, RoutingTask
from orders.services import changes, fulfillment, holds, shipping, swapping, waking
from orders.services.changes import Way
from orders.services.holds import Scope
from orders.services.routing_flow import route_next
from orders.values import Place
from tests import cast
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)
SOHO = Way("PICKUP", "store_soho")


def _routed(*lines: tuple[str, int], **more: Any) -> Order:
    order = place(*(lines or (("TEE", 2),)), **more)
    _route()
    return Order.objects.get(id=order.id)


def _route() -> None:
    route_next(at=cast.NOW)
    assert prove.differences() == []


def _open(order: Order) -> dict[str, tuple[str, dict[str, int]]]:
    """Node → method and open units by SKU."""
    found = {}
    for work in FulfillmentOrder.objects.filter(order=order).exclude(status__in=("CANCELLED", "SHIPPED")):
        parts = work.lines.select_related("order_line")
        units = {part.order_line.sku_code: part.to_pick + part.picked for part in parts if part.to_pick + part.picked}
        found[work.node.code] = (work.method, units)
    return found


def _claimed() -> dict[str, int]:
    units: dict[str, int] = {}
    for claim in Reservation.objects.select_related("sku"):
        units[claim.sku.code] = units.get(claim.sku.code, 0) + claim.quantity
    return units


def test_an_order_to_ship_is_picked_up_instead(people: cast.Cast, proven: Do) -> None:
    order = _routed()

    proven(changes.change_method, order_ref=order.ref, way=SOHO, reason="CUSTOMER")

    assert (fates(order), RoutingTask.objects.count()) == ({"queued": 2}, 1)
    told = OrderChange.objects.get(kind="order.method_changed")
    assert told.data == {"group": "1", "method": "PICKUP", "node": "store_soho", "reason": "CUSTOMER"}
    _route()
    assert _open(order) == {"store_soho": ("PICKUP", {"TEE": 2})}


def test_a_pickup_is_shipped_instead_and_its_claim_moves_with_it(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 2), fulfillment={"method": "PICKUP", "node": "store_austin"}, ship_to=None)
    assert _claimed() == {"TEE": 2}
    there = Place(country="US", postal_code="10013", latitude=40.72, longitude=-74.0)

    proven(changes.change_method, order_ref=order.ref, way=Way("SHIP", ship_to=there))
    assert _claimed() == {"TEE": 2}
    _route()

    [(method, units)] = _open(order).values()
    assert (method, units, _claimed()) == ("SHIP", {"TEE": 2}, {"TEE": 2})


def test_what_waited_for_stock_is_tried_the_other_way(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 11), fulfillment={"method": "PICKUP", "node": "store_soho"})
    assert OrderLine.objects.get(order=order).backordered > 0

    proven(changes.change_method, order_ref=order.ref, way=Way("SHIP"))
    _route()

    assert fates(order) == {"planned": 11}


def test_a_way_that_cannot_be_is_refused(people: cast.Cast, refused: Refused) -> None:
    order = _routed()
    wrong: list[tuple[type[DomainError], Way, str]] = [
        (OrderInvalid, Way("PICKUP"), ""),
        (NotFound, Way("PICKUP", "nowhere"), ""),
        (NotFound, SOHO, "2"),
        (InvalidTransition, Way("SHIP"), ""),
    ]

    for refusal, way, group in wrong:
        refused(refusal, changes.change_method, order_ref=order.ref, way=way, group_ref=group)


def test_a_pickup_without_an_address_is_not_shipped_nowhere(people: cast.Cast, refused: Refused) -> None:
    order = place(("TEE", 1), fulfillment={"method": "PICKUP", "node": "store_soho"}, ship_to=None)

    refused(OrderInvalid, changes.change_method, order_ref=order.ref, way=Way("SHIP"))


Step = Callable[..., object]


@pytest.mark.parametrize(
    ("step", "asked"),
    [(changes.change_method, {"way": SOHO}), (swapping.swap_item, {"line_ref": "1", "sku": "MUG"})],
)
def test_nothing_changes_once_a_node_has_begun_or_goods_have_left(
    people: cast.Cast, proven: Do, refused: Refused, step: Step, asked: dict[str, object]
) -> None:
    order = _routed()
    ref = FulfillmentOrder.objects.get().ref
    proven(fulfillment.accept, ref=ref)
    refused(InvalidTransition, step, order_ref=order.ref, **asked)

    proven(fulfillment.pick, ref=ref)
    proven(shipping.ship, ref=ref)

    refused(TooLate, step, order_ref=order.ref, **asked)


def test_an_item_is_swapped_at_the_agreed_price(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 2), ("LAMP", 1))
    total = order.total_minor

    proven(swapping.swap_item, order_ref=order.ref, line_ref="1", sku="MUG", reason="CUSTOMER")

    line = OrderLine.objects.get(order=order, line_ref="1")
    assert (line.sku_id, line.sku_code, line.queued, line.unit_price_minor) == (people.mug.id, "MUG", 2, 1_000)
    assert list(QueuedDemand.objects.filter(line_ref="1").values_list("sku_id", "quantity")) == [(people.mug.id, 2)]
    _route()
    assert (fates(order), _claimed()) == ({"planned": 2}, {"MUG": 2})
    assert Order.objects.get(id=order.id).total_minor == total
    told = OrderChange.objects.get(kind="order.item_swapped").data
    assert told == {"line_ref": "1", "sku": "MUG", "before": "TEE", "reason": "CUSTOMER"}


def test_work_keeps_the_lines_that_were_not_swapped(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 2), ("MUG", 1))
    cast.stock(people.lamp, people.dc_reno, 5)
    kept = FulfillmentOrder.objects.get()

    proven(swapping.swap_item, order_ref=order.ref, line_ref="1", sku="LAMP")
    _route()

    assert _open(order)[kept.node.code] == ("SHIP", {"MUG": 1})
    assert _claimed() == {"MUG": 1, "LAMP": 2}


def test_what_the_old_item_claimed_of_carts_and_of_supply_is_given_back(people: cast.Cast, proven: Do) -> None:
    at_pickup = place(("TEE", 3), fulfillment={"method": "PICKUP", "node": "store_soho"})
    waiting = _routed(("LAMP", 2))
    with unit_of_work():
        row = SupplyRow("PO-1", people.lamp.id, people.dc_reno.id, 5, cast.NOW)
        inventory.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
        assert waking.claim_incoming(at=cast.NOW) == 1
    for order in (at_pickup, waiting):
        proven(swapping.swap_item, order_ref=order.ref, line_ref="1", sku="MUG")

    assert not Reservation.objects.filter(demand_ref__startswith="O-").exists()
    _route()
    assert _claimed() == {"MUG": 5}


def test_a_swap_that_makes_no_sense_is_refused(people: cast.Cast, refused: Refused) -> None:
    order = _routed()
    wrong: list[tuple[type[DomainError], str, str]] = [
        (NotFound, "1", "NONE"), (NotFound, "9", "MUG"), (InvalidTransition, "1", "TEE"),
    ]  # fmt: skip

    for refusal, line_ref, sku in wrong:
        refused(refusal, swapping.swap_item, order_ref=order.ref, line_ref=line_ref, sku=sku)


def test_a_hold_that_found_no_plan_ends_and_others_stay(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    for kind in (Hold.Kind.UNFILLED, Hold.Kind.FRAUD):
        proven(holds.hold, scope=Scope(order.ref), kind=kind, owner="Ana", reason="-")

    proven(changes.change_method, order_ref=order.ref, way=SOHO)

    assert list(Hold.objects.filter(released_at=None).values_list("kind", flat=True)) == ["FRAUD"]
    route_next(at=cast.NOW)
    assert fates(order) == {"queued": 2}
