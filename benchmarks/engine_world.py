"""Seeded worlds for the engine's figures: a network, a catalog, a policy of fourteen rules and a stream of orders."""

import random
from datetime import UTC, date, datetime, timedelta

import numpy as np

from routing.core.config import Configuration
from routing.core.facts import NO_LIMIT, ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest

AT = datetime(2026, 11, 24, 15, 20, tzinfo=UTC)
CITIES = (
    (40.7, -74.0, "America/New_York"),
    (34.1, -118.2, "America/Los_Angeles"),
    (41.9, -87.6, "America/Chicago"),
    (29.8, -95.4, "America/Chicago"),
    (33.4, -112.1, "America/Phoenix"),
    (39.9, -75.2, "America/New_York"),
    (32.8, -96.8, "America/Chicago"),
    (47.6, -122.3, "America/Los_Angeles"),
    (39.7, -105.0, "America/Denver"),
    (25.8, -80.2, "America/New_York"),
)


def _rule(name: str, **fields: object) -> dict[str, object]:
    return {"name": name, **fields}


POLICY = {
    "code": "retail",
    "prices": {"split": "2.50", "late_hour": "0.40", "failed_pick": "8.00", "full_node": "1.50"},
    "groups": [
        {
            "name": "Large orders",
            "match": {"value": {"at_least": "900"}, "not": {"tags": ["gift"]}},
            "rules": [
                _rule("One DC", nodes={"kinds": ["DC"]}, limits={"max_splits": 0}),
                _rule("Few splits", limits={"max_splits": 2, "min_parcel_value": "30.00"}),
                _rule("Any", limits={"keep_together": True}),
                _rule("Anything"),
            ],
        },
        {
            "name": "Chilled",
            "match": {"temperature_classes": ["CHILLED", "FROZEN"]},
            "rules": [_rule("Near", nodes={"within_km": 900}), _rule("Anywhere cold"), _rule("Last resort")],
        },
        {
            "name": "Gold customers",
            "match": {"customer_tiers": ["GOLD"]},
            "rules": [_rule("Earliest", rank=["EARLIEST", "NEAREST"]), _rule("Cheapest")],
        },
        {
            "name": "Everyone",
            "rules": [
                _rule(
                    "DCs, stores at a price",
                    prefer=[{"nodes": {"kinds": ["STORE"]}, "penalty": "0.80"}, {"per_km": "0.0002"}],
                    limits={"max_splits": 3, "keep_units": 1},
                ),
                _rule("Overstock", prefer=[{"nodes": {"tags": ["overstock"]}, "bonus": "1.00"}]),
                _rule("Not tiny stores", nodes={"not": {"tags": ["tiny"]}}),
                _rule("Fresh stock", limits={"keep_units": 2}),
                _rule("All"),
            ],
            "unfilled": {"then": "BACKORDER", "auto_cancel_days": 14},
        },
    ],
}


def _card() -> dict[str, object]:
    reach = (240, 480, 970, 1_600, 2_250, 2_900)
    zones: list[dict[str, object]] = [{"zone": str(z), "within_km": km} for z, km in enumerate(reach, start=2)]
    grams = [500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000]
    rates = [
        {
            "services": [service],
            "zones": [str(zone)],
            "up_to_grams": grams,
            "prices": [f"{base + 0.6 * zone + 0.9 * step + 0.12 * zone * step:.2f}" for step in range(len(grams))],
            "per_extra_kg": "0.55",
        }
        for service, base in (("GROUND", 6.2), ("EXPRESS", 13.0))
        for zone in range(2, 9)
    ]
    return {"code": "card", "zones": [*zones, {"zone": "8"}], "rates": rates, "dimensional_divisor": 5_000}


SERVICES = {
    "services": [
        {
            "code": "GROUND",
            "transit": {"steps": [{"within_km": 300, "days": 1}, {"within_km": 1_000, "days": 2}], "days": 4},
            "hazmat_classes": ["9"],
            "max_package_grams": 30_000,
        },
        {"code": "EXPRESS", "transit": {"days": 1}, "temperature_hours": {"CHILLED": 24, "FROZEN": 24}},
    ]
}
CALENDARS = [
    {"code": "dc", "hours": {"MON-SAT": ["06:00", "22:00"]}, "cut_off": "17:00", "processing_minutes": 90},
    {"code": "store", "hours": {"MON-SUN": ["10:00", "20:00"]}, "cut_off": "15:00", "processing_minutes": 180},
]


