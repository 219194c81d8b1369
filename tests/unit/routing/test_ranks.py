"""A ranked rule takes the node that stands first, whatever it costs; each node is asked alone where it would stand."""

import math
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from routing.core.compiled import unit_vector
from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.facts import NO_LIMIT, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, Parcel, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

CRITERIA = ("NEAREST", "CHEAPEST", "EARLIEST", "FEWEST_LATE_HOURS", "MOST_CAPACITY_LEFT", "MOST_STOCK", "PREFERRED")
FIRST_DAY = date(2026, 11, 24)
TO = Destination("US", "", "", 39.0, -95.0)
SERVICES = {"services": [{"code": "GROUND", "transit": {"steps": [{"within_km": 900, "days": 2}], "days": 4}}]}
OFFICE = {"code": "office", "hours": {"MON-FRI": ["08:00", "17:00"]}, "cut_off": "10:00", "processing_minutes": 600}


@dataclass(frozen=True)
class World:
    """Nodes that can all send the one line alone, over one service."""

    facts: Facts
    asked: RoutingRequest
    rank: list[str]


def world(seed: int) -> World:
    rng, count = random.Random(seed), 9
    nodes = tuple(
        NodeFacts(
            code=f"N{index}",
            kind=rng.choice(["DC", "STORE"]),
            country="US",
            latitude=rng.uniform(30, 45),
            longitude=rng.uniform(-110, -80),
            calendar=rng.choice(["", "office"]),
            fulfillment_cost_e4=rng.choice([10_000, 20_000]),
        )
        for index in rng.sample(range(count), count)
    )
    rank = rng.sample(CRITERIA, rng.randint(1, 3))
    rule = {"name": "ranked", "rank": rank, "prefer": [{"nodes": {"kinds": ["DC"]}, "bonus": "1.00"}]}
    policy = {"code": "p", "groups": [{"name": "all", "rules": [rule]}]}
    left = np.array([[[rng.choice([1, 2, 5]), NO_LIMIT, NO_LIMIT]] * 9 for _ in nodes], np.int64)
    facts = Facts(
        NetworkFacts(
            nodes, Configuration.from_bodies(policies=[policy], carrier_services=SERVICES, calendars=[OFFICE])
        ),
        (SkuFacts("S", weight_grams=100),),
        np.array([[rng.randint(2, 5) for _ in nodes]], np.int64),
        capacity_from=FIRST_DAY,
        capacity_left=left,
    )
    promised = AT + timedelta(days=rng.randint(2, 5))
    lines = (RequestLine("l", "S", 2),)
    return World(facts, RoutingRequest("O", "", Method.SHIP, lines, TO, promised_by=promised), rank)


def alone(world: World, n: int) -> Parcel:
    others = {node.code: "not asked" for k, node in enumerate(world.facts.network.nodes) if k != n}
    (parcel,) = decide(replace(world.asked, excluded=others), world.facts, at=AT).plan.parcels
    return parcel


def standing(world: World, n: int) -> tuple[float | str, ...]:
    node, parcel, facts = world.facts.network.nodes[n], alone(world, n), world.facts
    assert facts.capacity_left is not None
    assert world.asked.promised_by is not None
    here, there = unit_vector(node.latitude, node.longitude), unit_vector(TO.latitude, TO.longitude)
    late = (parcel.deliver_by - world.asked.promised_by).total_seconds()
    day = (date.fromisoformat(parcel.work_date) - FIRST_DAY).days
    keys: dict[str, float] = {
        "NEAREST": round(6_371 * 2 * math.asin(math.dist(here, there) / 2)),
        "CHEAPEST": parcel.cost_e4,
        "EARLIEST": parcel.deliver_by.timestamp(),
        "FEWEST_LATE_HOURS": max(0, math.ceil(late / 3_600)),
        "MOST_CAPACITY_LEFT": -int(facts.capacity_left[n, day, 0]),
        "MOST_STOCK": -int(facts.available[0, n]),
        "PREFERRED": -(node.kind == "DC"),
    }
    return (*[keys[criterion] for criterion in world.rank], parcel.cost_e4, node.code)


@pytest.mark.parametrize("seed", range(150))
def test_the_node_that_stands_first_gets_the_order(seed: int) -> None:
    asked = world(seed)
    first = min(range(9), key=lambda n: standing(asked, n))

    (parcel,) = decide(asked.asked, asked.facts, at=AT).plan.parcels

    assert parcel.node == asked.facts.network.nodes[first].code


