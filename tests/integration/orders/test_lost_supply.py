"""Supply that comes short or late frees its claims; their orders are told and decided on again."""

from datetime import datetime, timedelta

import pytest

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import IncomingSupply, LostSupply, Reservation
from inventory.services import SupplyRow
from orders.models import FulfillmentGroup, Order, RoutingTask
from orders.selectors.story import story
from orders.services import cancelling, lost_supply, waking
from orders.services.routing_flow import route_next
from tests import cast
from tests.orderbook import Ordered, assert_lawful, fates, place

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
SOON = cast.NOW + 3 * DAY
PROMISE = cast.NOW + 5 * DAY


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with a level of no tees at Reno."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 0)
    return everyone


def _announce(people: cast.Cast, units: int, expected_at: datetime, source: str = "PO-1") -> None:
    with unit_of_work():
        row = SupplyRow(source, people.tee.id, people.dc_reno.id, units, expected_at)
        inventory.upsert_incoming_supply(rows=[row], at=cast.NOW + DAY, actor=cast.ACTOR)


def _sweep(at: datetime = cast.NOW + DAY) -> None:
    """Do what the task does."""
    supply = (lost_supply.free_late, lost_supply.try_again, waking.give_back_incoming, waking.claim_incoming)
    for step in (waking.wake, *supply):
        with unit_of_work():
            step(at=at)
        assert_lawful()


def _claimed(people: cast.Cast, units: int = 3, **group: object) -> Order:
    """Return an order whose backordered tees claim PO-1, which comes SOON."""
    order = place(people, [Ordered(people.tee, units, backordered=units)])
    FulfillmentGroup.objects.filter(order=order).update(**group)
    if not IncomingSupply.objects.exists():
        _announce(people, 5, SOON)
    _sweep(cast.NOW)
    return order


def _claims() -> dict[str, int]:
    """Units claimed on supply, by its name."""
    return dict(Reservation.objects.filter(supply__isnull=False).values_list("supply__source_ref", "quantity"))


def _told(order: Order) -> list[dict[str, object]]:
    return [event.data for event in Event.objects.filter(entity_ref=order.ref, kind="order.supply_lost").order_by("id")]


def test_supply_that_moves_beyond_the_promise_frees_its_claims_and_the_order_is_decided_again(
    people: cast.Cast,
) -> None:
    order = _claimed(people, promised_by=PROMISE)
    assert _claims() == {"PO-1": 3}

    _announce(people, 5, PROMISE + DAY)
    with unit_of_work():
        assert lost_supply.free_late(at=cast.NOW + DAY) == 1
    assert _claims() == {}
    assert IncomingSupply.objects.get().reserved == 0
    with unit_of_work():
        assert lost_supply.try_again(at=cast.NOW + DAY) == 1

    assert fates(order) == {"queued": 3}
    assert RoutingTask.objects.get().order_id == order.id
    lines = [{"line_ref": "1", "quantity": 3, "source": "PO-1", "reason": "SUPPLY_LATE",
              "expected_at": (PROMISE + DAY).isoformat()}]  # fmt: skip
    assert _told(order) == [{"status": "QUEUED", "lines": lines}]
    assert [one.words for one in story(order.ref).moments][-2:] == [
        "PO-1 comes too late: 3 × TEE tried again.", "3 × TEE at dc_reno free again.",
    ]  # fmt: skip
    assert not LostSupply.objects.exists()
    assert_lawful()


def test_late_is_better_than_never_once_nothing_else_was_found(people: cast.Cast) -> None:
    order = _claimed(people, promised_by=PROMISE)
    _announce(people, 5, PROMISE + DAY)
    _sweep()
    route_next(at=cast.NOW + DAY)
    assert fates(order) == {"backordered": 3}

    for days in (1, 2):
        _sweep(cast.NOW + days * DAY)
        assert _claims() == {"PO-1": 3}

    assert len(_told(order)) == 1