def _node(rng: random.Random, index: int) -> NodeFacts:
    latitude, longitude, zone = rng.choice(CITIES)
    big = index < 10
    tags = {name for name, share in (("overstock", 0.2), ("tiny", 0.2)) if rng.random() < share}
    return NodeFacts(
        code=f"N{index:04d}",
        kind="DC" if big else "STORE",
        country="US",
        time_zone=zone,
        latitude=latitude + rng.uniform(-1.5, 1.5),
        longitude=longitude + rng.uniform(-1.5, 1.5),
        tags=frozenset(tags),
        methods=frozenset({"SHIP", "PICKUP"}),
        hazmat_classes=frozenset({"9"}) if big else frozenset(),
        temperature_classes=frozenset({"AMBIENT", "CHILLED", "FROZEN"} if index % 3 else {"AMBIENT"}),
        calendar="dc" if big else "store",
        fulfillment_cost_e4=10_000 if big else 16_000,
        line_cost_e4=3_000 if big else 6_000,
        unit_cost_e4=1_000 if big else 2_000,
        failed_pick_ppm=2_000 if big else 25_000,
    )


def _sku(rng: random.Random, index: int) -> SkuFacts:
    cold, danger = rng.random() < 0.03, rng.random() < 0.02
    return SkuFacts(
        code=f"SKU{index:05d}",
        weight_grams=int(rng.lognormvariate(6.2, 0.8)),
        length_mm=rng.randint(50, 400),
        width_mm=rng.randint(50, 300),
        height_mm=rng.randint(20, 200),
        hazmat_class="9" if danger else "",
        temperature_class="CHILLED" if cold else "AMBIENT",
    )


def facts(seed: int, *, nodes: int, skus: int, carried: float = 0.5, depth: float = 30.0) -> Facts:
    """A network of `nodes` with `skus`; each node carries a SKU with probability `carried`, about `depth` units."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    configuration = Configuration.from_bodies(
        policies=[POLICY], rate_cards=[_card()], carrier_services=SERVICES, calendars=CALENDARS
    )
    network = NetworkFacts(tuple(_node(rng, index) for index in range(nodes)), configuration)
    stock = numbers.poisson(depth, (skus, nodes)) * (numbers.random((skus, nodes)) < carried)
    left = np.full((nodes, 7, 3), NO_LIMIT, np.int64)
    left[:, :, 0] = 400
    return Facts(
        network=network,
        skus=tuple(_sku(rng, index) for index in range(skus)),
        available=stock.astype(np.int64),
        capacity_from=date(2026, 11, 24),
        capacity_left=left,
        capacity_limit=left.copy(),
        channels={"web": ChannelFacts(quota_left=np.full(skus, 10**6, np.int64))},
    )


def requests(seed: int, world: Facts, count: int, *, sizes: tuple[float, ...]) -> list[RoutingRequest]:
    """`count` orders; `sizes[i]` weighs orders of i + 1 lines; SKUs are drawn by Zipf 0.8, places near ten cities."""
    rng = random.Random(seed)
    weights = [1 / (rank + 1) ** 0.8 for rank in range(len(world.skus))]
    made = []
    for index in range(count):
        size = rng.choices(range(1, len(sizes) + 1), sizes)[0]
        chosen: dict[str, None] = {}
        while len(chosen) < size:
            chosen[rng.choices(world.skus, weights)[0].code] = None
        latitude, longitude, _ = rng.choice(CITIES)
        lines = [
            RequestLine(f"l{i}", code, rng.choice([1, 1, 1, 2]), rng.randint(500, 20_000))
            for i, code in enumerate(chosen)
        ]
        made.append(
            RoutingRequest(
                ref=f"O-{index}:g",
                channel="web",
                method=Method.SHIP,
                lines=tuple(lines),
                ship_to=Destination("US", "", "", latitude + rng.uniform(-3, 3), longitude + rng.uniform(-3, 3)),
                promised_by=AT + timedelta(days=rng.randint(3, 7)),
                customer_tier=rng.choice(["", "", "", "GOLD"]),
                currency="USD",
            )
        )
    return made
