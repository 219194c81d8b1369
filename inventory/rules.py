"""Answers what merchandisers' rules keep back: safety stock, channel thresholds and switches, capacities.

Pure: documents in, values out. A rule names SKUs (by tag or code), nodes (by group) and a channel;
what it leaves out means "every". Where several rules fit, the lowest rank decides, then the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dom.kernel.words import many
from inventory.documents import Reader

Body = Mapping[str, Any]

METHODS = ("SHIP", "PICKUP", "SHIP_TO_STORE", "SAME_DAY")
METHOD_WORDS = {
    "SHIP": "shipping",
    "PICKUP": "pickup",
    "SHIP_TO_STORE": "ship to store",
    "SAME_DAY": "same-day delivery",
}
UNITS = ("ORDERS", "LINES", "UNITS", "MINUTES")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


_SCOPED = frozenset({"rank", "tags", "skus", "node_group", "channel", "active", "from", "to"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is about; an empty part means every one."""

    tags: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    node_group: str = ""
    channel: str = ""

    def fits(self, channel: str, sku: str, tags: frozenset[str]) -> bool:
        """Say whether the rule speaks of this SKU on this channel, at some node or other."""
        named = not (self.tags or self.skus) or sku in self.skus or bool(tags & self.tags)
        return named and self.channel in {"", channel}

    def words(self) -> str:
        """Return "SKUs tagged sale at nodes of stores, on web"."""
        parts = [f"SKUs tagged {' or '.join(sorted(self.tags))}"] if self.tags else []
        parts += [f"SKU {' or '.join(sorted(self.skus))}"] if self.skus else []
        what = " and ".join(parts) or "Every SKU"
        where = f"nodes of {self.node_group}" if self.node_group else "every node"
        whom = f"channel {self.channel}" if self.channel else "every channel"
        return f"{what}, at {where}, for {whom}"


@dataclass(frozen=True, slots=True)
class Term:
    """The dates on which a rule is in force, both of them included and each node's own; None leaves a side open.

    A node's date is the date in its time zone: a rule that ends on December 24 ends in New York before Los Angeles.
    """

    first: date | None = None
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is in force on every date."""
        return self.first is None and self.last is None

    def words(self) -> str:
        """Return " from 2026-11-27 to 2026-12-24", "" where it has no ends."""
        first = f" from {self.first}" if self.first else ""
        return f"{first} to {self.last}" if self.last else first


ALWAYS = Term()


@dataclass(frozen=True, slots=True)
class Share:
    """Units kept of what is on hand: `percent` of it rounded up, and no fewer than `units`.

    On hand is all that stands there, reserved and unsellable units among it. Rounded up, a share of anything is one
    unit at least: 5 % of 3 is 1.
    """

    units: int = 0
    percent: int = 0

    def of(self, on_hand: int) -> int:
        """Return the units kept. The SQL function inventory_reserve rounds alike."""
        return max(self.units, (on_hand * self.percent + 99) // 100)

    def words(self) -> str:
        """Return "5 units", "10 % of what is on hand", or both."""
        units = many(self.units, "unit")
        if not self.percent:
            return units
        least = f", {units} at least," if self.units else ""
        return f"{self.percent} % of what is on hand{least}"


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """Units that are never promised; a level's own safety stock counts if it is greater."""

    code: str
    rank: int
    scope: Scope
    keep: Share
    active: bool = True
    term: Term = ALWAYS

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        sentence = f"{self.scope.words()}: keep {self.keep.words()} as safety stock{self.term.words()}."
        return [sentence] if self.active else [f"Switched off. {sentence}"]


@dataclass(frozen=True, slots=True)
class LowRule:
    """Stock of a level is low when no more than `at` is free there: on hand, sellable, not reserved."""

    code: str
    rank: int
    scope: Scope
    at: Share
    active: bool = True
    term: Term = ALWAYS

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        where = self.scope.words().removesuffix(", for every channel")
        sentence = f"{where}: stock is low {self._when()}{self.term.words()}."
        return [sentence] if self.active else [f"Switched off. {sentence}"]

    def _when(self) -> str:
        if self.at.percent:
            return f"when {self.at.words()} or less is free"
        return f"at {self.at.units} free unit{'' if self.at.units == 1 else 's'} or fewer"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What a channel may not sell: `threshold` keeps so much more from it, `sell` switches it off or on.

    A switch is about `methods` only, if it names any.
    """

    code: str
    rank: int
    scope: Scope
    threshold: Share | None = None
    sell: bool | None = None
    methods: frozenset[str] = frozenset()
    active: bool = True
    term: Term = ALWAYS

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        sentences = [] if self.active else ["Switched off."]
        if self.threshold is not None:
            more = f"keep {self.threshold.words()} on top of safety stock{self.term.words()}"
            sentences.append(f"{self.scope.words()}: {more}.")
        if self.sell is not None:
            by = (
                f" by {' or '.join(METHOD_WORDS[way] for way in METHODS if way in self.methods)}"
                if self.methods
                else ""
            )
            sentences.append(f"{self.scope.words()}: {'sell' if self.sell else 'do not sell'}{by}{self.term.words()}.")
        return sentences


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `limit` of `unit` in `slot`, on a date, on some weekdays, or every day."""

    unit: str
    limit: int
    slot: str = ""
    days: frozenset[str] = frozenset()
    day: date | None = None

    def fits(self, day: date) -> bool:
        """Say whether the limit speaks of `day`."""
        if self.day is not None:
            return self.day == day
        return not self.days or WEEKDAYS[day.weekday()] in self.days


