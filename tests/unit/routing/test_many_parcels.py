"""Orders of more parcels than are counted for every state, or more pieces than have a bit: nothing is left out."""

from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.kernels.shapes import MOST_LAYERS, PIECE_BITS
from routing.core.reasons import Reason
from routing.core.types import Destination, Method, RequestLine, RoutingPlan, RoutingRequest
from tests.unit.routing.worlds import AT

NODES = MOST_LAYERS + 3


def plan_of(units: int, *, at_each: int = 2, grams: tuple[int, ...] = (9_000,), **rule: Any) -> RoutingPlan:
    """Return the plan of an order of hats that fifteen nodes have a few of, each a kilometer and a cent further off."""
    card = {
        "code": "c",
        "zones": [{"zone": "all"}],
        "rates": [{"up_to_grams": grams, "prices": ["1", "9"][: len(grams)]}],
    }
    policy = {"code": "p", "prices": {"split": "0"}, "groups": [{"name": "g", "rules": [{"name": "r", **rule}]}]}
    nodes = tuple(
        NodeFacts(f"N{n:02d}", "DC", "US", latitude=40.0, longitude=-75.0 - n, fulfillment_cost_e4=n * 100)
        for n in range(NODES)
    )
    configuration = Configuration.from_bodies(
        policies=[policy], rate_cards=[card], carrier_services={"services": [{"code": "S", "rate_card": "c"}]}
    )
    facts = Facts(
        NetworkFacts(nodes, configuration), (SkuFacts("HAT", weight_grams=500),), np.full((1, NODES), at_each)
    )
    asked = RequestLine("1", "HAT", units)
    plan = decide(
        RoutingRequest("O", "", Method.SHIP, (asked,), Destination("US", latitude=40.0, longitude=-75.0)), facts, at=AT
    ).plan
    assert plan.proven
    return plan


def sent(plan: RoutingPlan) -> tuple[int, int]:
    """Return how many parcels there are, and what they hold."""
    return len(plan.parcels), sum(line.quantity for parcel in plan.parcels for line in parcel.lines)


@pytest.mark.parametrize("rule", [{}, {"rank": ["NEAREST"]}])
def test_an_order_of_all_that_there_is_gets_all_of_it(rule: dict[str, Any]) -> None:
    assert sent(plan_of(2 * NODES, **rule)) == (NODES, 2 * NODES)


@pytest.mark.parametrize("rule", [{}, {"rank": ["NEAREST"]}])
@pytest.mark.parametrize("parcels", [MOST_LAYERS - 1, MOST_LAYERS, MOST_LAYERS + 1, MOST_LAYERS + 2])
def test_a_limit_of_many_parcels_is_used_up_and_kept(parcels: int, rule: dict[str, Any]) -> None:
    plan = plan_of(2 * NODES, limits={"max_splits": parcels - 1}, **rule)

    assert sent(plan) == (parcels, 2 * parcels)
    assert [parcel.node for parcel in plan.parcels] == [f"N{n:02d}" for n in range(parcels)]


@pytest.mark.parametrize("parcels", [MOST_LAYERS, MOST_LAYERS + 1])
def test_a_limit_holds_where_two_small_parcels_of_a_node_would_cost_less(parcels: int) -> None:
    """Looked at alone, the best are two parcels of a hat from each of the first nodes: once each, that is too few."""
    plan = plan_of(parcels + 2, grams=(500, 9_000), limits={"max_splits": parcels - 1})

    assert sent(plan) == (parcels, parcels + 2)
    assert plan.cost_e4 == (parcels - 2) * 10_000 + 2 * 90_000 + sum(n * 100 for n in range(parcels))


@pytest.mark.parametrize("lines", [PIECE_BITS, PIECE_BITS + 1, PIECE_BITS + 8])
@pytest.mark.parametrize("missing", [0, -2, -1])
def test_pieces_beyond_the_bits_of_a_mask_are_told_apart_all_the_same(lines: int, missing: int) -> None:
    """One node lacks a line, which the other has alone: each sends what it has."""
    skus = tuple(SkuFacts(f"S{n:02d}", weight_grams=10) for n in range(lines))
    most, rest = np.ones(lines, np.int64), np.zeros(lines, np.int64)
    most[missing], rest[missing] = 0, 1
    nodes = (NodeFacts("MOST", "DC", "US"), NodeFacts("REST", "DC", "US"))
    facts = Facts(NetworkFacts(nodes), skus, np.array([most, rest]).T.copy())
    asked = tuple(RequestLine(sku.code, sku.code, 1) for sku in skus)

    decision = decide(RoutingRequest("O", "", Method.SHIP, asked, Destination("US")), facts, at=AT)

    assert decision.trace.reason.tolist() == [Reason.PARTIAL, Reason.PARTIAL]
    assert {parcel.node: len(parcel.lines) for parcel in decision.plan.parcels} == {"MOST": lines - 1, "REST": 1}
