"""Answers how much a channel may sell, and why just that: the waterfall of named steps.

ATS = Σ eligible nodes max(0, on hand − unsellable − reserved − safety stock − threshold) − queued demand,
plus incoming supply by a date if one is asked for, within what is left of the channel's quota.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from inventory.rule_book import Kept, RuleBook
from inventory.rules import METHOD_WORDS, METHODS, Share
from inventory.selectors import ats_rows
from inventory.selectors.network import Network, NetworkChannel, network
from inventory.selectors.rules import rule_book, rule_book_at

#: What an unlimited level offers: enough for any order, and a number that adds up.
UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Available:
    """What a channel may sell of a SKU. `nodes` maps node codes to units there, where there are any.

    `incoming` is part of `available_to_sell` if a date was asked for, else the units expected at any time.
    `backorders_left` are units that may still wait for stock beyond that; None: any number.
    """

    sku: str
    available_to_sell: int
    unlimited: bool
    incoming: int
    nodes: Mapping[str, int]
    backorders_left: int | None = None

    @property
    def status(self) -> str:
        """IN_STOCK, ON_ORDER (nothing but incoming supply) or OUT_OF_STOCK."""
        if self.available_to_sell > 0:
            return "IN_STOCK"
        return "ON_ORDER" if self.incoming > 0 else "OUT_OF_STOCK"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall: units added or taken away, and why."""

    name: str
    units: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class NodeWaterfall:
    """How one node comes to what it offers; `excluded` says why a node offers nothing whatever it has."""

    node: str
    steps: tuple[Step, ...]
    sellable: int
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a channel comes to what it may sell of a SKU at `at`; the units of `steps` add up to it."""

    channel: str
    sku: str
    at: datetime
    nodes: tuple[NodeWaterfall, ...]
    steps: tuple[Step, ...]
    available_to_sell: int
    unlimited: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """Who asks, about which nodes, by which method, and for when; over the network and rules of that time."""

    network: Network
    book: RuleBook
    channel: NetworkChannel
    at: datetime
    method: str
    by: datetime | None
    nodes: Sequence[str]
    instant: datetime | None = None

    def barred(self, row: int) -> str:
        """Return why a node offers nothing whatever the SKU, "" if it may."""
        node = self.network.nodes[row]
        if self.channel.nodes is not None and node.code not in self.channel.nodes:
            return "not one of the channel's nodes"
        if node.is_paused:
            return "paused"
        if self.method and self.method not in node.methods:
            return f"does not offer {METHOD_WORDS.get(self.method, self.method)}"
        return "not asked for" if self.nodes and node.code not in self.nodes else ""

    def sharing(self) -> list[int]:
        """Return the ids of channels that sell from a node of this one: their queued demand may take its stock."""
        mine, all_of_them = self.channel.nodes, self.network.channels.values()
        return [other.id for other in all_of_them if mine is None or other.nodes is None or mine & other.nodes]


@dataclass(frozen=True, slots=True, eq=False)
class _Situation:
    """What the steps are taken from, for one SKU; arrays run over the SKU's levels, `place` is the node's row."""

    levels: ats_rows.SkuLevels
    kept: Kept
    excluded: Sequence[str]
    queued: int
    quota_left: int | None
    incoming: int

    def safety(self) -> NDArray[np.int64]:
        levels = self.levels
        return np.maximum(levels.safety_stock, self.kept.safety.of(levels.on_hand, levels.place))

    def threshold(self) -> NDArray[np.int64]:
        return self.kept.threshold.of(self.levels.on_hand, self.levels.place)

    def sellable(self) -> NDArray[np.int64]:
        """Return units per level; zero where its node is excluded."""
        levels, open_here = self.levels, np.array([not self.excluded[n] for n in self.levels.place], dtype=np.bool_)
        free = levels.on_hand - levels.unsellable - levels.reserved - self.safety() - self.threshold()
        return np.where(open_here, np.where(levels.unlimited > 0, UNLIMITED, np.maximum(free, 0)), 0)

    def unlimited(self) -> bool:
        return bool((self.sellable() >= UNLIMITED).any())


def available_to_sell(
    *, channel: str, skus: Sequence[str], at: datetime, method: str = "", by: datetime | None = None,
    nodes: Sequence[str] = (), book: RuleBook | None = None,
) -> list[Available]:  # fmt: skip
    """Return what `channel` may sell of each of `skus` at `at`, in their order; unknown SKUs are left out.

    `method` limits to nodes and switches of that method, `nodes` to these nodes, `by` counts supply expected by then,
    `book` are rules to be tried in the place of the live ones. Four statements. Reads stock; holds nothing: only
    `services.reserve` promises.
    """
    whole = network(at=at)
    question = _Question(whole, book or rule_book(whole, at=at), whole.channels[channel], at, method, by, nodes)
    facts = ats_rows.skus(skus)
    situations = _situations(question, facts)
    return [_available(whole, facts[code], situations[code]) for code in skus if code in facts]


def explain_ats(
    *, channel: str, sku: str, at: datetime, method: str = "", by: datetime | None = None, nodes: Sequence[str] = (),
    instant: datetime | None = None,
) -> Waterfall | None:  # fmt: skip
    """Return the waterfall of one SKU on `channel`, at `at` or at a past `instant`; None for an unknown SKU.

    The past is worked out backwards from today's balances through the ledgers; `notes` say what has no ledger.
    """
    whole = network(at=at)
    book = rule_book(whole, at=at) if instant is None else rule_book_at(whole, instant)
    question = _Question(whole, book, whole.channels[channel], at, method, by, nodes, instant)
    facts = ats_rows.skus([sku])
    return _waterfall(question, facts[sku], _situations(question, facts)[sku]) if sku in facts else None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a channel may sell of a SKU by a method."""

    channel: str
    method: str
    available_to_sell: int
    unlimited: bool


