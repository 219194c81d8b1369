"""Answers what merchandisers' rules keep back: safety stock, channel thresholds and switches, capacities.

Pure: documents in, values and NumPy arrays out. A rule names SKUs (by tag or code), nodes (by group) and a channel;
what it leaves out means "every". Where several rules fit, the lowest rank decides, then the code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inventory.documents import Reader

Body = Mapping[str, Any]

METHODS = ("SHIP", "PICKUP", "SHIP_TO_STORE", "SAME_DAY")
UNITS = ("ORDERS", "LINES", "UNITS", "MINUTES")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


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
class SafetyRule:
    """Units that are never promised; a level's own safety stock counts if it is greater."""

    code: str
    rank: int
    scope: Scope
    units: int
    active: bool = True

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        sentence = f"{self.scope.words()}: keep {self.units} units as safety stock."
        return [sentence] if self.active else [f"Switched off. {sentence}"]


@dataclass(frozen=True, slots=True)
class LowRule:
    """Stock of a level is low when no more than `units` are free there: on hand, sellable, not reserved."""

    code: str
    rank: int
    scope: Scope
    units: int
    active: bool = True

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        where = self.scope.words().removesuffix(", for every channel")
        sentence = f"{where}: stock is low at {self.units} free units or fewer."
        return [sentence] if self.active else [f"Switched off. {sentence}"]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What a channel may not sell: `threshold` keeps that many more units from it, `sell` switches it off or on.

    A switch is about `methods` only, if it names any.
    """

    code: str
    rank: int
    scope: Scope
    threshold: int | None = None
    sell: bool | None = None
    methods: frozenset[str] = frozenset()
    active: bool = True

    def describe(self) -> list[str]:
        """Return the rule as sentences."""
        sentences = [] if self.active else ["Switched off."]
        if self.threshold is not None:
            sentences.append(f"{self.scope.words()}: keep {self.threshold} units more than safety stock.")
        if self.sell is not None:
            by = f" by {', '.join(sorted(self.methods))}" if self.methods else ""
            sentences.append(f"{self.scope.words()}: {'sell' if self.sell else 'do not sell'}{by}.")
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
            f"{self.node} takes at most {limit.limit} {limit.unit.lower()} {_when(limit)}." for limit in self.limits
        ]
        if any(limit.unit == "MINUTES" for limit in self.limits):
            order, line, unit = self.work_seconds
            sentences.append(f"An order takes {order} s, each of its lines {line} s and each unit {unit} s.")
        return sentences


def _when(limit: Limit) -> str:
    slot = f" in {limit.slot}" if limit.slot else ""
    if limit.day is not None:
        return f"on {limit.day}{slot}"
    days = [day for day in WEEKDAYS if day in limit.days]
    return (f"on {', '.join(days)}" if days else "a day") + slot


def parse_safety_rule(body: Body) -> SafetyRule:
    """Return the rule of a document {code, units, rank?, tags?, skus?, node_group?, channel?, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    read = Reader(body, {"code", "units", "rank", "tags", "skus", "node_group", "channel", "active"})
    return SafetyRule(
        read.text("code"), read.number("rank", 100), _scope(read), read.number("units"), read.flag("active")
    )


def parse_low_rule(body: Body) -> LowRule:
    """Return the rule of a document {code, units, rank?, tags?, skus?, node_group?, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    read = Reader(body, {"code", "units", "rank", "tags", "skus", "node_group", "active"})
    scope = Scope(read.names("tags"), read.names("skus"), read.text("node_group", ""))
    return LowRule(read.text("code"), read.number("rank", 100), scope, read.number("units"), read.flag("active"))


def parse_channel_rule(body: Body) -> ChannelRule:
    """Return the rule of a document {code, threshold? | sell?, methods?, rank?, tags?, skus?, …, active?}.

    Raises:
        RulesInvalid: it is not valid; `path` names where.
    """
    names = {"code", "threshold", "sell", "methods", "rank", "tags", "skus", "node_group", "channel", "active"}
    read = Reader(body, names)
    if "threshold" not in body and "sell" not in body:
        read.refuse("threshold", "A channel rule says a threshold, or whether to sell.")
    return ChannelRule(
        read.text("code"),
        read.number("rank", 100),
        _scope(read),
        threshold=read.number("threshold") if "threshold" in body else None,
        sell=read.flag("sell") if "sell" in body else None,
        methods=read.names("methods", METHODS),
        active=read.flag("active"),
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


def _scope(read: Reader) -> Scope:
    return Scope(read.names("tags"), read.names("skus"), read.text("node_group", ""), read.text("channel", ""))


R = TypeVar("R", SafetyRule, ChannelRule)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What rules say of one SKU on one channel, per node in the book's order.

    `safety` counts where it is greater than the level's own; `threshold` comes on top; `sold` is the switch.
    """

    safety: NDArray[np.int64]
    threshold: NDArray[np.int64]
    sold: NDArray[np.bool_]

    def withhold(self, level_safety: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the units to keep on top of the levels' own safety stock, as WantLine.withhold takes them."""
        kept: NDArray[np.int64] = np.maximum(self.safety - level_safety, 0) + self.threshold
        return kept


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """Every rule that is live, and which nodes each group holds (bool per node, in `node_codes`' order)."""

    node_codes: tuple[str, ...]
    groups: Mapping[str, NDArray[np.bool_]]
    safety: Sequence[SafetyRule]
    channel: Sequence[ChannelRule]
    _known: dict[tuple[object, ...], Kept] = field(default_factory=dict)

    def kept(self, channel: str, sku: str, tags: frozenset[str], method: str = "") -> Kept:
        """Return what the rules keep from `channel`; SKUs that the same rules fit share one answer.

        Without a `method`, only switches of every method count.
        """
        safety = _fitting(self.safety, channel, sku, tags)
        thresholds = [rule for rule in _fitting(self.channel, channel, sku, tags) if rule.threshold is not None]
        switches = [
            rule
            for rule in _fitting(self.channel, channel, sku, tags)
            if rule.sell is not None and (not rule.methods or method in rule.methods)
        ]
        key = _codes(safety), _codes(thresholds), _codes(switches)
        if key not in self._known:
            # Backwards, so that the rule that decides is written last.
            self._known[key] = Kept(
                self._paint(safety, [rule.units for rule in safety], 0).astype(np.int64),
                self._paint(thresholds, [rule.threshold for rule in thresholds], 0).astype(np.int64),
                self._paint(switches, [rule.sell for rule in switches], 1).astype(np.bool_),
            )
        return self._known[key]

    def deciding(self, rules: Sequence[R], channel: str, sku: str, tags: frozenset[str], node: str) -> R | None:
        """Return the rule of `rules` that decides for a SKU at a node, if any; for explanations."""
        place = self.node_codes.index(node)
        for rule in _fitting(rules, channel, sku, tags):
            if self._nodes(rule.scope)[place]:
                return rule
        return None

    def _paint(self, rules: Sequence[SafetyRule | ChannelRule], values: Sequence[Any], empty: int) -> NDArray[np.int64]:
        painted = np.full(len(self.node_codes), empty, dtype=np.int64)
        for rule, value in reversed(list(zip(rules, values, strict=True))):
            painted[self._nodes(rule.scope)] = value
        return painted

    def _nodes(self, scope: Scope) -> NDArray[np.bool_]:
        if not scope.node_group:
            return np.ones(len(self.node_codes), dtype=np.bool_)
        return self.groups.get(scope.node_group, np.zeros(len(self.node_codes), dtype=np.bool_))


def _codes(rules: Sequence[SafetyRule | ChannelRule]) -> tuple[str, ...]:
    return tuple(rule.code for rule in rules)


def _fitting(rules: Sequence[R], channel: str, sku: str, tags: frozenset[str]) -> list[R]:
    fitting = [rule for rule in rules if rule.active and rule.scope.fits(channel, sku, tags)]
    return sorted(fitting, key=lambda rule: (rule.rank, rule.code))