USUAL_SECONDS = (0, 60, 0)
"""What an order, a line and a unit take where the node does not say: a minute a line."""


def work_words(amount: int, unit: str) -> str:
    """Return "1 order" or "40 minutes" of a limit's unit (ORDERS, LINES, UNITS, MINUTES)."""
    return many(amount, unit.lower().removesuffix("s"))


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much work a node takes on a day. The SQL function inventory_day_limit reads the same document alike.

    `work_seconds` is what an order, a line and a unit take: what a limit in minutes is counted by.
    """

    node: str
    limits: tuple[Limit, ...] = ()
    work_seconds: tuple[int, int, int] = USUAL_SECONDS

    def limit_on(self, day: date, unit: str, slot: str = "") -> int | None:
        """Return the limit: a date beats a weekday, a weekday beats every day; None means no limit."""
        fitting = [limit for limit in self.limits if (limit.unit, limit.slot) == (unit, slot) and limit.fits(day)]
        fitting.sort(key=lambda limit: 0 if limit.day else 1 if limit.days else 2)
        return fitting[0].limit if fitting else None

    def describe(self) -> list[str]:
        """Return the limits as sentences."""
        sentences = [
            f"{self.node} takes at most {work_words(limit.limit, limit.unit)} {_when(limit)}." for limit in self.limits
        ]
        if any(limit.unit == "MINUTES" for limit in self.limits):
            order, line, unit = self.work_seconds
            sentences.append(f"An order takes {order} s, each of its lines {line} s and each unit {unit} s.")
        return sentences


def _when(limit: Limit) -> str:
    slot = f" in {limit.slot}" if limit.slot else ""
    if limit.day is not None:
        return f"on {limit.day}{slot}"
    days = [day.capitalize() for day in WEEKDAYS if day in limit.days]
    return (f"on {', '.join(days)}" if days else "a day") + slot


def parse_safety_rule(body: Body) -> SafetyRule:
    """Return the rule of a document {code, units? | percent?, from?, to?, rank?, tags?, skus?, …, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    read = Reader(body, {"code", "units", "percent", *_SCOPED})
    if "units" not in body and "percent" not in body:
        read.refuse("units", "Say how many units it keeps, or what percent of on hand, or both.")
    return SafetyRule(
        read.text("code"),
        read.number("rank", 100),
        _scope(read),
        Share(read.number("units", 0), read.percent("percent")),
        read.flag("active"),
        _term(read),
    )


def parse_low_rule(body: Body) -> LowRule:
    """Return the rule of a document {code, units? | percent?, from?, to?, rank?, tags?, skus?, node_group?, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    read = Reader(body, {"code", "units", "percent", *_SCOPED} - {"channel"})
    if "units" not in body and "percent" not in body:
        read.refuse("units", "Say at how many free units stock is low, or at what percent of on hand, or both.")
    return LowRule(
        read.text("code"),
        read.number("rank", 100),
        Scope(read.names("tags"), read.names("skus"), read.text("node_group", "")),
        Share(read.number("units", 0), read.percent("percent")),
        read.flag("active"),
        _term(read),
    )


def parse_channel_rule(body: Body) -> ChannelRule:
    """Return the rule of a document {code, threshold? | threshold_percent? | sell?, methods?, from?, to?, …, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    read = Reader(body, {"code", "threshold", "threshold_percent", "sell", "methods", *_SCOPED})
    keeps = "threshold" in body or "threshold_percent" in body
    if not keeps and "sell" not in body:
        read.refuse("threshold", "A channel rule says a threshold, or whether to sell.")
    return ChannelRule(
        read.text("code"),
        read.number("rank", 100),
        _scope(read),
        threshold=Share(read.number("threshold", 0), read.percent("threshold_percent")) if keeps else None,
        sell=read.flag("sell") if "sell" in body else None,
        methods=read.names("methods", METHODS),
        active=read.flag("active"),
        term=_term(read),
    )


def parse_capacity(body: Body) -> Capacity:
    """Return the capacity of a document {node, limits: [{unit, limit, slot?, days? | date?}], order_seconds?, …}.

    Where one of `order_seconds`, `line_seconds` and `unit_seconds` is given, the others are 0.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    seconds = ("order_seconds", "line_seconds", "unit_seconds")
    read = Reader(body, {"node", "limits", *seconds})
    order, line, unit = (read.number(name, 0) for name in seconds)
    return Capacity(
        read.text("node"),
        tuple(_limit(part) for part in read.parts("limits", {"unit", "limit", "slot", "days", "date"})),
        (order, line, unit) if any(name in body for name in seconds) else USUAL_SECONDS,
    )


def _limit(read: Reader) -> Limit:
    return Limit(
        unit=read.choice("unit", UNITS),
        limit=read.number("limit"),
        slot=read.text("slot", ""),
        days=read.names("days", WEEKDAYS),
        day=read.day("date"),
    )


def _term(read: Reader) -> Term:
    term = Term(read.day("from"), read.day("to"))
    if term.first and term.last and term.last < term.first:
        read.refuse("to", "It ends before it begins.")
    return term


def _scope(read: Reader) -> Scope:
    return Scope(read.names("tags"), read.names("skus"), read.text("node_group", ""), read.text("channel", ""))
