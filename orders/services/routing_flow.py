"""Routes what waits: claim, gather and decide without locks, then carry out in one short transaction.

Laws: an order is planned by one worker only, on the revision that was decided on; a plan whose claims are not granted
changes nothing and is decided again; a batch that fails is halved until the culprit stands alone.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError

import routing.services
from dom.kernel import jobs
from dom.kernel.transactions import unit_of_work
from inventory.services import Outcome, reserve
from orders.selectors.requests import Pending, pending
from orders.services import queue
from orders.services.carrying_out import carry_out, prepare
from orders.services.worn_out import hold_as_routing_error
from routing.services import Decided

log = logging.getLogger(__name__)

ACTOR = "routing"
BATCH = 100
#: How often lines that lose a race are decided again before their order goes back to the queue.
ROUNDS = 3
_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Routed:
    """What one batch came to, in orders."""

    routed: int
    lost: int
    left_alone: int


def route_next(*, limit: int = BATCH, at: datetime) -> Routed | None:
    """Claim and route up to `limit` orders that are due; None when nothing is. Opens its own units of work."""
    claimed = queue.claim(limit=limit, at=at)
    if claimed is None:
        return None
    if len(claimed.order_ids) == limit:
        with unit_of_work():  # there is more: wake the worker beside this one
            jobs.ring(queue.ROUTE_ORDERS)
    for order_id in claimed.worn_out:
        with unit_of_work():
            hold_as_routing_error(order_id=order_id, at=at)
    return _route_or_halve(claimed, claimed.order_ids, at)


def _route_or_halve(claimed: queue.Claimed, order_ids: Sequence[int], at: datetime) -> Routed:
    if not order_ids:
        return Routed(0, 0, 0)
    try:
        return _route(claimed, order_ids, at)
    except (OperationalError, InterfaceError) as wrong:
        # A lock timeout or a lost connection says nothing about the orders: the same batch is tried again as it is.
        log.warning("A batch of %d orders goes back to the queue: %s", len(order_ids), wrong)
        _give_back(claimed, order_ids, str(wrong), alone=False, at=at)
        return Routed(0, 0, len(order_ids))
    except Exception as wrong:  # the boundary of a batch: one bad order must not stop the ninety-nine beside it
        log.exception("Routing failed for %d orders", len(order_ids))
        if len(order_ids) == 1:
            _give_back(claimed, order_ids, f"{type(wrong).__name__}: {wrong}", alone=True, at=at)
            return Routed(0, 0, 1)
        middle = len(order_ids) // 2
        halves = [_route_or_halve(claimed, part, at) for part in (order_ids[:middle], order_ids[middle:])]
        return _sum(halves)


def _give_back(claimed: queue.Claimed, order_ids: Sequence[int], error: str, *, alone: bool, at: datetime) -> None:
    with unit_of_work():
        queue.give_back(order_ids=order_ids, token=claimed.token, error=error, alone=alone, not_before=at + _PAUSE)


def _sum(parts: Sequence[Routed]) -> Routed:
    return Routed(sum(p.routed for p in parts), sum(p.lost for p in parts), sum(p.left_alone for p in parts))


def _route(claimed: queue.Claimed, order_ids: Sequence[int], at: datetime) -> Routed:
    """Decide and carry out, round by round: an order whose claims were not granted is in the next round."""
    left, routed = list(order_ids), 0
    for attempt in range(1, ROUNDS + 1):
        waiting = pending(left)
        decided = routing.services.route(requests=[one.request for one in waiting], at=at) if waiting else []
        done, left = _carry_out(claimed, left, waiting, decided, attempt, at)
        routed += done
        if not left:
            return Routed(routed, 0, 0)
    _give_back(claimed, left, "Lost every race for stock", alone=False, at=at)
    return Routed(routed, len(left), 0)


def _carry_out(
    claimed: queue.Claimed,
    order_ids: Sequence[int],
    waiting: Sequence[Pending],
    decided: Sequence[Decided],
    attempt: int,
    at: datetime,
) -> tuple[int, list[int]]:
    """Carry out in one transaction; return how many orders are done and which have to be decided again."""
    with unit_of_work():
        mine = queue.still_mine(order_ids=order_ids, token=claimed.token)
        pairs = [(one, by) for one, by in zip(waiting, decided, strict=True) if mine.get(one.order_id) == one.revision]
        prepared = [prepare(one, by) for one, by in pairs]
        outcome = reserve(wants=[p.want for p in prepared if p.want is not None], at=at, actor=ACTOR)
        lost = {p.pending.order_id for p in prepared if p.ref in outcome.lost}
        granted = [p for p in prepared if p.ref not in outcome.lost]
        carry_out(prepared=granted, at=at, actor=ACTOR)
        routing.services.record(decided=[by for _, by in pairs], lost=_words(outcome), attempt=attempt, at=at)
        changed = {one.order_id for one in waiting if one.order_id in mine} - {one.order_id for one, _ in pairs}
        again = [order_id for order_id in order_ids if order_id in lost or order_id in changed]
        done = [order_id for order_id in order_ids if order_id in mine and order_id not in again]
        queue.finish(order_ids=done)
        return len(done), again


def _words(outcome: Outcome) -> Mapping[str, str]:
    return {ref: f"{loss.reason}: {loss.available} left" for ref, loss in outcome.lost.items()}