def offers(*, sku: str, at: datetime, change: ats_rows.LevelChange | None = None) -> list[Offer]:
    """Return what every active channel may sell of `sku` by every method, or could after `change`; none if unknown.

    Four statements, however many channels there are. Reads stock; holds nothing.
    """
    whole = network(at=at)
    facts = ats_rows.skus([sku])
    if sku not in facts:
        return []
    levels = ats_rows.levels(whole, [facts[sku].id])[facts[sku].id]
    if change is not None:
        levels = ats_rows.changed(levels, whole.node_rows[change.node], change)
    queued, quota_left = ats_rows.limits_of_channels(facts[sku].id)
    book, made = rule_book(whole, at=at), []
    for channel in (channel for channel in whole.channels.values() if channel.is_active):
        for method in METHODS:
            question = _Question(whole, book, channel, at, method, None, ())
            barred = [question.barred(row) for row in range(len(whole.nodes))]
            kept = book.kept(channel.code, sku, facts[sku].tags, method)
            waiting = sum(queued.get(other, 0) for other in question.sharing())
            excluded = _excluded(facts[sku], barred, kept)
            situation = _Situation(levels, kept, excluded, waiting, quota_left.get(channel.id), 0)
            _, units, cut = _total(situation)
            made.append(Offer(channel.code, method, units + cut, situation.unlimited() and cut == 0))
    return made


def _situations(question: _Question, facts: Mapping[str, ats_rows.SkuFacts]) -> dict[str, _Situation]:
    whole, instant = question.network, question.instant
    ids = [fact.id for fact in facts.values()]
    levels = ats_rows.levels(whole, ids) if instant is None else ats_rows.levels_at(whole, ids, instant)
    barred = [question.barred(row) for row in range(len(whole.nodes))]
    open_ids = [node.id for node, reason in zip(whole.nodes, barred, strict=True) if not reason]
    limits = ats_rows.limits(ids, question.channel.id, question.sharing(), open_ids, question.by, instant)
    made = {}
    for fact in facts.values():
        kept = question.book.kept(question.channel.code, fact.code, fact.tags, question.method)
        made[fact.code] = _Situation(levels[fact.id], kept, _excluded(fact, barred, kept), *limits[fact.id])
    return made


def _excluded(fact: ats_rows.SkuFacts, barred: Sequence[str], kept: Kept) -> list[str]:
    if not fact.is_active:
        return ["the SKU is not active"] * len(barred)
    return [
        reason or ("" if sold else "switched off by a channel rule")
        for reason, sold in zip(barred, kept.sold, strict=True)
    ]


def _total(situation: _Situation) -> tuple[int, int, int]:
    """Return (sum over nodes, units after queued demand and incoming supply, what the quota cuts off: ≤ 0)."""
    at_nodes = int(situation.sellable().sum())
    open_units = max(0, at_nodes - situation.queued) + situation.incoming
    cut = 0 if situation.quota_left is None else min(0, situation.quota_left - open_units)
    return at_nodes, open_units, cut


