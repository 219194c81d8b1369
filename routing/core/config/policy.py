"""Answers how orders are routed: rule groups that filter, price and limit; the optimizer decides what is left open.

A policy reads

    {"code": "retail", "prices": {"split": "2.50", "late_hour": "0.40"}, "weights": {"freight": "1"},
     "groups": [{"name": "Web orders", "match": {"channels": ["web"], "not": {"tags": ["fraud-review"]}},
                 "rules": [{"name": "DCs near", "nodes": {"kinds": ["DC"], "within_km": 800},
                            "prefer": [{"nodes": {"tags": ["overstock"]}, "bonus": "1.00"}, {"per_km": "0.001"}],
                            "limits": {"max_splits": 1}},
                           {"name": "Everything", "rank": ["FEWEST_LATE_HOURS", "NEAREST"]}],
                 "unfilled": {"then": "BACKORDER", "auto_cancel_days": 14}}]}

A group may also ask for the promise of an order: `"match": {"promise": {"later_than_hours": 4, "within_hours": 24}}`
counts hours from the decision, `{"promise": {"from": "2026-12-24T00:00:00Z", "before": …}}` names instants; an order
without a promise fits neither, and `"promised": false` asks for it.

The first group that matches an order takes it; its rules are tried in order; the first that fills every unit wins. If
none does, the one that fills most units does (the earliest of equals), unless the group ships complete orders only.
A rule with `"allow_partial": true` keeps what it can place and hands the rest to the next rule; without it (the
default) a rule is all or nothing as long as others follow, which splits fewer orders.
A group or rule with `"active": false` is kept and left out.
"""

from dataclasses import dataclass, field

from routing.core.config.choosing import (
    ALL_NODES,
    EVERY_ORDER,
    NodeChoice,
    OrderMatch,
    read_node_choice,
    read_order_match,
)
from routing.core.config.reading import ConfigInvalid, Reader, in_money, money_e4, read_object
from routing.core.types import COST_TERMS, Then

WEIGHTED = tuple(term for term in COST_TERMS if term not in {"split", "preference"})
"""The cost terms that a policy may weigh; split and preference are priced by the policy itself."""

RANKS = {
    "NEAREST": "nearest",
    "CHEAPEST": "cheapest",
    "EARLIEST": "earliest delivery",
    "FEWEST_LATE_HOURS": "fewest hours late",
    "MOST_CAPACITY_LEFT": "most capacity left",
    "MOST_STOCK": "most stock",
    "PREFERRED": "highest bonus",
}


@dataclass(frozen=True, slots=True)
class Prices:
    """What a split, an hour late, a failed pick and the last order of a full node cost, in `_e4`."""

    split_e4: int = 20_000
    late_hour_e4: int = 2_000
    failed_pick_e4: int = 80_000
    full_node_e4: int = 0


