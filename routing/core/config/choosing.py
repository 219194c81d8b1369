"""Answers which nodes and which orders a rule speaks of, and says so in English."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.core.config.promise import PromiseMatch, is_open_above, is_open_below, read_promise
from routing.core.config.reading import ConfigInvalid, Reader, in_money

KINDS = ("DC", "STORE", "THREE_PL", "SUPPLIER")
METHOD_WORDS = {
    "SHIP": "shipping",
    "PICKUP": "pickup",
    "SHIP_TO_STORE": "ship to store",
    "SAME_DAY": "same-day delivery",
}
KIND_WORDS = {"DC": "distribution centers", "STORE": "stores", "THREE_PL": "3PLs", "SUPPLIER": "suppliers"}


def listed(names: Iterable[str], joiner: str = "or") -> str:
    """Return names as English writes a list: "a, b or c"."""
    words = sorted(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joiner} {words[-1]}"


@dataclass(frozen=True, slots=True)
class NodeChoice:
    """Nodes with one of each named property; an empty set asks nothing. `exclude` takes nodes out again."""

    groups: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    within_km: int | None = None
    exclude: "NodeChoice | None" = None

    def describe(self) -> str:
        """Return the choice as the middle of a sentence: "stores in group west within 200 km"."""
        return f"{self._said()} but not {self.exclude.left_out()}" if self.exclude else self._said()

    def left_out(self) -> str:
        """Return the choice as what another one leaves out: "stores tagged sale, unless they are nodes in US"."""
        return f"{self._said()}, unless they are {self.exclude.describe()}" if self.exclude else self._said()

    def _said(self) -> str:
        what = listed(KIND_WORDS[kind] for kind in self.kinds) if self.kinds else "nodes"
        parts = [
            f"in group {listed(self.groups)}" if self.groups else "",
            f"tagged {listed(self.tags)}" if self.tags else "",
            f"named {listed(self.codes)}" if self.codes else "",
            f"in {listed(self.countries)}" if self.countries else "",
            f"in region {listed(self.regions)}" if self.regions else "",
            f"within {self.within_km:,} km" if self.within_km is not None else "",
        ]
        return " ".join([what, *filter(None, parts)])


ALL_NODES = NodeChoice()


def read_node_choice(reader: Reader) -> NodeChoice:
    """Read `{groups, kinds, tags, codes, countries, regions, within_km, not: {…}}`."""
    kinds = reader.texts("kinds")
    if not kinds <= set(KINDS):
        raise ConfigInvalid(reader.at("kinds"), f"expected kinds out of {', '.join(KINDS)}")
    exclude = reader.child("not", read_node_choice)
    if exclude is not None and exclude.within_km is not None:
        raise ConfigInvalid(reader.at("not.within_km"), "a distance cannot be excluded; use a penalty per km")
    return NodeChoice(
        groups=reader.texts("groups"),
        kinds=kinds,
        tags=reader.texts("tags"),
        codes=reader.texts("codes"),
        countries=reader.texts("countries"),
        regions=reader.texts("regions"),
        within_km=reader.whole_or_none("within_km", most=40_000),
        exclude=exclude,
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `at_least` to below `below`; None is open."""

    at_least: int | None = None
    below: int | None = None

    def __contains__(self, value: int) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.below is None or value < self.below)

    def covers(self, other: "Span") -> bool:
        """Say whether every number in `other` is in this."""
        return is_open_below(self.at_least, other.at_least) and is_open_above(self.below, other.below)


def read_money_span(reader: Reader) -> Span:
    """Read `{at_least, below}` in money."""
    return Span(reader.money_or_none("at_least"), reader.money_or_none("below"))


def read_span(reader: Reader) -> Span:
    """Read `{at_least, below}` in whole numbers."""
    return Span(reader.whole_or_none("at_least"), reader.whole_or_none("below"))