def _available(whole: Network, fact: ats_rows.SkuFacts, situation: _Situation) -> Available:
    _, units, cut = _total(situation)
    sellable = situation.sellable()
    return Available(
        sku=fact.code,
        available_to_sell=units + cut,
        unlimited=situation.unlimited() and cut == 0,
        incoming=situation.incoming,
        nodes={
            whole.nodes[place].code: int(units)
            for place, units in zip(situation.levels.place, sellable, strict=True)
            if units > 0
        },
        backorders_left=fact.backorders_left,
    )


#: What has no ledger, said with every look into the past.
_NOTES = (
    "Node status, groups, switches to unlimited, quota, incoming supply and backorders are today's.",
    "Queued demand that has been routed since is not counted.",
)


def _waterfall(question: _Question, fact: ats_rows.SkuFacts, situation: _Situation) -> Waterfall:
    at_nodes, open_units, cut = _total(situation)
    steps = [Step("NODES", at_nodes, "what the nodes below offer together")]
    if situation.queued:
        taken = max(0, at_nodes - situation.queued) - at_nodes
        steps.append(Step("QUEUED_DEMAND", taken, "accepted and not routed yet"))
    if question.by is not None:
        steps.append(Step("INCOMING", situation.incoming, f"expected by {question.by:%Y-%m-%d}"))
    if situation.quota_left is not None:
        steps.append(Step("QUOTA", cut, f"the channel's quota leaves {situation.quota_left}"))
    return Waterfall(
        channel=question.channel.code,
        sku=fact.code,
        at=question.instant or question.at,
        nodes=tuple(_node(question, fact, situation, n) for n in range(len(situation.levels.place))),
        steps=tuple(steps),
        available_to_sell=open_units + cut,
        unlimited=situation.unlimited() and cut == 0,
        notes=(*_backorder_notes(fact), *(_NOTES if question.instant is not None else ())),
    )


def _backorder_notes(fact: ats_rows.SkuFacts) -> tuple[str, ...]:
    """Return what the SKU's backorder limit means for orders beyond what is available."""
    if fact.backorder_limit is None:
        return ()
    if not fact.backorder_limit:
        return ("No units of it are backordered.",)
    said = f"{fact.waiting} of at most {fact.backorder_limit} units wait for stock"
    return (f"{said}; {fact.backorders_left} more may.",)


def _node(question: _Question, fact: ats_rows.SkuFacts, situation: _Situation, n: int) -> NodeWaterfall:
    levels, place = situation.levels, int(situation.levels.place[n])
    code, excluded = question.network.nodes[place].code, situation.excluded[place]
    if levels.unlimited[n]:
        steps = [Step("UNLIMITED", UNLIMITED, "made to order, or a supplier without a feed")]
    else:
        steps = [
            Step("ON_HAND", int(levels.on_hand[n])),
            Step("UNSELLABLE", -int(levels.unsellable[n])),
            Step("RESERVED", -int(levels.reserved[n])),
            Step("SAFETY_STOCK", -int(situation.safety()[n]), _safety_why(question, fact, code, levels, n)),
            Step(
                "THRESHOLD",
                -int(situation.threshold()[n]),
                _threshold_why(question, fact, code, int(levels.on_hand[n])),
            ),
        ]
        below = sum(step.units for step in steps)
        if below < 0:
            steps.append(Step("BELOW_ZERO", -below, "a node never offers less than nothing"))
    shown = tuple(step for step in steps if step.units or step.name == "ON_HAND")
    return NodeWaterfall(code, shown, int(situation.sellable()[n]), excluded)


def _safety_why(question: _Question, fact: ats_rows.SkuFacts, node: str, levels: ats_rows.SkuLevels, n: int) -> str:
    book, own, on_hand = question.book, int(levels.safety_stock[n]), int(levels.on_hand[n])
    rule = book.deciding(book.safety, question.channel.code, fact.code, fact.tags, node)
    if rule is not None and rule.keep.of(on_hand) > own:
        return f"rule {rule.code}{_share_why(rule.keep, on_hand)}"
    return "set for this SKU at this node" if own else ""


def _threshold_why(question: _Question, fact: ats_rows.SkuFacts, node: str, on_hand: int) -> str:
    rules = [rule for rule in question.book.channel if rule.threshold is not None]
    rule = question.book.deciding(rules, question.channel.code, fact.code, fact.tags, node)
    return f"rule {rule.code}{_share_why(rule.threshold, on_hand)}" if rule is not None and rule.threshold else ""


def _share_why(share: Share, on_hand: int) -> str:
    """Return ": 10 % of 47 on hand, rounded up" where it is the percent that decides."""
    if share.of(on_hand) <= share.units:
        return f": {share.units} at least" if share.percent else ""
    return f": {share.percent} % of {on_hand} on hand, rounded up"
