"""The steps of a node's work: each moves units, claims, state, revision and event together, or nothing at all."""

from collections.abc import Callable
from typing import Any

import pytest

from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services as stock
from inventory.models import QueuedDemand, Reservation, StockLevel
from orders.errors import AlreadyClaimed, InvalidTransition, PickMismatch
from orders.models import FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, Order, RoutingTask
from orders.reports import Picked, Reason, Returned
from orders.services import fulfillment
from orders.states import MOVES, UNTOUCHED
from tests import cast
from tests.orderbook import Ordered, Plan, fates, place, work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _level(people: cast.Cast) -> StockLevel:
    return StockLevel.objects.get(sku=people.tee, node=people.store_soho)


def test_a_parcel_goes_from_plan_to_packed(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 3}))
    ref = work_of(order).ref

    do(fulfillment.accept, ref=ref)
    do(fulfillment.pick, ref=ref)
    do(fulfillment.pack, ref=ref)

    work = work_of(order)
    assert (work.status, work.revision) == ("PACKED", 4)
    assert FulfillmentOrderLine.objects.get(fulfillment_order=work).picked == 3
    assert Order.objects.get(id=order.id).status == "IN_PROGRESS"
    told = Event.objects.filter(entity="fulfillment_order").order_by("id").values_list("kind", "node", "channel")
    assert list(told) == [
        (f"fulfillment_order.{step}", "store_soho", "web") for step in ("accepted", "picked", "packed")
    ]


def test_rejected_units_are_routed_again_and_their_stock_is_corrected(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 5)], Plan(people.store_soho, {"1": 5}))
    lines = [Returned("1", 3, Reason.NOT_FOUND), Returned("1", 2, Reason.DAMAGED)]

    do(fulfillment.reject, ref=work_of(order).ref, lines=lines)

    assert work_of(order).status == "REJECTED"
    assert fates(order) == {"queued": 5}
    level = _level(people)
    assert (level.on_hand, level.unsellable, level.reserved, level.shortage) == (7, 2, 0, 0)
    assert QueuedDemand.objects.get().quantity == 5
    assert FulfillmentGroup.objects.get().excluded_nodes == {"store_soho": "DAMAGED"}
    assert RoutingTask.objects.get().order_id == order.id


@pytest.mark.parametrize("reason", [Reason.NO_CAPACITY, Reason.STORE_CLOSED, Reason.OTHER])
def test_reasons_that_say_nothing_of_stock_leave_it(people: cast.Cast, do: Any, reason: Reason) -> None:
    order = place(people, [Ordered(people.tee, 5)], Plan(people.store_soho, {"1": 5}))

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 5, reason)])

    level = _level(people)
    assert (level.on_hand, level.unsellable, level.reserved) == (10, 0, 0)


def test_what_is_not_rejected_stays_the_nodes_work(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 5), Ordered(people.mug, 1)], Plan(people.store_soho, {"1": 5, "2": 1}))

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 2, Reason.OTHER)])

    assert work_of(order).status == "PLANNED"
    assert fates(order) == {"queued": 2, "planned": 3}
    assert Reservation.objects.get(line_ref="1").quantity == 3


def test_a_count_of_the_shelf_wins_and_knows_what_others_picked(people: cast.Cast, do: Any) -> None:
    picked = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))
    do(fulfillment.pick, ref=work_of(picked).ref)
    order = place(people, [Ordered(people.tee, 5)], Plan(people.store_soho, {"1": 5}, "ACCEPTED"))

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 5, Reason.NOT_FOUND, found=1)])

    level = _level(people)
    assert (level.on_hand, level.reserved, level.shortage) == (3, 2, 0)


def test_missing_units_that_the_books_do_not_have_leave_nothing(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 8)], Plan(people.store_soho, {"1": 8}))
    with unit_of_work():
        row = stock.CountRow(people.tee.id, people.store_soho.id, 5, cast.NOW)
        stock.count(rows=[row], at=cast.NOW, actor=cast.ACTOR)

    do(fulfillment.reject, ref=work_of(order).ref, lines=[Returned("1", 8, Reason.NOT_FOUND)])

    level = _level(people)
    assert (level.on_hand, level.reserved, level.shortage) == (0, 0, 0)