@dataclass(frozen=True, slots=True)
class OrderMatch:
    """Orders with one of each named property. `sku_tags`, `hazmat_classes`, … match if any line has one of them.

    `promise` is asked of each fulfillment group by its own promise; one without a promise never fits it, so `exclude`
    does not leave it out by it. `promised` asks whether there is one.
    """

    channels: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    service_levels: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    postal_prefixes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    customer_tiers: frozenset[str] = frozenset()
    sku_tags: frozenset[str] = frozenset()
    handling_classes: frozenset[str] = frozenset()
    hazmat_classes: frozenset[str] = frozenset()
    temperature_classes: frozenset[str] = frozenset()
    value_e4: Span | None = None
    priority: Span | None = None
    units: Span | None = None
    promise: PromiseMatch | None = None
    promised: bool | None = None
    exclude: "OrderMatch | None" = None

    def describe(self) -> str:
        """Return the conditions as the middle of a sentence: "orders from channel web, but not tagged review"."""
        parts = self.conditions()
        if self.exclude is None:
            return " ".join(["orders", *parts]) if parts else "every order"
        left_out = self.exclude.conditions_without()
        return " ".join(["orders", *parts]) + (f", but {left_out}" if parts else f" {left_out}")

    def conditions_without(self) -> str:
        """Return what keeps an order out: "not from channel market", "not those by pickup and tagged gift"."""
        parts = self.conditions()
        many = f"not those {', '.join(parts[:-1])} and {parts[-1]}" if parts else "none at all"
        words = f"not {parts[0]}" if len(parts) == 1 else many
        return words if self.exclude is None else f"{words}, unless {self.exclude.conditions_with()}"

    def conditions_with(self) -> str:
        """Return what lets an order in after all: "tagged gift and by pickup"."""
        words = " and ".join(self.conditions()) or "in any case"
        return words if self.exclude is None else f"{words}, but {self.exclude.conditions_without()}"

    def covers(self, other: "OrderMatch") -> bool:
        """Say whether every order that `other` matches is one that this matches, as far as conditions alone tell it.

        True is certain; False means only that it is not seen: another exclusion may still come to the same orders.
        """
        sets = ((getattr(self, name), getattr(other, name)) for name in SETS)
        if any(mine and not (theirs and theirs <= mine) for mine, theirs in sets):
            return False
        spans = ((getattr(self, name), getattr(other, name)) for name in ("value_e4", "priority", "units", "promise"))
        if any(mine is not None and (theirs is None or not mine.covers(theirs)) for mine, theirs in spans):
            return False
        promised = True if other.promise is not None else other.promised
        return self.promised in (None, promised) and self.exclude in (None, other.exclude)

    def conditions(self) -> list[str]:
        """Return each condition in words, without what is excluded: ["from channel web", "worth 25.00 or more"]."""
        sets = (
            ("from channel", self.channels),
            ("by", {METHOD_WORDS.get(method, method) for method in self.methods}),
            ("at service level", self.service_levels),
            ("to", self.countries),
            ("to region", self.regions),
            ("to postal codes starting", self.postal_prefixes),
            ("tagged", self.tags),
            ("of customer tier", self.customer_tiers),
            ("with a SKU tagged", self.sku_tags),
            ("with handling class", self.handling_classes),
            ("with hazmat class", self.hazmat_classes),
            ("with temperature class", {name.lower() for name in self.temperature_classes}),
        )
        parts = [f"{words} {listed(names)}" for words, names in sets if names]
        parts += [_span_words("worth", self.value_e4, money=True), _span_words("of priority", self.priority)]
        parts += [_span_words("of units", self.units), self.promise.describe() if self.promise is not None else ""]
        parts += [{True: "with a promise", False: "without a promise", None: ""}[self.promised]]
        return [part for part in parts if part]


def _span_words(what: str, span: Span | None, *, money: bool = False) -> str:
    if span is None:
        return ""
    words = in_money if money else str
    low = f"{words(span.at_least)} or more" if span.at_least is not None else ""
    high = f"below {words(span.below)}" if span.below is not None else ""
    return f"{what} {' and '.join(filter(None, [low, high]))}"


EVERY_ORDER = OrderMatch()
SETS = (
    "channels methods service_levels countries regions postal_prefixes tags customer_tiers sku_tags handling_classes "
    "hazmat_classes temperature_classes"
).split()


def read_order_match(reader: Reader) -> OrderMatch:
    """Read the conditions of a rule group; `not` holds orders that it leaves to the next group."""
    return OrderMatch(
        **{name: reader.texts(name) for name in SETS},
        value_e4=reader.child("value", read_money_span),
        priority=reader.child("priority", read_span),
        units=reader.child("units", read_span),
        promise=reader.child("promise", read_promise),
        promised=reader.flag("promised", default=False) if reader.has("promised") else None,
        exclude=reader.child("not", read_order_match),
    )
