"""No more units of a SKU wait for stock than its limit says, however many orders come at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import selectors
from inventory import services as inventory
from inventory.models import BackorderCount, QueuedDemand
from inventory.services import Adjustment
from orders.errors import PlanRefused
from orders.models import Hold, Order, OrderLine
from orders.services import waking
from orders.services.cancelling import cancel_line, cancel_order
from orders.services.holds import Scope, release_hold
from orders.services.replanning import replan
from orders.services.routing_flow import route_next
from orders.services.swapping import swap_item
from orders.wishes import Wish
from routing.models import RoutingDecision
from routing.services import publish_policies
from tests import cast
from tests.integration.inventory.rivals import at_once
from tests.integration.orders.bodies import place
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    return cast.enter()


def _limit(units: int | None) -> None:
    with unit_of_work():
        inventory.upsert_skus(rows=[replace(cast.TEE, backorder_limit=units)], at=cast.NOW, actor=cast.ACTOR)


def _route() -> None:
    while route_next(at=cast.NOW) is not None:
        pass


def _routed(*lines: tuple[str, int]) -> Order:
    order = place(*lines)
    _route()
    assert prove.differences() == []
    order.refresh_from_db()
    return order


def _count() -> tuple[int, int | None, int]:
    row = BackorderCount.objects.get(sku__code="TEE")
    return row.waiting, row.allowed, row.excess


def _told(kind: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = Event.objects.filter(kind=kind).latest("id").data
    return data


def test_without_a_limit_any_number_waits_and_is_counted(people: cast.Cast) -> None:
    order = _routed(("TEE", 900))

    assert (fates(order), _count()) == ({"backordered": 900}, (900, None, 0))


def test_zero_takes_no_backorder_and_a_person_is_asked(people: cast.Cast) -> None:
    _limit(0)

    order = _routed(("TEE", 1))

    hold = Hold.objects.get()
    refusal = "No node has it. No more units of it may wait: its backorder limit is reached."
    assert (order.status, fates(order), _count()) == ("HELD", {"queued": 1}, (0, 0, 0))
    assert (hold.kind, hold.reason) == ("UNFILLED", refusal)
    assert _told("order.unfilled")["unfilled"] == [{"line_ref": "1", "quantity": 1, "then": "HOLD", "why": refusal}]
    assert QueuedDemand.objects.get().quantity == 1


def test_a_policy_may_cancel_what_has_no_place(people: cast.Cast) -> None:
    _limit(0)
    policy = {
        "code": "strict",
        "groups": [{"name": "all", "unfilled": {"then": "BACKORDER", "beyond_limit": "CANCEL"}}],
    }
    with unit_of_work():
        publish_policies(bodies=[policy], actor="maya", at=cast.NOW)

    order = _routed(("TEE", 2))

    assert (order.status, fates(order), _count()) == ("CANCELLED", {"cancelled": 2}, (0, 0, 0))
    assert not Hold.objects.exists()


def test_the_last_place_is_taken_and_the_next_order_waits_for_a_person(people: cast.Cast) -> None:
    _limit(3)

    first, second, third = _routed(("TEE", 2)), _routed(("TEE", 2)), _routed(("TEE", 1))

    assert [fates(one) for one in (first, second, third)] == [{"backordered": 2}, {"queued": 2}, {"backordered": 1}]
    assert _count() == (3, 3, 0)


def test_what_stock_fills_needs_no_place(people: cast.Cast) -> None:
    _limit(1)
    cast.stock(people.tee, people.dc_reno, 4)

    order = _routed(("TEE", 5))

    assert (fates(order), _count()) == ({"planned": 4, "backordered": 1}, (1, 1, 0))


def test_cancelled_waiting_units_give_their_places_back(people: cast.Cast) -> None:
    _limit(5)
    order = _routed(("TEE", 5))

    with unit_of_work():
        cancel_line(order_ref=order.ref, line_ref="1", quantity=2, reason="C", at=cast.NOW, actor="x")
    assert _count() == (3, 5, 0)
    with unit_of_work():
        cancel_order(order_ref=order.ref, reason="C", at=cast.NOW, actor="x")

    assert _count() == (0, 5, 0)
    assert prove.differences() == []


def test_woken_units_give_their_places_back_and_take_them_anew(people: cast.Cast) -> None:
    _limit(4)
    cast.stock(people.tee, people.dc_reno, 0)
    order = _routed(("TEE", 4))
    with unit_of_work():
        rows = [Adjustment(people.tee.id, people.dc_reno.id, on_hand=1, reason="FOUND")]
        inventory.adjust(rows=rows, at=cast.NOW, actor=cast.ACTOR)

    with unit_of_work():
        assert waking.wake(at=cast.NOW) == 1
    assert (fates(order), _count()) == ({"queued": 4}, (0, 4, 0))
    _route()

    assert (fates(order), _count()) == ({"planned": 1, "backordered": 3}, (3, 4, 0))
    assert prove.differences() == []


def test_a_swapped_item_gives_back_the_place_of_the_old_one(people: cast.Cast) -> None:
    _limit(2)
    cast.stock(people.mug, people.dc_reno, 2)
    order = _routed(("TEE", 2))

    with unit_of_work():
        swap_item(order_ref=order.ref, line_ref="1", sku="MUG", at=cast.NOW, actor="x")
    _route()

    assert (fates(order), _count()) == ({"planned": 2}, (0, 2, 0))
    assert prove.differences() == []


def test_a_raised_limit_and_a_released_hold_let_it_wait(people: cast.Cast) -> None:
    _limit(0)
    order = _routed(("TEE", 2))

    _limit(2)
    with unit_of_work():
        release_hold(scope=Scope(order.ref), at=cast.NOW, actor="x")
    _route()

    assert (fates(order), _count()) == ({"backordered": 2}, (2, 2, 0))
    assert prove.differences() == []


def test_a_released_hold_does_not_go_beyond_the_limit(people: cast.Cast) -> None:
    _limit(0)
    order = _routed(("TEE", 2))

    with unit_of_work():
        release_hold(scope=Scope(order.ref), at=cast.NOW, actor="x")
    _route()

    assert (fates(order), Hold.objects.filter(released_at__isnull=True).count()) == ({"queued": 2}, 1)
    assert prove.differences() == []


def test_a_lowered_limit_keeps_who_waits_and_lets_nobody_in(people: cast.Cast) -> None:
    old = _routed(("TEE", 5))
    _limit(2)
    assert _count() == (5, 2, 3)

    refused = _routed(("TEE", 1))
    with unit_of_work():
        cancel_line(order_ref=old.ref, line_ref="1", quantity=4, reason="C", at=cast.NOW, actor="x")
    assert _count() == (1, 2, 0)
    taken = _routed(("TEE", 1))

    assert (fates(refused), fates(taken), _count()) == ({"queued": 1}, {"backordered": 1}, (2, 2, 0))


def test_a_limit_that_goes_lets_any_number_in(people: cast.Cast) -> None:
    _limit(1)
    _routed(("TEE", 1))
    _limit(None)

    order = _routed(("TEE", 9))

    assert (fates(order), _count()) == ({"backordered": 9}, (10, None, 0))


def test_a_plan_anew_keeps_the_places_that_the_order_has(people: cast.Cast) -> None:
    _limit(3)
    order = _routed(("TEE", 3))

    with unit_of_work(), pytest.raises(PlanRefused):
        replan(order_ref=order.ref, wish=Wish(), reason="look again", at=cast.NOW, actor="x")

    assert (fates(order), _count()) == ({"backordered": 3}, (3, 3, 0))
    assert not Hold.objects.exists()


def test_places_are_taken_whole_in_order_and_kept_ones_always(people: cast.Cast) -> None:
    _limit(3)
    tee = people.tee.id

    with unit_of_work():
        asked = [inventory.Waiting(tee, 2), inventory.Waiting(tee, 2), inventory.Waiting(tee, 1)]
        full = inventory.take_backorders(waiting=asked)
        assert (full, _count()) == ({1: 1}, (3, 3, 0))
        assert inventory.take_backorders(waiting=[inventory.Waiting(tee, 2, kept=True)]) == {}

    assert _count() == (5, 3, 2)


def test_availability_tells_what_may_still_wait(people: cast.Cast) -> None:
    _limit(3)
    _routed(("TEE", 2))

    tee, mug = selectors.available_to_sell(channel="web", skus=["TEE", "MUG"], at=cast.NOW)
    told = selectors.explain_ats(channel="web", sku="TEE", at=cast.NOW)

    assert (tee.backorders_left, mug.backorders_left) == (1, None)
    assert told is not None
    assert told.notes == ("2 of at most 3 units wait for stock; 1 more may.",)


def test_fifty_places_end_at_exactly_fifty_under_four_workers(people: cast.Cast) -> None:
    _limit(50)
    for _ in range(90):
        place(("TEE", 1))

    def work(_number: int) -> None:
        while route_next(limit=7, at=cast.NOW) is not None:
            pass

    at_once(4, work)
    _route()

    assert _count() == (50, 50, 0)
    assert OrderLine.objects.filter(backordered=1).count() == 50
    assert OrderLine.objects.filter(queued=1).count() == Hold.objects.filter(kind="UNFILLED").count() == 40
    assert prove.differences() == []


def test_a_plan_that_was_too_late_for_its_places_is_decided_again(people: cast.Cast) -> None:
    """Four workers, four units an order: what fits whole is let in, whoever decides on what it saw before."""
    _limit(50)
    for _ in range(40):
        place(("TEE", 4), ("MUG", 1))

    at_once(4, lambda _number: [None for _ in iter(lambda: route_next(limit=3, at=cast.NOW), None)])
    _route()

    assert _count() == (48, 50, 0)
    assert BackorderCount.objects.get(sku__code="MUG").waiting == 40
    assert not RoutingDecision.objects.filter(lost__startswith="BACKORDER_LIMIT", parcels__gt=0).exists()
    assert prove.differences() == []
