"""Answers "why?" in words: why a node got the order, what another would have cost, the one reason why a third fell out.

Works from the request, the facts and the decision alone, so it can be asked of a stored decision as of a fresh one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from routing.core.compiled import compiled
from routing.core.config.choosing import METHOD_WORDS
from routing.core.config.reading import in_cents, in_money
from routing.core.facts import Facts, NodeFacts, SkuFacts
from routing.core.free import free_units, kilometers
from routing.core.lane_table import is_lane_open
from routing.core.passing import Asked, passed_by
from routing.core.prepared import Preparer
from routing.core.reasons import Reason
from routing.core.together import Sharing
from routing.core.types import Decision, Destination, Parcel, RoutingRequest, Then

WORDS = {
    Reason.PAUSED: "is paused",
    Reason.NOT_THE_NAMED_NODE: "is not the node that the order names",
    Reason.CHANNEL: "does not serve this channel",
    Reason.NO_SERVICE: "has no carrier service that may carry this order to its destination",
    Reason.CLOSED: "has no open day within three weeks",
    Reason.CAPACITY: "has no capacity left on any day within reach",
    Reason.TOO_LATE: "could only deliver later than the rule allows",
    Reason.LIMIT: "has less than the smallest part of an order that the rule allows",
    Reason.OVERSIZE: "does not handle oversize goods",
}
_THEN = {Then.BACKORDER: "to wait for stock", Then.HOLD: "held for a person", Then.CANCEL: "cancelled"}
TERM_WORDS = {
    "failed_pick": "expected failed picks",
    "capacity": "capacity pressure",
    "opportunity": "later use of the units",
    "preference": "preferences",
}


@dataclass(frozen=True, slots=True)
class NodeStory:
    """What the decision says of one node: `cost_e4` for candidates only; `is_chosen` if it got a parcel."""

    node: str
    reason: Reason
    is_chosen: bool
    cost_e4: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision in sentences: `summary` for a reader in a hurry, `nodes` for every node, chosen ones first.

    `passed_by` says of each group before the one that took the order why it did not. `weighs_scarcity`: plans were
    compared by their cost and by what other orders would give for their units.
    """

    summary: tuple[str, ...]
    nodes: tuple[NodeStory, ...]
    passed_by: tuple[str, ...] = ()
    weighs_scarcity: bool = False


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def _terms(parcel: Parcel) -> str:
    terms = parcel.terms_by_name.items()
    return ", ".join(f"{TERM_WORDS.get(name, name)} {in_cents(value)}" for name, value in terms)


def _parcel_sentence(parcel: Parcel) -> str:
    lines = ", ".join(f"{line.quantity} × {line.sku}" for line in parcel.lines)
    how = f"by {parcel.service}" if parcel.service else "over the counter"
    when = f"leaves by {parcel.ship_by:%d %b %Y %H:%M} UTC, arrives by {parcel.deliver_by:%d %b %Y %H:%M} UTC"
    rule = f', placed by rule "{parcel.rule}"' if parcel.rule else ""
    scarce = f", takes units that are worth {in_cents(parcel.scarcity_e4)} to others" if parcel.scarcity_e4 else ""
    cost = f"{in_cents(parcel.cost_e4)} ({_terms(parcel)})"
    return f"{parcel.node} sends {lines} {how} for {cost}{rule}{scarce}; it {when}."


def _bound_sentence(decision: Decision, *, weighs_scarcity: bool) -> str:
    plan = decision.plan
    if not plan.parcels:
        return "Nothing could be placed."
    counted = " with what units are worth to others counted," if weighs_scarcity else ""
    if plan.proven and any(parcel.rule for parcel in plan.parcels):
        best = "each rule placed what was left to it at the least cost"
    elif plan.proven:
        best = "no other under this rule is better"
    else:
        best = f"no other can be cheaper by more than {in_cents(plan.gap_e4)}"
    return f"The plan costs {in_cents(plan.cost_e4)};{counted} {best}."


def _sharing_sentence(sharing: Sharing) -> str:
    others = len(sharing.rivals) - 1
    who = "1 other order that wants" if others == 1 else f"{others} other orders that want"
    saved = _up_to_the_cent(sharing.one_by_one_e4 - sharing.cost_e4)
    told = f"Decided together with {who} the same scarce units: all of them cost {saved} less than one by one"
    if sharing.floor_e4 is None:
        return f"{told}."
    gap = max(0, sharing.cost_e4 - sharing.floor_e4)
    return f"{told}, and no other way to share is cheaper by more than {_up_to_the_cent(gap)}."


