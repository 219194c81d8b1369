"""What is not searched: an order that one node serves below the floor of every plan of several parcels."""

from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingPlan, RoutingRequest
from tests.unit.routing.worlds import AT

FLAT = {"code": "flat", "zones": [{"zone": "all"}], "rates": [{"up_to_grams": [9_000], "prices": ["1"]}]}
SERVICES = {"services": [{"code": "S", "rate_card": "flat", "transit": {"days": 2}}]}


def plan_of(*nodes: tuple[int, tuple[int, int]], **rule: Any) -> RoutingPlan:
    """Return the plan of an order of a hat and a shoe; a node has a cost a unit in cents, and both stocks."""
    policy = {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", **rule}]}]}
    configuration = Configuration.from_bodies(policies=[policy], rate_cards=[FLAT], carrier_services=SERVICES)
    facts = Facts(
        NetworkFacts(
            tuple(NodeFacts(f"N{n}", "DC", "US", unit_cost_e4=cents * 100) for n, (cents, _) in enumerate(nodes)),
            configuration,
        ),
        (SkuFacts("HAT", weight_grams=500), SkuFacts("SHOE", weight_grams=500)),
        np.array([stock for _, stock in nodes], np.int64).T.copy(),
    )
    lines = (RequestLine("1", "HAT", 1), RequestLine("2", "SHOE", 1))
    plan = decide(RoutingRequest("O", "", Method.SHIP, lines, Destination("US")), facts, at=AT).plan
    assert plan.proven
    return plan


DEAR, CHEAP_PARTS = (300, (9, 9)), ((10, (9, 0)), (10, (0, 9)))


@pytest.mark.parametrize(
    ("nodes", "rule"),
    [
        (((99, (9, 9)), *CHEAP_PARTS), {}),  # another parcel costs a dollar more than a dearer unit
        (((60, (9, 9)), (10, (9, 0))), {}),
        (((50, (9, 0)), (70, (9, 0))), {}),  # nobody has shoes
        (((50, (9, 9)),), {}),
        (((50, (0, 0)), (50, (0, 0))), {}),
        ((DEAR, *CHEAP_PARTS), {"limits": {"max_splits": 0}}),
        ((DEAR, *CHEAP_PARTS), {"rank": ["CHEAPEST"]}),
    ],
)
def test_what_one_node_does_best_is_found_by_looking_at_each_node_once(nodes: Any, rule: dict[str, Any]) -> None:
    assert plan_of(*nodes, **rule).effort == len(nodes)


def test_what_may_be_cheaper_in_parts_is_searched() -> None:
    plan = plan_of(DEAR, *CHEAP_PARTS)

    assert [parcel.node for parcel in plan.parcels] == ["N1", "N2"]
    assert plan.effort > 3


@pytest.mark.parametrize(
    ("lines", "units", "proven"), [(10, 1, True), (11, 1, False), (4, 4, True), (5, 3, True), (6, 3, False)]
)
def test_up_to_1024_vectors_of_quantities_are_searched_exactly_whatever_freight_does(
    lines: int, units: int, *, proven: bool
) -> None:
    """Freight grows with weight, and that is what the large search knows only a floor of."""
    grams = list(range(1_000, 30_000, 1_000))
    rate = {"up_to_grams": grams, "prices": [f"{1 + step}" for step in range(len(grams))]}
    card = {"code": "flat", "zones": [{"zone": "all"}], "rates": [rate]}
    configuration = Configuration.from_bodies(rate_cards=[card], carrier_services=SERVICES)
    skus = tuple(SkuFacts(f"S{n}", weight_grams=1_000) for n in range(lines))
    stock = np.array([[units * (n % 2), units * (1 - n % 2)] for n in range(lines)], np.int64)
    facts = Facts(NetworkFacts((NodeFacts("A", "DC", "US"), NodeFacts("B", "DC", "US")), configuration), skus, stock)
    asked = tuple(RequestLine(sku.code, sku.code, units) for sku in skus)

    plan = decide(RoutingRequest("O", "", Method.SHIP, asked, Destination("US")), facts, at=AT).plan

    assert (len(plan.parcels), plan.proven, plan.bound_e4 == plan.cost_e4) == (2, proven, proven)