@dataclass(frozen=True, slots=True)
class Preference:
    """A bonus (negative) or penalty in `_e4` per parcel from the nodes chosen, and per km of its way."""

    nodes: NodeChoice
    parcel_e4: int = 0
    per_km_e4: int = 0

    def describe(self) -> str:
        """Return one sentence."""
        parts = []
        if self.parcel_e4:
            word = "bonus" if self.parcel_e4 < 0 else "penalty"
            parts.append(f"a {word} of {in_money(abs(self.parcel_e4))} a parcel")
        if self.per_km_e4:
            parts.append(f"{in_money(self.per_km_e4)} a km")
        return f"Prefer: {self.nodes.describe()} get {' and '.join(parts)}."


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of a rule; None sets none. Values are of goods, in `_e4` of the order's currency."""

    max_splits: int | None = None
    keep_together: bool = False
    min_parcel_value_e4: int = 0
    min_parcel_units: int = 0
    max_late_hours: int | None = None
    keep_units: int = 0

    def describe(self) -> list[str]:
        """Return a sentence for each limit that is set."""
        splits = "The order may not be split." if self.max_splits == 0 else f"At most {self.max_splits} splits."
        splits = "At most 1 split." if self.max_splits == 1 else splits
        value, units = in_money(self.min_parcel_value_e4), self.min_parcel_units
        kept = "1 unit" if self.keep_units == 1 else f"{self.keep_units} units"
        pairs = (
            (self.max_splits is not None, splits),
            (self.keep_together, "A line is never cut over nodes."),
            (self.min_parcel_value_e4 > 0, f"A part of a split order is worth {value} or more."),
            (self.min_parcel_units > 0, f"A part of a split order has {units} units or more."),
            (self.max_late_hours is not None, f"Nothing arrives more than {self.max_late_hours} hours late."),
            (self.keep_units > 0, f"Every node keeps {kept} of a SKU back."),
        )
        return [words for holds, words in pairs if holds]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which nodes may serve, what is preferred, which limits hold. With `rank`, order of nodes beats cost.

    `allow_partial`: what the rule can place stays placed, and the rest goes to the next rule.
    """

    name: str
    nodes: NodeChoice = ALL_NODES
    prefer: tuple[Preference, ...] = ()
    rank: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    allow_partial: bool = False
    active: bool = True

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        aim = "the cheapest plan"
        if self.rank:
            order = ", then ".join(RANKS[rank] for rank in self.rank)
            aim = f"the fewest parcels, then nodes by {order}; cost decides between equals"
        head = f"{self.name}: from {self.nodes.describe()} take {aim}."
        part = (
            ["What it can place of an order stays placed; the next rule takes the rest."] if self.allow_partial else []
        )
        return [head, *(preference.describe() for preference in self.prefer), *self.limits.describe(), *part]


_FATES = {Then.BACKORDER: "waits for stock", Then.HOLD: "is held for a person", Then.CANCEL: "is cancelled"}


@dataclass(frozen=True, slots=True)
class UnfilledAction:
    """What happens to units that no rule could place; `beyond_limit` to those that no backorder limit has a place for.

    `beyond_limit` is HOLD or CANCEL.
    """

    then: Then = Then.BACKORDER
    auto_cancel_days: int | None = None
    beyond_limit: Then = Then.HOLD

    def describe(self) -> str:
        """Return one sentence, and another for the policy that cancels what a backorder limit refuses."""
        days = f" and is cancelled after {self.auto_cancel_days} days" if self.auto_cancel_days is not None else ""
        said = f"What cannot be filled {_FATES[self.then]}{days}."
        if self.then is Then.CANCEL or self.beyond_limit is Then.HOLD:
            return said
        return f"{said} What a backorder limit has no place for {_FATES[self.beyond_limit]}."


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of the orders that match."""

    name: str
    match: OrderMatch
    rules: tuple[Rule, ...]
    unfilled: UnfilledAction
    ship_complete: bool = False
    active: bool = True
    switched_off: tuple[str, ...] = ()

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        sentences = [f"{self.name}: for {self.match.describe()}."]
        for number, rule in enumerate(self.rules, start=1):
            sentences += [f"{number}. {sentence}" if not i else sentence for i, sentence in enumerate(rule.describe())]
        sentences += [f"Switched off: rule {name}." for name in self.switched_off]
        if self.ship_complete:
            sentences.append("Nothing leaves unless everything can.")
        return [*sentences, self.unfilled.describe()]


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rule groups with the prices and weights they share. No `channels`: for every channel."""

    code: str
    groups: tuple[RuleGroup, ...]
    channels: frozenset[str] = frozenset()
    prices: Prices = field(default_factory=Prices)
    weights_ppm: tuple[int, ...] = (1_000_000,) * len(WEIGHTED)
    switched_off: tuple[str, ...] = ()

    def describe(self) -> list[str]:
        """Return the whole policy in sentences for a merchandiser."""
        prices = self.prices
        money = (
            f"A split costs {in_money(prices.split_e4)}, an hour late {in_money(prices.late_hour_e4)}, "
            f"a failed pick {in_money(prices.failed_pick_e4)}, a full node {in_money(prices.full_node_e4)}."
        )
        weights = [
            f"{name.replace('_', ' ').capitalize()} counts {ppm / 10_000:g} %."
            for name, ppm in zip(WEIGHTED, self.weights_ppm, strict=True)
            if ppm != 1_000_000
        ]
        off = [f"Switched off: group {name}." for name in self.switched_off]
        return [money, *weights, *(sentence for group in self.groups for sentence in group.describe()), *off]


LAST_GROUP = RuleGroup("Every other order", EVERY_ORDER, (Rule("Cheapest over all nodes"),), UnfilledAction())
"""What a policy does with an order that none of its groups matches."""

BUILT_IN_POLICY = Policy(code="built-in", groups=())
"""Policy 0: the cheapest plan over all nodes, for every order."""


def _read_preference(reader: Reader) -> Preference:
    bonus, penalty = reader.money("bonus", 0), reader.money("penalty", 0)
    preference = Preference(
        nodes=reader.child("nodes", read_node_choice) or ALL_NODES,
        parcel_e4=penalty - bonus,
        per_km_e4=reader.money("per_km", 0),
    )
    if preference.nodes.within_km is not None:
        raise ConfigInvalid(reader.at("nodes.within_km"), "a preference by distance is written per_km")
    if not preference.parcel_e4 and not preference.per_km_e4:
        reader.close()  # A misspelt name is told as such before what is missing is.
        raise ConfigInvalid(reader.path, "expected a bonus, a penalty or per_km")
    return preference


def _read_limits(reader: Reader) -> Limits:
    return Limits(
        max_splits=reader.whole_or_none("max_splits", most=100),
        keep_together=reader.flag("keep_together", default=False),
        min_parcel_value_e4=reader.money("min_parcel_value", 0),
        min_parcel_units=reader.whole("min_parcel_units", 0),
        max_late_hours=reader.whole_or_none("max_late_hours", most=10_000),
        keep_units=reader.whole("keep_units", 0),
    )


def _read_rule(reader: Reader) -> Rule:
    ranks = reader.raw("rank") or []
    if not isinstance(ranks, list | tuple) or not all(isinstance(rank, str) and rank in RANKS for rank in ranks):
        raise ConfigInvalid(reader.at("rank"), f"expected a list out of {', '.join(RANKS)}")
    return Rule(
        name=reader.text("name"),
        nodes=reader.child("nodes", read_node_choice) or ALL_NODES,
        prefer=reader.children("prefer", _read_preference),
        rank=tuple(ranks),
        limits=reader.child("limits", _read_limits) or Limits(),
        allow_partial=reader.flag("allow_partial", default=False),
        active=reader.flag("active", default=True),
    )


def _read_unfilled(reader: Reader) -> UnfilledAction:
    return UnfilledAction(
        then=Then(reader.text("then", one_of=[then.value for then in Then])),
        auto_cancel_days=reader.whole_or_none("auto_cancel_days", most=3_650),
        beyond_limit=Then(reader.text("beyond_limit", Then.HOLD.value, one_of=[Then.HOLD.value, Then.CANCEL.value])),
    )


def _read_group(reader: Reader) -> RuleGroup:
    rules = reader.children("rules", _read_rule)
    if len({rule.name for rule in rules}) != len(rules):
        raise ConfigInvalid(reader.at("rules"), "expected a different name for each rule")
    return RuleGroup(
        name=reader.text("name"),
        match=reader.child("match", read_order_match) or EVERY_ORDER,
        rules=tuple(rule for rule in rules if rule.active) or LAST_GROUP.rules,
        unfilled=reader.child("unfilled", _read_unfilled) or UnfilledAction(),
        ship_complete=reader.flag("ship_complete", default=False),
        active=reader.flag("active", default=True),
        switched_off=tuple(rule.name for rule in rules if not rule.active),
    )


def _read_prices(reader: Reader) -> Prices:
    usual = Prices()
    return Prices(
        split_e4=reader.money("split", usual.split_e4),
        late_hour_e4=reader.money("late_hour", usual.late_hour_e4),
        failed_pick_e4=reader.money("failed_pick", usual.failed_pick_e4),
        full_node_e4=reader.money("full_node", usual.full_node_e4),
    )


def _read_weights(reader: Reader) -> tuple[int, ...]:
    # A weight is a plain factor ("0.5"); read as money it has the same four exact places.
    return tuple(
        money_e4(reader.raw(name), reader.at(name)) * 100 if reader.has(name) else 1_000_000 for name in WEIGHTED
    )


def _read_policy(reader: Reader) -> Policy:
    weights = reader.child("weights", _read_weights) or BUILT_IN_POLICY.weights_ppm
    if min(weights) < 0 or max(weights) > 100_000_000:
        raise ConfigInvalid(reader.at("weights"), "expected weights within 0 and 100")
    groups = reader.children("groups", _read_group)
    if len({group.name for group in groups}) != len(groups):
        raise ConfigInvalid(reader.at("groups"), "expected a different name for each group")
    return Policy(
        code=reader.text("code"),
        groups=tuple(group for group in groups if group.active),
        channels=reader.texts("channels"),
        prices=reader.child("prices", _read_prices) or Prices(),
        weights_ppm=weights,
        switched_off=tuple(group.name for group in groups if not group.active),
    )


def parse_policy(body: object) -> Policy:
    """Read a policy document.

    Raises:
        ConfigInvalid: a field is missing, misspelt or not what it should be; names its path.
    """
    return read_object(body, "", _read_policy)
