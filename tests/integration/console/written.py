"""Valid documents of every kind, made by chance from a seed, with every field that their parsers know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from routing.core.config.policy import WEIGHTED

Body = dict[str, Any]

_WORDS = ("gift", "vip", "a b", "Ünder", "x, y", 'the "old" one', "94", "US", "CA", "NY")
_WAYS = ("SHIP", "PICKUP", "SHIP_TO_STORE", "SAME_DAY")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


class Writer:
    """Draws the parts of documents; what is drawn as nothing is left out."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def some(self, out_of: Sequence[str] = _WORDS) -> list[str]:
        """Return one to three of the words."""
        return self.chance.sample(list(out_of), self.chance.randint(1, min(3, len(out_of))))

    def whole(self, least: int = 0, most: int = 400) -> int:
        """Return a whole number."""
        return self.chance.randint(least, most)

    def money(self) -> str:
        """Return an amount of four places at most."""
        return self.chance.choice(["0.5", "12", "3.10", "0.0001", "1000000"])

    def maybe(self, **parts: Callable[[], Any]) -> Body:
        """Return some of the parts; of those drawn empty none."""
        drawn = {name: draw() for name, draw in parts.items() if self.chance.random() < 0.6}
        return {name.rstrip("_"): value for name, value in drawn.items() if value not in ({}, [])}

    def flag(self) -> bool:
        """Return yes or no."""
        return self.chance.random() < 0.5

    def span(self, draw: Callable[[], Any]) -> Body:
        """Return {at_least, below}, either or both."""
        return self.maybe(at_least=draw, below=draw)

    def places(self) -> Body:
        """Return destinations."""
        return self.maybe(countries=self.some, regions=self.some, postal_prefixes=self.some)

    def nodes(self, *, within: bool, depth: int = 2) -> Body:
        """Return a choice of nodes that leaves out others to `depth`."""
        told = self.maybe(
            kinds=lambda: self.some(("DC", "STORE", "THREE_PL", "SUPPLIER")), groups=self.some, tags=self.some,
            codes=self.some, countries=self.some, regions=self.some,
        )  # fmt: skip
        far = self.maybe(within_km=self.whole) if within else {}
        left_out = self.nodes(within=False, depth=depth - 1) if depth and self.flag() else {}
        return {**told, **far, **({"not": left_out} if left_out else {})}

    def match(self, depth: int = 2) -> Body:
        """Return conditions of orders that leave out others to `depth`."""
        sets = "service_levels customer_tiers tags sku_tags handling_classes hazmat_classes temperature_classes"
        named = dict.fromkeys(f"{sets} countries regions postal_prefixes".split(), self.some)
        told = self.maybe(
            **named, channels=lambda: self.some(("web", "market")), methods=lambda: self.some(_WAYS),
            value=lambda: self.span(self.money), units=lambda: self.span(self.whole),
            priority=lambda: self.span(self.whole), promise=self.promise, promised=self.flag,
        )  # fmt: skip
        left_out = self.match(depth - 1) if depth and self.flag() else {}
        return {**told, **({"not": left_out} if left_out else {})}

    def promise(self) -> Body:
        """Return which promises are asked for, by hours and by instants that leave some open."""
        offset = self.chance.choice(["Z", "-05:00", "+09:30"])
        return self.maybe(
            later_than_hours=lambda: self.whole(0, 20), within_hours=lambda: self.whole(21, 400),
            from_=lambda: f"2026-12-{self.whole(10, 19)}T08:{self.whole(10, 59)}:00{offset}",
            before=lambda: f"2026-12-{self.whole(22, 29)}T08:30:{self.whole(10, 59)}{offset}",
        )  # fmt: skip

    def days(self) -> list[str]:
        """Return weekdays in their order."""
        return sorted(self.some(_DAYS), key=_DAYS.index)

    def day(self) -> str:
        """Return a date."""
        return (date(2026, 1, 1) + timedelta(days=self.whole())).isoformat()

    def hours(self) -> list[str]:
        """Return when something opens and closes."""
        return [f"{self.whole(0, 11):02}:30", f"{self.whole(12, 23)}:00"]


