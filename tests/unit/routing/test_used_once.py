"""A node sends one parcel of an order, also where two small ones would cost less: found as trying every plan would.

The rate card is so steep that the best parcels, each looked at alone, come from the cheapest node over and over.
"""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import NO_LIMIT, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingPlan, RoutingRequest
from tests.unit.routing.brute import best_plan
from tests.unit.routing.worlds import AT

HERE = Destination("US", "", "", 40.7, -74.0)
SERVICES = {"services": [{"code": "S", "rate_card": "steep", "transit": {"days": 2}}]}
RATES = [{"up_to_grams": [1_000, 2_000, 3_000], "prices": ["1", "5", "20"], "per_extra_kg": "30"}]
STEEP = {"code": "steep", "zones": [{"zone": "all"}], "rates": RATES}


def steep_world(seed: int, *, ranked: bool = False) -> tuple[RoutingRequest, Facts]:
    """Two to four nodes, three light SKUs of up to two units; a limit, a bonus, full days or a lack, by chance."""
    rng = random.Random(seed)
    limits: dict[str, object] = rng.choice([{}, {"max_splits": 1}, {"max_splits": 2}, {"min_parcel_units": 2}])
    prefer = [{"nodes": {"tags": ["loved"]}, "bonus": "2.00"}] if rng.random() < 0.3 else []
    rule = {"name": "r", "limits": limits, "prefer": prefer, **({"rank": ["NEAREST"]} if ranked else {})}
    policy = {"code": "p", "prices": {"split": rng.choice(["0", "0.10"])}, "groups": [{"name": "g", "rules": [rule]}]}
    nodes = tuple(
        NodeFacts(
            f"n{n}", "DC", "US", latitude=40.7, longitude=rng.uniform(-90, -75), unit_cost_e4=rng.randint(0, 2_000),
            fulfillment_cost_e4=rng.randint(0, 9_000), tags=frozenset({"loved"} if rng.random() < 0.3 else ()),
        )
        for n in rng.sample(range(4), rng.randint(2, 4))
    )  # fmt: skip
    configuration = Configuration.from_bodies(policies=[policy], rate_cards=[STEEP], carrier_services=SERVICES)
    skus = tuple(SkuFacts(f"S{n}", weight_grams=rng.randint(600, 1_000)) for n in range(3))
    left = np.full((len(nodes), 30, 4), NO_LIMIT, np.int64)
    left[:, :, 1] = [[rng.choice([1, 2, NO_LIMIT])] for _ in nodes]
    facts = Facts(
        NetworkFacts(nodes, configuration), skus, np.array([[rng.choice([0, 1, 2, 2]) for _ in nodes] for _ in skus]),
        capacity_from=date(2026, 11, 24), capacity_left=left, capacity_limit=left,
    )  # fmt: skip
    lines = tuple(RequestLine(sku.code, sku.code, rng.choice([1, 1, 2]), 1_000) for sku in skus)
    return RoutingRequest("O-1:g", "web", Method.SHIP, lines, HERE, currency="USD"), facts


@pytest.mark.parametrize("seed", range(120))
def test_a_plan_that_would_use_a_node_twice_is_what_trying_every_plan_finds(seed: int) -> None:
    asked, facts = steep_world(seed)

    plan = decide(asked, facts, at=AT).plan

    assert (units(plan), -plan.cost_e4) == best_plan(asked, facts, AT)
    assert len({parcel.node for parcel in plan.parcels}) == len(plan.parcels)
    assert plan.proven


def units(plan: RoutingPlan) -> int:
    return sum(line.quantity for parcel in plan.parcels for line in parcel.lines)


def doubled(facts: Facts) -> Facts:
    """Return `facts` with a twin for every node: what one node would send in two parcels, the two send."""
    assert facts.capacity_left is not None
    twins = tuple(replace(node, code=f"{node.code}-twin") for node in facts.network.nodes)
    network = NetworkFacts((*facts.network.nodes, *twins), facts.network.configuration)
    left = np.repeat(facts.capacity_left[None], 2, axis=0).reshape(-1, *facts.capacity_left.shape[1:])
    available = np.concatenate([facts.available, facts.available], axis=1)
    return replace(facts, network=network, available=available, capacity_left=left, capacity_limit=left)


def test_the_worlds_hold_orders_that_would_use_a_node_twice() -> None:
    plans = [
        (decide(asked, facts, at=AT).plan, decide(asked, doubled(facts), at=AT).plan)
        for asked, facts in map(steep_world, range(40))
    ]

    assert sum(units(one) == units(two) and two.cost_e4 < one.cost_e4 for one, two in plans) > 16


def test_a_ranked_rule_gives_the_rest_to_the_node_that_stands_next() -> None:
    """The first node takes a line a day: of an order for two, the second goes to the next of the others."""
    places = {"near": -75.0, "next": -76.0, "last": -90.0}
    nodes = tuple(NodeFacts(code, "DC", "US", latitude=40.7, longitude=east) for code, east in places.items())
    policy = {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", "rank": ["NEAREST"]}]}]}
    left = np.full((3, 30, 4), NO_LIMIT, np.int64)
    left[:, :, 1] = 1
    facts = Facts(
        NetworkFacts(nodes, Configuration.from_bodies(policies=[policy])), (SkuFacts("A"), SkuFacts("B")),
        np.full((2, 3), 9, np.int64), capacity_from=date(2026, 11, 24), capacity_left=left,
    )  # fmt: skip
    asked = RoutingRequest("O", "", Method.SHIP, (RequestLine("1", "A", 1), RequestLine("2", "B", 1)), HERE)

    plan = decide(asked, facts, at=AT).plan

    assert sorted(parcel.node for parcel in plan.parcels) == ["near", "next"]
    assert plan.proven
