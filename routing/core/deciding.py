"""Answers how an order is fulfilled: request + facts → plan + trace. A pure function; `at` is an argument.

Production, test drive, simulation, replay and promise call the same `decide`. A batch is decided in order against one
working copy of stock, capacity and quota, so that no two of its plans use the same unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from routing.core import large
from routing.core.compiled import Compiled, compiled
from routing.core.config.policy import Policy, Rule, RuleGroup
from routing.core.facts import Facts
from routing.core.kernels.shapes import (
    BOUND,
    COST,
    EFFORT,
    FILLED,
    LARGE,
    PARCELS,
    PROVEN,
    SPLIT,
    Dates,
    Order,
)
from routing.core.kernels.solve import solve
from routing.core.matching import is_matched
from routing.core.prepared import Preparer
from routing.core.reasons import Reason
from routing.core.schedule import Schedule, instant_of
from routing.core.types import (
    Decision,
    Destination,
    Parcel,
    ParcelLine,
    RoutingPlan,
    RoutingRequest,
    Trace,
    Unfilled,
    demand,
    is_utc,
)
from routing.core.working import Scratch, working_stock

ENGINE_VERSION = "1"
"""Part of every decision's record: the same stored input under the same version gives the same plan."""

USUAL_EFFORT = 2_000
"""Search nodes that an order beyond the exact search may use; see `large`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one rule made of an order; the arrays behind it are the scratch's until the next attempt."""

    rule: Rule
    index: int
    filled: int


