"""Answers what the rules together keep of a SKU from a channel, at every node at once. Pure.

Where several rules fit, the lowest rank decides, then the code; a rule whose dates are over at a node leaves that node
to the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inventory.rules import ChannelRule, SafetyRule, Scope, Share, Term

Units = NDArray[np.int64]
R = TypeVar("R", SafetyRule, ChannelRule)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """A Share for every node: units and percent."""

    units: Units
    percent: Units

    def of(self, on_hand: Units, place: Units | slice = slice(None)) -> Units:
        """Return the units kept of `on_hand`, which stands at the nodes in rows `place`; as Share.of."""
        kept: Units = np.maximum(self.units[place], (on_hand * self.percent[place] + 99) // 100)
        return kept


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What rules say of one SKU on one channel, per node in the book's order.

    `safety` counts where it is greater than the level's own; `threshold` comes on top; `sold` is the switch.
    """

    safety: Shares
    threshold: Shares
    sold: NDArray[np.bool_]

    def withhold(self, level_safety: Units, on_hand: Units, place: Units | slice = slice(None)) -> Units:
        """Return the units to keep on top of the levels' own safety stock, as WantLine.withhold takes them."""
        safety, threshold = self.safety.of(on_hand, place), self.threshold.of(on_hand, place)
        kept: Units = np.maximum(safety - level_safety, 0) + threshold
        return kept


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """Every rule that is live, and which nodes each group holds (bool per node, in `node_codes`' order).

    `days` are the nodes' local dates: a rule with dates fits where they are within them.
    """

    node_codes: tuple[str, ...]
    days: Sequence[date]
    groups: Mapping[str, NDArray[np.bool_]]
    safety: Sequence[SafetyRule]
    channel: Sequence[ChannelRule]
    _known: dict[tuple[object, ...], Kept] = field(default_factory=dict)

    @property
    def is_dated(self) -> bool:
        """Whether some rule is in force on some dates only."""
        terms = [rule.term for rule in self.safety] + [rule.term for rule in self.channel]
        return not all(term.is_open for term in terms)

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
                self._shares(safety, [rule.keep for rule in safety]),
                self._shares(thresholds, [rule.threshold or _NOTHING for rule in thresholds]),
                self._paint(switches, [rule.sell for rule in switches], 1).astype(np.bool_),
            )
        return self._known[key]

    def deciding(self, rules: Sequence[R], channel: str, sku: str, tags: frozenset[str], node: str) -> R | None:
        """Return the rule of `rules` that decides for a SKU at a node, if any; for explanations."""
        place = self.node_codes.index(node)
        for rule in _fitting(rules, channel, sku, tags):
            if self._nodes(rule)[place]:
                return rule
        return None

    def _shares(self, rules: Sequence[SafetyRule | ChannelRule], kept: Sequence[Share]) -> Shares:
        return Shares(
            self._paint(rules, [share.units for share in kept], 0),
            self._paint(rules, [share.percent for share in kept], 0),
        )

    def _paint(self, rules: Sequence[SafetyRule | ChannelRule], values: Sequence[Any], empty: int) -> Units:
        painted = np.full(len(self.node_codes), empty, dtype=np.int64)
        for rule, value in reversed(list(zip(rules, values, strict=True))):
            painted[self._nodes(rule)] = value
        return painted

    def _nodes(self, rule: SafetyRule | ChannelRule) -> NDArray[np.bool_]:
        fitting = self._named(rule.scope)
        return fitting if rule.term.is_open else fitting & self._in_force(rule.term)

    def _named(self, scope: Scope) -> NDArray[np.bool_]:
        if not scope.node_group:
            return np.ones(len(self.node_codes), dtype=np.bool_)
        return self.groups.get(scope.node_group, np.zeros(len(self.node_codes), dtype=np.bool_))

    def _in_force(self, term: Term) -> NDArray[np.bool_]:
        first, last = term.first or date.min, term.last or date.max
        return np.array([first <= day <= last for day in self.days], dtype=np.bool_)


_NOTHING = Share()


def _codes(rules: Sequence[SafetyRule | ChannelRule]) -> tuple[str, ...]:
    return tuple(rule.code for rule in rules)


def _fitting(rules: Sequence[R], channel: str, sku: str, tags: frozenset[str]) -> list[R]:
    fitting = [rule for rule in rules if rule.active and rule.scope.fits(channel, sku, tags)]
    return sorted(fitting, key=lambda rule: (rule.rank, rule.code))
