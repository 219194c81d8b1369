"""What a parcel costs, to the last digit: by its weight, in packages, and for the part that a node can send."""

from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.reasons import Reason
from routing.core.types import Decision, Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

RATE = {"up_to_grams": [1_000, 2_000], "prices": ["1.00", "2.50"], "per_extra_kg": "0.70"}
CARD = {"code": "card", "zones": [{"zone": "all"}], "rates": [RATE]}
SERVICE = {"code": "S", "rate_card": "card", "transit": {"days": 2}}
COSTS: dict[str, Any] = {"fulfillment_cost_e4": 50_000, "line_cost_e4": 3_000, "unit_cost_e4": 200}


def decided(
    lines: list[tuple[SkuFacts, int]],
    *stock: tuple[int, ...],
    card: dict[str, Any] = CARD,
    service: dict[str, Any] = SERVICE,
    weight: str = "1",
) -> Decision:
    """Return the decision of an order of so many units of each SKU; each node has so much of each."""
    configuration = Configuration.from_bodies(
        policies=[{"code": "p", "weights": {"freight": weight}}],
        rate_cards=[card],
        carrier_services={"services": [service]},
    )
    nodes = tuple(NodeFacts(f"N{n}", "DC", "US", **COSTS) for n in range(len(stock)))
    available = np.array(stock, np.int64).T.copy()
    facts = Facts(NetworkFacts(nodes, configuration), tuple(sku for sku, _ in lines), available)
    parts = tuple(RequestLine(sku.code, sku.code, quantity) for sku, quantity in lines)
    return decide(RoutingRequest("O", "", Method.SHIP, parts, Destination("US")), facts, at=AT)


def freight(quantity: int, *, service: dict[str, Any] = SERVICE, weight: str = "1", **sku: Any) -> int:
    (parcel,) = decided([(SkuFacts("S", **sku), quantity)], (quantity,), service=service, weight=weight).plan.parcels
    return parcel.terms_by_name.get("freight", 0)


@pytest.mark.parametrize(
    ("grams", "price"),
    [
        (0, 10_000), (1, 10_000), (1_000, 10_000), (1_001, 25_000), (2_000, 25_000),
        (2_001, 32_000), (3_000, 32_000), (3_001, 39_000), (4_001, 46_000),
    ],
)  # fmt: skip
def test_a_parcel_pays_the_step_that_holds_it_and_each_kilogram_begun_beyond(grams: int, price: int) -> None:
    assert freight(1, weight_grams=grams) == price


@pytest.mark.parametrize(
    ("units", "grams", "price"),
    [(2, 1_250, 32_000), (3, 834, 50_000), (5, 1_000, 64_000), (5, 1_001, 75_000), (4, 1_250, 64_000)],
)
def test_what_is_heavier_than_a_package_may_be_travels_as_equal_packages(units: int, grams: int, price: int) -> None:
    assert freight(units, service=SERVICE | {"max_package_grams": 2_500}, weight_grams=grams) == price


def test_a_weight_is_rounded_down_to_what_money_knows() -> None:
    assert freight(1, weight="0.3333", weight_grams=1_500) == 8_332


def test_a_light_parcel_pays_for_the_room_it_takes() -> None:
    box = SkuFacts("BOX", weight_grams=100, length_mm=300, width_mm=200, height_mm=100)
    costs = [
        decided([(box, 1)], (1,), card=CARD | {"dimensional_divisor": divisor}).plan.cost_e4
        for divisor in (7_000, 6_000, 5_994, 3_000, 2_998)
    ]

    assert costs == [53_200 + price for price in (10_000, 10_000, 25_000, 25_000, 32_000)]


def part(decision: Decision, n: int) -> tuple[Reason, int]:
    return Reason(int(decision.trace.reason[n])), int(decision.trace.cost_e4[n])


@pytest.mark.parametrize("more", [0, 7])
def test_what_a_node_can_send_of_an_order_is_told_at_its_own_cost(more: int) -> None:
    """More lines than sets are worked out for, or few: a part costs the picks, units and grams that it has."""
    heavy, light = SkuFacts("HEAVY", weight_grams=1_200), SkuFacts("LIGHT", weight_grams=500)
    rest = [(SkuFacts(f"X{n}", weight_grams=0), 1) for n in range(more)]
    lines = [(heavy, 2), (light, 1), *rest]
    all_of_it, none = (1,) * more, (0,) * more

    decision = decided(lines, (2, 1, *all_of_it), (1, 0, *none), (1, 1, *none), (2, 0, *none), (0, 1, *none))

    assert [part(decision, n) for n in range(5)] == [
        (Reason.CANDIDATE, 50_000 + (2 + more) * 3_000 + (3 + more) * 200 + 32_000),
        (Reason.PARTIAL, 50_000 + 3_000 + 200 + 25_000),
        (Reason.PARTIAL, 50_000 + 2 * 3_000 + 2 * 200 + 25_000),
        (Reason.PARTIAL, 50_000 + 3_000 + 2 * 200 + 32_000),
        (Reason.PARTIAL, 50_000 + 3_000 + 200 + 10_000),
    ]


def test_what_no_service_carries_is_no_part_of_the_cost() -> None:
    cold = SkuFacts("ICE", weight_grams=1_200, temperature_class="FROZEN")
    configuration = Configuration.from_bodies(rate_cards=[CARD], carrier_services={"services": [SERVICE]})
    node = NodeFacts("N", "DC", "US", temperature_classes=frozenset({"AMBIENT", "FROZEN"}), **COSTS)
    facts = Facts(NetworkFacts((node,), configuration), (SkuFacts("HAT", weight_grams=900), cold), np.full((2, 1), 9))
    lines = (RequestLine("1", "HAT", 1), RequestLine("2", "ICE", 1))

    decision = decide(RoutingRequest("O", "", Method.SHIP, lines, Destination("US")), facts, at=AT)

    assert part(decision, 0) == (Reason.PARTIAL, 50_000 + 3_000 + 200 + 10_000)
    assert decision.plan.cost_e4 == 63_200