class Run:
    """Decides requests one after another; what a plan takes is gone for those after it."""

    def __init__(self, facts: Facts, *, at: datetime, lines: int, effort: int = USUAL_EFFORT) -> None:
        demand(is_utc(at), "at is aware UTC")
        self.facts, self.at, self.effort = facts, at, effort
        self.known: Compiled = compiled(facts.network)
        self.schedule: Schedule = self.known.schedule(at)
        self.dates: Dates = self.schedule.dates(at)
        self.stock = working_stock(facts, self.known)
        self.scratch = Scratch(self.known, lines)
        self.preparer = Preparer(facts, self.known, self.schedule)

    def decide(self, request: RoutingRequest) -> Decision:
        """Decide `request` and take what its plan uses out of the working copy."""
        self._give_back(request)
        place = self.preparer.destination(request)
        policy = self.policy(request)
        group, first = self.group(policy, request, place)
        attempt = self._best_attempt(request, place, group, first)
        parcels = self._parcels(request)
        complete = attempt.filled == sum(line.quantity for line in request.lines)
        if group.ship_complete and not complete:
            parcels = []
        plan = self._plan(request, policy, group, attempt.rule, parcels)
        decision = Decision(request.ref, plan, self._trace(attempt.index))
        if parcels:
            self._take(request)
        return decision

    def policy(self, request: RoutingRequest) -> Policy:
        """Return the policy of the request's channel."""
        return self.known.configuration.policy_for(request.channel)

    def group(self, policy: Policy, request: RoutingRequest, place: Destination) -> tuple[RuleGroup, int]:
        """Return the group that takes the request, and the index of its first rule."""
        skus = self.preparer.skus(request)
        for group, first in self.known.groups(policy):
            if is_matched(group.match, request, place, skus):
                return group, first
        raise AssertionError("the last group matches every order")

    def _best_attempt(self, request: RoutingRequest, place: Destination, group: RuleGroup, first: int) -> Attempt:
        """Return the first rule that fills everything, else the one that fills most; its arrays are in the scratch."""
        asked = sum(line.quantity for line in request.lines)
        best: Attempt | None = None
        for offset, rule in enumerate(group.rules):
            attempt = Attempt(rule, first + offset, self._solve(self.preparer.order(request, place, first + offset)))
            if attempt.filled == asked:
                return attempt
            if best is None or attempt.filled > best.filled:
                best = attempt
        demand(best is not None, "a group has one rule or more")
        assert best is not None  # noqa: S101  # told to the type checker only
        if best.index != first + len(group.rules) - 1:
            self._solve(self.preparer.order(request, place, best.index))
        return best

    def _solve(self, order: Order) -> int:
        known, scratch = self.known, self.scratch
        world = (known.nodes, known.services, self.dates, known.rules, self.stock, order)
        tables = (scratch.pieces, scratch.options, scratch.search, scratch.result)
        solve(*world, *tables)
        if scratch.result.numbers[LARGE]:
            large.place((*world, *tables), effort=self.effort)
        return int(scratch.result.numbers[FILLED])

    def _give_back(self, request: RoutingRequest) -> None:
        for held in request.held:
            if held.sku in self.preparer.sku_index and held.node in self.known.node_index:
                sku, node = self.preparer.sku_index[held.sku], self.known.node_index[held.node]
                self.stock.available[sku, node] += held.quantity

    def _take(self, request: RoutingRequest) -> None:
        result, stock, quota = self.scratch.result, self.stock, self.preparer.quotas.get(request.channel)
        for k in range(int(result.numbers[PARCELS])):
            n, units, lines = int(result.node[k]), 0, 0
            for index, line in enumerate(request.lines):
                quantity = int(result.units[k, index])
                if quantity:
                    sku = self.preparer.sku_index[line.sku]
                    stock.available[sku, n] -= quantity
                    units, lines = units + quantity, lines + 1
                    if quota is not None:
                        quota[sku] -= quantity
            self._use_capacity(n, int(result.day[k]), lines, units)

    def _use_capacity(self, n: int, day: int, lines: int, units: int) -> None:
        left = self.stock.left
        at = day - self.preparer.offset
        if left.size and 0 <= at < left.shape[1]:
            left[n, at] -= (1, lines, units)

    def _parcels(self, request: RoutingRequest) -> list[Parcel]:
        result, parcels = self.scratch.result, []
        for k in range(int(result.numbers[PARCELS])):
            row = result.units[k].tolist()
            lines = tuple(
                ParcelLine(line.line_ref, line.sku, row[index])
                for index, line in enumerate(request.lines)
                if row[index]
            )
            v, day = int(result.service[k]), int(result.day[k])
            parcels.append(
                Parcel(
                    node=self.known.node_facts[int(result.node[k])].code,
                    service=self.known.service_list[v].code if v < len(self.known.service_list) else "",
                    lines=lines,
                    terms_e4=tuple(result.terms[k].tolist()),
                    ship_by=instant_of(int(result.ships[k])),
                    deliver_by=instant_of(int(result.arrives[k])),
                    work_date=self.work_date(day).isoformat(),
                )
            )
        return parcels

    def work_date(self, day: int) -> date:
        """Return the local date of a day of the schedule."""
        return self.schedule.base + timedelta(days=day)

    def _plan(
        self, request: RoutingRequest, policy: Policy, group: RuleGroup, rule: Rule, parcels: list[Parcel]
    ) -> RoutingPlan:
        numbers = self.scratch.result.numbers
        return RoutingPlan(
            parcels=tuple(parcels),
            unfilled=self._unfilled(request, group, parcels),
            cost_e4=int(numbers[COST]) if parcels else 0,
            bound_e4=int(numbers[BOUND]) if parcels else 0,
            proven=bool(numbers[PROVEN]),
            effort=int(numbers[EFFORT]),
            policy=policy.code,
            group=group.name,
            rule=rule.name,
        )

    def _unfilled(self, request: RoutingRequest, group: RuleGroup, parcels: list[Parcel]) -> tuple[Unfilled, ...]:
        missing = {line.line_ref: line.quantity for line in request.lines}
        for parcel in parcels:
            for part in parcel.lines:
                missing[part.line_ref] -= part.quantity
        action = group.unfilled
        return tuple(
            Unfilled(line.line_ref, missing[line.line_ref], action.then, self._why(line.sku), action.auto_cancel_days)
            for line in request.lines
            if missing[line.line_ref]
        )

    def _why(self, sku: str) -> str:
        units = int(self.stock.available[self.preparer.sku_index[sku]].sum())
        return "No node has it." if units == 0 else "No node that may serve this order has enough of it."

    def _trace(self, rule: int) -> Trace:
        """Return reason and cost per node; a candidate's cost is of one parcel, so without the price of a split."""
        options = self.scratch.options
        reason = options.reason.astype(np.uint8)
        split = int(self.known.rules.prices[rule, SPLIT])
        cost = np.where(reason <= Reason.PARTIAL, options.top_cost - split, 0)
        return Trace(reason, cost)


def decide(request: RoutingRequest, facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT) -> Decision:
    """Return the plan of `request` at the instant `at`, and the trace that explains every node.

    Laws: per line, units in parcels + unfilled = asked; nothing is taken beyond `facts`; the plan does not depend on
    the order of the nodes; equal inputs and `effort` give equal decisions; `facts` is not changed.

    Raises:
        KeyError: `facts` lacks a SKU of the request.
    """
    return Run(facts, at=at, lines=len(request.lines), effort=effort).decide(request)


def decide_batch(
    requests: Sequence[RoutingRequest], facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT
) -> list[Decision]:
    """Return a decision for each request, in order, each against what those before it left.

    The first request of a batch is decided as `decide` alone would.
    """
    run = Run(facts, at=at, lines=max((len(request.lines) for request in requests), default=1), effort=effort)
    return [run.decide(request) for request in requests]