def _rule(w: Writer, number: int) -> Body:
    def prefer() -> list[Body]:
        money = [w.maybe(bonus=lambda: "1.50", per_km=lambda: "0.001") or {"penalty": "2"} for _ in range(2)]
        return [{**amounts, **w.maybe(nodes=lambda: w.nodes(within=False))} for amounts in money]

    def limits() -> Body:
        return w.maybe(
            max_splits=lambda: w.whole(0, 3), keep_together=w.flag, max_late_hours=w.whole, min_parcel_value=w.money,
            min_parcel_units=w.whole, keep_units=w.whole,
        )  # fmt: skip

    return {
        "name": f"Rule {number}",
        **w.maybe(
            active=w.flag, allow_partial=w.flag, nodes=lambda: w.nodes(within=True), prefer=prefer, limits=limits,
            rank=lambda: w.some(("NEAREST", "CHEAPEST", "MOST_STOCK", "PREFERRED")),
        ),
    }  # fmt: skip


def policy(w: Writer) -> Body:
    """Return a policy."""

    def unfilled() -> Body:
        more = w.maybe(auto_cancel_days=w.whole, beyond_limit=lambda: w.chance.choice(["HOLD", "CANCEL"]))
        return {"then": w.chance.choice(["BACKORDER", "HOLD", "CANCEL"]), **more}

    def group(number: int) -> Body:
        more = w.maybe(active=w.flag, match=w.match, unfilled=unfilled, ship_complete=w.flag)
        return {"name": f"Group {number}", "rules": [_rule(w, n) for n in range(w.whole(1, 3))], **more}

    prices = ("split", "late_hour", "failed_pick", "full_node")
    return {
        "code": "made",
        "groups": [group(number) for number in range(w.whole(1, 3))],
        **w.maybe(
            channels=w.some,
            prices=lambda: w.maybe(**dict.fromkeys(prices, w.money)),
            weights=lambda: w.maybe(**dict.fromkeys(WEIGHTED, lambda: "0.5")),
        ),
    }


def _scoped(w: Writer) -> Body:
    first, last = sorted([w.day(), w.day()])
    return w.maybe(
        rank=w.whole, tags=w.some, skus=w.some, node_group=lambda: "stores", active=w.flag, from_=lambda: first,
        to=lambda: last,
    )  # fmt: skip


def safety_stock(w: Writer) -> Body:
    """Return a safety stock rule."""
    keeps = w.maybe(units=w.whole, percent=lambda: w.whole(1, 100)) or {"units": 3}
    return {"code": "made", **keeps, **_scoped(w), **w.maybe(channel=lambda: "web")}


def low_stock(w: Writer) -> Body:
    """Return a low-stock threshold."""
    says = w.maybe(units=w.whole, percent=lambda: w.whole(1, 100)) or {"units": 3}
    return {"code": "made", **says, **_scoped(w)}


def channel_rules(w: Writer) -> Body:
    """Return a channel rule."""
    says = w.maybe(threshold=w.whole, threshold_percent=lambda: w.whole(1, 100), sell=w.flag) or {"threshold": 1}
    return {"code": "made", **says, **_scoped(w), **w.maybe(channel=lambda: "web", methods=lambda: w.some(_WAYS))}


def capacity(w: Writer) -> Body:
    """Return a node's capacity."""

    def limit(unit: str) -> Body:
        when: Body = w.chance.choice([{}, {"days": w.days()}, {"date": w.day()}])
        return {"unit": unit, "limit": w.whole(), **when, **w.maybe(slot=lambda: "morning")}

    seconds = ("order_seconds", "line_seconds", "unit_seconds")
    limits = [limit(unit) for unit in w.some(("ORDERS", "LINES", "UNITS", "MINUTES"))]
    return {"node": "dc_reno", "limits": limits, **w.maybe(**dict.fromkeys(seconds, w.whole))}


