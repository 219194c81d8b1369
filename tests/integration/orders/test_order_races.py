"""Two people at once: one of them wins, the other is told so, and every law holds."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from inventory.models import StockLevel
from orders.models import Order
from orders.reports import PackedBox, PackedLine, Reason, Returned
from orders.services import cancelling, fulfillment, shipping
from tests import cast, orderbook
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _race(*steps: Callable[[], object]) -> list[str]:
    """Run the steps at once, each in a thread and a unit of work of its own; return how each ended, sorted."""
    gate = threading.Barrier(len(steps))
    ends: list[str] = []

    def run(step: Callable[[], object]) -> None:
        try:
            gate.wait()
            with unit_of_work():
                step()
            ends.append("done")
        except DomainError as refusal:
            ends.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    orderbook.assert_lawful()
    return sorted(ends)


def _rejection(ref: str) -> Callable[[], object]:
    lines = [Returned("1", 1, Reason.NOT_FOUND)]
    return lambda: fulfillment.reject(ref=ref, lines=lines, at=cast.NOW, actor="x")


def _cancellation(order_ref: str) -> Callable[[], object]:
    return lambda: cancelling.cancel_order(order_ref=order_ref, reason="CUSTOMER", at=cast.NOW, actor="x")


def test_of_four_who_accept_one_wins(people: cast.Cast) -> None:
    ref = work_of(place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}))).ref

    ends = _race(*[lambda: fulfillment.accept(ref=ref, at=cast.NOW, actor="x")] * 4)

    assert ends == ["done", "invalid-transition", "invalid-transition", "invalid-transition"]


def test_of_two_who_ship_the_same_units_one_wins(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}, "ACCEPTED"))
    ref = work_of(order).ref
    with unit_of_work():
        fulfillment.pick(ref=ref, at=cast.NOW, actor="x")
    box = PackedBox((PackedLine("1", 2),))

    ends = _race(*[lambda: shipping.ship(ref=ref, boxes=[box], at=cast.NOW, actor="x")] * 2)

    assert ends == ["done", "pick-mismatch"]
    assert fates(order) == {"shipped": 2, "planned": 1}


def test_a_cancellation_and_a_rejection_at_once_take_each_unit_once(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 4)], Plan(people.store_soho, {"1": 4}))
    ref = work_of(order).ref
    lost = [Returned("1", 4, Reason.NOT_FOUND)]

    ends = _race(
        _cancellation(order.ref),
        lambda: fulfillment.reject(ref=ref, lines=lost, at=cast.NOW, actor="x"),
    )

    assert ends in (["done", "done"], ["done", "invalid-transition"])
    assert fates(order) == {"cancelled": 4}
    assert Order.objects.get().status == "CANCELLED"


def test_many_orders_of_one_sku_are_rejected_and_cancelled_at_once(people: cast.Cast) -> None:
    orders = [place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1})) for _ in range(8)]
    refs = [work_of(order).ref for order in orders]

    ends = _race(*[_rejection(ref) for ref in refs[:4]], *[_cancellation(order.ref) for order in orders[4:]])

    assert ends == ["done"] * 8
    level = StockLevel.objects.get(sku=people.tee, node=people.store_soho)
    assert (level.on_hand, level.reserved) == (6, 0)


def test_two_sweeps_at_once_cancel_once(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 4)])
    Order.objects.update(auto_cancel_at=cast.NOW)

    ends = _race(*[lambda: cancelling.auto_cancel(at=cast.NOW)] * 3)

    assert ends == ["done"] * 3
    assert Order.objects.get().revision == 2
    assert fates(order) == {"cancelled": 4}
