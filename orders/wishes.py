"""Answers which requests to routing a person's wish for a plan comes to, and whether a plan grants it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dom.kernel.words import many
from orders.errors import PlanRefused
from routing.core.types import RequestLine, RoutingPlan, RoutingRequest

_ELSEWHERE = "somebody picked another node by hand"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants units planned that nobody has begun: by the engine, all at `node`, or as `units` says.

    `units` maps line_ref → node → units and names every unit of its group. `group_ref` narrows it to one group.
    `ignore_rules` sets aside which nodes rules choose, their limits, earlier rejections and the wish not to be split;
    stock, capacity, calendars, lanes, hazmat, temperature, weight and safety stock hold all the same.
    """

    node: str = ""
    units: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    group_ref: str = ""
    ignore_rules: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a person chose the nodes."""
        return bool(self.node or self.units)

    def told(self) -> dict[str, Any]:
        """Return the wish as the order's change log keeps it."""
        named: dict[str, Any] = {"node": self.node, "units": {line: dict(by) for line, by in self.units.items()}}
        return {name: value for name, value in named.items() if value} | {"ignore_rules": self.ignore_rules}


def concerns(wish: Wish, request: RoutingRequest) -> bool:
    """Return whether the wish is about this group's request."""
    group_ref = request.ref.partition(":")[2]
    if wish.units:
        return any(line.line_ref in wish.units for line in request.lines)
    return wish.group_ref in {"", group_ref}


def requests_of(wish: Wish, request: RoutingRequest, *, nodes: Sequence[str]) -> tuple[RoutingRequest, ...]:
    """Return what to ask of routing for one group: a request a node where a person said how many units each gives.

    `nodes` are all nodes of the network; one that is not wanted is excluded by name, so that the decision says why.

    Raises:
        PlanRefused: a node is unknown, units do not add up, or the group may not be split.
    """
    if wish.units:
        return tuple(_parts(wish, request, nodes))
    allowed = replace(request, excluded={}) if wish.ignore_rules else request
    if not wish.node:
        return (allowed,)
    _require_known([wish.node], nodes)
    return (_only(allowed, wish.node, nodes),)


def _require_known(asked: Sequence[str], nodes: Sequence[str]) -> None:
    unknown = sorted(set(asked) - set(nodes))
    if unknown:
        raise PlanRefused(f"There is no open node {unknown[0]}.", nodes=unknown)


def _only(request: RoutingRequest, node: str, nodes: Sequence[str]) -> RoutingRequest:
    others = {code: _ELSEWHERE for code in nodes if code != node}
    return replace(request, excluded={**others, **request.excluded})


def _parts(wish: Wish, request: RoutingRequest, nodes: Sequence[str]) -> Iterator[RoutingRequest]:
    chosen = sorted({node for by in wish.units.values() for node, units in by.items() if units})
    _require_known(chosen, nodes)
    _require_all(wish, request)
    if not wish.ignore_rules:
        _require_splittable(wish, request, chosen)
    for node in chosen:
        lines = tuple(_cut(request.lines, wish, node))
        held = tuple(one for one in request.held if one.node == node)
        part = replace(request, ref=f"{request.ref}/{node}", lines=lines, held=held)
        if node != chosen[0]:
            # The first part gives back all that the group holds; what it leaves of quota and days is free to the rest.
            part = replace(part, held_quota={}, held_days=())
        yield _only(replace(part, excluded={}) if wish.ignore_rules else part, node, nodes)


def _cut(lines: Sequence[RequestLine], wish: Wish, node: str) -> Iterator[RequestLine]:
    for line in lines:
        units = wish.units.get(line.line_ref, {}).get(node, 0)
        if units:
            yield replace(line, quantity=units)


def _require_all(wish: Wish, request: RoutingRequest) -> None:
    for line in request.lines:
        given = sum(wish.units.get(line.line_ref, {}).values())
        if given != line.quantity:
            raise PlanRefused(
                f"Line {line.line_ref} has {line.quantity} units to plan; {given} are given to nodes.",
                line_ref=line.line_ref, asked=line.quantity, given=given,
            )  # fmt: skip


def _require_splittable(wish: Wish, request: RoutingRequest, chosen: Sequence[str]) -> None:
    if len(chosen) > 1 and not request.allow_split:
        raise PlanRefused("This order may not be split; only an override of the rules can.", nodes=list(chosen))
    together: dict[str, set[str]] = {}
    for line in (line for line in request.lines if line.keep_together):
        nodes = {node for node, units in wish.units.get(line.line_ref, {}).items() if units}
        together.setdefault(line.keep_together, set()).update(nodes)
    for name, nodes in together.items():
        if len(nodes) > 1:
            raise PlanRefused(f"The lines of “{name}” have to leave together.", nodes=sorted(nodes))


def require_granted(wish: Wish, plan: RoutingPlan, *, planned_before: int, why: Mapping[str, str]) -> None:
    """Refuse a plan that gives less than a person asked, or fewer units than nodes have already.

    `planned_before` are units that untouched work has; `why` is what the engine says of each node.

    Raises:
        PlanRefused: with what stands in the way.
    """
    missing = sum(rest.quantity for rest in plan.unfilled)
    if wish.by_hand and missing:
        words = [why[node] for node in why] or [rest.why for rest in plan.unfilled]
        raise PlanRefused(f"{many(missing, 'unit')} cannot be planned so. {' '.join(words)}".strip(), missing=missing)
    placed = sum(line.quantity for parcel in plan.parcels for line in parcel.lines)
    if placed < max(1, planned_before):
        words = sorted({rest.why for rest in plan.unfilled if rest.why})
        raise PlanRefused(
            f"No other plan fills as much: {placed} of {planned_before or missing} units. {' '.join(words)}".strip(),
            placed=placed, before=planned_before,
        )  # fmt: skip
