"""Whose claims give way where a node has less than it owes."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.giving_way import ShortagePolicy, ShortagePolicyRefused, Stake, giving_way, read_policy

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _stake(number: int, **more: Any) -> Stake:
    told: dict[str, Any] = {
        "claim_id": number, "level_id": 1, "missing": 1, "order_id": number, "work_ref": f"F-{number}", "line_ref": "1",
        "units": 1, "bound": False, "tier": "", "placed_at": NOW - HOUR, "promised_by": None,
    }  # fmt: skip
    return Stake(**(told | more))


def _givers(*stakes: Stake) -> list[tuple[str, int]]:
    return [(stake.work_ref, units) for stake, units in giving_way(stakes, at=NOW)]


@pytest.mark.parametrize(
    ("keeps", "gives"),
    [
        ({"bound": True, "placed_at": NOW}, {"tier": "VIP", "promised_by": NOW}),
        ({"promised_by": NOW + 24 * HOUR}, {"tier": "VIP", "promised_by": NOW + 25 * HOUR}),
        ({"promised_by": NOW - HOUR}, {"tier": "VIP"}),
        ({"tier": "GOLD"}, {"tier": "SILVER"}),
        ({"promised_by": NOW + 30 * HOUR}, {"promised_by": NOW + 60 * HOUR}),
        ({"placed_at": NOW - HOUR}, {"placed_at": NOW - HOUR / 2}),
    ],
)
def test_one_gives_way_before_the_other(keeps: dict[str, Any], gives: dict[str, Any]) -> None:
    one, other = _stake(1, **keeps), _stake(2, **gives)

    assert _givers(one, other) == _givers(other, one) == [("F-2", 1)]
    one, other = _stake(2, **keeps), _stake(1, **gives)
    assert _givers(one, other) == [("F-1", 1)]


def test_the_latest_claim_of_equals_gives_way_and_the_last_giver_keeps_what_is_there() -> None:
    stakes = [_stake(number, units=3, missing=4) for number in (1, 2, 3)]

    assert _givers(*stakes) == [("F-3", 3), ("F-2", 1)]


def _some(rng: random.Random) -> list[Stake]:
    missing = {level: rng.randint(1, 9) for level in (1, 2, 3)}
    return [
        _stake(
            number, level_id=(level := rng.choice((1, 2, 3))), missing=missing[level], units=rng.randint(1, 4),
            bound=rng.random() < 0.3, tier=rng.choice(("", "VIP")), placed_at=NOW - rng.randint(0, 99) * HOUR,
            promised_by=rng.choice((None, NOW + rng.randint(-9, 99) * HOUR)),
        )
        for number in range(rng.randint(0, 12))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(500))
def test_a_level_gives_what_it_misses_and_no_more_in_whatever_order_stakes_come(seed: int) -> None:
    rng = random.Random(seed)
    stakes = _some(rng)

    given = giving_way(stakes, at=NOW)

    for level in (1, 2, 3):
        here = [one for one in stakes if one.level_id == level]
        asked = min(here[0].missing, sum(one.units for one in here)) if here else 0
        gave = [(one, units) for one, units in given if one.level_id == level]
        assert sum(units for _, units in gave) == asked
        assert all(units == one.units for one, units in gave[:-1])
    assert giving_way(rng.sample(stakes, len(stakes)), at=NOW) == given


def test_a_policy_says_what_it_changes_and_is_within_bounds() -> None:
    assert read_policy({}) == ShortagePolicy(automatic=True, wait_minutes=15, most_levels=50)
    assert read_policy({"automatic": False, "wait_minutes": 0}) == ShortagePolicy(automatic=False, wait_minutes=0)
    for body in ({"wait_minutes": -1}, {"wait_minutes": 10081}, {"most_levels": 0}, {"most_levels": 100_001}):
        with pytest.raises(ShortagePolicyRefused):
            read_policy(body)
