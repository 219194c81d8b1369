"""What a claim may take of a level, of supply to come, and of what another claim gives back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import IncomingSupply, NodeDay, NodeDayUse, QueuedDemand, Reservation, StockLevel
from inventory.services import Adjustment, DayUse, Loss, LossReason, Outcome, QueuedRow, SupplyRow, Want, WantLine
from tests import cast
from tests.integration.inventory.rivals import behind, wait_for_a_waiter

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(days=3)


def _reserve(*wants: Want) -> Outcome:
    with unit_of_work():
        return services.reserve(wants=wants, at=cast.NOW, actor=cast.ACTOR)


def _lost(people: cast.Cast, available: int) -> Mapping[str, Loss]:
    return {"F-1": Loss(LossReason.INSUFFICIENT_STOCK, people.tee.id, people.dc_reno.id, available)}


def _want(people: cast.Cast, *units: int, supply: int | None = None, withhold: tuple[int, ...] = ()) -> Want:
    kept = withhold or (0,) * len(units)
    lines = tuple(
        WantLine("F-1", str(n), people.tee.id, people.dc_reno.id, count, kept[n], supply_id=supply)
        for n, count in enumerate(units)
    )
    return Want("F-1", people.web.id, lines)


def test_units_that_cannot_be_sold_are_not_claimed(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    with unit_of_work():
        broken = Adjustment(people.tee.id, people.dc_reno.id, unsellable=2, reason="DAMAGED")
        services.adjust(rows=[broken], at=cast.NOW, actor=cast.ACTOR)

    assert _reserve(_want(people, 4)).lost == _lost(people, 3)
    assert StockLevel.objects.get().reserved == 0
    assert _reserve(_want(people, 3)).won == {"F-1"}


@pytest.mark.parametrize("withhold", [(3, 1), (1, 3)])
def test_lines_of_one_sku_leave_what_the_strictest_of_them_keeps(people: cast.Cast, withhold: tuple[int, int]) -> None:
    cast.stock(people.tee, people.dc_reno, 10)

    assert _reserve(_want(people, 4, 4, withhold=withhold)).lost == _lost(people, 7)
    assert _reserve(_want(people, 4, 3, withhold=withhold)).won == {"F-1"}


def _supply(people: cast.Cast, units: int) -> int:
    """Announce units as PO-1; return the supply's id."""
    with unit_of_work():
        row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, units, LATER)
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
    return IncomingSupply.objects.get().id


def _receive(people: cast.Cast, units: int, *, final: bool) -> None:
    with unit_of_work():
        services.receive_supply(
            source_ref="PO-1", sku_id=people.tee.id, node_id=people.dc_reno.id, quantity=units, final=final,
            at=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip


def test_what_came_in_is_no_supply_any_more(people: cast.Cast) -> None:
    supply = _supply(people, 5)
    _receive(people, 2, final=False)

    assert _reserve(_want(people, 4, supply=supply)).lost == _lost(people, 3)
    assert _reserve(_want(people, 3, supply=supply)).won == {"F-1"}


def test_nothing_is_claimed_of_supply_that_is_over(people: cast.Cast) -> None:
    supply = _supply(people, 5)
    _receive(people, 2, final=True)

    assert _reserve(_want(people, 1, supply=supply)).lost == _lost(people, 0)
    assert (IncomingSupply.objects.get().reserved, Reservation.objects.count()) == (0, 0)


@pytest.mark.parametrize(("table", "line", "units"), [("stock_level", 2, 0), ("node_day", 0, 2)])
def test_what_two_rivals_would_give_back_is_given_back_once(
    people: cast.Cast, table: str, line: int, units: int
) -> None:
    """Both name the same claim, or the same place of a day, before either has the level or the day."""
    cast.stock(people.tee, people.dc_reno, 9)
    assert _reserve(_day(people, "O-1", units, line=line)).won

    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM inventory_{table} FOR UPDATE")
        wants = [_day(people, f"F-{n}", units, line=line, releases=("O-1",)) for n in range(2)]
        rivals = [behind(partial(services.reserve, wants=[one], at=cast.NOW, actor="t")) for one in wants]
        wait_for_a_waiter(count=2)

    assert [rival.result().won for rival in rivals] == [{"F-0"}, {"F-1"}]
    assert StockLevel.objects.get().reserved == 2 * line
    assert sum(NodeDay.objects.values_list("used", flat=True)) == sum(_uses().values()) == 2 * units


def test_a_short_level_has_nothing_rather_than_less(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    assert _reserve(replace(_want(people, 4), ref="F-0")).won
    with unit_of_work():
        services.adjust(rows=[Adjustment(people.tee.id, people.dc_reno.id, on_hand=-3)], at=cast.NOW, actor=cast.ACTOR)

    assert _reserve(_want(people, 1)).lost == _lost(people, 0)


def _day(people: cast.Cast, ref: str, units: int, *, line: int = 0, releases: tuple[str, ...] = ()) -> Want:
    days = (DayUse(ref, people.dc_reno.id, cast.NOW.date(), "", "UNITS", units),) if units else ()
    wanted = (WantLine(ref, "1", people.tee.id, people.dc_reno.id, line),) if line else ()
    return Want(ref, people.web.id, wanted, days=days, releases=releases)


def _uses() -> dict[str, int]:
    return dict(NodeDayUse.objects.values_list("demand_ref", "quantity"))


def test_who_loses_gives_nothing_back_of_a_day(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    assert _reserve(_day(people, "O-1", 2, line=2), _day(people, "O-2", 3, line=3)).won == {"O-1", "O-2"}

    moved = _reserve(
        _day(people, "F-1", 2, line=99, releases=("O-1",)), _day(people, "F-2", 3, line=3, releases=("O-2",))
    )

    assert moved.won == {"F-2"}
    assert _uses() == {"O-1": 2, "F-2": 3}
    assert NodeDay.objects.get().used == 5


def test_a_demand_that_uses_a_day_again_uses_more_of_it(people: cast.Cast) -> None:
    assert _reserve(_day(people, "F-1", 2)).won
    assert _reserve(_day(people, "F-1", 3)).won

    assert (_uses(), NodeDay.objects.get().used) == ({"F-1": 5}, 5)


def test_the_queued_demand_of_who_loses_stays(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 2)
    with unit_of_work():
        row = QueuedRow("F-1", "0", people.tee.id, people.web.id, 3)
        services.queue_demand(rows=[row], at=cast.NOW)

    assert _reserve(replace(_want(people, 3), dequeues=("F-1",))).lost == _lost(people, 2)
    assert QueuedDemand.objects.get().quantity == 3
    assert _reserve(replace(_want(people, 2), dequeues=("F-1",))).won == {"F-1"}
    assert not QueuedDemand.objects.exists()
