"""What no price can buy: each hard constraint alone turns a node away, names its reason, and lets go when it is met."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration, parse_lanes
from routing.core.deciding import decide
from routing.core.explain import explain
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.lane_table import LaneTable
from routing.core.reasons import Reason
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

NODE = NodeFacts("N", "DC", "US", latitude=40.0, longitude=-75.0, handles_oversize=False)
SKU = SkuFacts("S", weight_grams=1_000, length_mm=300, width_mm=200, height_mm=100)
SERVICE: dict[str, Any] = {"code": "GROUND", "transit": {"days": 2}}
TO = Destination("US", "", "", 41.0, -76.0)
HAZMAT_SERVICE = {"hazmat_classes": ["3"]}
COLD, FROZEN_FLOOR = {"temperature_hours": {"CHILLED": 48}}, frozenset({"AMBIENT", "FROZEN"})
NO_EXPORT: dict[str, Any] = {"cross_border": True}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], Reason]] = {
    # name: what the SKU is, what the node can, what the service can, the reason
    "hazmat at a node that may not": ({"hazmat_class": "3"}, {}, HAZMAT_SERVICE, Reason.HAZMAT),
    "hazmat that no service carries": (
        {"hazmat_class": "3"}, {"hazmat_classes": frozenset({"3"})}, {}, Reason.NO_SERVICE
    ),
    "a hazmat class that nobody names": ({"hazmat_class": "7"}, {}, HAZMAT_SERVICE, Reason.HAZMAT),
    "chilled at a warm node": ({"temperature_class": "CHILLED"}, {}, COLD, Reason.TEMPERATURE),
    "frozen longer on the way than it may be": (
        {"temperature_class": "FROZEN"},
        {"temperature_classes": FROZEN_FLOOR},
        {"temperature_hours": {"FROZEN": 47}},
        Reason.NO_SERVICE,
    ),
    "heavier than a node lifts": ({"weight_grams": 2_001}, {"max_piece_grams": 2_000}, {}, Reason.TOO_HEAVY),
    "heavier than a service takes": ({"weight_grams": 2_001}, {}, {"max_package_grams": 2_000}, Reason.NO_SERVICE),
    "bulky at a small node": ({"handling_class": "OVERSIZE"}, {}, {}, Reason.OVERSIZE),
    "longer than a service takes": ({"width_mm": 1_201}, {}, {"max_side_mm": 1_200}, Reason.NO_SERVICE),
    "for adults by a service that asks nobody": ({"minimum_age": 18}, {}, {}, Reason.NO_SERVICE),
}  # fmt: skip

MET: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "hazmat": ({"hazmat_class": "3"}, {"hazmat_classes": frozenset({"3"})}, HAZMAT_SERVICE),
    "frozen": (
        {"temperature_class": "FROZEN"},
        {"temperature_classes": FROZEN_FLOOR},
        {"temperature_hours": {"FROZEN": 48}},
    ),
    "heavy": ({"weight_grams": 2_000}, {"max_piece_grams": 2_000}, {"max_package_grams": 2_000}),
    "bulky": ({"handling_class": "OVERSIZE"}, {"handles_oversize": True}, {}),
    "long": ({"width_mm": 1_200}, {}, {"max_side_mm": 1_200}),
    "for adults": ({"minimum_age": 18}, {}, {"adult_signature": True}),
}


def reason_of(
    sku: dict[str, Any], node: dict[str, Any], service: dict[str, Any], to: Destination = TO, lanes: Any = None
) -> tuple[Reason, str]:
    """Return why the only node falls out, if it does, and the sentence that says so."""
    configuration = Configuration.from_bodies(
        carrier_services={"services": [SERVICE | service]}, **({"lanes": lanes} if lanes else {})
    )
    network = NetworkFacts((replace(NODE, **node),), configuration)
    facts = Facts(network, (replace(SKU, **sku),), np.array([[5]], np.int64))
    asked = RoutingRequest("O", "", Method.SHIP, (RequestLine("l", "S", 1),), to)
    decision = decide(asked, facts, at=AT)
    (story,) = explain(asked, facts, decision, at=AT).nodes
    assert bool(decision.plan.parcels) == story.is_chosen == story.reason.is_candidate
    return story.reason, story.sentence


@pytest.mark.parametrize("name", CASES)
def test_a_constraint_that_is_not_met_turns_the_node_away(name: str) -> None:
    sku, node, service, reason = CASES[name]

    told, sentence = reason_of(sku, node, service)

    assert told == reason
    assert sentence.startswith("N ")


@pytest.mark.parametrize("name", MET)
def test_a_constraint_that_is_met_just_so_lets_it_go(name: str) -> None:
    assert reason_of(*MET[name])[0] == Reason.CANDIDATE


def test_a_closed_lane_says_why() -> None:
    lanes = {"lanes": [{"to": {"countries": ["CA"]}, "allow": False, "why": "No broker there."}], **NO_EXPORT}
    told, sentence = reason_of({}, {}, {}, Destination("CA"), lanes)

    assert told == Reason.LANE
    assert "No broker there" in sentence
    assert reason_of({}, {}, {}, Destination("US"), lanes)[0] == Reason.CANDIDATE


def test_export_control_keeps_goods_in_their_country() -> None:
    sku = {"export_controlled": True}

    assert reason_of(sku, {}, {}, Destination("CA"), NO_EXPORT)[0] == Reason.LANE
    assert reason_of({}, {}, {}, Destination("CA"), NO_EXPORT)[0] == Reason.CANDIDATE
    assert reason_of(sku, {}, {}, Destination("CA"), NO_EXPORT | {"export_controlled_abroad": True})[0] == (
        Reason.CANDIDATE
    )


def test_a_lane_speaks_of_the_origin_that_it_names_alone() -> None:
    lanes = {"lanes": [{"from_countries": ["CA"], "allow": False}], **NO_EXPORT}

    assert reason_of({}, {"country": "CA"}, {}, TO, lanes)[0] == Reason.LANE
    assert reason_of({}, {}, {}, TO, lanes)[0] == Reason.CANDIDATE


def test_a_border_is_crossed_only_between_countries_that_are_known() -> None:
    assert reason_of({}, {"country": "CA"}, {}, TO, {"cross_border": False})[0] == Reason.LANE
    assert reason_of({}, {"country": ""}, {}, TO, {"cross_border": False})[0] == Reason.CANDIDATE


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ({"methods": ["SAME_DAY"]}, Reason.NO_SERVICE),
        ({"to": {"countries": ["CA"]}}, Reason.NO_SERVICE),
        ({"to": {"countries": ["US"]}}, Reason.CANDIDATE),
        ({"levels": ["EXPRESS"]}, Reason.CANDIDATE),  # an order without a level takes any
    ],
)
def test_a_service_carries_what_it_is_for(service: dict[str, Any], reason: Reason) -> None:
    assert reason_of({}, {}, service)[0] == reason


def test_a_code_that_means_other_goods_has_other_lanes() -> None:
    lanes = parse_lanes({"lanes": [{"skus": {"tags": ["wine"]}, "allow": False}]})
    table = LaneTable(lanes, (NODE,))

    rows = [table.row(TO, replace(SKU, tags=tags)) for tags in (frozenset({"wine"}), frozenset())]

    assert [table.table[row].tolist() for row in rows] == [[1], [0]]
