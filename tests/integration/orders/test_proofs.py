"""Every check is silent while its law holds, and speaks when somebody breaks it behind our backs."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from dom.kernel import prove
from dom.kernel.events import NewEvent, append_event
from dom.kernel.transactions import unit_of_work
from inventory.services import QueuedRow, queue_demand
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, OrderLine
from orders.reports import PackedBox
from orders.services import cancelling, fulfillment, shipping
from tests import cast
from tests.integration.orders.bodies import place
from tests.orderbook import Plan, plan_work

pytestmark = pytest.mark.django_db(transaction=True)
MINE = (5, 6, 7, 8, 10, 14, 15)
OVERCAPTURE = """
INSERT INTO orders_payment_entry (order_id, tender, kind, amount_minor, currency, reference, at)
SELECT id, 'card', 'CAPTURE', 3101, 'USD', '', now() FROM orders_order
"""


def _planned(people: cast.Cast) -> Order:
    """Return an order of three tees: two planned at Reno, one queued."""
    order = place(("TEE", 3), charges=[{"amount": "1.00"}], payment={"status": "AUTHORIZED"})
    with unit_of_work():
        group, rows = FulfillmentGroup.objects.get(), {"1": OrderLine.objects.get()}
        work = plan_work(order, group, rows, Plan(people.dc_reno, {"1": 2}))
        OrderLine.objects.update(queued=1, planned=2)
        queue_demand(rows=[QueuedRow(f"{order.ref}:1", "1", people.tee.id, people.web.id, 1)], at=cast.NOW)
        append_event(NewEvent("fulfillment_order.planned", "fulfillment_order", work.ref, 1), at=cast.NOW)
        Order.objects.update(status="PLANNED")
    return order


@pytest.fixture
def order() -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 9)
    return _planned(people)


def _found() -> set[str]:
    return {difference.check.name for difference in prove.differences(only=MINE)}


def test_the_books_of_a_fresh_order_add_up(order: Order) -> None:
    assert _found() == set()


@pytest.mark.parametrize(
    ("breaking", "check"),
    [
        (
            "UPDATE orders_fulfillment_order_line SET to_pick = 1, cancelled = 1",
            "planned units are the open units of fulfillment orders",
        ),
        (
            "UPDATE inventory_reservation SET quantity = 1",
            "open work is backed by hard claims of exactly its units, closed work by none",
        ),
        ("UPDATE orders_fulfillment_order SET status = 'CANCELLED'", "closed work has no open units"),
        (
            "UPDATE inventory_queued_demand SET quantity = 2",
            "every queued unit is counted once, by queued demand or by a claim of its group",
        ),
        ("DELETE FROM orders_routing_task", "what waits for routing stands in the queue"),
        ("UPDATE orders_order SET status = 'SHIPPED'", "an order's status is what its units, holds and work say"),
        ("UPDATE orders_fulfillment_order SET status = 'LOST'", "a fulfillment order's state is in its machine"),
        ("UPDATE orders_order SET revision = 2", "every revision has its one event"),
        ("UPDATE orders_order SET total_minor = 1", "an order's total is its lines and charges"),
        (
            OVERCAPTURE,
            "no more is captured than authorized, nor refunded than captured",
        ),
        (
            "UPDATE inventory_queued_demand SET demand_ref = 'O-GONE:1'",
            "no claim or queued demand of an order that is not there",
        ),
        (
            "UPDATE orders_fulfillment_order_line SET to_pick = 0, shipped = 2",
            "shipped units left in packages",
        ),
    ],
)
def test_what_is_broken_is_found(order: Order, breaking: str, check: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(breaking)

    assert check in _found()


def _step(step: Callable[..., object], **asked: object) -> None:
    with unit_of_work():
        step(at=cast.NOW, actor=cast.ACTOR, **asked)


def test_the_books_add_up_at_every_step_to_the_end(order: Order) -> None:
    ref = FulfillmentOrder.objects.get().ref
    steps: list[tuple[Callable[..., object], dict[str, object]]] = [
        (fulfillment.accept, {"ref": ref}),
        (fulfillment.pick, {"ref": ref}),
        (shipping.ship, {"ref": ref, "boxes": [PackedBox(tracking_number="1Z9")]}),
        (cancelling.cancel_order, {"order_ref": order.ref, "reason": "CUSTOMER"}),
    ]

    for step, asked in steps:
        _step(step, **asked)
        assert _found() == set(), step

    order.refresh_from_db()
    assert order.status == "SHIPPED"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_shipment SET amount_minor = amount_minor - 1")
    assert _found() == {"shares of shipments and cancellations add up to the order"}
