"""The engine against a mixed-integer program solved to the end: large worlds, cut lines, weight steps, services."""

import random
from dataclasses import replace

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.oracle import cheapest
from tests.unit.routing.worlds import AT


def card(rng: random.Random, *, flat: bool) -> dict[str, object]:
    def rate(zone: str, service: str) -> dict[str, object]:
        count = 1 if flat else rng.randint(2, 4)
        grams = sorted(rng.sample(range(500, 9_000, 50), count))
        prices = np.cumsum([rng.randint(300, 900), *(rng.randint(0, 300) for _ in range(count - 1))])
        where = {"zones": [zone], "services": [service], "up_to_grams": grams}
        return {**where, "prices": [f"{price / 100:.2f}" for price in prices]}

    zones = [{"zone": "near", "within_km": rng.randint(400, 1_500)}, {"zone": "far"}]
    rates = [rate(zone, service) for zone in ("near", "far") for service in ("SLOW", "FAST")]
    return {"code": "card", "zones": zones, "rates": rates}


def world(seed: int, *, lines: int, nodes: int, quantity: int, flat: bool) -> tuple[RoutingRequest, Facts]:
    rng = random.Random(seed)
    services = [{"code": "SLOW"}, {"code": "FAST", "transit": {"days": 1}}]
    policy = {"code": "p", "prices": {"split": "0.50"}, "groups": [{"name": "g", "rules": [{"name": "r"}]}]}
    configuration = Configuration.from_bodies(
        policies=[policy], rate_cards=[card(rng, flat=flat)], carrier_services={"services": services}
    )
    sites = tuple(
        NodeFacts(
            code=f"N{index:03d}",
            kind="DC",
            country="US",
            latitude=rng.uniform(30, 45),
            longitude=rng.uniform(-120, -75),
            fulfillment_cost_e4=rng.randint(0, 20_000),
            line_cost_e4=rng.randint(0, 20_000),
            unit_cost_e4=rng.randint(0, 20_000),
        )
        for index in range(nodes)
    )
    skus = tuple(SkuFacts(code=f"S{index}", weight_grams=rng.randrange(50, 2_000, 50)) for index in range(lines))
    stock = [[rng.randint(1, quantity) if rng.random() < 0.35 else 0 for _ in sites] for _ in skus]
    facts = Facts(network=NetworkFacts(sites, configuration), skus=skus, available=np.array(stock, np.int64))
    parts = tuple(RequestLine(f"l{i}", sku.code, rng.randint(1, quantity)) for i, sku in enumerate(skus))
    place = Destination("US", "", "", rng.uniform(30, 45), rng.uniform(-120, -75))
    return RoutingRequest("O-1:g", "web", Method.SHIP, parts, place, currency="USD"), facts


def check(request: RoutingRequest, facts: Facts) -> bool:
    """Compare a full plan with the oracle's; say whether the engine itself had proven it."""
    plan, best = decide(request, facts, at=AT).plan, cheapest(request, facts)
    if best is None:
        assert plan.unfilled
        return True
    assert not plan.unfilled
    assert plan.bound_e4 <= best <= plan.cost_e4
    assert not plan.proven or plan.cost_e4 == best
    return plan.proven


@pytest.mark.parametrize("seed", range(200))
def test_cut_quantities_and_weight_steps_are_placed_as_the_oracle_would(seed: int) -> None:
    request, facts = world(seed, lines=2 + seed % 4, nodes=8 + seed % 17, quantity=1 + seed % 3, flat=False)

    assert check(request, facts)


@pytest.mark.parametrize("seed", range(12))
def test_a_large_order_at_flat_freight_is_proven_and_as_the_oracle_would(seed: int) -> None:
    request, facts = world(seed, lines=11 + seed % 8, nodes=12, quantity=1 + seed % 2, flat=True)

    assert check(request, facts)


@pytest.mark.parametrize("seed", range(12))
def test_a_large_order_with_weight_steps_has_an_honest_bound(seed: int) -> None:
    request, facts = world(seed, lines=11 + seed % 4, nodes=8, quantity=1, flat=False)

    check(request, facts)


@pytest.mark.parametrize("seed", range(30))
def test_two_near_nodes_beat_one_that_has_everything_but_is_dear(seed: int) -> None:
    request, facts = world(seed, lines=3, nodes=12, quantity=2, flat=False)
    dear = replace(facts.network.nodes[0], fulfillment_cost_e4=90_000, unit_cost_e4=60_000)
    network = NetworkFacts((dear, *facts.network.nodes[1:]), facts.network.configuration)
    available = facts.available.copy()
    available[:, 0] = 9

    assert check(request, replace(facts, network=network, available=available))