def test_a_later_date_within_the_promise_or_without_one_keeps_its_claims(people: cast.Cast) -> None:
    promised, open_end = _claimed(people, 2, promised_by=PROMISE), _claimed(people, 2)

    _announce(people, 5, PROMISE)
    _sweep()

    assert IncomingSupply.objects.get().reserved == 4
    assert _told(promised) == []
    _announce(people, 5, PROMISE + DAY)
    _sweep()
    assert (fates(promised), fates(open_end)) == ({"queued": 2}, {"backordered": 2})


def test_supply_after_the_day_an_order_cancels_itself_is_freed_and_never_claimed(people: cast.Cast) -> None:
    order = _claimed(people)
    Order.objects.update(auto_cancel_at=PROMISE)

    _announce(people, 5, PROMISE + DAY)
    _sweep()
    assert fates(order) == {"queued": 3}
    route_next(at=cast.NOW + DAY)
    _sweep()
    assert (fates(order), _claims()) == ({"backordered": 3}, {})

    _announce(people, 9, PROMISE, source="PO-2")
    _sweep()
    assert _claims() == {"PO-2": 3}


def test_supply_that_does_not_come_is_overdue_after_a_day(people: cast.Cast) -> None:
    order = _claimed(people)

    _sweep(SOON + waking.OVERDUE)
    assert _claims() == {"PO-1": 3}
    late = SOON + waking.OVERDUE + timedelta(seconds=1)
    _sweep(late)
    assert [line["reason"] for data in _told(order) for line in data["lines"]] == ["SUPPLY_OVERDUE"]  # type: ignore[attr-defined]  # JSON
    route_next(at=late)
    _sweep(late)
    assert (fates(order), _claims()) == ({"backordered": 3}, {})

    _announce(people, 5, late + DAY)
    _sweep(late)
    assert _claims() == {"PO-1": 3}


@pytest.mark.parametrize("final", [True, False])
def test_supply_that_comes_short_is_told_and_tried_again(people: cast.Cast, *, final: bool) -> None:
    order = _claimed(people)

    if final:
        with unit_of_work():
            inventory.receive_supply(
                source_ref="PO-1", sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=1, final=True,
                at=cast.NOW, actor=cast.ACTOR,
            )  # fmt: skip
    else:
        _announce(people, 1, SOON)
    _sweep()

    assert fates(order) == ({"queued": 3} if final else {"backordered": 1, "queued": 2})
    assert [(line["quantity"], line["reason"]) for line in _told(order)[0]["lines"]] == [(2, "SUPPLY_SHORT")]  # type: ignore[attr-defined]  # JSON
    assert _claims() == ({} if final else {"PO-1": 1})


def test_units_that_were_cancelled_meanwhile_need_nothing(people: cast.Cast) -> None:
    order = _claimed(people)
    _announce(people, 0, SOON)
    with unit_of_work():
        cancelling.cancel_order(order_ref=order.ref, reason="CUSTOMER", at=cast.NOW, actor=cast.ACTOR)

    _sweep()

    assert (fates(order), _told(order)) == ({"cancelled": 3}, [])
    assert not LostSupply.objects.exists()


def test_a_line_that_would_be_cancelled_first_leaves_supply_to_the_next(people: cast.Cast) -> None:
    hurried = place(people, [Ordered(people.tee, 3, backordered=3)])
    Order.objects.update(auto_cancel_at=cast.NOW + 2 * DAY, priority=900)
    patient = place(people, [Ordered(people.tee, 3, backordered=3)])
    _announce(people, 3, SOON)

    _sweep(cast.NOW)

    claims = dict(Reservation.objects.values_list("demand_ref", "quantity"))
    assert claims == {f"{patient.ref}:1": 3}
    assert fates(hurried) == {"backordered": 3}


def test_a_line_takes_what_comes_in_time_and_nothing_of_what_comes_later(people: cast.Cast) -> None:
    order = place(people, [Ordered(people.tee, 4, backordered=4)])
    Order.objects.update(auto_cancel_at=PROMISE)
    _announce(people, 2, SOON)
    _announce(people, 5, PROMISE + DAY, source="PO-2")

    _sweep(cast.NOW)

    assert _claims() == {"PO-1": 2}
    assert fates(order) == {"backordered": 4}
