"""Goods that leave: the claims they used are consumed, and their money is the exact share of the order."""

import random
from typing import Any

import pytest

from inventory.models import Reservation, StockLevel
from orders.errors import HandOverRefused, InvalidTransition, PickMismatch
from orders.models import CustomerContact, FulfillmentGroup, Order, PaymentEntry, Shipment, ShipmentLine
from orders.reports import PackedBox, PackedLine
from orders.services import fulfillment, shipping
from tests import cast
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _picked(people: cast.Cast, do: Any, lines: list[Ordered], units: dict[str, int], **how: Any) -> Order:
    order = place(people, lines, Plan(people.store_soho, units, "ACCEPTED"), **how)
    do(fulfillment.pick, ref=work_of(order).ref)
    return order


def test_what_is_shipped_leaves_hand_and_claims_together(people: cast.Cast, do: Any) -> None:
    order = _picked(people, do, [Ordered(people.tee, 3)], {"1": 3}, charges=500)

    do(shipping.ship, ref=work_of(order).ref, boxes=[PackedBox(tracking_number="1Z9", carrier="UPS")])

    work = work_of(order)
    assert (work.status, work.closed_at) == ("SHIPPED", cast.NOW)
    assert fates(order) == {"shipped": 3}
    assert Order.objects.get().status == "SHIPPED"
    level = StockLevel.objects.get(sku=people.tee, node=people.store_soho)
    assert (level.on_hand, level.reserved) == (7, 0)
    assert Shipment.objects.get().amount_minor == 3_500
    assert ShipmentLine.objects.get().quantity == 3
    assert not PaymentEntry.objects.exists()


def test_a_part_that_ships_leaves_the_rest_open(people: cast.Cast, do: Any) -> None:
    order = _picked(people, do, [Ordered(people.tee, 3, price=333, tax=1), Ordered(people.mug, 1)], {"1": 3, "2": 1})

    do(shipping.ship, ref=work_of(order).ref, boxes=[PackedBox((PackedLine("1", 1), PackedLine("2", 1)))])

    assert work_of(order).status == "PICKED"
    assert Order.objects.get().status == "PARTLY_SHIPPED"
    assert fates(order) == {"shipped": 1, "planned": 2}
    assert Reservation.objects.get().quantity == 2
    do(shipping.ship, ref=work_of(order).ref)
    assert work_of(order).status == "SHIPPED"
    assert [one.amount_minor for one in Shipment.objects.order_by("id")] == [1_333, 667]


def test_boxes_share_what_is_picked(people: cast.Cast, do: Any) -> None:
    order = _picked(people, do, [Ordered(people.tee, 4)], {"1": 4})
    boxes = [PackedBox((PackedLine("1", 1),)), PackedBox(tracking_number="rest")]

    do(shipping.ship, ref=work_of(order).ref, boxes=boxes)

    assert list(ShipmentLine.objects.order_by("id").values_list("package__number", "quantity")) == [(1, 1), (2, 3)]


@pytest.mark.parametrize(
    "boxes",
    [
        [PackedBox((PackedLine("1", 4),))],
        [PackedBox((PackedLine("1", 2),)), PackedBox((PackedLine("1", 2),))],
        [PackedBox((PackedLine("1", 3),)), PackedBox()],
    ],
)
def test_boxes_hold_no_more_than_is_picked_and_never_nothing(
    people: cast.Cast, do: Any, refused: Any, boxes: list[PackedBox]
) -> None:
    order = _picked(people, do, [Ordered(people.tee, 3)], {"1": 3})

    refused(PickMismatch, shipping.ship, ref=work_of(order).ref, boxes=boxes)


def test_unpicked_work_does_not_ship(people: cast.Cast, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}, "ACCEPTED"))

    refused(InvalidTransition, shipping.ship, ref=work_of(order).ref)


@pytest.mark.parametrize("seed", range(5))
def test_amounts_of_any_parts_add_up_to_the_order(people: cast.Cast, do: Any, seed: int) -> None:
    rng = random.Random(seed)
    lines = [Ordered(people.tee, 7, price=rng.randint(0, 999), discount=0, tax=rng.randint(0, 99)) for _ in range(1)]
    lines.append(Ordered(people.mug, 5, price=rng.randint(1, 999), tax=rng.randint(0, 99)))
    order = _picked(people, do, lines, {"1": 7, "2": 5}, charges=rng.randint(0, 999))
    left = {"1": 7, "2": 5}
    while any(left.values()):
        line_ref = rng.choice([ref for ref, units in left.items() if units])
        units = rng.randint(1, left[line_ref])
        left[line_ref] -= units
        do(shipping.ship, ref=work_of(order).ref, boxes=[PackedBox((PackedLine(line_ref, units),))])

    assert sum(one.amount_minor for one in Shipment.objects.all()) == order.total_minor


def _ready(people: cast.Cast, do: Any) -> Order:
    order = _picked(people, do, [Ordered(people.tee, 2)], {"1": 2}, method="PICKUP", node=people.store_soho)
    do(fulfillment.ready, ref=work_of(order).ref)
    return order


def test_a_customer_who_shows_the_code_gets_the_goods(people: cast.Cast, do: Any) -> None:
    order = _ready(people, do)

    do(shipping.hand_over, ref=work_of(order).ref, code=order.external_ref.upper())

    assert work_of(order).status == "HANDED_OVER"
    assert Order.objects.get().status == "SHIPPED"
    assert Shipment.objects.get().handed_to == "CODE"
    assert StockLevel.objects.get(sku=people.tee, node=people.store_soho).on_hand == 8


def test_a_customer_is_known_by_name(people: cast.Cast, do: Any) -> None:
    order = _ready(people, do)

    do(shipping.hand_over, ref=work_of(order).ref, name=" ana  LIMA ")

    assert Shipment.objects.get().handed_to == "CUSTOMER"


def test_somebody_else_needs_a_relation_and_is_remembered_as_a_contact(
    people: cast.Cast, do: Any, refused: Any
) -> None:
    order = _ready(people, do)
    ref = work_of(order).ref

    refused(HandOverRefused, shipping.hand_over, ref=ref, code="web-O-OTHER")
    refused(HandOverRefused, shipping.hand_over, ref=ref, name="Bo Lima")
    do(shipping.hand_over, ref=ref, name="Bo Lima", relation="SPOUSE")

    assert Shipment.objects.get().handed_to == "SPOUSE"
    assert FulfillmentGroup.objects.get().pickup_person == CustomerContact.objects.get(name="Bo Lima")


def test_what_customers_collect_is_not_shipped_nor_parcels_handed_over(
    people: cast.Cast, do: Any, refused: Any
) -> None:
    collected = _ready(people, do)
    parcel = _picked(people, do, [Ordered(people.mug, 1)], {"1": 1})

    refused(InvalidTransition, shipping.ship, ref=work_of(collected).ref)
    refused(InvalidTransition, fulfillment.pack, ref=work_of(collected).ref)
    refused(InvalidTransition, fulfillment.ready, ref=work_of(parcel).ref)
    refused(InvalidTransition, shipping.hand_over, ref=work_of(parcel).ref, code=parcel.ref)
