"""Answers what each node could give of a request, and what stands in the way: what a person needs who picks one.

Two decisions of one request are compared: one under the rules, one under the built-in policy. What the second allows
and the first does not is a rule's doing, and a person may set it aside; what both refuse is not.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from routing.core.compiled import unit_vector
from routing.core.explain import Explanation
from routing.core.facts import Facts, NodeFacts
from routing.core.kernels.distances import EARTH_RADIUS_KM
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
                units={} if is_closed else _units(request, facts, n),
                cost_e4=None if is_closed else int(judged.decision.trace.cost_e4[n]),
                km=_kilometers(request, node),
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


def _units(request: RoutingRequest, facts: Facts, n: int) -> dict[str, int]:
    code = facts.network.nodes[n].code
    rows = {sku.code: row for row, sku in enumerate(facts.skus)}
    channel = facts.channels.get(request.channel)
    left: dict[str, int] = {}
    for sku in {line.sku for line in request.lines}:
        kept = 0 if channel is None or channel.withhold is None else int(channel.withhold[rows[sku], n])
        held = sum(one.quantity for one in request.held if (one.node, one.sku) == (code, sku))
        left[sku] = max(0, int(facts.available[rows[sku], n]) - kept + held)
    units = {}
    for line in request.lines:
        units[line.line_ref] = min(line.quantity, left[line.sku])
        left[line.sku] -= units[line.line_ref]
    return units


def _kilometers(request: RoutingRequest, node: NodeFacts) -> int | None:
    there = request.ship_to
    if there is None or there.latitude is None or node.latitude is None:
        return None
    ends = unit_vector(node.latitude, node.longitude), unit_vector(there.latitude, there.longitude)
    return round(EARTH_RADIUS_KM * 2 * math.asin(min(1.0, math.dist(*ends) / 2)))
