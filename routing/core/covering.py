"""Answers what each node could give of a request, and what stands in the way: what a person needs who picks one.

Two decisions of one request are compared: one under the rules, one under the built-in policy. What the second allows
and the first does not is a rule's doing, and a person may set it aside; what both refuse is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from routing.core.explain import Explanation
from routing.core.facts import Facts
from routing.core.free import free_units, kilometers
from routing.core.reasons import Reason
from routing.core.types import Decision, RoutingRequest


class Way(StrEnum):
    """Whether a node may be picked: freely, against the rules, or not at all."""

    OPEN = "OPEN"
    AGAINST_RULES = "AGAINST_RULES"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class NodeCover:
    """One node for one request: `units` it has by line reference, `cost_e4` of one parcel with all of them.

    `km` is None where a place is unknown. `sentence` says what speaks against it, or what it would cost.
    """

    node: str
    kind: str
    way: Way
    units: Mapping[str, int]
    cost_e4: int | None
    km: int | None
    sentence: str

    @property
    def total(self) -> int:
        """The units of all lines."""
        return sum(self.units.values())


class Judged(NamedTuple):
    """A decision and its words."""

    decision: Decision
    told: Explanation


def cover(request: RoutingRequest, facts: Facts, *, ruled: Judged, free: Judged) -> tuple[NodeCover, ...]:
    """Return every node, the ones that may be picked first, then by units and cost.

    `facts` and `request` are those of `ruled`; `free` was decided without rules and without what nodes turned down.
    """
    words, free_words = _words(ruled.told), _words(free.told)
    rows = {sku.code: row for row, sku in enumerate(facts.skus)}
    there = request.ship_to
    covers = []
    for n, node in enumerate(facts.network.nodes):
        way = _way(_reason(ruled, n), _reason(free, n))
        judged = ruled if way is Way.OPEN else free
        is_closed = way is Way.CLOSED
        covers.append(
            NodeCover(
                node=node.code,
                kind=node.kind,
                way=way,
                units={} if is_closed else _units(request, facts, rows, n),
                cost_e4=None if is_closed else int(judged.decision.trace.cost_e4[n]),
                km=None if there is None else kilometers(node, there),
                sentence=(free_words if is_closed else words)[node.code],
            )
        )
    return tuple(sorted(covers, key=_rank))


def _reason(judged: Judged, n: int) -> Reason:
    return Reason(int(judged.decision.trace.reason[n]))


def _words(told: Explanation) -> dict[str, str]:
    return {story.node: story.sentence for story in told.nodes}


def _way(under: Reason, beyond: Reason) -> Way:
    if under.is_candidate:
        return Way.OPEN
    return Way.AGAINST_RULES if beyond.is_candidate else Way.CLOSED


def _rank(one: NodeCover) -> tuple[int, int, int, str]:
    return (list(Way).index(one.way), -one.total, one.cost_e4 or 0, one.node)


def _units(request: RoutingRequest, facts: Facts, rows: Mapping[str, int], n: int) -> dict[str, int]:
    left = {sku: free_units(request, facts, rows[sku], n) for sku in {line.sku for line in request.lines}}
    units = {}
    for line in request.lines:
        units[line.line_ref] = min(line.quantity, left[line.sku])
        left[line.sku] -= units[line.line_ref]
    return units
