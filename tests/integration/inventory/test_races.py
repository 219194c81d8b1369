import itertools
import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import ChannelQuota, Node, NodeDay, Sku, StockLevel
from inventory.services import DayUse, QuotaRow, Want, WantLine
from tests import cast
from tests.integration.inventory.rivals import at_once, in_processes, patiently

pytestmark = pytest.mark.django_db(transaction=True)


def _want(people: cast.Cast, ref: str, lines: Sequence[tuple[Sku, Node, int]], days: tuple[DayUse, ...] = ()) -> Want:
    claims = tuple(WantLine(ref, str(n), sku.id, node.id, units) for n, (sku, node, units) in enumerate(lines))
    return Want(ref, people.web.id, claims, days=days)


def _try(want: Want) -> int:
    """Return how many units the want got, all or none."""
    outcome = patiently(lambda: services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR))
    return sum(line.quantity for line in want.lines) if outcome.won else 0


def _reserved(sku: Sku, node: Node) -> int:
    return StockLevel.objects.get(sku=sku, node=node).reserved


def test_checking_and_then_saving_oversells(people: cast.Cast) -> None:
    """The danger itself: twelve promised of eight. It passes as long as the danger is real."""
    level = cast.stock(people.tee, people.dc_reno, 8)
    promised: list[int] = []

    def naive(_number: int) -> None:
        seen = StockLevel.objects.get(id=level.id)
        time.sleep(0.05)  # the rest of a request: tax, payment, a template
        if seen.on_hand - seen.reserved >= 3:
            StockLevel.objects.filter(id=level.id).update(reserved=seen.reserved + 3)
            promised.append(3)

    at_once(4, naive)

    assert sum(promised) == 12
    StockLevel.objects.filter(id=level.id).update(reserved=0)


def test_eight_rivals_for_eight_units_get_two_holds_of_three(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 8)

    got = at_once(8, lambda n: _try(_want(people, f"F-{n}", [(people.tee, people.dc_reno, 3)])))

    assert sorted(got) == [0, 0, 0, 0, 0, 0, 3, 3]
    assert _reserved(people.tee, people.dc_reno) == 6


def test_a_thousand_attempts_on_the_last_unit_have_one_winner(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 1)

    def forty(rival: int) -> int:
        return sum(_try(_want(people, f"F-{rival}-{n}", [(people.tee, people.dc_reno, 1)])) for n in range(40))

    assert sum(at_once(25, forty)) == 1
    assert _reserved(people.tee, people.dc_reno) == 1


def test_eight_processes_fill_five_levels_exactly(people: cast.Cast) -> None:
    levels = [(people.tee, node) for node in (people.dc_reno, people.store_soho, people.store_austin)]
    levels += [(people.mug, people.dc_reno), (people.mug, people.store_soho)]
    for n, (sku, node) in enumerate(levels):
        cast.stock(sku, node, 41 + n, safety_stock=3)

    def exhaust(process: int) -> int:
        seeded, got = random.Random(process), 0
        for n in itertools.count():
            sku, node = levels[(process + n) % 5]
            units = _try(_want(people, f"F-{process}-{n}", [(sku, node, seeded.choice((1, 1, 2)))]))
            got += units
            if not units and not any(
                _try(_want(people, f"G-{process}-{n}-{k}", [(*key, 1)])) for k, key in enumerate(levels)
            ):
                return got
        raise AssertionError

    in_processes(8, exhaust)

    assert [_reserved(sku, node) for sku, node in levels] == [38 + n for n in range(5)]