def test_every_criterion_has_decided_against_the_cheapest_node() -> None:
    decided = set()
    for asked in map(world, range(150)):
        (parcel,) = decide(asked.asked, asked.facts, at=AT).plan.parcels
        if parcel.cost_e4 > min(alone(asked, n).cost_e4 for n in range(9)):
            decided.add(asked.rank[0])

    assert decided == set(CRITERIA) - {"CHEAPEST"}


def taken(*nodes: NodeFacts, rank: list[str], lines: int = 1, capacity: tuple[date, Any] | None = None) -> list[str]:
    """Return who sends an order of a hat, or of a hat and a shoe; only a node Z has shoes, and it has nothing else."""
    rule = {"name": "r", "rank": rank, "prefer": [{"nodes": {"kinds": ["DC"]}, "bonus": "1.00"}]}
    policy = {"code": "p", "groups": [{"name": "all", "rules": [rule]}]}
    configuration = Configuration.from_bodies(policies=[policy], calendars=[TODAY, MORROW])
    stock = np.array([[node.code != "Z" for node in nodes], [node.code == "Z" for node in nodes]], np.int64)
    first, left = capacity or (None, None)
    facts = Facts(
        NetworkFacts(nodes, configuration), (SkuFacts("HAT"), SkuFacts("SHOE")), stock, capacity_from=first,
        capacity_left=None if left is None else np.array([[[day, NO_LIMIT, NO_LIMIT] for day in of] for of in left]),
    )  # fmt: skip
    asked = tuple(RequestLine(sku, sku, 1) for sku in ("HAT", "SHOE")[:lines])
    plan = decide(RoutingRequest("O", "", Method.SHIP, asked, TO), facts, at=AT).plan
    return [parcel.node for parcel in plan.parcels]


TODAY = {"code": "today", "hours": {"TUE": ["08:00", "23:00"]}}
MORROW = {"code": "morrow", "hours": {"WED": ["08:00", "17:00"]}}


def place(code: str, kind: str = "STORE", *, north: float = 40.0, **more: Any) -> NodeFacts:
    return NodeFacts(code, kind, "US", latitude=north, longitude=-95.0, **more)


@pytest.mark.parametrize("lines", [1, 2])
def test_what_a_rule_does_not_rank_by_decides_only_by_its_cost(lines: int) -> None:
    """The DC is as near and preferred, and dearer for all that: cost decides between equals, not the preference."""
    preferred, cheap = place("A", "DC", fulfillment_cost_e4=50_000), place("B")
    far = place("F", "DC", north=44.0)
    z = (place("Z"),) if lines == 2 else ()

    assert taken(preferred, cheap, far, *z, rank=["NEAREST"], lines=lines) == ["B", "Z"][:lines]
    assert taken(preferred, cheap, *z, rank=["PREFERRED"], lines=lines) == ["A", "Z"][:lines]


@pytest.mark.parametrize("lines", [1, 2])
def test_what_the_first_criterion_tells_apart_the_next_does_not_make_equal(lines: int) -> None:
    near, far = place("A", "DC", fulfillment_cost_e4=50_000), place("F", "DC", north=44.0)
    z = (place("Z", north=48.0),) if lines == 2 else ()

    assert taken(near, far, *z, rank=["NEAREST", "PREFERRED"], lines=lines) == ["A", "Z"][:lines]
    assert taken(near, far, *z, rank=["PREFERRED", "NEAREST"], lines=lines) == ["A", "Z"][:lines]


@pytest.mark.parametrize(
    ("first", "left", "who"),
    [
        (FIRST_DAY, ([4, 9], [9, 3]), "A"),  # B leaves on the second day
        (FIRST_DAY, ([2, 9], [9, 3]), "B"),
        (FIRST_DAY, ([8], [8]), "B"),  # a day past the table has no limit
        (FIRST_DAY + timedelta(days=1), ([1, 1], [8, 8]), "A"),  # nor has one before it
    ],
)
def test_most_capacity_left_is_that_of_the_day_on_which_a_parcel_leaves(first: date, left: Any, who: str) -> None:
    """A leaves today and B, dearer, tomorrow."""
    nodes = place("A", calendar="today"), place("B", calendar="morrow", fulfillment_cost_e4=50_000)

    assert taken(*nodes, rank=["MOST_CAPACITY_LEFT"], capacity=(first, left)) == [who]
