"""Units that come back or are given up: claims of the order itself, node days and quotas follow them."""

from typing import Any

import pytest

from dom.kernel.transactions import unit_of_work
from inventory.models import ChannelQuota, NodeDayUse, QueuedDemand, Reservation
from inventory.services import DayUse, Want, WantLine, dequeue_demand, reserve
from orders.models import Order
from orders.reports import Reason, Returned
from orders.services import cancelling, fulfillment
from tests import cast
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _held(people: cast.Cast, quantity: int, held: int) -> Order:
    """An order whose first `held` units are claimed for itself at SoHo, as a cart leaves them."""
    order = place(people, [Ordered(people.tee, quantity)])
    ref = f"{order.ref}:1"
    line = WantLine(ref, "1", people.tee.id, people.store_soho.id, held)
    with unit_of_work():
        dequeue_demand(demand_refs=[ref])
        reserve(wants=[Want(ref, people.web.id, (line,))], at=cast.NOW, actor=cast.ACTOR)
        if quantity > held:
            QueuedDemand.objects.create(
                demand_ref=ref, line_ref="1", sku=people.tee, channel=people.web, quantity=quantity - held,
                created_at=cast.NOW,
            )  # fmt: skip
    return order


@pytest.mark.parametrize(("cancelled", "queued", "held"), [(1, 1, 3), (2, 0, 3), (4, 0, 1), (5, 0, 0)])
def test_cancelled_units_free_queued_demand_first_and_then_claims(
    people: cast.Cast, do: Any, cancelled: int, queued: int, held: int
) -> None:
    order = _held(people, 5, 3)

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=cancelled, reason="CUSTOMER")

    assert sum(QueuedDemand.objects.values_list("quantity", flat=True)) == queued
    assert sum(Reservation.objects.values_list("quantity", flat=True)) == held


def _uses_the_day(people: cast.Cast, order: Order) -> None:
    """Let the order's work use one order and its units of the node's day."""
    ref = work_of(order).ref
    use = DayUse(ref, people.store_soho.id, cast.NOW.date(), "", "ORDERS", 1)
    line = WantLine(ref, "1", people.tee.id, people.store_soho.id, 4)
    with unit_of_work():
        want = Want(ref, people.web.id, (line,), days=(use,), releases=(ref,))
        assert reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won


def test_work_that_ends_with_nothing_sent_gives_its_day_back(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 4)], Plan(people.store_soho, {"1": 4}))
    _uses_the_day(people, order)

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 1, Reason.NO_CAPACITY)])
    assert NodeDayUse.objects.get().node_day.used == 1
    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 3, Reason.NO_CAPACITY)])

    assert not NodeDayUse.objects.exists()


def test_units_that_come_back_give_the_quota_back(people: cast.Cast, do: Any) -> None:
    quota = ChannelQuota.objects.create(channel=people.web, sku=people.tee, quota=5)
    order = place(people, [Ordered(people.tee, 4)], Plan(people.store_soho, {"1": 4}))

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 1, Reason.OTHER)])

    quota.refresh_from_db()
    assert quota.used == 3
    assert fates(order) == {"queued": 1, "planned": 3}
