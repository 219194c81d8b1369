from datetime import timedelta

import pytest
from django.db.models import Sum

from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import IncomingSupply, QueuedDemand, Reservation
from inventory.services import Adjustment, SupplyRow
from orders.models import Hold, Order, OrderLine, RoutingTask
from orders.services.cancelling import cancel_line
from orders.services.waking import claim_incoming, give_back_incoming, wake
from tests import cast
from tests.orderbook import Ordered, assert_lawful, fates, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with a level of no tees at Reno."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 0)
    return everyone


def _arrive(people: cast.Cast, units: int) -> None:
    with unit_of_work():
        rows = [Adjustment(people.tee.id, people.dc_reno.id, on_hand=units, reason="FOUND")]
        inventory.adjust(rows=rows, at=cast.NOW, actor=cast.ACTOR)


def _wake(*, hours: float = 0) -> int:
    with unit_of_work():
        woken = wake(at=cast.NOW + timedelta(hours=hours))
    assert_lawful()
    return woken


def _backordered_again(order: Order) -> None:
    """Do what routing does when it finds no node after all."""
    OrderLine.objects.filter(order=order).update(queued=0, backordered=3)
    with unit_of_work():
        inventory.take_backorders(waiting=[inventory.Waiting(order.lines.get().sku_id or 0, 3)])
    QueuedDemand.objects.all().delete()
    RoutingTask.objects.all().delete()


def _order(people: cast.Cast, units: int = 3) -> Order:
    return place(people, [Ordered(people.tee, units, backordered=units)])


def test_nothing_wakes_before_stock_arrives(people: cast.Cast) -> None:
    order = _order(people)

    assert _wake() == 0
    assert fates(order) == {"backordered": 3}


def test_arriving_stock_wakes_the_line_into_the_routing_queue(people: cast.Cast) -> None:
    order = _order(people)
    _arrive(people, 5)

    assert _wake() == 1

    assert fates(order) == {"queued": 3}
    assert QueuedDemand.objects.get().quantity == 3
    assert RoutingTask.objects.get().order_id == order.id
    order.refresh_from_db()
    assert (order.status, order.revision) == ("QUEUED", 2)
    assert _wake() == 0


def test_a_line_that_found_no_node_sleeps_until_something_is_better(people: cast.Cast) -> None:
    order = _order(people)
    _arrive(people, 5)
    _wake()
    _backordered_again(order)

    assert _wake() == 0
    _arrive(people, -3)
    assert _wake() == 0
    _arrive(people, 1)
    assert _wake() == 1
    _backordered_again(order)
    assert _wake(hours=5) == 0
    assert _wake(hours=7) == 1


def test_a_change_of_the_network_wakes_too(people: cast.Cast) -> None:
    order = _order(people)
    _arrive(people, 5)
    _wake()
    _backordered_again(order)

    with unit_of_work():
        inventory.upsert_nodes(rows=[cast.DC_RENO], at=cast.NOW, actor=cast.ACTOR)

    assert _wake() == 1


def test_no_more_lines_wake_than_the_stock_covers_the_urgent_first(people: cast.Cast) -> None:
    orders = [_order(people, 2) for _ in range(4)]
    Order.objects.filter(id=orders[3].id).update(priority=500)
    _arrive(people, 3)

    assert _wake() == 2

    assert [fates(order) for order in orders] == [
        {"queued": 2}, {"backordered": 2}, {"backordered": 2}, {"queued": 2},
    ]  # fmt: skip
    assert _wake() == 0


def test_a_held_order_sleeps_on(people: cast.Cast) -> None:
    order = _order(people)
    Hold.objects.create(order=order, kind="MANUAL", owner="Ops", reason="-", placed_by="-", placed_at=cast.NOW)
    _arrive(people, 5)

    assert _wake() == 0


def _announce(people: cast.Cast, units: int) -> None:
    with unit_of_work():
        row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, units, cast.NOW + timedelta(days=3))
        inventory.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)


def _claim_incoming() -> int:
    with unit_of_work():
        return claim_incoming(at=cast.NOW)


def test_backordered_units_claim_incoming_supply_and_wake_with_their_claim(people: cast.Cast) -> None:
    urgent, late = _order(people, 3), _order(people, 3)
    _announce(people, 4)

    assert _claim_incoming() == 2
    assert _claim_incoming() == 0
    claims = Reservation.objects.values_list("demand_ref", "quantity")
    assert dict(claims) == {f"{urgent.ref}:1": 3, f"{late.ref}:1": 1}
    assert fates(urgent) == {"backordered": 3}

    with unit_of_work():
        inventory.receive_supply(
            source_ref="PO-1", sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=4, final=True, at=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
    assert _wake() == 2

    assert (fates(urgent), fates(late)) == ({"queued": 3}, {"queued": 1, "backordered": 2})
    assert not QueuedDemand.objects.exists()
    assert set(RoutingTask.objects.values_list("order_id", flat=True)) == {urgent.id, late.id}


def test_supply_that_an_order_no_longer_needs_goes_to_the_next(people: cast.Cast) -> None:
    first, second = _order(people, 3), _order(people, 3)
    _announce(people, 4)
    _claim_incoming()
    with unit_of_work():
        cancel_line(order_ref=first.ref, line_ref="1", quantity=2, reason="CUSTOMER", at=cast.NOW, actor=cast.ACTOR)

    assert _claim_incoming() == 1

    claims = Reservation.objects.values_list("demand_ref").annotate(units=Sum("quantity"))
    assert dict(claims) == {f"{first.ref}:1": 1, f"{second.ref}:1": 3}
    assert IncomingSupply.objects.get().reserved == 4


def test_units_that_wake_for_stock_let_their_incoming_supply_go(people: cast.Cast) -> None:
    _order(people, 3)
    _announce(people, 4)
    _claim_incoming()
    _arrive(people, 3)

    assert _wake() == 1

    assert not Reservation.objects.exists()
    assert QueuedDemand.objects.get().quantity == 3
    with unit_of_work():
        assert give_back_incoming(at=cast.NOW) == 0
