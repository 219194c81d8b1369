"""What orders count scarce units at steers a decision as opportunity cost does, and is no part of any cost."""

from dataclasses import replace

import numpy as np
import pytest

from routing.core.deciding import decide
from routing.core.facts import Facts
from routing.core.types import COST_TERMS, Parcel, RoutingPlan
from tests.unit.routing.worlds import AT, middle_world, small_world

OPPORTUNITY = COST_TERMS.index("opportunity")


def priced(seed: int, facts: Facts) -> Facts:
    """Return `facts` with a price on every second unit or so."""
    rng = np.random.default_rng(seed)
    prices = rng.integers(0, 20_000, facts.available.shape) * (rng.random(facts.available.shape) < 0.5)
    return replace(facts, scarcity_e4=prices.astype(np.int64))


def told_as_opportunity(facts: Facts) -> Facts:
    """Return `facts` with the prices as opportunity cost, and no scarcity."""
    return replace(facts, opportunity_e4=facts.unit_worth_e4, scarcity_e4=None)


def unparted(plan: RoutingPlan) -> RoutingPlan:
    """Return `plan` as it would be if scarcity were a part of the cost."""
    scarcity = plan.scarcity_e4
    parcels = tuple(_unparted(parcel) for parcel in plan.parcels)
    return replace(plan, parcels=parcels, cost_e4=plan.cost_e4 + scarcity, bound_e4=plan.bound_e4 + scarcity)


def _unparted(parcel: Parcel) -> Parcel:
    terms = list(parcel.terms_e4)
    terms[OPPORTUNITY] += parcel.scarcity_e4
    return replace(parcel, terms_e4=tuple(terms), scarcity_e4=0)


@pytest.mark.parametrize("seed", range(150))
def test_scarcity_steers_as_opportunity_cost_does(seed: int) -> None:
    asked, plain = small_world(seed)
    facts = priced(seed, plain)

    plan = decide(asked, facts, at=AT).plan

    assert unparted(plan) == decide(asked, told_as_opportunity(facts), at=AT).plan
    assert plan.cost_e4 == sum(sum(parcel.terms_e4) for parcel in plan.parcels)
    assert plan.bound_e4 <= plan.cost_e4


@pytest.mark.parametrize("seed", range(150))
def test_what_a_node_would_cost_is_the_same_money_at_any_price(seed: int) -> None:
    asked, facts = small_world(seed)

    with_prices, without = decide(asked, priced(seed, facts), at=AT), decide(asked, facts, at=AT)

    assert with_prices.trace == without.trace


def test_the_worlds_hold_plans_that_count_scarcity() -> None:
    plans = [
        decide(asked, priced(seed, facts), at=AT).plan for seed in range(150) for asked, facts in [small_world(seed)]
    ]

    assert sum(plan.scarcity_e4 > 0 for plan in plans) > 40
    assert sum(plan.scarcity_e4 > 0 and len(plan.parcels) > 1 for plan in plans) > 5


@pytest.mark.parametrize("seed", range(20))
def test_what_was_stored_before_scarcity_stood_apart_reads_as_it_would_be_now(seed: int) -> None:
    asked, plain = middle_world(seed)
    facts = priced(seed, replace(plain, opportunity_e4=None))
    decision = decide(asked, facts, at=AT)

    old_facts, old_plan = told_as_opportunity(facts).to_data(), unparted(decision.plan).to_data()
    del old_facts["scarcity_e4"]
    old_plan["parcels"] = [parcel[:-1] for parcel in old_plan["parcels"]]
    read = Facts.from_data(old_facts)

    assert RoutingPlan.from_data(old_plan) == decision.plan
    assert read.opportunity_e4 is None
    assert np.array_equal(read.scarcity_e4, facts.scarcity_e4)  # type: ignore[arg-type]  # both are there
    assert decide(asked, read, at=AT) == decision
