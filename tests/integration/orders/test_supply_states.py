"""Only backordered units claim incoming supply; whatever became of them, a loss leaves every unit counted once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dom.kernel import prove
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import IncomingSupply, LostSupply, QueuedDemand, Reservation
from inventory.services import SupplyRow, Waiting, Want, WantLine, end_backorders, take_backorders
from orders.models import Order, OrderLine, RoutingTask
from orders.services import cancelling, holds, lost_supply, waking
from orders.services.holds import Scope
from orders.services.replanning import replan
from orders.services.routing_flow import route_next
from orders.wishes import Wish
from tests import cast
from tests.integration.inventory.rivals import behind
from tests.integration.orders.bodies import place
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)
SOON = cast.NOW + timedelta(days=3)


@pytest.fixture
def people() -> cast.Cast:
    """The cast without stock; five tees come to Reno."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 0)
    _announce(everyone, 5)
    return everyone


def _announce(people: cast.Cast, units: int) -> None:
    row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, units, SOON)
    with unit_of_work():
        inventory.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)


def _do(step: Callable[..., object], **asked: object) -> None:
    with unit_of_work():
        step(at=cast.NOW, **asked)
    assert prove.differences() == []


def _cart(people: cast.Cast, units: int) -> None:
    line = WantLine("R-1", "c", people.tee.id, people.dc_reno.id, units, supply_id=IncomingSupply.objects.get().id)
    want = Want("R-1", people.web.id, (line,), expires_at=cast.NOW + timedelta(minutes=15))
    with unit_of_work():
        assert inventory.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won == {"R-1"}


def _backordered(units: int = 3) -> Order:
    """An order that found no stock and claims of PO-1."""
    order = place(("TEE", units))
    route_next(at=cast.NOW)
    _do(waking.claim_incoming)
    assert _claimed() == units
    return order


def _claimed() -> int:
    return sum(Reservation.objects.filter(supply__isnull=False).values_list("quantity", flat=True))


def _status(order: Order) -> str:
    return Order.objects.get(id=order.id).status


def test_a_cart_of_supply_to_come_becomes_backordered_units_that_keep_its_claim(people: cast.Cast) -> None:
    _cart(people, 3)

    order = place(("TEE", 4), reservations=["R-1"])

    assert prove.differences() == []
    assert fates(order) == {"queued": 1, "backordered": 3}
    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.quantity, claim.supply_id is None) == (f"{order.ref}:1", 3, False)
    assert list(QueuedDemand.objects.values_list("quantity", flat=True)) == [1]
    assert list(Event.objects.filter(entity_ref=order.ref).order_by("id").values_list("kind", "revision")) == [
        ("order.placed", 1), ("order.unfilled", 2),
    ]  # fmt: skip


def test_an_order_that_waits_for_its_carts_supply_alone_is_backordered_at_once(people: cast.Cast) -> None:
    _cart(people, 3)
    order = place(("TEE", 3), reservations=["R-1"])
    assert _status(order) == "BACKORDERED"

    route_next(at=cast.NOW)

    assert (fates(order), _claimed()) == ({"backordered": 3}, 3)
    assert not RoutingTask.objects.exists()
    _do(_receive, people=people, units=3)
    _do(waking.wake)
    route_next(at=cast.NOW)
    assert fates(order) == {"planned": 3}
    assert prove.differences() == []


def _receive(*, people: cast.Cast, units: int, at: object) -> None:
    inventory.receive_supply(
        source_ref="PO-1", sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=units, final=True,
        at=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip


def test_a_cart_that_lost_its_supply_leaves_its_order_to_routing(people: cast.Cast) -> None:
    _cart(people, 3)
    _announce(people, 1)

    order = place(("TEE", 3), reservations=["R-1"])

    assert fates(order) == {"queued": 2, "backordered": 1}
    _do(lost_supply.try_again)
    assert (fates(order), LostSupply.objects.count()) == ({"queued": 2, "backordered": 1}, 0)


def test_units_of_a_converted_cart_that_lose_their_supply_are_decided_again(people: cast.Cast) -> None:
    _cart(people, 3)
    order = place(("TEE", 3), reservations=["R-1"])
    _announce(people, 1)

    _do(lost_supply.try_again)

    assert fates(order) == {"queued": 2, "backordered": 1}
    assert RoutingTask.objects.get().order_id == order.id


def test_units_that_stock_woke_need_no_supply_when_it_is_lost(people: cast.Cast) -> None:
    order = _backordered()
    cast.stock(people.tee, people.store_soho, 3)
    _announce(people, 0)

    _do(waking.wake)
    _do(lost_supply.try_again)

    assert (fates(order), LostSupply.objects.count()) == ({"queued": 3}, 0)
    assert list(QueuedDemand.objects.values_list("quantity", flat=True)) == [3]


def test_units_that_were_planned_anew_need_no_supply_when_it_is_lost(people: cast.Cast) -> None:
    order = _backordered()
    _announce(people, 0)
    cast.stock(people.tee, people.store_soho, 2)
    _do(replan, order_ref=order.ref, wish=Wish(), reason="", actor=cast.ACTOR)
    assert fates(order) == {"planned": 2, "backordered": 1}

    _do(lost_supply.try_again)

    assert fates(order) == {"planned": 2, "queued": 1}


@pytest.mark.parametrize("line_ref", ["", "1"])
def test_units_on_hold_that_lose_their_supply_are_decided_when_the_hold_ends(people: cast.Cast, line_ref: str) -> None:
    order = _backordered()
    scope = Scope(order.ref, line_ref)
    _do(holds.hold, scope=scope, owner="Ana", reason="Wait", actor=cast.ACTOR)
    _announce(people, 1)

    _do(lost_supply.try_again)
    route_next(at=cast.NOW)
    assert fates(order) == {"queued": 2, "backordered": 1}
    cast.stock(people.tee, people.store_soho, 2)
    _do(holds.release_hold, scope=scope, actor=cast.ACTOR)
    route_next(at=cast.NOW)

    assert fates(order) == {"planned": 2, "backordered": 1}
    assert prove.differences() == []


def test_a_line_that_became_another_sku_does_not_wait_for_the_loss_of_the_first(people: cast.Cast) -> None:
    order = _backordered()
    _announce(people, 0)
    OrderLine.objects.filter(order=order).update(sku=people.mug, sku_code="MUG")
    with unit_of_work():
        end_backorders(units={people.tee.id: 3})
        take_backorders(waiting=[Waiting(people.mug.id, 3)])

    _do(lost_supply.try_again)

    assert fates(order) == {"backordered": 3}


def test_prove_finds_claims_on_supply_that_no_backordered_unit_stands_for(people: cast.Cast) -> None:
    _backordered()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order_line SET backordered = 2, queued = 1")

    names = {found.check.name for found in prove.differences(only=[8])}

    assert "claims on incoming supply are of backordered units" in names


def test_units_that_are_cancelled_while_the_sweep_looks_at_them_claim_nothing(people: cast.Cast) -> None:
    """The sweep sees them waiting, and waits itself for whoever cancels them; then it looks again."""
    order = place(("TEE", 3))
    route_next(at=cast.NOW)

    with unit_of_work():
        cancelling.cancel_order(order_ref=order.ref, reason="CUSTOMER", at=cast.NOW, actor=cast.ACTOR)
        sweep = behind(lambda: waking.claim_incoming(at=cast.NOW))

    assert sweep.result() == 0
    assert (fates(order), _claimed()) == ({"cancelled": 3}, 0)
    assert prove.differences() == []