def test_a_quota_and_a_capacity_of_fifty_end_at_exactly_fifty(people: cast.Cast) -> None:
    for node in (people.dc_reno, people.store_soho):
        cast.stock(people.tee, node, 500)
    cast.stock(people.mug, people.dc_reno, 500)
    day = cast.NOW.date()
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 50)], at=cast.NOW, actor=cast.ACTOR)
        services.publish_capacities(
            bodies=[{"node": "dc_reno", "limits": [{"unit": "UNITS", "limit": 50}]}], at=cast.NOW, actor=cast.ACTOR
        )

    def buy(rival: int) -> None:
        for n in range(12):
            node = (people.dc_reno, people.store_soho)[n % 2]
            ref = f"F-{rival}-{n}"
            _try(_want(people, f"T-{rival}-{n}", [(people.tee, node, 1 + n % 2)]))
            use = DayUse(ref, people.dc_reno.id, day, "", "UNITS", 1)
            _try(_want(people, ref, [(people.mug, people.dc_reno, 1)], (use,)))

    at_once(8, buy)

    assert ChannelQuota.objects.get().used == 50
    assert NodeDay.objects.get().used == 50
    assert _reserved(people.mug, people.dc_reno) == 50


def test_the_last_unit_of_a_quota_has_one_taker_though_no_two_rivals_share_a_level(people: cast.Cast) -> None:
    nodes = (people.dc_reno, people.store_soho, people.store_austin)
    for node in nodes:
        cast.stock(people.tee, node, 500)
    for round_ in range(1, 16):
        with unit_of_work():
            services.upsert_quotas(rows=[QuotaRow("web", "TEE", round_)], at=cast.NOW, actor=cast.ACTOR)
        got = at_once(3, lambda n: _try(_want(people, f"F-{round_}-{n}", [(people.tee, nodes[n], 1)])))  # noqa: B023  # ends before the next round
        assert sorted(got) == [0, 0, 1]


def test_the_last_place_of_a_day_has_one_taker_though_no_two_rivals_share_a_level(people: cast.Cast) -> None:
    with unit_of_work():
        services.publish_capacities(
            bodies=[{"node": "dc_reno", "limits": [{"unit": "ORDERS", "limit": 2}]}], at=cast.NOW, actor=cast.ACTOR
        )
    for round_ in range(15):
        day = cast.NOW.date() + timedelta(days=round_)

        def take(rival: int, day: date = day) -> bool:
            ref = f"F-{day}-{rival}"
            want = Want(ref, people.web.id, (), days=(DayUse(ref, people.dc_reno.id, day, "", "ORDERS", 1),))
            return bool(patiently(lambda: services.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR)).won)

        assert take(3)  # the day is there: its creation would queue the rivals up
        assert sorted(at_once(3, take)) == [False, False, True]


def _shuffled(people: cast.Cast, seed: int, count: int) -> list[tuple[Sku, Node, int]]:
    keys = [
        (sku, node, 1) for sku in (people.tee, people.mug, people.lamp) for node in (people.dc_reno, people.store_soho)
    ]
    return random.Random(seed).sample(keys, count)


@pytest.mark.parametrize("wants_per_batch", [1, 20])
def test_opposite_line_orders_never_deadlock(people: cast.Cast, wants_per_batch: int) -> None:
    for sku in (people.tee, people.mug, people.lamp):
        for node in (people.dc_reno, people.store_soho):
            cast.stock(sku, node, 100_000)

    def batch(rival: int, n: int) -> Callable[[], object]:
        wants = [
            _want(people, f"F-{rival}-{n}-{k}", _shuffled(people, rival * 999 + n * 31 + k, 5))
            for k in range(wants_per_batch)
        ]
        return lambda: services.reserve(wants=wants, at=cast.NOW, actor=cast.ACTOR)

    def work(rival: int) -> int:
        return sum(1 for n in range(15) if patiently(batch(rival, n)))

    assert at_once(6, work) == [15] * 6


def test_equal_quantities_at_many_nodes_add_up(people: cast.Cast) -> None:
    nodes = (people.dc_reno, people.store_soho, people.store_austin)
    for node in nodes:
        cast.stock(people.tee, node, 4)

    got = _try(_want(people, "F-1", [(people.tee, node, 2) for node in nodes]))

    assert got == 6
    assert [_reserved(people.tee, node) for node in nodes] == [2, 2, 2]
