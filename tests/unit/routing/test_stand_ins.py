"""When a node does not stand in for another: the one thing that it does worse decides the plan.

Each case is an order of A, B and C. Z alone has C, so that no node fills it alone. M is as good as N, and before it by
code, but for the one thing that the case names; it is N that gives A, in the cheapest plan.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import NO_LIMIT, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

HERE = Destination("US", "", "", 41.0, -76.0)
NEAR, FAR = {"latitude": 41.0, "longitude": -76.0}, {"latitude": 41.0, "longitude": -90.0}
ZONES = [{"zone": "near", "within_km": 500}, {"zone": "far"}]
SERVICE = {"code": "S", "rate_card": "card", "transit": {"days": 1}}


def rates(**by_zone: dict[str, Any]) -> dict[str, Any]:
    """Return a rate card; what is not said of a zone is the same price for anything."""
    usual = {"up_to_grams": [9_000], "prices": ["1.00"]}
    told = [{"zones": [zone], **by_zone.get(zone, usual)} for zone in ("near", "far")]
    return {"code": "card", "zones": ZONES, "rates": told}


@dataclass(frozen=True)
class Case:
    """Where M and N are, what they cost, what goods are like, and how they travel; M gives no line more than `lines`.

    `asked` and `m_has`, `n_has`, `z_has` are units of A, B and C.
    """

    m: dict[str, Any] = field(default_factory=lambda: NEAR)
    n: dict[str, Any] = field(default_factory=lambda: NEAR)
    a: dict[str, Any] = field(default_factory=lambda: {"weight_grams": 100})
    card: dict[str, Any] = field(default_factory=rates)
    services: tuple[dict[str, Any], ...] = (SERVICE,)
    rule: dict[str, Any] = field(default_factory=dict)
    asked: tuple[int, int, int] = (1, 1, 1)
    m_has: tuple[int, int, int] = (1, 1, 0)
    n_has: tuple[int, int, int] = (1, 0, 0)
    z_has: tuple[int, int, int] = (0, 1, 1)
    others_grams: int = 100
    lines: int = NO_LIMIT


STEPS = {"up_to_grams": [1_200, 5_000], "prices": ["1.00", "1.50"]}
CHILLED = {"temperature_hours": {"CHILLED": 24}}
QUICK = {**SERVICE, **CHILLED, "code": "QUICK", "rate_card": "dear"}
SLOW_AFAR = {**SERVICE, **CHILLED, "transit": {"steps": [{"within_km": 500, "days": 1}], "days": 3}}
COLD = frozenset({"AMBIENT", "CHILLED"})

CASES = {
    "it is of a lower rank": Case(
        m=FAR, n=NEAR | {"fulfillment_cost_e4": 5_000}, rule={"rank": ["NEAREST"], "limits": {"max_splits": 2}}
    ),
    "its day takes fewer lines": Case(
        n_has=(1, 1, 0), a={"weight_grams": 700}, others_grams=700, lines=1,
        card=rates(near={"up_to_grams": [1_400, 5_000], "prices": ["1.00", "1.50"]}), asked=(1, 1, 2), z_has=(0, 1, 2),
    ),
    "it has fewer units": Case(
        asked=(2, 1, 1), m_has=(1, 0, 0), n_has=(2, 0, 0), z_has=(1, 1, 1), a={"weight_grams": 600}, others_grams=600,
        card=rates(near=STEPS),
    ),
    "the cheaper service does not carry it from there": Case(
        m=FAR | {"temperature_classes": COLD}, n=NEAR | {"temperature_classes": COLD},
        a={"weight_grams": 100, "temperature_class": "CHILLED"}, services=(QUICK, SLOW_AFAR),
    ),
    "its zone asks more for a kilogram beyond the last step": Case(
        n=FAR, a={"weight_grams": 3_000},
        card=rates(
            near={"up_to_grams": [1_000], "prices": ["1.00"], "per_extra_kg": "2.00"},
            far={"up_to_grams": [1_000], "prices": ["1.00"], "per_extra_kg": "0.50"},
        ),
    ),
    "its zone has fewer steps": Case(
        n=FAR, a={"weight_grams": 3_000},
        card=rates(
            near={"up_to_grams": [1_000], "prices": ["1.00"], "per_extra_kg": "1.00"},
            far={"up_to_grams": [1_000, 5_000], "prices": ["1.00", "1.50"], "per_extra_kg": "1.00"},
        ),
    ),
    "its zone has narrower steps": Case(
        n=FAR, a={"weight_grams": 1_500},
        card=rates(
            near={"up_to_grams": [500, 5_000], "prices": ["1.00", "4.00"]},
            far={"up_to_grams": [2_000, 5_000], "prices": ["1.00", "4.00"]},
        ),
    ),
    "its parcels cost more, but for the first step": Case(
        m=NEAR | {"fulfillment_cost_e4": 1_000}, n=FAR, a={"weight_grams": 1_500},
        card=rates(
            near={"up_to_grams": [500, 5_000], "prices": ["0.50", "3.00"]},
            far={"up_to_grams": [500, 5_000], "prices": ["1.00", "3.00"]},
        ),
    ),
    "a later step of its zone is dearer": Case(
        n=FAR, a={"weight_grams": 1_500},
        card=rates(
            near={"up_to_grams": [500, 5_000], "prices": ["1.00", "4.00"]},
            far={"up_to_grams": [500, 5_000], "prices": ["1.00", "3.00"]},
        ),
    ),
    "a unit costs more": Case(m=NEAR | {"unit_cost_e4": 100}),
    "a pick costs more": Case(m=NEAR | {"line_cost_e4": 100}),
    "a parcel costs more": Case(m=NEAR | {"fulfillment_cost_e4": 100}),
}  # fmt: skip


def givers(case: Case) -> dict[str, tuple[str, ...]]:
    """Return what each node sends."""
    dear = {"code": "dear", "zones": [{"zone": "all"}], "rates": [{"up_to_grams": [9_000], "prices": ["5.00"]}]}
    policy = {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", **case.rule}]}]}
    configuration = Configuration.from_bodies(
        policies=[policy], rate_cards=[case.card, dear], carrier_services={"services": list(case.services)}
    )
    places = {"M": case.m, "N": case.n, "Z": NEAR}
    nodes = tuple(NodeFacts(code, "STORE", "US", **place) for code, place in places.items())
    left = np.full((3, 30, 4), NO_LIMIT, np.int64)
    left[0, :, 1] = case.lines
    skus = (replace(SkuFacts("A"), **case.a), *(SkuFacts(code, weight_grams=case.others_grams) for code in "BC"))
    facts = Facts(
        NetworkFacts(nodes, configuration), skus, np.array([case.m_has, case.n_has, case.z_has]).T.copy(),
        capacity_from=date(2026, 11, 24), capacity_left=left,
    )  # fmt: skip
    lines = tuple(RequestLine(code, code, units) for code, units in zip("ABC", case.asked, strict=True))
    plan = decide(RoutingRequest("O", "", Method.SHIP, lines, HERE), facts, at=AT).plan
    assert plan.proven
    assert not plan.unfilled
    return {parcel.node: tuple(line.sku for line in parcel.lines) for parcel in plan.parcels}


@pytest.mark.parametrize("name", CASES)
def test_who_does_one_thing_worse_does_not_stand_in(name: str) -> None:
    assert "M" not in givers(CASES[name])


def test_who_is_as_good_in_everything_does() -> None:
    assert "N" not in givers(Case())