def _up_to_the_cent(amount_e4: int) -> str:
    return in_money(-(-amount_e4 // 100) * 100)


class Explainer:
    """Words the trace of one decision with the numbers of its facts."""

    def __init__(self, request: RoutingRequest, facts: Facts, decision: Decision, *, at: datetime) -> None:
        self.request, self.facts, self.decision = request, facts, decision
        self.known = compiled(facts.network)
        self.at, preparer = at, Preparer(facts, self.known, self.known.schedule(at))
        self.skus, self.place = preparer.skus(request), preparer.destination(request)
        self.rows = preparer.sku_index
        self._wordings: dict[Reason, Callable[[int, NodeFacts], str]] = {
            Reason.EXCLUDED: lambda n, node: f"is ruled out for this order: {request.excluded[node.code]}",
            Reason.METHOD: lambda n, node: f"does not do {METHOD_WORDS[request.method]}",
            Reason.RULE: lambda n, node: f'is not among the nodes of rule "{decision.plan.rule}"',
            Reason.TOO_FAR: lambda n, node: (
                f'is {kilometers(node, self.place):,} km away, farther than rule "{decision.plan.rule}" allows'
            ),
            Reason.LANE: self._lane,
            Reason.HAZMAT: lambda n, node: self._first(node, "hazmat_class", node.hazmat_classes, "hazmat class"),
            Reason.TEMPERATURE: lambda n, node: self._first(
                node, "temperature_class", node.temperature_classes, "temperature class"
            ),
            Reason.TOO_HEAVY: lambda n, node: f"handles pieces of up to {node.max_piece_grams:,} g only",
            Reason.NO_STOCK: self._stock,
        }

    def sentence(self, n: int) -> str:
        """Return what became of node `n`."""
        node, reason = self.facts.network.nodes[n], Reason(int(self.decision.trace.reason[n]))
        cost = in_cents(int(self.decision.trace.cost_e4[n]))
        if reason == Reason.CANDIDATE:
            return f"{node.code} could serve the whole order alone for {cost}{self._scarce(n)}."
        if reason == Reason.PARTIAL:
            part = f"{self._stock_words(n)}; that part would cost {cost}"
            return f"{node.code} could serve a part of the order: {part}{self._scarce(n)}."
        words = self._wordings[reason](n, node) if reason in self._wordings else WORDS[reason]
        return f"{node.code} {words}."

    @property
    def weighs_scarcity(self) -> bool:
        """Whether other orders want units that this order could take, so that plans were not compared by cost alone."""
        return any(self._scarcity(sku, n) for sku in self._asked for n in range(len(self.facts.network.nodes)))

    @cached_property
    def _asked(self) -> Sequence[str]:
        return list(dict.fromkeys(line.sku for line in self.request.lines))

    def _scarcity(self, sku: str, n: int) -> int:
        prices = self.facts.scarcity_e4
        return 0 if prices is None else int(prices[self.rows[sku], n])

    def _scarce(self, n: int) -> str:
        """Say what others would give for a unit of what node `n` has, where they want it."""
        prices = {sku: self._scarcity(sku, n) for sku in self._asked}
        worth = ", ".join(f"a unit of its {sku} is worth {in_cents(price)}" for sku, price in prices.items() if price)
        return f"; to others, {worth}" if worth else ""

    def passed_by(self) -> tuple[str, ...]:
        """Return why each group before the one that took the order did not."""
        policy = self.known.configuration.policy_for(self.request.channel)
        groups = [group for group, _ in self.known.groups(policy)] if policy.code == self.decision.plan.policy else []
        asked = Asked(self.request, self.place, self.skus, self.at)
        return tuple(passed_by(groups, self.decision.plan.group, asked))

    def _free(self, n: int, sku: str) -> int:
        return free_units(self.request, self.facts, self.rows[sku], n)

    def _stock_words(self, n: int) -> str:
        asked: dict[str, int] = {}
        for line in self.request.lines:
            asked[line.sku] = asked.get(line.sku, 0) + line.quantity
        parts = (f"{min(self._free(n, sku), units)} of {units} × {sku}" for sku, units in asked.items())
        return ", ".join(parts)

    def _stock(self, n: int, node: NodeFacts) -> str:
        line = self.request.lines[0]
        held = ", ".join(f"{self._free(n, sku.code)} of {sku.code}" for sku in dict.fromkeys(self.skus))
        if len(self.request.lines) == 1:
            return f"has {self._free(n, line.sku)} of {line.sku} available, {line.quantity} asked"
        return f"has nothing that this order can use: {held} available"

    def _lane(self, n: int, node: NodeFacts) -> str:
        lanes = self.known.configuration.lanes
        for sku in self.skus:
            is_open, why = is_lane_open(lanes, node.country, self.place, sku)
            if not is_open:
                return f"may not send {sku.code} to {self._where(self.place)}: {why.rstrip('.')}"
        return "may not send this order there"

    @staticmethod
    def _where(place: Destination) -> str:
        return " ".join(filter(None, [place.country, place.region, place.postal_code]))

    def _first(self, node: NodeFacts, name: str, able: frozenset[str], what: str) -> str:
        def asks(sku: SkuFacts) -> str:
            return str(getattr(sku, name))

        unfit = next((sku for sku in self.skus if asks(sku) and asks(sku) not in able), self.skus[0])
        return f"does not handle {what} {asks(unfit)} of {unfit.code}"


def explain(
    request: RoutingRequest, facts: Facts, decision: Decision, *, at: datetime, sharing: Sharing | None = None
) -> Explanation:
    """Return the decision in words: one story for every node of the network. Reads; changes nothing.

    `sharing` is what the order shared with others of its batch, None where it did not.
    """
    explainer, plan, trace = Explainer(request, facts, decision, at=at), decision.plan, decision.trace
    chosen = {parcel.node for parcel in plan.parcels}
    stories = []
    for n, node in enumerate(facts.network.nodes):
        reason = Reason(int(trace.reason[n]))
        cost = int(trace.cost_e4[n]) if reason.is_candidate else None
        stories.append(NodeStory(node.code, reason, node.code in chosen, cost, explainer.sentence(n)))
    stories.sort(key=lambda story: (not story.is_chosen, story.reason, story.cost_e4 or 0, story.node))
    head = f'Policy {plan.policy}, group "{plan.group}", rule "{plan.rule}".'
    quantities = {line.line_ref: line.sku for line in request.lines}
    unfilled = [
        f"{_units(part.quantity)} of {quantities[part.line_ref]} not placed, {_THEN[part.then]}: {part.why}"
        for part in plan.unfilled
    ]
    parcels = [_parcel_sentence(parcel) for parcel in plan.parcels]
    shared = () if sharing is None else (_sharing_sentence(sharing),)
    scarce = explainer.weighs_scarcity
    summary = (head, *parcels, *unfilled, _bound_sentence(decision, weighs_scarcity=scarce), *shared)
    return Explanation(summary, tuple(stories), explainer.passed_by(), scarce)
