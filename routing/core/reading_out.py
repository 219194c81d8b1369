"""Answers what the kernels' tables say, in the values of a decision."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from routing.core.compiled import Compiled
from routing.core.config.policy import Policy, RuleGroup, UnfilledAction
from routing.core.kernels.shapes import Out
from routing.core.schedule import Schedule, instant_of
from routing.core.types import (
    Decision,
    Destination,
    Parcel,
    ParcelLine,
    RequestLine,
    RoutingPlan,
    RoutingRequest,
    Trace,
    Unfilled,
)
from routing.core.waiting import Places

Match = tuple[Destination, Policy, RuleGroup, int]
"""Where a request goes, its policy, its group, and the index of that group's first rule."""

NOBODY_HAS = "No node has it."
NOT_ENOUGH = "No node that may serve this order has enough of it."


class Reader:
    """Reads the decisions of one call of the kernels; every table is turned into plain numbers once."""

    def __init__(self, known: Compiled, schedule: Schedule, out: Out, places: Places) -> None:
        self._known, self._out, self._places = known, out, places
        self._days = schedule.work_dates
        used = int(out.used[0])
        self._parcels, self._terms = out.parcel[:used].tolist(), out.terms[:used].tolist()
        self._units, self._numbers = out.units[:used].tolist(), out.numbers.tolist()
        self._left, self._gone = out.left.tolist(), out.gone.tolist()
        self._codes = [node.code for node in known.node_facts]
        self._services = [*(service.code for service in known.service_list), ""]
        self._instants: dict[int, datetime] = {}

    def decisions(self, requests: Sequence[RoutingRequest], matched: Sequence[Match]) -> Iterator[Decision]:
        """Yield the decision of each request."""
        first_line = 0
        for i, (request, (_, policy, group, _)) in enumerate(zip(requests, matched, strict=True)):
            plan = self._plan(i, first_line, request, policy, group)
            yield Decision(request.ref, plan, Trace(self._out.reason[i], self._out.cost[i]))
            first_line += len(request.lines)

    def _plan(self, i: int, first_line: int, request: RoutingRequest, policy: Policy, group: RuleGroup) -> RoutingPlan:
        start, count, counted, bound, proven, effort, rule = self._numbers[i]
        scarcity = sum([terms[-1] for terms in self._terms[start : start + count]])
        return RoutingPlan(
            parcels=tuple([self._parcel(at, rule, request.lines) for at in range(start, start + count)]),
            unfilled=self._unfilled(first_line, request, group),
            cost_e4=counted - scarcity,
            bound_e4=bound - scarcity,
            proven=bool(proven),
            effort=effort,
            policy=policy.code,
            group=group.name,
            rule=self._known.rule(rule).name,
        )

    def _parcel(self, at: int, last_rule: int, lines: Sequence[RequestLine]) -> Parcel:
        n, v, day, ships, arrives, rule, minutes = self._parcels[at]
        units = self._units[at]
        *terms, scarcity = self._terms[at]
        return Parcel(
            self._codes[n],
            self._services[v],
            tuple([ParcelLine(x.line_ref, x.sku, units[k]) for k, x in enumerate(lines) if units[k]]),
            tuple(terms),
            self._instant(ships),
            self._instant(arrives),
            self._days[day],
            "" if rule == last_rule else self._known.rule(rule).name,
            minutes,
            scarcity,
        )

    def _instant(self, minute: int) -> datetime:
        found = self._instants.get(minute)
        if found is None:
            found = self._instants[minute] = instant_of(minute)
        return found

    def _unfilled(self, first: int, request: RoutingRequest, group: RuleGroup) -> tuple[Unfilled, ...]:
        left = self._left[first : first + len(request.lines)]
        if not any(left):
            return ()
        self._places.begin(request.held_backorders)
        return tuple(
            self._rest(line, units, group.unfilled, NOBODY_HAS if self._gone[first + k] else NOT_ENOUGH)
            for k, (line, units) in enumerate(zip(request.lines, left, strict=True))
            if units
        )

    def _rest(self, line: RequestLine, units: int, action: UnfilledAction, why: str) -> Unfilled:
        then, refused = self._places.fate(action, line, units)
        said = f"{why} {refused}" if refused else why
        return Unfilled(line.line_ref, units, then, said, action.auto_cancel_days, bool(refused))
