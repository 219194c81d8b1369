"""Holds that nobody looks at in time are told once; people say how long an order waits."""

from datetime import timedelta
from typing import Any

import pytest

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory.models import Reservation
from inventory.services import SupplyRow, upsert_incoming_supply
from orders.errors import InvalidTransition, OrderNotFound
from orders.models import Hold, Order, OrderChange
from orders.selectors.story import story
from orders.services import auto_cancel, cancelling, escalating, holds, lost_supply, waking
from orders.services.holds import Scope
from orders.tasks import sweep
from tests import cast
from tests.orderbook import Ordered, Plan, assert_lawful, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
NOON = cast.NOW + 4 * HOUR


def _held(people: cast.Cast, do: Any, *, kind: str = "FRAUD") -> Order:
    order = place(people, [Ordered(people.tee, 1)])
    do(holds.hold, scope=Scope(order.ref), kind=kind, owner="Risk", reason="Card check", due_at=NOON)
    return order


def _escalate(hours: float) -> int:
    with unit_of_work():
        done = escalating.escalate_holds(at=cast.NOW + hours * HOUR)
    assert_lawful()
    return done


def test_a_hold_is_told_once_when_its_time_is_over(people: cast.Cast, do: Any) -> None:
    order = _held(people, do)
    assert _escalate(3.9) == 0

    assert (_escalate(4), _escalate(5)) == (1, 0)

    told = Event.objects.get(kind="order.hold_overdue")
    shown = {"hold": "FRAUD", "owner": "Risk", "due_at": NOON.isoformat(), "line_ref": "", "fulfillment_order": ""}
    assert (told.entity_ref, told.revision, told.data) == (order.ref, 3, {"status": "HELD", "holds": [shown]})
    assert story(order.ref).moments[-1].words == "Nobody released the hold in time: fraud (Risk)."
    assert Hold.objects.get().escalated_at == NOON
    assert Order.objects.get().status == "HELD"


def test_several_holds_of_an_order_are_one_event(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
    work = work_of(order).ref
    for scope in (Scope(order.ref), Scope(order.ref, "1"), Scope(order.ref, "", work)):
        do(holds.hold, scope=scope, owner="Ops", reason="-", due_at=NOON)

    assert _escalate(4) == 3

    data = Event.objects.get(kind="order.hold_overdue").data
    scopes = [(hold["line_ref"], hold["fulfillment_order"]) for hold in data["holds"]]
    assert scopes == [("", ""), ("1", ""), ("", work)]


def test_released_holds_and_finished_orders_are_left_alone(people: cast.Cast, do: Any) -> None:
    released, cancelled = _held(people, do), _held(people, do)
    do(holds.release_hold, scope=Scope(released.ref))
    do(cancelling.cancel_order, order_ref=cancelled.ref, reason="CUSTOMER")

    assert _escalate(4) == 0


def test_the_sweep_escalates(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 1)])
    Hold.objects.create(
        order=order, kind="MANUAL", owner="Ops", reason="-", placed_by="-", placed_at=cast.NOW, due_at=cast.NOW - HOUR
    )
    Order.objects.update(status="HELD")

    sweep()

    assert Event.objects.filter(kind="order.hold_overdue").count() == 1


def _wait(do: Any, order: Order, until: Any) -> None:
    do(auto_cancel.wait_until, order_ref=order.ref, until=until, reason="She will wait")


def test_an_order_waits_longer_or_until_somebody_decides(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2, backordered=2)])
    Order.objects.update(auto_cancel_at=cast.NOW + HOUR)

    _wait(do, order, NOON)
    with unit_of_work():
        assert cancelling.auto_cancel(at=cast.NOW + 2 * HOUR) == 0
    _wait(do, order, None)
    with unit_of_work():
        assert cancelling.auto_cancel(at=cast.NOW + 900 * HOUR) == 0

    assert fates(order) == {"backordered": 2}
    first, second = Event.objects.filter(kind="order.wait_changed").order_by("id")
    assert (first.data["before"], first.data["until"]) == ((cast.NOW + HOUR).isoformat(), NOON.isoformat())
    assert (second.data["before"], second.data["until"]) == (NOON.isoformat(), "")
    # This order was laid down without an event, as one is whose first months are gone.
    assert [one.words for one in story(order.ref).moments] == [
        "The beginning of this story is no longer kept.",
        "What is missing waits until 2026-11-24.",
        "What is missing waits without end.",
    ]
    assert set(OrderChange.objects.values_list("actor", "reason")) == {(cast.ACTOR, "She will wait")}


def test_an_order_that_waits_longer_claims_what_comes_later(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2, backordered=2)])
    Order.objects.update(auto_cancel_at=cast.NOW + HOUR)
    with unit_of_work():
        row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 5, NOON)
        upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
        assert waking.claim_incoming(at=cast.NOW) == 0

    _wait(do, order, NOON)
    with unit_of_work():
        assert waking.claim_incoming(at=cast.NOW) == 1
    _wait(do, order, NOON - HOUR)
    with unit_of_work():
        assert lost_supply.free_late(at=cast.NOW) == 1

    assert not Reservation.objects.exists()


def test_no_order_waits_for_the_past_and_none_that_is_done(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)])
    step = auto_cancel.wait_until

    refused(InvalidTransition, step, order_ref=order.ref, until=cast.NOW)
    refused(OrderNotFound, step, order_ref="O-NONE", until=None)
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    refused(InvalidTransition, step, order_ref=order.ref, until=NOON)
