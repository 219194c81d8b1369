"""The laws of orders that share what they compete for, on seeded worlds that are short of nearly everything."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.config.reading import in_money
from routing.core.deciding import ORDERS_A_CALL, USUAL_EFFORT, decide_batch
from routing.core.explain import explain
from routing.core.facts import NO_LIMIT, ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.rivals import Batch, linked
from routing.core.together import Sharing, Together, decide_together, shared_by
from routing.core.types import COST_TERMS, Decision, Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.test_decide_laws import check_bounded, check_conserved
from tests.unit.routing.worlds import AT, middle_world, request

LATENESS, OPPORTUNITY = COST_TERMS.index("lateness"), COST_TERMS.index("opportunity")


def scarce_world(seed: int) -> tuple[list[RoutingRequest], Facts]:
    rng = random.Random(seed)
    _, facts = middle_world(seed)
    facts = replace(facts, available=np.minimum(facts.available, rng.choice([1, 2, 3])))
    asked = [request(rng, facts, lines=rng.randint(1, 3), quantity=1, ref=f"O-{i}:g") for i in range(10)]
    return [replace(one, held=()) for one in asked], facts


def units(decision: Decision) -> int:
    return sum(line.quantity for parcel in decision.plan.parcels for line in parcel.lines)


def term(decision: Decision, index: int) -> int:
    return sum(parcel.terms_e4[index] for parcel in decision.plan.parcels)


def without_prices(together: Together, facts: Facts) -> int:
    """Return what the decisions cost by the facts as they were: each term but what units are worth, worked out anew."""
    skus = {sku.code: row for row, sku in enumerate(facts.skus)}
    nodes = {node.code: row for row, node in enumerate(facts.network.nodes)}
    own = np.zeros_like(facts.available) if facts.opportunity_e4 is None else facts.opportunity_e4
    total = 0
    for decision in together.decisions:
        total += decision.plan.cost_e4 - term(decision, OPPORTUNITY)
        for parcel in decision.plan.parcels:
            total += sum(line.quantity * int(own[skus[line.sku], nodes[parcel.node]]) for line in parcel.lines)
    return total


@pytest.mark.parametrize("seed", [*range(80), 221, 288, 387])
def test_sharing_keeps_every_law(seed: int) -> None:
    asked, facts = scarce_world(seed)
    alone = decide_batch(asked, facts, at=AT)

    together = decide_together(asked, facts, at=AT)

    assert together.decisions == decide_batch(asked, together.facts, at=AT)
    assert together.facts.opportunity_e4 is facts.opportunity_e4
    if not together.sharings:
        assert (together.decisions, together.facts) == (alone, facts)
        return
    cost = sum(one.plan.cost_e4 for one in together.decisions)
    assert cost == without_prices(together, facts) < sum(one.plan.cost_e4 for one in alone)
    for sharing in together.sharings:
        assert sum(together.decisions[i].plan.cost_e4 for i in sharing.rivals) == sharing.cost_e4
        assert sum(alone[i].plan.cost_e4 for i in sharing.rivals) == sharing.one_by_one_e4
    for one, other in zip(together.decisions, alone, strict=True):
        assert units(one) >= units(other)
        assert term(one, LATENESS) == 0 or term(other, LATENESS) > 0
    for order, decision in zip(asked, together.decisions, strict=True):
        check_conserved(order, decision)
        check_scarcity(together.facts, decision)
    check_shared(asked, facts, together)


def check_scarcity(facts: Facts, decision: Decision) -> None:
    """Each parcel counts the price of each of its units, beside its cost."""
    assert facts.scarcity_e4 is not None
    skus = [sku.code for sku in facts.skus]
    nodes = [node.code for node in facts.network.nodes]
    for parcel in decision.plan.parcels:
        prices = facts.scarcity_e4[:, nodes.index(parcel.node)]
        assert parcel.scarcity_e4 == sum(line.quantity * int(prices[skus.index(line.sku)]) for line in parcel.lines)


def check_shared(asked: Sequence[RoutingRequest], facts: Facts, together: Together) -> None:
    """No unit is used twice: all parcels of the batch, seen as one decision, stay within stock and capacity."""
    whole = together.decisions[0]
    parcels = tuple(parcel for decision in together.decisions for parcel in decision.plan.parcels)
    check_bounded(replace(asked[0], channel=""), facts, replace(whole, plan=replace(whole.plan, parcels=parcels)))


@pytest.mark.parametrize("seed", [*range(0, 150, 3)])
def test_no_way_to_share_is_below_the_floor(seed: int) -> None:
    asked, facts = scarce_world(seed)
    together = decide_together(asked, facts, at=AT)
    for sharing in together.sharings:
        assert sharing.cost_e4 < sharing.one_by_one_e4
        if sharing.floor_e4 is not None:
            assert sharing.floor_e4 <= min(sharing.cost_e4, *other_ways(asked, facts, together, sharing, seed))


def other_ways(
    asked: Sequence[RoutingRequest], facts: Facts, together: Together, sharing: Sharing, seed: int
) -> list[int]:
    """Return what the rivals cost in sixty other orders, where these place as much."""
    rivals, rng = [asked[i] for i in sharing.rivals], random.Random(seed)
    placed = sum(units(together.decisions[i]) for i in sharing.rivals)
    found = [sharing.one_by_one_e4]
    for _ in range(60):
        rng.shuffle(rivals)
        tried = decide_batch(rivals, facts, at=AT)
        if sum(map(units, tried)) == placed:
            found.append(sum(one.plan.cost_e4 for one in tried))
    return found


def test_the_worlds_are_worth_it() -> None:
    shared = [one for seed in range(150) for one in decide_together(*scarce_world(seed), at=AT).sharings]

    assert len(shared) > 15
    assert sum(one.floor_e4 is not None for one in shared) > 5
    assert any(len(one.rivals) == 2 for one in shared)
    assert any(len(one.rivals) > 4 for one in shared)


def duel(*, units_near: int, units_far: int = 9, price: str = "5.00") -> tuple[list[RoutingRequest], Facts]:
    """Two orders for a tee, both cheapest from NEAR; FAR costs the first of them cents more, the second dollars."""
    nodes = tuple(
        NodeFacts(code=code, kind="DC", country="US", latitude=40.0, longitude=longitude)
        for code, longitude in (("NEAR", -100.0), ("FAR", -104.0))
    )
    card = {
        "code": "card", "zones": [{"zone": "all"}],
        "rates": [{"zones": ["all"], "up_to_grams": [5_000], "prices": [price], "per_km": "0.0100"}],
    }  # fmt: skip
    services = {"services": [{"code": "GROUND", "transit": {"days": 2}}]}
    configuration = Configuration.from_bodies(rate_cards=[card], carrier_services=services)
    facts = Facts(NetworkFacts(nodes, configuration), (SkuFacts("TEE"),), np.array([[units_near, units_far]], np.int64))
    asked = [
        RoutingRequest(
            ref=f"O-{number}:1", channel="web", method=Method.SHIP, lines=(RequestLine("1", "TEE", 1),),
            ship_to=Destination("US", latitude=40.0, longitude=longitude),
        )
        for number, longitude in ((1, -101.95), (2, -97.0))
    ]  # fmt: skip
    return asked, facts


def test_the_last_unit_goes_to_whom_it_saves_most() -> None:
    asked, facts = duel(units_near=1)

    alone, together = decide_batch(asked, facts, at=AT), decide_together(asked, facts, at=AT)

    assert [one.plan.parcels[0].node for one in alone] == ["NEAR", "FAR"]
    assert [one.plan.parcels[0].node for one in together.decisions] == ["FAR", "NEAR"]
    (sharing,) = together.sharings
    assert sharing.rivals == (0, 1)
    assert sharing.cost_e4 == sharing.floor_e4 == without_prices(together, facts)
    assert sharing.one_by_one_e4 == sum(one.plan.cost_e4 for one in alone)
    assert [one.plan.scarcity_e4 > 0 for one in together.decisions] == [False, True]
    assert [term(one, OPPORTUNITY) for one in together.decisions] == [0, 0]
    assert [one.plan.cost_e4 for one in together.decisions] == [
        decide_batch([one], replace(facts, available=only), at=AT)[0].plan.cost_e4
        for one, only in zip(asked, (np.array([[0, 9]]), np.array([[1, 0]])), strict=True)
    ]


def test_what_is_tried_uses_up_no_day() -> None:
    asked, facts = duel(units_near=1)
    left = np.full((2, 3, 4), NO_LIMIT, np.int64)
    left[:, :, 0] = 1
    busy = replace(facts, capacity_from=date(2026, 11, 24), capacity_left=left)

    together = decide_together(asked, busy, at=AT)

    assert [one.plan.parcels[0].node for one in together.decisions] == ["FAR", "NEAR"]
    assert {one.plan.parcels[0].work_date for one in together.decisions} == {"2026-11-25"}
    assert together.decisions == decide_batch(asked, together.facts, at=AT)


def test_the_bound_knows_nothing_of_days() -> None:
    asked, facts = duel(units_near=9)
    second = replace(asked[1], lines=(RequestLine("1", "TEE", 1), RequestLine("2", "MUG", 1)))
    left = np.full((2, 3, 4), NO_LIMIT, np.int64)
    left[0, 1, 1] = 1  # the second order alone finds room for one of its lines; behind the first it gets a day for both
    busy = replace(
        facts, skus=(*facts.skus, SkuFacts("MUG")), available=np.repeat(facts.available, 2, axis=0),
        capacity_from=date(2026, 11, 24), capacity_left=left,
    )  # fmt: skip
    batch = Batch([asked[0], second], busy, at=AT, effort=USUAL_EFFORT)
    free = np.zeros_like(busy.available)
    cost = batch.cost(batch.first, [0, 1])

    assert batch.alone(free, [0, 1]).floor_e4 > cost
    assert batch.floor(batch.first, free, [0, 1]) == batch.alone(free, [0, 1], with_days=False).floor_e4 <= cost


def test_what_saves_next_to_nothing_changes_no_plan() -> None:
    asked, facts = duel(units_near=1, price="50.00")
    places = [Destination("US", latitude=40.0, longitude=longitude) for longitude in (-101.0, -100.97)]
    apart = [replace(asked[0], ref=f"O-{n}:1", ship_to=place) for n, place in enumerate(places)]
    before = decide_batch(apart, facts, at=AT)

    assert [one.plan.parcels[0].node for one in before] == ["NEAR", "FAR"]
    assert decide_together(apart, facts, at=AT).sharings == ()
    assert sum(one.plan.cost_e4 for one in decide_batch(apart[::-1], facts, at=AT)) < sum(
        one.plan.cost_e4 for one in before
    )


def test_a_batch_beyond_one_call_is_decided_one_by_one() -> None:
    asked, facts = duel(units_near=1, units_far=ORDERS_A_CALL)
    many = [replace(asked[n > 0], ref=f"O-{n}:1") for n in range(ORDERS_A_CALL + 1)]

    assert decide_together(many, facts, at=AT).sharings == ()
    assert decide_together(many[:-1], facts, at=AT).decisions[0].plan.parcels[0].node == "NEAR"


@pytest.mark.parametrize("seed", range(40))
def test_who_is_linked_however_far_is_one_group(seed: int) -> None:
    wants = np.random.default_rng(seed).random((12, 9)) < 0.12
    reach = wants.astype(int) @ wants.T.astype(int) > 0
    for _ in range(12):
        reach = reach.astype(int) @ reach.astype(int) > 0

    groups = linked(wants)

    assert sorted(row for group in groups for row in group) == np.flatnonzero(wants.any(axis=1)).tolist()
    for group in groups:
        for row in group:
            assert np.flatnonzero(reach[row]).tolist() == group


def test_who_does_not_compete_pays_no_price() -> None:
    asked, facts = duel(units_near=2)

    together = decide_together(asked, facts, at=AT)

    assert together.sharings == ()
    assert together.facts is facts
    assert together.decisions == decide_batch(asked, facts, at=AT)


def test_an_order_does_not_go_without_for_another() -> None:
    asked, facts = duel(units_near=1, units_far=0)

    together = decide_together(asked, facts, at=AT)

    assert together.sharings == ()
    assert [units(one) for one in together.decisions] == [1, 0]


def test_a_promise_is_not_broken_for_another() -> None:
    asked, facts = duel(units_near=1)
    arrives = decide_batch(asked, facts, at=AT)[0].plan.parcels[0].deliver_by
    late = {"services": [{"code": "GROUND", "transit": {"steps": [{"within_km": 172, "days": 2}], "days": 3}}]}
    documents = {**facts.network.configuration.to_data(), "carrier_services": late}
    slower = replace(facts, network=NetworkFacts(facts.network.nodes, Configuration.from_bodies(**documents)))
    asked[0] = replace(asked[0], promised_by=arrives)

    kept = decide_together(asked, slower, at=AT)

    assert [one.plan.parcels[0].node for one in kept.decisions] == ["NEAR", "FAR"]
    assert decide_together([replace(asked[0], promised_by=None), asked[1]], slower, at=AT).sharings


def test_groups_that_have_nothing_in_common_share_for_themselves() -> None:
    asked, facts = duel(units_near=1)
    other = [replace(one, ref=f"{one.ref}b", lines=(RequestLine("1", "MUG", 1),)) for one in asked]
    both = replace(facts, skus=(*facts.skus, SkuFacts("MUG")), available=np.repeat(facts.available, 2, axis=0))

    together = decide_together([*asked, *other], both, at=AT)

    assert [one.rivals for one in together.sharings] == [(0, 1), (2, 3)]
    assert together.sharings[0].cost_e4 == together.sharings[1].cost_e4
    assert [one.plan.parcels[0].node for one in together.decisions] == ["FAR", "NEAR", "FAR", "NEAR"]
    assert shared_by(together.sharings, 3) == together.sharings[1]


def under(facts: Facts, **policy: object) -> Facts:
    rule = {"name": "all", **policy.pop("rule", {})}  # type: ignore[dict-item]  # a mapping, by its name
    rules = [rule, *policy.pop("others", [])]  # type: ignore[misc]  # a list, by its name
    documents = {**facts.network.configuration.to_data(), "policies": [
        {"code": "p", "groups": [{"name": "all", "rules": rules}], **policy}
    ]}  # fmt: skip
    return replace(facts, network=NetworkFacts(facts.network.nodes, Configuration.from_bodies(**documents)))


def test_a_policy_may_leave_the_worth_of_units_out() -> None:
    asked, facts = duel(units_near=1)

    together = decide_together(asked, under(facts, weights={"opportunity": "0"}), at=AT)

    assert together.sharings == ()
    assert [one.plan.parcels[0].node for one in together.decisions] == ["NEAR", "FAR"]


@pytest.mark.parametrize(
    "policy",
    [
        {"weights": {"opportunity": "0.5"}},
        {"others": [{"name": "the rest"}]},
        {"rule": {"rank": ["CHEAPEST"]}},
    ],
)
def test_a_bound_is_told_only_where_it_is_one(policy: dict[str, object]) -> None:
    asked, facts = duel(units_near=1)

    (sharing,) = decide_together(asked, under(facts, **policy), at=AT).sharings

    assert sharing.floor_e4 is None
    assert sharing.cost_e4 < sharing.one_by_one_e4


def test_what_a_channel_may_not_use_makes_a_unit_scarce_too() -> None:
    asked, facts = duel(units_near=3)
    kept = replace(facts, channels={"web": ChannelFacts(withhold=np.array([[2, 0]], np.int64))})

    assert decide_together(asked, facts, at=AT).sharings == ()
    assert [one.rivals for one in decide_together(asked, kept, at=AT).sharings] == [(0, 1)]


def test_a_quota_holds_at_any_price() -> None:
    asked, facts = duel(units_near=1)
    third = replace(asked[0], ref="O-3:1")
    capped = replace(facts, channels={"web": ChannelFacts(quota_left=np.array([2], np.int64))})

    together = decide_together([*asked, third], capped, at=AT)

    assert [units(one) for one in together.decisions] == [1, 1, 0]
    assert [one.plan.parcels[0].node for one in together.decisions[:2]] == ["FAR", "NEAR"]


def test_what_units_are_worth_already_stays_in_the_cost() -> None:
    asked, facts = duel(units_near=1)
    worth = np.array([[1_000, 1_000]], np.int64)

    together = decide_together(asked, replace(facts, opportunity_e4=worth), at=AT)

    assert together.facts.opportunity_e4 is worth
    assert [term(one, OPPORTUNITY) for one in together.decisions] == [1_000, 1_000]
    assert without_prices(together, replace(facts, opportunity_e4=worth)) == together.sharings[0].cost_e4


def test_prices_are_found_anew_whatever_scarcity_the_facts_hold() -> None:
    asked, facts = duel(units_near=1)
    together = decide_together(asked, facts, at=AT)

    again = decide_together(asked, together.facts, at=AT)

    assert (again.decisions, again.sharings) == (together.decisions, together.sharings)


def test_what_was_shared_is_told_in_words_and_kept() -> None:
    asked, facts = duel(units_near=1)
    together = decide_together(asked, facts, at=AT)
    (sharing,) = together.sharings

    told = explain(asked[1], together.facts, together.decisions[1], at=AT, sharing=sharing)
    silent = explain(asked[1], together.facts, together.decisions[1], at=AT)

    assert told.summary[:-1] == silent.summary
    assert told.summary[-1].startswith("Decided together with 1 other order that wants the same scarce units: all of ")
    assert told.summary[-1].endswith("and no other way to share is cheaper by more than 0.00.")
    assert Sharing.from_data(sharing.to_data()) == sharing


def test_what_is_no_money_is_told_beside_the_cost() -> None:
    asked, facts = duel(units_near=1)
    together = decide_together(asked, facts, at=AT)
    far, near = (explain(one, together.facts, made, at=AT) for one, made in zip(asked, together.decisions, strict=True))
    alone = explain(asked[1], facts, decide_batch(asked[1:], facts, at=AT)[0], at=AT)
    price = in_money(together.decisions[1].plan.scarcity_e4 // 100 * 100)

    assert near.summary[1].replace(f", takes units that are worth {price} to others", "") == alone.summary[1]
    assert near.summary[2] == alone.summary[2].replace(";", "; with what units are worth to others counted,")
    assert "to others;" not in far.summary[1]
    assert "; with what units are worth to others counted, no other under this rule is better." in far.summary[2]
    first, second = (story.sentence for story in alone.nodes)
    scarce = f"{first.removesuffix('.')}; to others, a unit of its TEE is worth {price}."
    assert [story.sentence for story in near.nodes] == [scarce, second]
    assert (near.weighs_scarcity, far.weighs_scarcity, alone.weighs_scarcity) == (True, True, False)
