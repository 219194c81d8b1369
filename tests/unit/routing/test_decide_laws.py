"""The laws of a decision, on many seeded worlds, and its equality with an independent router that tries every plan."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from routing.core.deciding import decide, decide_batch
from routing.core.explain import explain
from routing.core.facts import NO_LIMIT, ChannelFacts, Facts, NetworkFacts
from routing.core.packing import pack_trace, unpack_trace
from routing.core.types import Decision, Parcel, RoutingPlan, RoutingRequest
from tests.unit.routing.brute import best_plan
from tests.unit.routing.worlds import AT, middle_world, request, small_world
from tests.unit.routing.worlds import facts as world_facts

WORLDS = range(500)
"""Worlds of each law."""


def placed(decision: Decision) -> dict[str, int]:
    units: dict[str, int] = {}
    for parcel in decision.plan.parcels:
        for line in parcel.lines:
            units[line.line_ref] = units.get(line.line_ref, 0) + line.quantity
    return units


def check_conserved(asked: RoutingRequest, decision: Decision) -> None:
    units = placed(decision)
    for part in decision.plan.unfilled:
        units[part.line_ref] = units.get(part.line_ref, 0) + part.quantity
    assert units == {line.line_ref: line.quantity for line in asked.lines}
    assert len({parcel.node for parcel in decision.plan.parcels}) == len(decision.plan.parcels)


def check_bounded(asked: RoutingRequest, facts: Facts, decision: Decision) -> None:
    rows = {sku.code: index for index, sku in enumerate(facts.skus)}
    nodes = {node.code: index for index, node in enumerate(facts.network.nodes)}
    left = facts.available.copy()
    for held in asked.held:
        left[rows[held.sku], nodes[held.node]] += held.quantity
    channel = facts.channels.get(asked.channel)
    if channel is not None and channel.withhold is not None:
        left = np.maximum(left - channel.withhold, 0)
    for parcel in decision.plan.parcels:
        for line in parcel.lines:
            left[rows[line.sku], nodes[parcel.node]] -= line.quantity
    assert left.min() >= 0
    check_capacity(facts, nodes, decision)


def check_capacity(facts: Facts, nodes: dict[str, int], decision: Decision) -> None:
    if facts.capacity_left is None or facts.capacity_from is None:
        return
    for parcel in decision.plan.parcels:
        day = (np.datetime64(parcel.work_date) - np.datetime64(facts.capacity_from)).astype(int)
        if 0 <= day < facts.capacity_left.shape[1]:
            use = use_of(parcel)
            seconds = 0 if facts.work_seconds is None else (facts.work_seconds[nodes[parcel.node]] * use[:3]).sum()
            assert 60 * (parcel.minutes - 1) < seconds <= 60 * parcel.minutes
            assert (np.array(use) <= facts.capacity_left[nodes[parcel.node], day]).all()


def limited_by_minutes(facts: Facts, rng: random.Random) -> Facts:
    """The world with days that hold 4 to 12 minutes of work, and any number of orders, lines and units."""
    left = np.full((len(facts.network.nodes), 6, 4), NO_LIMIT, np.int64)
    left[:, :, 3] = [[rng.randint(4, 12) for _ in range(6)] for _ in facts.network.nodes]
    work = np.array([[60, 40, 10] for _ in facts.network.nodes], np.int64)
    day = date(2026, 11, 24)
    return replace(facts, capacity_left=left, capacity_limit=left, capacity_from=day, work_seconds=work)


def use_of(parcel: Parcel) -> tuple[int, int, int, int]:
    return 1, len(parcel.lines), sum(line.quantity for line in parcel.lines), parcel.minutes


def check_cost(decision: Decision) -> None:
    plan = decision.plan
    assert plan.cost_e4 == sum(parcel.cost_e4 for parcel in plan.parcels)
    assert plan.bound_e4 <= plan.cost_e4
    assert not plan.proven or plan.bound_e4 == plan.cost_e4


def check_no_single_node_is_better(asked: RoutingRequest, facts: Facts, decision: Decision) -> None:
    policy = facts.network.configuration.policy_for(asked.channel)
    ranked = any(rule.rank for group in policy.groups for rule in group.rules)
    complete = decision.trace.cost_e4[decision.trace.reason == 0]
    if len(complete) and not ranked and decision.plan.parcels:
        assert decision.plan.cost_e4 <= complete.min()


def check_explained(asked: RoutingRequest, facts: Facts, decision: Decision) -> None:
    story = explain(asked, facts, decision, at=AT)
    assert sorted(node.node for node in story.nodes) == sorted(node.code for node in facts.network.nodes)
    assert all(node.sentence.startswith(node.node) and node.sentence.endswith(".") for node in story.nodes)
    assert all(node.reason.is_candidate for node in story.nodes if node.is_chosen)
    assert unpack_trace(pack_trace(decision.trace)) == decision.trace


def reordered(facts: Facts, seed: int) -> Facts:
    order = list(range(len(facts.network.nodes)))
    random.Random(seed).shuffle(order)
    nodes = NetworkFacts(tuple(facts.network.nodes[n] for n in order), facts.network.configuration)
    columns = {name: getattr(facts, name) for name in ("available", "opportunity_e4", "markdown_e4")}
    rows = {name: getattr(facts, name) for name in ("capacity_left", "capacity_limit", "work_seconds")}
    channels = {
        code: ChannelFacts(
            nodes=None if channel.nodes is None else channel.nodes[order],
            withhold=None if channel.withhold is None else channel.withhold[:, order],
            quota_left=channel.quota_left,
        )
        for code, channel in facts.channels.items()
    }
    arrays = {name: None if value is None else value[:, order] for name, value in columns.items()}
    arrays |= {name: None if value is None else value[order] for name, value in rows.items()}
    return replace(facts, network=nodes, channels=channels, **arrays)  # type: ignore[arg-type]  # arrays as before


@pytest.mark.parametrize("seed", WORLDS)
def test_a_decision_keeps_its_laws(seed: int) -> None:
    asked, facts = middle_world(seed)
    before = facts.available.copy()

    decision = decide(asked, facts, at=AT)

    check_conserved(asked, decision)
    check_bounded(asked, facts, decision)
    check_cost(decision)
    check_no_single_node_is_better(asked, facts, decision)
    check_explained(asked, facts, decision)
    assert decision == decide(asked, facts, at=AT)
    assert decision.plan == decide(asked, reordered(facts, seed), at=AT).plan
    assert (facts.available == before).all()


@pytest.mark.parametrize("seed", WORLDS)
def test_a_decision_is_what_trying_every_plan_finds(seed: int) -> None:
    asked, facts = small_world(seed)

    plan = decide(asked, facts, at=AT).plan

    units = sum(line.quantity for parcel in plan.parcels for line in parcel.lines)
    assert (units, -plan.cost_e4) == best_plan(asked, facts, AT)
    assert plan.proven


@pytest.mark.parametrize("seed", range(80))
def test_an_order_beyond_the_exact_search_keeps_its_laws(seed: int) -> None:
    rng = random.Random(seed)
    facts = world_facts(rng, nodes=rng.randint(3, 8), skus=16, deep=3)
    if seed % 2:
        facts = limited_by_minutes(facts, rng)
    asked = request(rng, facts, lines=rng.randint(11, 15), quantity=3)

    decision = decide(asked, facts, at=AT)

    check_conserved(asked, decision)
    check_bounded(asked, facts, decision)
    check_cost(decision)
    check_explained(asked, facts, decision)
    assert decision == decide(asked, facts, at=AT)


@pytest.mark.parametrize("seed", range(60))
def test_a_batch_never_uses_a_unit_twice(seed: int) -> None:
    rng = random.Random(seed)
    _, facts = middle_world(seed)
    asked = [request(rng, facts, lines=rng.randint(1, 4), quantity=3, ref=f"O-{i}:g") for i in range(12)]
    asked = [replace(one, held=()) for one in asked]

    decisions = decide_batch(asked, facts, at=AT)

    assert decisions[0] == decide(asked[0], facts, at=AT)
    together = replace(
        decisions[0].plan, parcels=tuple(p for d in decisions for p in d.plan.parcels), bound_e4=0, cost_e4=0
    )
    rows = {sku.code: index for index, sku in enumerate(facts.skus)}
    nodes = {node.code: index for index, node in enumerate(facts.network.nodes)}
    left, capacity = facts.available.copy(), None if facts.capacity_left is None else facts.capacity_left.copy()
    for parcel in together.parcels:
        for line in parcel.lines:
            left[rows[line.sku], nodes[parcel.node]] -= line.quantity
        if capacity is not None and facts.capacity_from is not None:
            day = (np.datetime64(parcel.work_date) - np.datetime64(facts.capacity_from)).astype(int)
            if 0 <= day < capacity.shape[1]:
                capacity[nodes[parcel.node], day] -= use_of(parcel)
    assert left.min() >= 0
    assert capacity is None or capacity.min() >= 0


@pytest.mark.parametrize("seed", range(0, 500, 20))
def test_what_is_stored_decides_the_same_again(seed: int) -> None:
    asked, facts = middle_world(seed)
    decision = decide(asked, facts, at=AT)

    again = decide(RoutingRequest.from_data(asked.to_data()), Facts.from_data(facts.to_data()), at=AT)

    assert again == decision
    assert RoutingPlan.from_data(decision.plan.to_data()) == decision.plan
