"""One parcel costs by a card what the engine pays for it, and the days of a zone are those of its distances."""

import random
from itertools import product

import pytest

from routing.core import free
from routing.core.config import parse_carrier_services, parse_rate_card
from routing.core.config.carrier_services import Transit
from routing.core.config.policy import BUILT_IN_POLICY, LAST_GROUP
from routing.core.config.quoting import Parcel, days_at, days_between, price, price_of, zone_of
from routing.core.facts import NodeFacts
from routing.core.types import Destination
from tests.unit.routing.brute import Brute, kilometers
from tests.unit.routing.worlds import AT, facts, request

CARD = parse_rate_card(
    {
        "code": "ground",
        "dimensional_divisor": 5_000,
        "zones": [
            {"zone": "hi", "to": {"regions": ["HI"]}, "from_countries": ["US"]},
            {"zone": "near", "within_km": 300},
            {"zone": "far", "within_km": 5_000},
        ],
        "rates": [
            {"zones": ["near"], "up_to_grams": [500, 2_000], "prices": ["4", "6"], "per_extra_kg": "0.50"},
            {"zones": ["hi"], "up_to_grams": [1_000], "prices": ["20"], "per_km": "0.01"},
        ],
    }
)
(GROUND,) = parse_carrier_services({"services": [{"code": "G", "max_package_grams": 10_000}]}).services
HERE = Destination("US")


@pytest.mark.parametrize("seed", range(60))
def test_a_parcel_costs_what_the_brute_router_pays(seed: int) -> None:
    rng = random.Random(seed)
    world = facts(rng, nodes=4, skus=3, deep=5)
    asked = request(rng, world, lines=2, quantity=3)
    brute = Brute(asked, world, BUILT_IN_POLICY, LAST_GROUP.rules[0], AT)
    services = brute.config.services.services
    for (index, service), node in product(enumerate(services), range(len(brute.nodes))):
        grams, volume = rng.randint(0, 90_000), rng.choice([0, rng.randint(1, 10**9)])
        km = kilometers(brute.nodes[node], brute.place)
        parcel = Parcel(grams, km, brute.place, brute.nodes[node].country, volume)

        found = price(brute.cards[index], service, parcel)

        assert (None if found is None else found.total_e4) == brute.freight(index, node, grams, volume)


def test_the_first_zone_that_fits_is_the_parcels() -> None:
    def zone(km: int, to: Destination = HERE, country: str = "US") -> str | None:
        found = zone_of(CARD, Parcel(1, km, to, country))
        return found.zone if found else None

    assert [zone(300), zone(301), zone(5_000), zone(5_001)] == ["near", "far", "far", None]
    assert [zone(9_000, Destination("US", "HI")), zone(9_000, Destination("US", "HI"), "CA")] == ["hi", None]


def test_a_zone_without_a_price_is_not_carried_to() -> None:
    assert price(CARD, GROUND, Parcel(1, 301, HERE)) is None
    assert price(CARD, GROUND, Parcel(1, 5_001, HERE)) is None


def test_size_counts_where_it_is_more_than_weight_and_a_heavy_parcel_goes_as_equal_packages() -> None:
    bulky = price(CARD, GROUND, Parcel(100, 0, HERE, "US", volume_mm3=9_000_000))
    heavy = price(CARD, GROUND, Parcel(25_000, 0, HERE))
    far = price(CARD, GROUND, Parcel(1_000, 4_000, Destination("US", "HI"), "US"))

    assert bulky
    assert (bulky.billable_grams, bulky.packages, bulky.freight_e4) == (1_800, 1, 60_000)
    # Three packages of 8,334 g: 6 for 2 kg, and 7 started kg more of 0.50.
    assert heavy
    assert (heavy.packages, heavy.freight_e4) == (3, 3 * (60_000 + 7 * 5_000))
    assert far
    assert (far.freight_e4, far.way_e4, far.total_e4) == (200_000, 400_000, 600_000)


def test_each_weight_step_ends_at_its_gram() -> None:
    rate = CARD.rates[0]

    assert [price_of(rate, grams) for grams in (500, 501, 2_000, 2_001, 3_000, 3_001)] == [
        40_000, 60_000, 60_000, 65_000, 65_000, 70_000,
    ]  # fmt: skip


def test_days_of_a_stretch_are_those_of_its_every_kilometer() -> None:
    for steps, rest in product([(), ((300, 1),), ((300, 1), (950, 2), (1_900, 3))], [None, 0, 5]):
        transit = Transit(steps, rest)
        for over, most in ((0, 241), (242, 483), (300, 301), (484, 2_000), (0, 3_000)):
            every = list(dict.fromkeys(days_at(transit, km) for km in range(over, most + 1)))
            assert days_between(transit, over, most) == every
        assert days_between(transit, 2_000, None) == [rest]


@pytest.mark.parametrize("seed", range(20))
def test_the_way_is_measured_as_the_engine_does(seed: int) -> None:
    rng = random.Random(seed)
    one, other = ((rng.uniform(-80, 80), rng.uniform(-180, 180)) for _ in range(2))
    node = NodeFacts("N", "DC", "US", latitude=one[0], longitude=one[1])

    there = Destination("US", latitude=other[0], longitude=other[1])
    assert free.kilometers(node, there) == kilometers(node, there)
    assert free.kilometers(node, node) == 0
