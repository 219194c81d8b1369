"""What a rule that allows a partial fill leaves goes to the next one; each step is the best that trying all finds."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from routing.core.config import Configuration, parse_policy
from routing.core.config.policy import Policy, Rule
from routing.core.deciding import decide, decide_batch
from routing.core.explain import explain
from routing.core.facts import ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, Parcel, RequestLine, RoutingPlan, RoutingRequest
from tests.unit.routing.brute import Brute
from tests.unit.routing.test_decide_laws import check_bounded, check_conserved, check_cost, check_explained, reordered
from tests.unit.routing.worlds import AT, chain_world

WORLDS = range(600)


class Chain:
    """An order under way through the rules of its group: what is left of it after the parcels placed so far."""

    def __init__(self, request: RoutingRequest, facts: Facts) -> None:
        self.left: RoutingRequest | None = request
        self.facts, self.kept = facts, 0

    def best(self, policy: Policy, rule: Rule) -> tuple[int, int]:
        assert self.left is not None
        return Brute(self.left, self.facts, policy, rule, AT, kept=self.kept).best()

    @property
    def units(self) -> int:
        return 0 if self.left is None else sum(line.quantity for line in self.left.lines)

    def place(self, parcels: list[Parcel]) -> None:
        assert self.left is not None
        taken = {line.line_ref: 0 for line in self.left.lines}
        for part in (line for parcel in parcels for line in parcel.lines):
            taken[part.line_ref] += part.quantity
            self._use_quota(part.sku, part.quantity)
        lines = tuple(
            replace(line, quantity=line.quantity - taken[line.line_ref])
            for line in self.left.lines
            if line.quantity > taken[line.line_ref]
        )
        nodes = dict(self.left.excluded) | {parcel.node: "gives a part" for parcel in parcels}
        self.left = replace(self.left, lines=lines, excluded=nodes) if lines else None
        self.kept += len(parcels)

    def _use_quota(self, sku: str, units: int) -> None:
        channel = self.facts.channels.get("web")
        if channel is None or channel.quota_left is None:
            return
        quota = channel.quota_left.copy()
        quota[[known.code for known in self.facts.skus].index(sku)] -= units
        less = ChannelFacts(channel.nodes, channel.withhold, quota)
        self.facts = replace(self.facts, channels={"web": less})


def parcels_of(plan: RoutingPlan, rule: Rule) -> list[Parcel]:
    return [parcel for parcel in plan.parcels if (parcel.rule or plan.rule) == rule.name]


def result_of(parcels: list[Parcel]) -> tuple[int, int]:
    units = sum(line.quantity for parcel in parcels for line in parcel.lines)
    return units, -sum(parcel.cost_e4 for parcel in parcels)


def check_chain(request: RoutingRequest, facts: Facts, plan: RoutingPlan) -> None:
    """Follow the plan through the chain and compare every step with the router that tries every plan."""
    policy = facts.network.configuration.policy_for("web")
    chain, group = Chain(request, facts), policy.groups[0]
    for rule in group.rules:
        best = chain.best(policy, rule)
        if best[0] == chain.units or (rule.allow_partial and best[0]):
            mine = parcels_of(plan, rule)
            assert result_of(mine) == best
            chain.place(mine)
        if not chain.units:
            assert not plan.unfilled
            return
    rest = [(chain.best(policy, rule), rule) for rule in group.rules if not rule.allow_partial]
    if rest:
        best, last = max(rest, key=lambda pair: pair[0][0])
        assert plan.rule == last.name
        assert result_of(parcels_of(plan, last)) == best
        chain.place(parcels_of(plan, last))
    assert chain.units == sum(part.quantity for part in plan.unfilled)


def steps(seeds: range) -> Iterator[tuple[RoutingRequest, Facts, RoutingPlan]]:
    for seed in seeds:
        asked, facts = chain_world(seed)
        yield asked, facts, decide(asked, facts, at=AT).plan


@pytest.mark.parametrize("seed", WORLDS)
def test_each_rule_of_a_chain_places_the_best_of_what_is_left(seed: int) -> None:
    asked, facts = chain_world(seed)

    decision = decide(asked, facts, at=AT)

    check_conserved(asked, decision)
    check_bounded(asked, facts, decision)
    check_cost(decision)
    check_explained(asked, facts, decision)
    assert decision == decide(asked, facts, at=AT)
    assert decision.plan == decide(asked, reordered(facts, seed), at=AT).plan
    if facts.network.configuration.policies[0].groups[0].ship_complete and decision.plan.unfilled:
        assert not decision.plan.parcels
    else:
        check_chain(asked, facts, decision.plan)


def test_the_worlds_hold_chains_of_several_rules() -> None:
    mixed = sum(any(parcel.rule for parcel in plan.parcels) for _, _, plan in steps(range(200)))

    assert mixed >= 20


def test_a_part_that_is_kept_uses_up_the_quota_once() -> None:
    for asked, facts, plan in steps(range(200)):
        channel = facts.channels.get(asked.channel)
        if channel is not None and channel.quota_left is not None:
            used = np.zeros(len(facts.skus), np.int64)
            for line in (line for parcel in plan.parcels for line in parcel.lines):
                used[[sku.code for sku in facts.skus].index(line.sku)] += line.quantity
            assert (used <= channel.quota_left).all()


def test_a_kept_part_and_its_rule_are_told_in_words() -> None:
    asked, facts, plan = next(step for step in steps(range(200)) if any(parcel.rule for parcel in step[2].parcels))
    kept = next(parcel for parcel in plan.parcels if parcel.rule)

    words = " ".join(explain(asked, facts, decide(asked, facts, at=AT), at=AT).summary)

    assert f"{kept.node} sends " in words
    assert f'placed by rule "{kept.rule}"' in words
    assert "each rule placed what was left to it at the least cost" in words


def test_a_rule_says_that_it_hands_on_what_it_cannot_place() -> None:
    policy = parse_policy({"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", "allow_partial": True}]}]})

    sentences = policy.groups[0].rules[0].describe()

    assert sentences[-1] == "What it can place of an order stays placed; the next rule takes the rest."


def test_an_order_that_ships_complete_or_not_at_all_gives_its_quota_back() -> None:
    """The first order lacks a mug: what it had of the hat's and the shoe's quota is there for the second."""
    policy = {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r"}], "ship_complete": True}]}
    network = NetworkFacts((NodeFacts("N", "DC", "US"),), Configuration.from_bodies(policies=[policy]))
    skus = tuple(SkuFacts(code) for code in ("MUG", "HAT", "SHOE", "CAP"))
    quota = ChannelFacts(quota_left=np.array([9, 2, 3, 9]))
    facts = Facts(network, skus, np.array([[0], [9], [9], [9]]), channels={"web": quota})
    asked = [
        RoutingRequest(ref, "web", Method.SHIP, tuple(RequestLine(*line) for line in lines), Destination("US"))
        for ref, lines in (
            ("O-1", [("1", "HAT", 2), ("2", "SHOE", 3), ("3", "MUG", 1)]),
            ("O-2", [("1", "SHOE", 3), ("2", "HAT", 2), ("3", "CAP", 1)]),
            ("O-3", [("1", "HAT", 1)]),
        )
    ]

    first, second, third = decide_batch(asked, facts, at=AT)

    assert (first.plan.parcels, first.plan.cost_e4, first.plan.bound_e4) == ((), 0, 0)
    assert [part.quantity for part in first.plan.unfilled] == [2, 3, 1]
    assert [(line.sku, line.quantity) for line in second.plan.parcels[0].lines] == [("SHOE", 3), ("HAT", 2), ("CAP", 1)]
    assert third.plan.parcels == ()
