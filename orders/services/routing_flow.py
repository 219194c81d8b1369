"""Routes what waits: claim, gather and decide without locks, then carry out in one short transaction.

Laws: an order is planned by one worker only, on the revision that was decided on; a plan whose claims are not granted
changes nothing and is decided again, beside fresh orders; a batch that fails is halved until the culprit stands alone.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError
from psycopg.errors import QueryCanceled

import routing.services
from dom.kernel import jobs
from dom.kernel.transactions import unit_of_work
from inventory.services import Outcome, reserve
from orders.selectors.requests import pending
from orders.services import queue
from orders.services.carrying_out import Prepared, carry_out, prepare
from orders.services.places import take_places
from orders.services.worn_out import hold_as_routing_error

log = logging.getLogger(__name__)

ACTOR = "routing"
BATCH = 100
#: How often an order that loses a race is decided before it goes back to the queue.
ROUNDS = 3
#: How often a batch takes in fresh orders beside those that are decided again. It ends within seconds: the time it was
#: given is the time of all its decisions, and its leases run from there.
TOP_UPS = 8


@dataclass(frozen=True, slots=True)
class Routed:
    """What one batch came to, in orders."""

    routed: int
    lost: int
    left_alone: int

    def __add__(self, other: "Routed") -> "Routed":
        """Return both together."""
        return Routed(self.routed + other.routed, self.lost + other.lost, self.left_alone + other.left_alone)


@dataclass(frozen=True, slots=True)
class _Round:
    """What deciding some orders once came to; `again` are those that lost a race or were changed meanwhile."""

    routed: int
    left_alone: int
    again: tuple[int, ...]

    def __add__(self, other: "_Round") -> "_Round":
        """Return both together."""
        return _Round(self.routed + other.routed, self.left_alone + other.left_alone, self.again + other.again)


def route_next(*, limit: int = BATCH, at: datetime) -> Routed | None:
    """Claim and route up to `limit` orders at a time that are due; None when nothing is. Opens its own units of work.

    Where some lose a race, up to TOP_UPS times as many fresh orders are claimed and routed beside them.
    """
    claimed = _claim(limit, at)
    if claimed is None:
        return None
    if len(claimed.order_ids) == limit:
        with unit_of_work():  # there is more: wake the worker beside this one
            jobs.ring(queue.ROUTE_ORDERS)
    return _route(claimed, limit, at)


def _claim(limit: int, at: datetime, token: uuid.UUID | None = None) -> queue.Claimed | None:
    claimed = queue.claim(limit=limit, at=at, token=token) if limit else None
    for order_id in claimed.worn_out if claimed else ():
        _set_aside(order_id, at)
    return claimed


def _set_aside(order_id: int, at: datetime) -> None:
    try:
        with unit_of_work():
            hold_as_routing_error(order_id=order_id, at=at)
    except OperationalError as wrong:  # its lease ends, then it comes again; the batch beside it goes on
        log.warning("Order %d could not be held: %s", order_id, wrong)


def _route(claimed: queue.Claimed, limit: int, at: datetime) -> Routed:
    """Decide and carry out, round by round: an order whose claims were not granted is in the next round."""
    total, rounds = Routed(0, 0, 0), 0
    left, tries = claimed.order_ids, Counter[int]()
    while left:
        rounds += 1
        tries.update(left)
        done = _round_or_halve(claimed.token, left, tries, at)
        tired = [order_id for order_id in done.again if tries[order_id] >= ROUNDS]
        if tired:
            _give_back(claimed.token, tired, "Lost every race for stock", queue.Blame.RIVALS, at)
        total += Routed(done.routed, len(tired), done.left_alone)
        left = tuple(order_id for order_id in done.again if tries[order_id] < ROUNDS)
        fresh = (
            _claim(limit - len(left), at, claimed.token) if left and rounds <= TOP_UPS and not claimed.alone else None
        )
        if fresh is not None and fresh.alone:
            total += _route(fresh, limit, at)
        elif fresh is not None:
            left += fresh.order_ids
    return total


def _round_or_halve(token: uuid.UUID, order_ids: Sequence[int], tries: Mapping[int, int], at: datetime) -> _Round:
    try:
        return _round(token, order_ids, tries, at)
    except (OperationalError, InterfaceError) as wrong:
        log.warning("A batch of %d orders goes back to the queue: %s", len(order_ids), wrong)
        # A lock timeout or a lost connection says nothing about the orders; a statement that took too long might.
        slow = isinstance(wrong.__cause__, QueryCanceled)
        _give_back(token, order_ids, str(wrong), queue.Blame.RIVALS if slow else queue.Blame.NOBODY, at)
        return _Round(0, len(order_ids), ())
    except Exception as wrong:  # the boundary of a batch: one bad order must not stop the ninety-nine beside it
        log.exception("Routing failed for %d orders", len(order_ids))
        if len(order_ids) == 1:
            _give_back(token, order_ids, f"{type(wrong).__name__}: {wrong}", queue.Blame.ORDER, at)
            return _Round(0, 1, ())
        middle = len(order_ids) // 2
        first, second = order_ids[:middle], order_ids[middle:]
        return _round_or_halve(token, first, tries, at) + _round_or_halve(token, second, tries, at)


def _give_back(token: uuid.UUID, order_ids: Sequence[int], error: str, blame: queue.Blame, at: datetime) -> None:
    with unit_of_work():
        queue.give_back(order_ids=order_ids, token=token, error=error, blame=blame, at=at)


def _round(token: uuid.UUID, order_ids: Sequence[int], tries: Mapping[int, int], at: datetime) -> _Round:
    """Decide, make all that is to be written ready, then carry out in one transaction.

    Whatever can be computed is computed before the first lock: other workers wait for hot stock from `reserve` to the
    commit, and nothing else in there takes longer than its statements.
    """
    waiting = pending(order_ids)
    decided = routing.services.route(requests=[one.request for one in waiting], at=at) if waiting else []
    prepared = [prepare(one, by) for one, by in zip(waiting, decided, strict=True)]
    decisions = routing.services.packed(decided)
    with unit_of_work():
        mine = queue.still_mine(order_ids=order_ids, token=token)
        current = {p.ref for p in prepared if mine.get(p.pending.order_id) == p.pending.revision}
        wants = [p.want for p in prepared if p.ref in current and p.want is not None]
        outcome = reserve(wants=wants, at=at, actor=ACTOR)
        granted = [p for p in prepared if p.ref in current and p.ref not in outcome.lost]
        granted, full = take_places(prepared=granted)
        carry_out(prepared=granted, at=at, actor=ACTOR)
        routing.services.record(
            decisions=[one for one in decisions if one.ref in current],
            lost=_words(outcome, granted, full),
            attempts={p.ref: tries[p.pending.order_id] for p in prepared},
            at=at,
        )
        settled = {p.ref for p in granted} - full.keys()
        wanting = {p.pending.order_id for p in prepared if p.ref not in settled}
        done = [order_id for order_id in order_ids if order_id in mine and order_id not in wanting]
        queue.finish(order_ids=done)
        return _Round(len(done), 0, tuple(order_id for order_id in order_ids if order_id in wanting & mine.keys()))


def _words(outcome: Outcome, granted: Sequence[Prepared], full: Mapping[str, int]) -> Mapping[str, str]:
    """Return why plans were not carried out; one of which something was is not lost, and what remains is decided on."""
    lost = {ref: f"{loss.reason}: {loss.available} left" for ref, loss in outcome.lost.items()}
    nothing = (p.ref for p in granted if p.ref in full and not (p.refs or p.unfilled))
    return lost | {ref: f"BACKORDER_LIMIT: {full[ref]} left" for ref in nothing}
