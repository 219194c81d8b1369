"""Supply that comes in, or does not, while sweeps look at whom it is for leaves every unit counted once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import QueuedDemand, Reservation
from inventory.services import QueuedRow, SupplyRow
from orders.models import Order
from orders.services import lost_supply, waking
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.inventory.rivals import behind
from tests.integration.orders.bodies import place
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)
SOON = cast.NOW + timedelta(days=3)


@pytest.fixture
def people() -> cast.Cast:
    """The cast; there are no tees."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 0)
    return everyone


def _announce(people: cast.Cast, source: str, units: int) -> None:
    row = SupplyRow(source, people.tee.id, people.dc_reno.id, units, SOON)
    with unit_of_work():
        inventory.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)


def _receive(people: cast.Cast, source: str, units: int, *, final: bool = False) -> None:
    inventory.receive_supply(
        source_ref=source, sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=units, final=final, at=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip


def _do(step: Callable[..., object]) -> None:
    with unit_of_work():
        step(at=cast.NOW)
    assert prove.differences() == []


def _backordered(people: cast.Cast, **supplies: int) -> Order:
    """An order that claims these units of supply, by source, and found no stock."""
    for source, units in supplies.items():
        _announce(people, source, units)
    order = place(("TEE", sum(supplies.values())))
    route_next(at=cast.NOW)
    _do(waking.claim_incoming)
    assert _claims() == (0, sum(supplies.values()))
    return order


def _claims() -> tuple[int, int]:
    """Units claimed on hand and of supply."""
    rows = list(Reservation.objects.values_list("supply_id", "quantity"))
    return sum(units for supply, units in rows if not supply), sum(units for supply, units in rows if supply)


def test_units_whose_supply_came_in_are_matched_with_no_more_supply(people: cast.Cast) -> None:
    order = _backordered(people, first=3)
    with unit_of_work():
        _receive(people, "first", 2)
    _announce(people, "second", 3)

    _do(waking.claim_incoming)

    assert (fates(order), _claims()) == ({"backordered": 3}, (2, 1))


def test_units_that_queued_demand_counts_are_matched_with_no_more_supply(people: cast.Cast) -> None:
    order = _backordered(people, first=3)
    _announce(people, "first", 2)
    _do(lost_supply.try_again)
    assert (fates(order), QueuedDemand.objects.get().quantity) == ({"queued": 1, "backordered": 2}, 1)
    with unit_of_work():
        _receive(people, "first", 2)
    _announce(people, "second", 3)

    _do(waking.claim_incoming)

    assert _claims() == (2, 0)


@pytest.mark.parametrize(("came", "on_hand", "queued"), [(0, 1, 1), (1, 2, 0)])
def test_supply_that_ends_while_its_units_wake(people: cast.Cast, came: int, on_hand: int, queued: int) -> None:
    order = _backordered(people, first=1, second=1)
    with unit_of_work():
        _receive(people, "first", 1)
    cast.stock(people.tee, people.store_soho, 5)

    with unit_of_work():
        _receive(people, "second", came, final=True)
        sweep = behind(lambda: waking.wake(at=cast.NOW))

    assert sweep.result() == 1
    assert (fates(order), _claims()) == ({"queued": 2}, (on_hand, 0))
    assert sum(QueuedDemand.objects.values_list("quantity", flat=True)) == queued
    assert prove.differences() == []


def test_supply_that_comes_short_while_nobody_needs_it_leaves_what_is_on_hand(people: cast.Cast) -> None:
    order = _backordered(people, first=1, second=1)
    with unit_of_work():
        _receive(people, "first", 1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orders_order_line SET backordered = 0, queued = 1, cancelled = 1")

    with unit_of_work():
        _receive(people, "second", 0, final=True)
        sweep = behind(lambda: waking.give_back_incoming(at=cast.NOW))

    assert sweep.result() == 0
    assert (fates(order), _claims()) == ({"queued": 1, "cancelled": 1}, (1, 0))


def test_what_nobody_needs_any_more_is_given_back(people: cast.Cast) -> None:
    _backordered(people, first=2, second=1)
    with unit_of_work():
        _receive(people, "first", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order_line SET backordered = 2, cancelled = 1")

    with unit_of_work():
        assert waking.give_back_incoming(at=cast.NOW) == 1

    assert _claims() == (1, 1)


def test_prove_finds_units_that_are_claimed_and_counted_as_well(people: cast.Cast) -> None:
    order = _backordered(people, first=2)
    with unit_of_work():
        _receive(people, "first", 1)
        row = QueuedRow(f"{order.ref}:1", "1", people.tee.id, people.web.id, 1)
        inventory.queue_demand(rows=[row], at=cast.NOW)

    found = [one.check.name for one in prove.differences(only=[8])]

    assert found == ["no more is claimed and counted for a line than waits"]
