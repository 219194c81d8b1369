"""Work waits for its time where a node wants it so, and leaves a node that will not begin it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import Reservation
from inventory.services import NodeRow
from orders.errors import AlreadyClaimed, InvalidTransition
from orders.models import FulfillmentGroup, FulfillmentOrder, Hold, Order, OrderChange, RoutingTask
from orders.selectors.resting import Resting, resting
from orders.services import fulfillment, holds
from orders.services.releasing import release_due, release_work
from orders.states import MOVES, UNTOUCHED
from orders.tasks import sweep, take_back
from tests import cast, orderbook
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
LEAVES = cast.NOW + timedelta(hours=6)


def _node(row: NodeRow, **facts: Any) -> None:
    with unit_of_work():
        inventory.upsert_nodes(rows=[replace(row, **facts)], at=cast.NOW, actor=cast.ACTOR)


def _order(people: cast.Cast, ship_by: datetime | None = LEAVES, **asked: Any) -> Order:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}), **asked)
    FulfillmentOrder.objects.filter(order=order).update(ship_by=ship_by)
    return order


def _release(at: datetime) -> int:
    with unit_of_work():
        released = release_due(at=at)
    orderbook.assert_lawful()
    return released


def test_work_is_released_when_its_time_has_come_and_not_before(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    order = _order(people)

    assert _release(LEAVES - timedelta(minutes=121)) == 0
    assert _release(LEAVES - timedelta(minutes=120)) == 1
    assert _release(LEAVES) == 0

    work = work_of(order)
    assert (work.status, work.revision, work.released_at) == ("RELEASED", 2, LEAVES - timedelta(minutes=120))
    told = Event.objects.get(kind="fulfillment_order.released")
    assert (told.entity_ref, told.revision, told.node, told.channel) == (work.ref, 2, "store_soho", "web")
    assert told.data == {"order": order.ref, "status": "RELEASED"}
    assert Order.objects.get(id=order.id).status == "PLANNED"


def test_work_without_a_time_to_leave_is_released_at_once(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, release_minutes=0)
    _order(people, ship_by=None)

    assert _release(cast.NOW) == 1


def test_other_nodes_begin_when_they_like(people: cast.Cast, do: Any) -> None:
    _node(cast.DC_RENO, release_minutes=120)
    order = _order(people)

    assert _release(LEAVES) == 0
    do(fulfillment.accept, ref=work_of(order).ref)

    assert work_of(order).status == "ACCEPTED"


def test_nobody_begins_what_is_not_released(people: cast.Cast, refused: Any, do: Any) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    ref = work_of(_order(people)).ref

    early = refused(InvalidTransition, fulfillment.accept, ref=ref)

    assert str(early) == f"{ref} is PLANNED: it is not released yet."
    assert early.facts == {"status": "PLANNED", "allowed": ["CANCELLED", "ON_HOLD", "REJECTED", "RELEASED"]}
    _release(LEAVES)
    do(fulfillment.accept, ref=ref)
    assert FulfillmentOrder.objects.get().status == "ACCEPTED"


@pytest.mark.parametrize("status", sorted(set(MOVES) - {"PLANNED"}))
def test_time_releases_nothing_but_planned_work(people: cast.Cast, status: str) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    order = _order(people)
    FulfillmentOrder.objects.filter(order=order).update(status=status)

    with unit_of_work():
        assert release_due(at=LEAVES) == 0

    assert (work_of(order).status, work_of(order).revision) == (status, 1)


def test_the_soonest_go_first_in_few_statements(
    people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _node(cast.STORE_SOHO, release_minutes=600)
    late, soon, sooner = (_order(people, LEAVES + timedelta(hours=hours)) for hours in (3, 1, 0))
    with unit_of_work():
        release_due(at=cast.NOW - timedelta(days=1))  # what the network is

    with unit_of_work(), django_assert_num_queries(5):
        assert release_due(at=LEAVES, limit=2) == 2

    assert [work_of(order).status for order in (late, soon, sooner)] == ["PLANNED", "RELEASED", "RELEASED"]


def test_a_person_lets_a_node_begin_before_its_time(people: cast.Cast, do: Any, refused: Any) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    order = _order(people)
    ref = work_of(order).ref
    refused(AlreadyClaimed, release_work, ref=ref, seen_revision=7)

    do(release_work, ref=ref, reason="A quiet hour", seen_revision=1)

    assert (work_of(order).status, work_of(order).released_at) == ("RELEASED", cast.NOW)
    change = OrderChange.objects.get(kind="order.work_released")
    assert (change.reason, change.actor, change.data["fulfillment_order"]) == ("A quiet hour", cast.ACTOR, ref)
    refused(InvalidTransition, release_work, ref=ref)


def test_a_hold_keeps_work_from_being_released(people: cast.Cast, do: Any, refused: Any) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    order = _order(people)
    do(holds.hold, scope=holds.Scope(order.ref), owner="Ops", reason="-")

    assert _release(LEAVES) == 0
    refused(InvalidTransition, release_work, ref=work_of(order).ref)

    do(holds.release_hold, scope=holds.Scope(order.ref))
    assert _release(LEAVES) == 1
    assert Hold.objects.filter(released_at=None).count() == 0


def test_the_sweep_releases(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, release_minutes=120)
    order = _order(people, ship_by=cast.NOW - timedelta(days=1000))

    sweep()

    assert work_of(order).status == "RELEASED"
    orderbook.assert_lawful()


def test_what_a_closed_node_has_not_begun_goes_elsewhere(people: cast.Cast) -> None:
    begun, order = _order(people), _order(people)
    with unit_of_work():
        fulfillment.accept(ref=work_of(begun).ref, at=cast.NOW, actor=cast.ACTOR)
    _node(cast.STORE_SOHO, status="CLOSED")

    take_back()

    orderbook.assert_lawful()
    assert (work_of(order).status, work_of(begun).status) == ("CANCELLED", "ACCEPTED")
    assert fates(order) == {"queued": 2}
    assert RoutingTask.objects.get().order_id == order.id
    assert Reservation.objects.get().demand_ref == work_of(begun).ref
    change = OrderChange.objects.get(kind="order.work_cancelled")
    assert (change.actor, change.reason, change.data["reason"]) == ("sweep", "NODE_CLOSED", "NODE_CLOSED")
    assert FulfillmentGroup.objects.get(order=order).excluded_nodes == {"store_soho": "NODE_CLOSED"}


def test_a_paused_node_keeps_its_work(people: cast.Cast) -> None:
    _order(people)
    _node(cast.STORE_SOHO, status="PAUSED")

    assert resting(at=cast.NOW + timedelta(days=9)) == []


def test_what_nobody_accepts_in_time_goes_elsewhere(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, accept_minutes=30)
    order = _order(people)
    ref = work_of(order).ref

    assert resting(at=cast.NOW + timedelta(minutes=29)) == []
    assert resting(at=cast.NOW + timedelta(minutes=30)) == [Resting(ref, "NOT_ACCEPTED")]
    FulfillmentOrder.objects.update(created_at=cast.NOW - timedelta(days=900))
    take_back()

    orderbook.assert_lawful()
    assert (work_of(order).status, fates(order)) == ("CANCELLED", {"queued": 2})
    assert FulfillmentGroup.objects.get().excluded_nodes == {"store_soho": "NOT_ACCEPTED"}


def test_the_time_to_accept_begins_with_the_release(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, release_minutes=60, accept_minutes=30)
    ref = work_of(_order(people)).ref
    later = LEAVES + timedelta(minutes=29)
    assert resting(at=later) == []

    _release(LEAVES)

    assert resting(at=later) == []
    assert resting(at=later + timedelta(minutes=1)) == [Resting(ref, "NOT_ACCEPTED")]


@pytest.mark.parametrize("status", sorted(set(MOVES) - UNTOUCHED))
def test_work_that_has_begun_or_is_over_stays(people: cast.Cast, status: str) -> None:
    _node(cast.STORE_SOHO, accept_minutes=30)
    ref = work_of(_order(people)).ref
    FulfillmentOrder.objects.update(status=status)

    assert resting(at=cast.NOW + timedelta(days=2)) == []
    with unit_of_work():
        assert not fulfillment.take_back(ref=ref, why="NOT_ACCEPTED", at=cast.NOW, actor="sweep")
    assert FulfillmentOrder.objects.get().revision == 1


def test_what_a_customer_collects_there_waits_until_the_node_closes(people: cast.Cast) -> None:
    _node(cast.STORE_SOHO, accept_minutes=30)
    ref = work_of(_order(people, method="PICKUP", node=people.store_soho)).ref
    at = cast.NOW + timedelta(days=2)
    assert resting(at=at) == []

    _node(cast.STORE_SOHO, status="CLOSED")

    assert resting(at=at) == [Resting(ref, "NODE_CLOSED")]
