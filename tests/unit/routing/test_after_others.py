"""What was decided before leaves no trace in the tables that the kernels share, where it took nothing that is asked."""

import random

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide, decide_batch
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

HERE = Destination("US", "NY", "10001", 40.7, -74.0)
POLICY = {"code": "p", "prices": {"split": "0", "late_hour": "0"}, "groups": []}
SERVICES = {"services": [{"code": "S", "rate_card": "steep", "transit": {"days": 2}}]}
STEEP = {"up_to_grams": [1_000, 2_000, 3_000, 4_000], "prices": ["1", "5", "20", "50"], "per_extra_kg": "30"}
CARD = {"code": "steep", "zones": [{"zone": "all"}], "rates": [STEEP]}
LIGHT, HEAVY = 3, 4


def world(rng: random.Random) -> Facts:
    """A card so steep that the best parcels would use the cheapest node twice; light SKUs, and others far dearer."""
    configuration = Configuration.from_bodies(policies=[POLICY], rate_cards=[CARD], carrier_services=SERVICES)
    nodes = tuple(
        NodeFacts(code=f"n{n}", kind="DC", country="US", fulfillment_cost_e4=rng.randint(0, 9_000)) for n in range(5)
    )
    light = [SkuFacts(f"light{n}", weight_grams=rng.randint(600, 1_000)) for n in range(LIGHT)]
    heavy = [SkuFacts(f"heavy{n}", weight_grams=20_000) for n in range(HEAVY)]
    carried = [[rng.choice([0, 9, 9]) for _ in nodes] for _ in (*light, *heavy)]
    available = np.array(carried, np.int64)
    available[:, 0] = 9  # One node has everything: its price is what the others have to beat.
    return Facts(network=NetworkFacts(nodes, configuration), skus=(*light, *heavy), available=available)


def asks(ref: str, skus: str, count: int) -> RoutingRequest:
    lines = tuple(RequestLine(str(n), f"{skus}{n}", 1, 1_000) for n in range(count))
    return RoutingRequest(ref=f"{ref}:g", channel="web", method=Method.SHIP, lines=lines, ship_to=HERE, currency="USD")


@pytest.mark.parametrize("seed", range(60))
def test_an_order_is_decided_as_if_nothing_had_been_before(seed: int) -> None:
    facts = world(random.Random(seed))
    dear, plain = asks("O-1", "heavy", HEAVY), asks("O-2", "light", LIGHT)

    decided = decide_batch([dear, plain, dear, plain], facts, at=AT)

    assert decided[1] == decide(plain, facts, at=AT)
    assert decided[3].plan == decided[1].plan
    assert decided[0].plan == decided[2].plan


def test_the_worlds_hold_plans_that_use_several_nodes_once_each() -> None:
    plans = [decide(asks("O-2", "light", LIGHT), world(random.Random(seed)), at=AT).plan for seed in range(60)]

    assert all(plan.proven for plan in plans)
    assert sum(len(plan.parcels) > 1 for plan in plans) > 40