def test_a_short_pick_keeps_what_was_found(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 5)], Plan(people.store_soho, {"1": 5}, "ACCEPTED"))

    do(fulfillment.pick, ref=work_of(order).ref, lines=[Picked("1", 3)])

    assert work_of(order).status == "PICKED"
    assert fates(order) == {"queued": 2, "planned": 3}
    part = FulfillmentOrderLine.objects.get()
    assert (part.to_pick, part.picked, part.shorted) == (0, 3, 2)
    assert (_level(people).on_hand, _level(people).reserved) == (8, 3)
    assert FulfillmentGroup.objects.get().excluded_nodes == {"store_soho": "NOT_FOUND"}
    assert RoutingTask.objects.count() == 1


def test_lines_can_be_picked_one_by_one(people: cast.Cast, do: Any) -> None:
    both = Plan(people.store_soho, {"1": 1, "2": 2}, "ACCEPTED")
    order = place(people, [Ordered(people.tee, 1), Ordered(people.mug, 2)], both)

    do(fulfillment.pick, ref=work_of(order).ref, lines=[Picked("2", 2)])
    assert work_of(order).status == "PICKING"
    do(fulfillment.pick, ref=work_of(order).ref, lines=[Picked("1", 1)])

    assert work_of(order).status == "PICKED"
    assert not RoutingTask.objects.exists()


def test_a_pick_that_finds_nothing_ends_the_work(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    do(fulfillment.pick, ref=work_of(order).ref, lines=[Picked("1", 0, Reason.DAMAGED)])

    assert work_of(order).status == "REJECTED"
    assert fates(order) == {"queued": 2}
    assert _level(people).unsellable == 2


def test_given_up_work_is_routed_elsewhere(people: cast.Cast, do: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.dc_reno, {"1": 2}, "ACCEPTED"))

    do(fulfillment.cancel_work, ref=work_of(order).ref, reason="Conveyor down")

    assert work_of(order).status == "CANCELLED"
    assert fates(order) == {"queued": 2}
    assert FulfillmentGroup.objects.get().excluded_nodes == {"dc_reno": "WORK_CANCELLED"}
    assert RoutingTask.objects.count() == 1


STEPS: dict[str, tuple[Callable[..., object], dict[str, object], str]] = {
    "accept": (fulfillment.accept, {}, "ACCEPTED"),
    "reject": (fulfillment.reject, {"lines": [Returned("1", 2)]}, "REJECTED"),
    "pick": (fulfillment.pick, {}, "PICKED"),
    "pack": (fulfillment.pack, {}, "PACKED"),
    "cancel": (fulfillment.cancel_work, {}, "CANCELLED"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_where_the_machine_knows_it_and_refused_elsewhere(
    people: cast.Cast, do: Any, refused: Any, step: str
) -> None:
    service, asked, target = STEPS[step]
    for status in MOVES.keys() - {"CANCEL_REQUESTED", "ON_HOLD"}:
        sku = people.tee if status in UNTOUCHED else people.mug
        order = place(people, [Ordered(sku, 1)], Plan(people.store_soho, {"1": 1}))
        work = work_of(order)
        FulfillmentOrder.objects.filter(id=work.id).update(status=status)
        if target in MOVES[status]:
            wanted = {"lines": [Returned("1", 1)]} if step == "reject" else asked
            with unit_of_work():
                service(ref=work.ref, at=cast.NOW, actor=cast.ACTOR, **wanted)
            assert work_of(order).revision == 2
        else:
            refusal = refused(InvalidTransition, service, ref=work.ref, **asked)
            assert refusal.facts == {"status": status, "allowed": sorted(MOVES[status])}


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        (fulfillment.pick, [Picked("1", 3)]),
        (fulfillment.pick, [Picked("1", 2), Picked("1", 0)]),
        (fulfillment.reject, [Returned("1", 2), Returned("1", 1)]),
    ],
)
def test_more_units_than_asked_are_refused(
    people: cast.Cast, refused: Any, step: Callable[..., object], lines: list[object]
) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    refused(PickMismatch, step, ref=work_of(order).ref, lines=lines)


def test_unknown_work_and_unknown_lines_are_not_found(people: cast.Cast, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    refused(NotFound, fulfillment.accept, ref="F-NONE")
    refused(NotFound, fulfillment.pick, ref=work_of(order).ref, lines=[Picked("9", 1)])


def test_a_step_on_an_outdated_sight_is_refused(people: cast.Cast, do: Any, refused: Any) -> None:
    order = place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}))
    do(fulfillment.accept, ref=work_of(order).ref, seen_revision=1)

    refused(AlreadyClaimed, fulfillment.pick, ref=work_of(order).ref, seen_revision=1)
