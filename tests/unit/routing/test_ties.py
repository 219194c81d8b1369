"""What the engine does where plans cost the same, and that its codes are those of the record."""

from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.kernels import finish, fitness, tops, ways
from routing.core.reasons import Reason
from routing.core.types import COST_TERMS, Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

SKUS = (SkuFacts("HAT", weight_grams=500), SkuFacts("SHOE", weight_grams=500))
FLAT = {"code": "flat", "zones": [{"zone": "all"}], "rates": [{"up_to_grams": [9_000], "prices": ["1"]}]}
SERVICES = {"services": [{"code": "S", "rate_card": "flat", "transit": {"days": 2}}]}
POLICY = {"code": "p", "prices": {"split": "0", "late_hour": "0"}}


def plan_of(*nodes: tuple[str, int, tuple[int, int]]) -> list[str]:
    """Return the nodes that send an order of a hat and a shoe; a node has a name, a cost in cents, and both stocks."""
    configuration = Configuration.from_bodies(policies=[POLICY], rate_cards=[FLAT], carrier_services=SERVICES)
    network = NetworkFacts(
        tuple(NodeFacts(code, "DC", "US", fulfillment_cost_e4=cents * 100) for code, cents, _ in nodes), configuration
    )
    available = np.array([stock for *_, stock in nodes], np.int64).T.copy()
    lines = (RequestLine("1", "HAT", 1), RequestLine("2", "SHOE", 1))
    asked = RoutingRequest("O", "web", Method.SHIP, lines, Destination("US"))
    plan = decide(asked, Facts(network=network, skus=SKUS, available=available), at=AT).plan
    assert plan.proven
    return [parcel.node for parcel in plan.parcels]


def test_one_parcel_beats_several_that_cost_the_same() -> None:
    one, left, right = ("z", 200, (1, 1)), ("a", 50, (1, 0)), ("b", 50, (0, 1))

    assert plan_of(one, left, right) == ["z"]
    assert plan_of(("z", 201, (1, 1)), left, right) == ["a", "b"]


@pytest.mark.parametrize("codes", ["zab", "abz"])
def test_one_parcel_beats_several_of_which_only_the_search_tells_that_they_cost_the_same(codes: str) -> None:
    """Each of three hats weighs a step: in one parcel, two or three they cost the same, and the floor is below that."""
    rate = {"up_to_grams": [500, 1_000, 1_500], "prices": ["1", "2", "3"]}
    card = {"code": "flat", "zones": [{"zone": "all"}], "rates": [rate]}
    configuration = Configuration.from_bodies(policies=[POLICY], rate_cards=[card], carrier_services=SERVICES)
    nodes = tuple(NodeFacts(code, "DC", "US") for code in codes)
    stock = np.array([[{"z": 3, "a": 2, "b": 1}[code] for code in codes]], np.int64)
    asked = RoutingRequest("O", "web", Method.SHIP, (RequestLine("1", "HAT", 3),), Destination("US"))

    plan = decide(asked, Facts(NetworkFacts(nodes, configuration), SKUS[:1], stock), at=AT).plan

    assert [parcel.node for parcel in plan.parcels] == ["z"]
    assert (plan.cost_e4, plan.effort > len(nodes)) == (30_000, True)


def test_the_lower_code_gets_what_costs_the_same() -> None:
    assert plan_of(("b", 50, (1, 1)), ("a", 50, (1, 1))) == ["a"]
    assert plan_of(("c", 50, (1, 0)), ("a", 50, (1, 0)), ("b", 50, (0, 1))) == ["a", "b"]


@pytest.mark.parametrize(
    ("kernel", "names"),
    [
        (fitness, {"PAUSED": "PAUSED", "METHOD": "METHOD", "BY_RULE": "RULE", "TOO_FAR": "TOO_FAR", "LANE": "LANE",
                   "HAZMAT": "HAZMAT", "TEMPERATURE": "TEMPERATURE", "TOO_HEAVY": "TOO_HEAVY",
                   "OVERSIZE": "OVERSIZE", "NO_STOCK": "NO_STOCK"}),
        (ways, {"NO_SERVICE": "NO_SERVICE", "CLOSED": "CLOSED", "NO_CAPACITY": "CAPACITY", "TOO_LATE": "TOO_LATE"}),
        (tops, {"CANDIDATE": "CANDIDATE", "PARTIAL": "PARTIAL", "BY_LIMIT": "LIMIT"}),
    ],
)  # fmt: skip
def test_the_kernels_and_the_record_mean_the_same_by_a_code(kernel: object, names: dict[str, str]) -> None:
    assert {name: getattr(kernel, name) for name in names} == {name: Reason[code].value for name, code in names.items()}


def test_the_kernels_and_the_record_mean_the_same_by_a_term() -> None:
    names = "PACK PICK HANDLING FREIGHT SPLIT_TERM LATENESS CAPACITY FAILED OPPORTUNITY MARKDOWN PREFERENCE".split()
    said = {"split_term": "split", "failed": "failed_pick"}

    assert [getattr(finish, name) for name in names] == list(range(len(COST_TERMS)))
    assert [said.get(name.lower(), name.lower()) for name in names] == list(COST_TERMS)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ({"up_to_grams": [1_000], "prices": ["1"], "per_extra_kg": "10"},
         {"up_to_grams": [1_000], "prices": ["2"], "per_extra_kg": "0.10"}),
        ({"up_to_grams": [500, 9_000], "prices": ["1", "9"]}, {"up_to_grams": [4_000, 9_000], "prices": ["2", "10"]}),
    ],
)  # fmt: skip
def test_a_zone_that_is_cheaper_at_first_stands_in_for_none_that_is_cheaper_later(near: Any, far: Any) -> None:
    zones = [{"zone": "near", "within_km": 100}, {"zone": "far"}]
    card = {"code": "flat", "zones": zones, "rates": [{"zones": ["near"], **near}, {"zones": ["far"], **far}]}
    configuration = Configuration.from_bodies(policies=[POLICY], rate_cards=[card], carrier_services=SERVICES)
    nodes = tuple(
        NodeFacts(code, "DC", "US", latitude=40.0, longitude=east)
        for code, east in (("a", -74.0), ("b", -90.0), ("c", -74.0))
    )
    skus = (SkuFacts("HAT", weight_grams=3_000), SkuFacts("SHOE", weight_grams=100))
    available = np.array([[1, 1, 0], [0, 0, 1]], np.int64)
    lines = (RequestLine("1", "HAT", 1), RequestLine("2", "SHOE", 1))
    asked = RoutingRequest("O", "web", Method.SHIP, lines, Destination("US", latitude=40.0, longitude=-74.0))

    plan = decide(asked, Facts(NetworkFacts(nodes, configuration), skus, available), at=AT).plan

    assert [parcel.node for parcel in plan.parcels] == ["b", "c"]
