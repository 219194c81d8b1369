"""What is in hand meets a short level by itself: work as it is picked, carts and waiting units as they claim."""

from datetime import timedelta

import pytest

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import QueuedDemand, Reservation, StockLevel
from inventory.services import CountRow, Want, WantLine
from orders.models import Order
from orders.reports import Picked
from orders.services import fulfillment, short_stock
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders import bodies
from tests.orderbook import Ordered, Plan, assert_lawful, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(minutes=16)


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with four tees at SoHo and none elsewhere."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.store_soho, 4)
    return everyone


def _count(people: cast.Cast, units: int) -> None:
    with unit_of_work():
        row = CountRow(people.tee.id, people.store_soho.id, units, cast.NOW)
        services.count(rows=[row], at=cast.NOW, actor="ana")


def _gives_way() -> int:
    with unit_of_work():
        return short_stock.give_way(at=LATER)


def _short() -> tuple[int, int]:
    level = StockLevel.objects.get()
    return level.reserved, level.shortage


def test_accepted_work_keeps_its_claim_and_its_pick_says_what_is_there(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 4)], Plan(people.store_soho, {"1": 4}, "ACCEPTED"))
    _count(people, 3)

    assert (_gives_way(), _short()) == (0, (4, 1))
    with unit_of_work():
        fulfillment.pick(ref=work_of(order).ref, lines=[Picked("1", 3)], at=LATER, actor="ana")

    assert (fates(order), _short()) == ({"planned": 3, "queued": 1}, (3, 0))
    assert_lawful()


@pytest.mark.parametrize("found", [None, 0])
def test_what_was_picked_is_there_whatever_the_books_had(people: cast.Cast, found: int | None) -> None:
    order = place(people, [Ordered(people.tee, 4)], Plan(people.store_soho, {"1": 4}, "ACCEPTED"))

    with unit_of_work():
        picked = Picked("1", 3, found=found)
        fulfillment.pick(ref=work_of(order).ref, lines=[picked], at=LATER, actor="ana")

    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.shortage) == (3, 3, 0)
    assert_lawful()


def test_a_miss_beside_other_stock_takes_the_missing_unit_off(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}, "ACCEPTED"))

    with unit_of_work():
        fulfillment.pick(ref=work_of(order).ref, lines=[Picked("1", 2)], at=LATER, actor="ana")

    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.shortage) == (3, 2, 0)


def test_a_cart_keeps_its_claim_and_takes_what_is_there_as_it_becomes_an_order(people: cast.Cast) -> None:
    line = WantLine("R-1", "1", people.tee.id, people.store_soho.id, 4)
    with unit_of_work():
        want = Want("R-1", people.web.id, (line,), expires_at=cast.NOW + timedelta(minutes=30))
        assert services.reserve(wants=[want], at=cast.NOW, actor="shop").won == {"R-1"}
    _count(people, 3)

    assert (_gives_way(), _short()) == (0, (4, 1))
    order = bodies.place(("TEE", 4), reservations=["R-1"])

    assert (fates(order), _short(), QueuedDemand.objects.get().quantity) == ({"queued": 4}, (0, 0), 4)
    route_next(at=cast.NOW)
    assert (fates(order), _short()) == ({"planned": 3, "backordered": 1}, (3, 0))
    assert prove.differences() == []


def test_a_pickup_that_waits_takes_what_is_there_as_it_is_routed(people: cast.Cast) -> None:
    order = bodies.place(("TEE", 4), fulfillment={"method": "PICKUP", "node": "store_soho"})
    assert Reservation.objects.get().demand_ref == f"{order.ref}:1"
    _count(people, 3)

    assert (_gives_way(), _short()) == (0, (4, 1))
    route_next(at=cast.NOW)

    assert (fates(Order.objects.get()), _short()) == ({"planned": 3, "backordered": 1}, (3, 0))
    assert prove.differences() == []
