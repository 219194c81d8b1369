"""Seeded worlds: small networks with every kind of constraint, for laws and oracles."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from routing.core.config import Configuration
from routing.core.facts import ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Held, Method, RequestLine, RoutingRequest

AT = datetime(2026, 11, 24, 15, 20, tzinfo=UTC)
"""A Tuesday morning in New York."""

ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles")


def money(rng: random.Random, low: float, high: float) -> str:
    return f"{rng.uniform(low, high):.2f}"


def _rate(rng: random.Random, **where: object) -> dict[str, object]:
    steps = sorted(rng.sample(range(200, 6_000), rng.randint(1, 4)))
    price, prices = rng.uniform(2, 9), []
    for _ in steps:
        prices.append(f"{price:.2f}")
        price += rng.choice([0, rng.uniform(0, 4)])
    extra = {"per_extra_kg": money(rng, 0, 2), "per_km": f"{rng.uniform(0, 0.004):.4f}"}
    return {**where, "up_to_grams": steps, "prices": prices, **extra}


def _card(rng: random.Random) -> dict[str, object]:
    zones: list[dict[str, object]] = [{"zone": "near", "within_km": rng.randint(200, 900)}, {"zone": "far"}]
    if rng.random() < 0.3:
        zones.insert(0, {"zone": "abroad", "to": {"countries": ["CA"]}, "from_countries": ["US"]})
    rates = [_rate(rng, zones=[zone["zone"]]) for zone in zones]
    if rng.random() < 0.5:
        rates.insert(0, _rate(rng, services=["FAST"]))
    card: dict[str, object] = {"code": "card", "zones": zones, "rates": rates}
    return {**card, "dimensional_divisor": 5_000} if rng.random() < 0.4 else card


def _services(rng: random.Random) -> dict[str, object]:
    slow: dict[str, object] = {"code": "SLOW", "transit": {"steps": [{"within_km": 700, "days": 2}], "days": 4}}
    fast: dict[str, object] = {"code": "FAST", "transit": {"days": 1}, "temperature_hours": {"CHILLED": 24}}
    slow |= {"hazmat_classes": ["3"], "delivery_days": "MON-SAT"}
    fast |= {"max_package_grams": rng.choice([1_000, 4_000, 30_000]), "adult_signature": True}
    return {
        "services": [slow, fast]
        if rng.random() < 0.8
        else [slow | {"temperature_hours": {"CHILLED": 96}, "adult_signature": True}]
    }


def _limits(rng: random.Random) -> dict[str, object]:
    limits: dict[str, object] = {}
    if rng.random() < 0.3:
        limits["max_splits"] = rng.randint(0, 2)
    if rng.random() < 0.2:
        limits["keep_together"] = True
    if rng.random() < 0.2:
        limits["min_parcel_value"] = money(rng, 0, 40)
    if rng.random() < 0.15:
        limits["min_parcel_units"] = 2
    if rng.random() < 0.15:
        limits["max_late_hours"] = 24
    if rng.random() < 0.15:
        limits["keep_units"] = 1
    return limits


def _rule(rng: random.Random, name: str, *, ranked: bool, partial: bool = False) -> dict[str, object]:
    rule: dict[str, object] = {"name": name, "limits": _limits(rng)}
    if partial and rng.random() < 0.6:
        rule["allow_partial"] = True
    if rng.random() < (0.7 if partial else 0.3):
        rule["nodes"] = {"kinds": rng.sample(["DC", "STORE"], rng.randint(1, 2)), "within_km": rng.randint(800, 5_000)}
    if rng.random() < 0.4:
        rule["prefer"] = [
            {"nodes": {"tags": ["loved"]}, rng.choice(["bonus", "penalty"]): money(rng, 0.5, 12)},
            {"per_km": "0.0010"},
        ]
    if ranked:
        rule["rank"] = rng.sample(["NEAREST", "CHEAPEST", "MOST_STOCK", "PREFERRED", "EARLIEST"], rng.randint(1, 2))
    return rule


def policy(rng: random.Random, *, ranked: bool = False, partial: bool = False) -> dict[str, object]:
    prices = {"split": money(rng, 0, 4), "late_hour": money(rng, 0, 0.5), "full_node": money(rng, 0, 3)}
    weights = {"freight": f"{rng.choice([1, 0.5, 1.25])}", "pick": f"{rng.choice([1, 0.3333])}"}
    count = rng.randint(2, 4) if partial else rng.randint(1, 2)
    rules = [_rule(rng, f"rule {number}", ranked=ranked, partial=partial) for number in range(count)]
    group = {"name": "all", "rules": rules, "ship_complete": rng.random() < 0.1}
    return {"code": "p", "prices": prices, "weights": weights, "groups": [group]}


def _node(rng: random.Random, index: int) -> NodeFacts:
    known = rng.random() < 0.9
    return NodeFacts(
        code=f"N{index:03d}",
        kind=rng.choice(["DC", "STORE"]),
        country="US" if rng.random() < 0.9 else "CA",
        time_zone=rng.choice(ZONES),
        latitude=rng.uniform(30, 45) if known else None,
        longitude=rng.uniform(-120, -75) if known else None,
        is_paused=rng.random() < 0.05,
        tags=frozenset({"loved"}) if rng.random() < 0.3 else frozenset(),
        methods=frozenset({"SHIP"} if rng.random() < 0.5 else {"SHIP", "PICKUP", "SHIP_TO_STORE"}),
        hazmat_classes=frozenset({"3"}) if rng.random() < 0.6 else frozenset(),
        temperature_classes=frozenset({"AMBIENT", "CHILLED"}) if rng.random() < 0.7 else frozenset({"AMBIENT"}),
        max_piece_grams=rng.choice([None, None, 2_500]),
        calendar=rng.choice(["", "office"]),
        fulfillment_cost_e4=rng.randint(0, 30_000),
        line_cost_e4=rng.randint(0, 8_000),
        unit_cost_e4=rng.randint(0, 6_000),
        failed_pick_ppm=rng.randint(0, 100_000),
    )


def _sku(rng: random.Random, index: int) -> SkuFacts:
    return SkuFacts(
        code=f"S{index}",
        weight_grams=rng.randint(50, 3_000),
        length_mm=rng.randint(10, 400),
        width_mm=rng.randint(10, 400),
        height_mm=rng.randint(10, 400),
        hazmat_class="3" if rng.random() < 0.1 else "",
        temperature_class="CHILLED" if rng.random() < 0.1 else "AMBIENT",
        minimum_age=18 if rng.random() < 0.05 else 0,
        export_controlled=rng.random() < 0.1,
    )


OFFICE = {
    "code": "office",
    "hours": {"MON-FRI": ["08:00", "17:00"]},
    "holidays": ["2026-11-26"],
    "special_hours": {"2026-11-27": ["10:00", "13:00"], "2026-11-29": ["12:00", "16:00"]},
    "cut_off": "14:00",
    "processing_minutes": 240,
}


def network(rng: random.Random, nodes: int, *, ranked: bool = False, partial: bool = False) -> NetworkFacts:
    bare = rng.random() < 0.1 and not ranked and not partial
    lanes = {"lanes": [{"to": {"countries": ["CA"]}, "skus": {"hazmat_classes": ["3"]}, "allow": False}]}
    configuration = Configuration() if bare else Configuration.from_bodies(
        policies=[policy(rng, ranked=ranked, partial=partial)],
        rate_cards=[_card(rng)],
        carrier_services=_services(rng),
        lanes={**lanes, "cross_border": rng.random() < 0.6},
        calendars=[OFFICE],
    )  # fmt: skip
    return NetworkFacts(tuple(_node(rng, index) for index in range(nodes)), configuration)


def facts(
    rng: random.Random, *, nodes: int, skus: int, deep: int, ranked: bool = False, partial: bool = False
) -> Facts:
    shape = (skus, nodes)

    def table(low: int, high: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.array([[rng.randint(low, high) for _ in range(nodes)] for _ in range(skus)], np.int64)

    left = np.array(
        [
            [[rng.choice([0, 1, 3, 5, 9, 1 << 40, 1 << 40, 1 << 40]) for _ in range(4)] for _ in range(6)]
            for _ in range(nodes)
        ]
    )
    work = np.array([[rng.choice([0, 30, 90]), rng.choice([0, 20, 60]), rng.choice([0, 10, 45])] for _ in range(nodes)])
    capacity = {"capacity_left": left, "capacity_limit": left + 4, "capacity_from": date(2026, 11, 24)}
    capacity |= {"work_seconds": work.astype(np.int64)}
    channel = ChannelFacts(
        nodes=np.array([rng.random() < 0.9 for _ in range(nodes)]) if rng.random() < 0.3 else None,
        withhold=table(0, 1) if rng.random() < 0.3 else None,
        quota_left=np.array([rng.randint(0, 9) for _ in range(skus)], np.int64) if rng.random() < 0.2 else None,
    )
    carried = np.array([[rng.random() < 0.75 for _ in range(nodes)] for _ in range(skus)]).reshape(shape)
    return Facts(
        network=network(rng, nodes, ranked=ranked, partial=partial),
        skus=tuple(_sku(rng, index) for index in range(skus)),
        available=(table(0, deep) * carried).astype(np.int64),
        opportunity_e4=table(0, 3_000) if rng.random() < 0.3 else None,
        markdown_e4=table(0, 3_000) if rng.random() < 0.3 else None,
        channels={"web": channel} if rng.random() < 0.6 else {},
        **(capacity if rng.random() < 0.4 else {}),  # type: ignore[arg-type]  # one of the arguments, by chance
    )


def request(
    rng: random.Random, world: Facts, *, lines: int, quantity: int, ref: str = "O-1:g", tied: float = 0.1
) -> RoutingRequest:
    """A request for `lines` lines; some tied together, some of one SKU twice."""
    codes = [sku.code for sku in world.skus]
    chosen = [rng.choice(codes) for _ in range(lines)] if rng.random() < 0.3 else rng.sample(codes, lines)
    prices = {code: rng.randint(0, 3_000) for code in codes}
    parts = tuple(
        RequestLine(f"l{i}", code, rng.randint(1, quantity), prices[code], "kit" if rng.random() < tied else "")
        for i, code in enumerate(chosen)
    )
    node = rng.choice(world.network.nodes).code
    made = RoutingRequest(
        ref=ref,
        channel="web",
        method=Method.SHIP,
        lines=parts,
        ship_to=Destination(rng.choice(["US", "US", "US", "CA"]), "", "", rng.uniform(30, 45), rng.uniform(-120, -75)),
        promised_by=AT + timedelta(days=rng.randint(1, 5)) if rng.random() < 0.6 else None,
        allow_split=rng.random() < 0.9,
        currency="USD",
        excluded={node: "rejected: damaged"} if rng.random() < 0.2 else {},
        held=(Held(chosen[0], node, 1),) if rng.random() < 0.1 else (),
    )
    if rng.random() < 0.15:
        method = rng.choice([Method.PICKUP, Method.SHIP_TO_STORE])
        return replace(made, method=method, node=node, ship_to=None)
    return made


def small_world(seed: int, *, ranked: bool = False) -> tuple[RoutingRequest, Facts]:
    """At most 5 nodes, 3 lines, 3 units: small enough to try every plan."""
    rng = random.Random(seed)
    world = facts(rng, nodes=rng.randint(1, 5), skus=3, deep=3, ranked=ranked)
    return request(rng, world, lines=rng.randint(1, 3), quantity=3), world


def chain_world(seed: int) -> tuple[RoutingRequest, Facts]:
    """A small world whose rules may keep what they can place and hand on the rest."""
    rng = random.Random(seed)
    world = facts(rng, nodes=rng.randint(2, 5), skus=3, deep=2, partial=True)
    return replace(request(rng, world, lines=rng.randint(1, 3), quantity=3), allow_split=True), world


def middle_world(seed: int) -> tuple[RoutingRequest, Facts]:
    """Up to 40 nodes, 8 lines: what laws are asked of."""
    rng = random.Random(seed)
    world = facts(rng, nodes=rng.randint(2, 40), skus=10, deep=4, ranked=rng.random() < 0.2)
    return request(rng, world, lines=rng.randint(1, 7), quantity=3), world
