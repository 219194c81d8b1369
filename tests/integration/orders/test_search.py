"""What a person types to find an order, and that finding one never reads the whole table."""

import pytest
from django.db import connection

from benchmarks.big_world import Size, load
from orders.models import CustomerContact, Order, Package, Shipment
from orders.selectors.searching import searched
from tests import cast, orderbook
from tests.orderbook import Ordered, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """An order of Robin Vale, planned at SoHo and shipped in one box; two others stand around it."""
    people = cast.enter()
    for sku in (people.tee, people.mug, people.lamp):
        cast.stock(sku, people.store_soho, 10)
    orderbook.place(people, [Ordered(people.mug, 1)])
    order = orderbook.place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
    orderbook.place(people, [Ordered(people.lamp, 1)])
    CustomerContact.objects.filter(id=order.customer_id or 0).update(
        external_ref="C-77", name="Robin O'Vale", email="robin_vale@shop.example", phone="+1 (555) 010-4477"
    )
    Order.objects.filter(id=order.id).update(external_ref="W-100123")
    sent = Shipment.objects.create(
        ref="S-77", fulfillment_order=orderbook.work_of(order), amount_minor=0, shipped_at=cast.NOW
    )
    Package.objects.create(shipment=sent, number=1, tracking_number="1Z77")
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    "text",
    [
        "W-100123", "w-100123", "100123", "W-100", "C-77", "c-77", "S-77", "1Z77", "1z77", "TEE", "tee",
        "Robin O'Vale", "robin", "vale", "O'Va", "rob ale", "robin_vale@shop.example", "vale@shop", "ROBIN_VALE",
        "+1 (555) 010-4477", "15550104477", "010-4477", "0104477", "  robin  ", "robin\0",
    ],
)  # fmt: skip
def test_an_order_is_found_by_whatever_is_known_of_it(order: Order, text: str) -> None:
    assert searched(text) == [order.id]


def test_references_of_ours_are_found_in_any_case_and_by_their_beginning(order: Order) -> None:
    work = orderbook.work_of(order)

    for ref in (order.ref, work.ref):
        assert searched(ref) == searched(ref.lower()) == searched(ref[:8]) == [order.id]


@pytest.mark.parametrize(
    "text", ["", "  ", "ro", "%", "%%%", "___", "robinXvale", "robin-vale", "zzqx", "\\", "1Z7", "4478"]
)
def test_what_names_nothing_finds_nothing(order: Order, text: str) -> None:
    assert searched(text) == []


def test_two_characters_may_still_be_a_whole_reference(order: Order) -> None:
    Order.objects.filter(id=order.id).update(external_ref="7A")

    assert searched("7a") == [order.id]


def _found(text: str, *, limit: int, window: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT orders_search(%s, %s, %s) AS id ORDER BY id DESC", [text, limit, window])
        return [order_id for (order_id,) in cursor.fetchall()][:limit]


def test_however_far_the_first_look_reaches_the_newest_are_found() -> None:
    load(Size(orders=400, skus=10), at=cast.NOW)

    for name in ("an", "rob", "lin", "mar", "smith", "quinn", "robin v"):
        holders = CustomerContact.objects.filter(name__icontains=name) if len(name) > 2 else []
        expected = sorted((contact.id for contact in holders), reverse=True)
        for limit in (1, 5, 1_000):
            for window in (0, 3, 100, 1_000):
                assert _found(name, limit=limit, window=window) == expected[:limit], (name, limit, window)
