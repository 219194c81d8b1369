"""Among nodes of one cost, those that another stands in for are not priced; the plan must be as if they were."""

import random
from dataclasses import replace

import numpy as np
import pytest

from routing.core.deciding import decide, decide_batch
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.brute import best_plan
from tests.unit.routing.test_oracle import check, world
from tests.unit.routing.worlds import AT, request
from tests.unit.routing.worlds import facts as world_facts

PLACE = Destination("US", "", "", 41.0, -76.0)


def alike(facts: Facts, rng: random.Random) -> Facts:
    """The world with two sites and two sets of costs for all of its nodes, as stores of one chain have."""
    sites, costs = ((40.0, -77.0), (34.0, -110.0)), ((16_000, 6_000, 2_000), (16_000, 6_000, 1_000))
    nodes = []
    for node in facts.network.nodes:
        (latitude, longitude), (parcel, line, unit) = rng.choice(sites), rng.choice(costs)
        made = replace(node, latitude=latitude, longitude=longitude, failed_pick_ppm=0, fulfillment_cost_e4=parcel)
        nodes.append(replace(made, line_cost_e4=line, unit_cost_e4=unit, time_zone="America/New_York", calendar=""))
    network = NetworkFacts(tuple(nodes), facts.network.configuration)
    return replace(facts, network=network, opportunity_e4=None, markdown_e4=None)


def alike_world(seed: int) -> tuple[RoutingRequest, Facts]:
    rng = random.Random(seed)
    facts = alike(world_facts(rng, nodes=5, skus=3, deep=2), rng)
    return request(rng, facts, lines=rng.randint(2, 3), quantity=2), facts


@pytest.mark.parametrize("seed", range(400))
def test_a_plan_among_alike_nodes_is_what_trying_every_plan_finds(seed: int) -> None:
    asked, facts = alike_world(seed)

    plan = decide(asked, facts, at=AT).plan

    units = sum(line.quantity for parcel in plan.parcels for line in parcel.lines)
    assert (units, -plan.cost_e4) == best_plan(asked, facts, AT)
    assert plan.proven


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_among_many_alike_nodes_is_as_the_oracle_would(seed: int) -> None:
    asked, facts = world(seed, lines=3 + seed % 3, nodes=20, quantity=1 + seed % 2, flat=False)

    assert check(asked, alike(facts, random.Random(seed)))


@pytest.mark.parametrize(("narrow", "taken"), [("N1", "N1"), ("N9", "N2")])
def test_equal_cost_falls_to_the_lower_code_and_not_to_the_broader_node(narrow: str, taken: str) -> None:
    """N2 has A and B, but B travels free with C, which N4 alone has: A is left, from N2 or a node that has only A."""
    stock = {narrow: (1, 0, 0), "N2": (1, 1, 0), "N4": (0, 1, 1)}
    nodes = tuple(NodeFacts(code=code, kind="STORE", country="US", latitude=41.0, longitude=-76.0) for code in stock)
    skus = tuple(SkuFacts(code=code, weight_grams=grams) for code, grams in (("A", 900), ("B", 900), ("C", 3_000)))
    facts = Facts(network=NetworkFacts(nodes), skus=skus, available=np.array(list(stock.values()), np.int64).T)
    lines = tuple(RequestLine(f"l{code}", code, 1) for code in "ABC")

    plan = decide(RoutingRequest("O-1:g", "web", Method.SHIP, lines, PLACE), facts, at=AT).plan

    assert sorted(parcel.node for parcel in plan.parcels) == sorted((taken, "N4"))


@pytest.mark.parametrize("seed", range(300))
def test_lines_that_share_a_skus_stock_find_what_trying_every_plan_finds(seed: int) -> None:
    """A tied to C, and A alone: a node that has one A can give either of them, and none stands in for another."""
    rng = random.Random(seed)
    facts = replace(alike(world_facts(rng, nodes=5, skus=3, deep=2), rng), channels={})
    a, b, c = (sku.code for sku in facts.skus)
    tied = (RequestLine("l0", a, 1, 0, "kit"), RequestLine("l1", c, 1, 0, "kit"), RequestLine("l2", a, 1))
    lines = (*tied, RequestLine("l3", b, 1)) if seed % 2 else tied
    asked = RoutingRequest("O-1:g", "web", Method.SHIP, lines, PLACE, currency="USD")

    plan = decide(asked, facts, at=AT).plan

    units = sum(line.quantity for parcel in plan.parcels for line in parcel.lines)
    assert (units, -plan.cost_e4) == best_plan(asked, facts, AT)


@pytest.mark.parametrize("seed", range(300))
def test_an_order_is_decided_as_alone_after_one_that_takes_other_goods(seed: int) -> None:
    rng = random.Random(seed)
    facts = alike(world_facts(rng, nodes=5, skus=6, deep=3), rng)
    facts = replace(facts, channels={}, capacity_left=None, capacity_limit=None, capacity_from=None, work_seconds=None)
    codes = [sku.code for sku in facts.skus]
    parts = (tuple(RequestLine(code, code, rng.randint(1, 3)) for code in some) for some in (codes[:3], codes[3:]))
    first, second = (RoutingRequest("O-1:g", "web", Method.SHIP, lines, PLACE, currency="USD") for lines in parts)

    together = decide_batch([replace(first, ref="O-0:g"), second], facts, at=AT)

    assert together[1].plan == decide(second, facts, at=AT).plan