def calendar(w: Writer) -> Body:
    """Return a calendar."""
    hours = {day: w.hours() for day in w.days()}
    return {
        "code": "made",
        "hours": {**hours, **({"SAT-SUN": w.hours()} if not {"SAT", "SUN"} & set(hours) else {})},
        **w.maybe(
            cut_off=lambda: "16:00", processing_minutes=w.whole, holidays=lambda: sorted({w.day(), w.day()}),
            special_hours=lambda: {w.day(): w.hours()}, cut_offs=lambda: {"GROUND": "15:00", "EXPRESS": "17:30"},
        ),
    }  # fmt: skip


def rate_card(w: Writer) -> Body:
    """Return a rate card."""

    def zone(number: int) -> Body:
        return {"zone": str(number), **w.maybe(within_km=w.whole, from_countries=w.some, to=w.places)}

    def rate() -> Body:
        steps = sorted(w.chance.sample(range(1, 30_000), w.whole(1, 4)))
        prices = [f"{number}.50" for number in sorted(w.chance.sample(range(90), len(steps)))]
        more = w.maybe(zones=lambda: ["0"], services=w.some, per_extra_kg=w.money, per_km=w.money)
        return {"up_to_grams": steps, "prices": prices, **more}

    return {
        "code": "made",
        "zones": [zone(number) for number in range(w.whole(1, 3))],
        "rates": [rate() for _ in range(w.whole(1, 4))],
        **w.maybe(currency=lambda: "EUR", dimensional_divisor=lambda: w.whole(1, 6000)),
    }


def carrier_services(w: Writer) -> Body:
    """Return a list of carrier services."""

    def transit() -> Body:
        steps = [{"within_km": 100 * n, "days": w.whole(0, 9)} for n in range(1, w.whole(1, 3) + 1)]
        return w.maybe(steps=lambda: steps) | {"days": w.whole(0, 9)}

    def service(number: int) -> Body:
        cold = ("AMBIENT", "CHILLED", "FROZEN")
        return {
            "code": f"S{number}",
            **w.maybe(
                carrier=lambda: "UPS", rate_card=lambda: "ground", methods=lambda: w.some(("SHIP", "SAME_DAY")),
                levels=w.some, transit=transit, pickup_days=w.days, delivery_days=w.days, hazmat_classes=w.some,
                temperature_hours=lambda: w.maybe(**dict.fromkeys(cold, w.whole)), adult_signature=w.flag,
                max_package_grams=lambda: w.whole(1), max_side_mm=lambda: w.whole(1), to=w.places,
                nodes=lambda: w.nodes(within=True),
            ),
        }  # fmt: skip

    return {"services": [service(number) for number in range(w.whole(1, 3))]}


def lanes(w: Writer) -> Body:
    """Return a list of lanes."""

    def lane() -> Body:
        def skus() -> Body:
            sets = dict.fromkeys(("codes", "tags", "handling_classes", "hazmat_classes"), w.some)
            return w.maybe(**sets, export_controlled=w.flag, age_restricted=w.flag)

        return {"why": "Law.", **w.maybe(allow=w.flag, from_countries=w.some, to=w.places, skus=skus)}

    told = w.maybe(cross_border=w.flag, export_controlled_abroad=w.flag)
    return {"lanes": [lane() for _ in range(w.whole(1, 3))], **told}


WRITTEN: Mapping[str, Callable[[Writer], Body]] = {
    "policy": policy, "safety-stock": safety_stock, "channel-rules": channel_rules, "low-stock": low_stock,
    "capacity": capacity,
    "calendar": calendar, "rate-card": rate_card, "carrier-services": carrier_services, "lanes": lanes,
}  # fmt: skip
