"""Answers how a decision is laid out on a page: in words first, then every node, nearest to being chosen first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.core.explain import NodeStory
from routing.core.reasons import Reason
from routing.core.types import Parcel, RoutingPlan
from routing.errors import DecisionNotFound
from routing.selectors.decisions import StoredDecision, latest_of_each_group

#: So many nodes stand open on the page; the others are one click away.
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a parcel's cost and its share of the positive ones, in percent."""

    name: str
    cost_e4: int
    share: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What a parcel costs, term by term, and what its units were counted at besides, since others want them."""

    node: str
    cost_e4: int
    terms: Sequence[Term]
    scarcity_e4: int


@dataclass(frozen=True, slots=True)
class Why:
    """One decision for a page."""

    stored: StoredDecision
    plan: RoutingPlan
    summary: Sequence[str]
    passed_by: Sequence[str]
    weighs_scarcity: bool
    costs: Sequence[Costs]
    first: Sequence[NodeStory]
    others: Sequence[NodeStory]
    versions: Sequence[str]


def why(order_ref: str) -> list[Why]:
    """Return the latest decision of each of the order's groups, oldest group first; none where nothing was decided."""
    try:
        found = latest_of_each_group(order_ref)
    except DecisionNotFound:
        return []
    return [_why(stored) for stored in sorted(_standing(found), key=lambda one: one.request.ref)]


def _standing(found: Sequence[StoredDecision]) -> Iterator[StoredDecision]:
    """Yield the decisions that no later one of the same group has replaced; a split by hand has one a node."""
    latest: dict[str, datetime] = {}
    for one in found:
        group = one.request.ref.partition("/")[0]
        latest[group] = max(one.at, latest.get(group, one.at))
    yield from (one for one in found if one.at == latest[one.request.ref.partition("/")[0]])


def _why(stored: StoredDecision) -> Why:
    told = stored.explain()
    nodes = sorted(told.nodes, key=_nearness)
    versions = [
        f"{kind.replace('-', ' ')} {scope} v{number}"
        for kind, scopes in sorted(stored.versions.items())
        for scope, number in sorted(scopes.items())
    ]
    return Why(
        stored=stored,
        plan=stored.plan,
        summary=told.summary,
        passed_by=told.passed_by,
        weighs_scarcity=told.weighs_scarcity,
        costs=[_costs(parcel) for parcel in stored.plan.parcels],
        first=nodes[:_SHOWN],
        others=nodes[_SHOWN:],
        versions=versions,
    )


def _nearness(node: NodeStory) -> tuple[bool, bool, int, bool, int, str]:
    """Order chosen nodes before able ones, the cheapest first, and those before what fell out, the latest first.

    Where the order names its node, all others come last, whatever speaks for or against them.
    """
    is_asked = node.reason != Reason.NOT_THE_NAMED_NODE
    return (not node.is_chosen, node.cost_e4 is None, node.cost_e4 or 0, not is_asked, -node.reason, node.node)


def _costs(parcel: Parcel) -> Costs:
    terms = parcel.terms_by_name
    positive = sum(value for value in terms.values() if value > 0) or 1
    return Costs(
        node=parcel.node,
        cost_e4=parcel.cost_e4,
        terms=[
            Term(name.replace("_", " "), value, max(0, round(100 * value / positive)))
            for name, value in sorted(terms.items(), key=lambda item: -item[1])
        ],
        scarcity_e4=parcel.scarcity_e4,
    )
