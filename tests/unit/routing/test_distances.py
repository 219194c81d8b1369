"""The kernels' own great circles, against the library's."""

import math
import random

import numpy as np

from routing.core.compiled import unit_vector
from routing.core.deciding import Run
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

HERE = (40.7, -74.0)


def km_of(places: list[tuple[float | None, float | None]], to: tuple[float | None, float | None]) -> list[int]:
    nodes = [NodeFacts(f"N{n}", "DC", "US", latitude=lat, longitude=lon) for n, (lat, lon) in enumerate(places)]
    facts = Facts(NetworkFacts(tuple(nodes)), (SkuFacts("S"),), np.ones((1, len(nodes)), np.int64))
    run = Run(facts, at=AT, lines=1)
    run.decide([RoutingRequest("O", "", Method.SHIP, (RequestLine("l", "S", 1),), Destination("US", "", "", *to))])
    km: list[int] = run.scratch.options.km.tolist()
    return km


def by_the_library(a: tuple[float, float], b: tuple[float, float]) -> int:
    half = min(1.0, math.dist(unit_vector(*a), unit_vector(*b)) / 2)
    return int(6_371.0 * 2 * math.asin(half) + 0.5)


def test_distances_are_those_of_the_great_circle_all_over_the_earth() -> None:
    rng = random.Random(1)
    places = [(math.degrees(math.asin(rng.uniform(-1, 1))), rng.uniform(-180, 180)) for _ in range(5_000)]
    near = [(HERE[0] + rng.uniform(-1, 1), HERE[1] + rng.uniform(-1, 1)) for _ in range(1_000)]
    places += [*near, HERE, (-HERE[0], HERE[1] + 180), (90.0, 0.0), (-90.0, 0.0)]

    assert km_of([*places], HERE) == [by_the_library(place, HERE) for place in places]


def test_a_place_that_is_not_known_is_no_way_off() -> None:
    assert km_of([(None, None), (34.1, -118.2)], HERE)[0] == 0
    assert km_of([(34.1, -118.2)], (None, None)) == [0]
