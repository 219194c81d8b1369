"""Answers how an order is fulfilled: request + facts → plan + trace. A pure function; `at` is an argument.

Production, test drive, simulation, replay and promise call the same `decide`. A batch is decided in order against one
working copy of stock, capacity and quota, so that no two of its plans use the same unit.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from routing.core import large
from routing.core.compiled import Compiled, compiled
from routing.core.facts import Facts
from routing.core.kernels.chain import order_of
from routing.core.kernels.run import DONE, WANTS_LARGE, decide_orders
from routing.core.kernels.shapes import LINE_FROM, NEXT, Dates, Orders, Out
from routing.core.matching import is_matched
from routing.core.prepared import Preparer
from routing.core.reading_out import Match, Reader
from routing.core.schedule import Schedule
from routing.core.types import Decision, RoutingRequest
from routing.core.values import demand, is_utc
from routing.core.waiting import places_of
from routing.core.working import Scratch, new_out, working_stock

ENGINE_VERSION = "5"
"""Part of every decision's record: the same stored input under the same version gives the same plan."""

USUAL_EFFORT = 2_000
"""Search nodes that an order beyond the exact search may use; see `large`."""

ORDERS_A_CALL = 256
"""Orders that the kernels decide in one call: bounds the tables that their decisions are written to."""


class Run:
    """Decides requests one after another; what a plan takes is gone for those after it."""

    def __init__(self, facts: Facts, *, at: datetime, lines: int, effort: int = USUAL_EFFORT) -> None:
        demand(is_utc(at), "at is aware UTC")
        self.facts, self.at, self.effort, self.lines = facts, at, effort, lines
        self.known: Compiled = compiled(facts.network)
        self.schedule: Schedule = self.known.schedule(at)
        self.dates: Dates = self.schedule.dates(at)
        self.stock = working_stock(facts, self.known)
        self.scratch = Scratch(self.known, lines)
        self.places = places_of(facts)
        self.preparer = Preparer(facts, self.known, self.schedule)

    def decide(self, requests: Sequence[RoutingRequest]) -> list[Decision]:
        """Decide `requests` in order and take what their plans use out of the working copy."""
        decisions: list[Decision] = []
        for start in range(0, len(requests), ORDERS_A_CALL):
            decisions += self._decide(requests[start : start + ORDERS_A_CALL])
        return decisions

    def _decide(self, requests: Sequence[RoutingRequest]) -> Iterator[Decision]:
        matched = [self.match(request) for request in requests]
        orders = self.orders(requests, matched)
        return self.read(self.run(orders), requests, matched)

    def read(self, out: Out, requests: Sequence[RoutingRequest], matched: Sequence[Match]) -> Iterator[Decision]:
        """Return what the tables of a call say, in values."""
        return Reader(self.known, self.schedule, out, self.places).decisions(requests, matched)

    def orders(self, requests: Sequence[RoutingRequest], matched: Sequence[Match]) -> Orders:
        """Return the requests as the kernels read them."""
        return self.preparer.orders(
            [
                (request, place, first, len(group.rules), group.ship_complete)
                for request, (place, _, group, first) in zip(requests, matched, strict=True)
            ]
        )

    def match(self, request: RoutingRequest) -> Match:
        """Return where the request goes, its channel's policy, the group that takes it, and that group's first rule."""
        place, policy = self.preparer.destination(request), self.known.configuration.policy_for(request.channel)
        skus = self.preparer.skus(request)
        for group, first in self.known.groups(policy):
            if is_matched(group.match, request, place, skus, at=self.at):
                return place, policy, group, first
        raise AssertionError("the last group matches every order")

    def run(self, orders: Orders) -> Out:
        """Decide `orders` in as few calls as the kernels can; the large search is called in between."""
        known, scratch, chain = self.known, self.scratch, self.scratch.chain
        world = (known.nodes, known.services, self.dates, known.rules, self.stock)
        tables = (scratch.pieces, scratch.options, scratch.search, scratch.result)
        out = self.new_out(orders)
        chain.numbers[:] = 0
        while True:
            said = decide_orders(*world, orders, *tables, chain, out)
            if said == DONE:
                return out
            demand(said == WANTS_LARGE, "there is room for every parcel")
            order = order_of.py_func(orders, chain, int(chain.numbers[NEXT]))
            large.place((*world, order, *tables), effort=self.effort)

    def new_out(self, orders: Orders) -> Out:
        """Return tables with room for every parcel that `orders` may have."""
        count, nodes = len(orders.numbers), len(self.known.node_facts)
        units = np.add.reduceat(orders.quantity, orders.numbers[:, LINE_FROM]) if count else np.zeros(0, np.int64)
        parcels = int(np.minimum(units, nodes).sum())
        return new_out(orders=count, nodes=nodes, total_lines=len(orders.sku), parcels=parcels, lines=self.lines)


def decide(request: RoutingRequest, facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT) -> Decision:
    """Return the plan of `request` at the instant `at`, and the trace that explains every node.

    Laws: per line, units in parcels + unfilled = asked; nothing is taken beyond `facts`; the plan does not depend on
    the order of the nodes; equal inputs and `effort` give equal decisions; `facts` is not changed.

    Raises:
        KeyError: `facts` lacks a SKU of the request.
    """
    return Run(facts, at=at, lines=len(request.lines), effort=effort).decide([request])[0]


def decide_batch(
    requests: Sequence[RoutingRequest], facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT
) -> list[Decision]:
    """Return a decision for each request, in order, each against what those before it left.

    The first request of a batch is decided as `decide` alone would.
    """
    run = Run(facts, at=at, lines=max((len(request.lines) for request in requests), default=1), effort=effort)
    return run.decide(requests)
