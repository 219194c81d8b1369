"""Answers which moves a fulfillment order may make, and what an order's parts add up to. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders.models import FulfillmentOrder, Order

S = FulfillmentOrder.Status

#: The machine of a fulfillment order. Whatever is not here is refused.
MOVES: Mapping[str, frozenset[str]] = {
    S.PLANNED: frozenset({S.RELEASED, S.ACCEPTED, S.REJECTED, S.CANCELLED, S.ON_HOLD}),
    S.RELEASED: frozenset({S.ACCEPTED, S.REJECTED, S.CANCELLED, S.ON_HOLD}),
    S.ACCEPTED: frozenset({S.PICKING, S.PICKED, S.REJECTED, S.CANCELLED, S.CANCEL_REQUESTED, S.ON_HOLD}),
    S.PICKING: frozenset({S.PICKED, S.REJECTED, S.CANCELLED, S.CANCEL_REQUESTED, S.ON_HOLD}),
    S.PICKED: frozenset({S.PACKED, S.READY, S.SHIPPED, S.REJECTED, S.CANCELLED, S.CANCEL_REQUESTED, S.ON_HOLD}),
    S.PACKED: frozenset({S.SHIPPED, S.REJECTED, S.CANCELLED, S.CANCEL_REQUESTED, S.ON_HOLD}),
    S.READY: frozenset({S.HANDED_OVER, S.REJECTED, S.CANCELLED, S.CANCEL_REQUESTED, S.ON_HOLD}),
    S.ON_HOLD: frozenset({S.PLANNED, S.RELEASED, S.ACCEPTED, S.PICKING, S.PICKED, S.PACKED, S.READY, S.CANCELLED}),
    S.CANCEL_REQUESTED: frozenset({S.CANCELLED, S.ACCEPTED, S.PICKING, S.PICKED, S.PACKED, S.READY, S.SHIPPED}),
    S.SHIPPED: frozenset(),
    S.HANDED_OVER: frozenset(),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
}

#: Nobody at the node has touched the goods: the plan may still change without asking.
UNTOUCHED = frozenset({S.PLANNED, S.RELEASED})
CLOSED = frozenset(FulfillmentOrder.CLOSED)
WORKED_ON = frozenset({S.ACCEPTED, S.PICKING, S.PICKED, S.PACKED, S.READY, S.CANCEL_REQUESTED})


def may_move(origin: str, target: str) -> bool:
    """Say whether the machine allows the move."""
    return target in MOVES[origin]


def sources(target: str) -> frozenset[str]:
    """Return the states from which `target` may be entered."""
    return frozenset(origin for origin, targets in MOVES.items() if target in targets)


@dataclass(frozen=True, slots=True)
class LineFate:
    """Units of one order line by fate."""

    queued: int
    backordered: int
    planned: int
    shipped: int
    cancelled: int


def order_status(lines: Iterable[LineFate], *, on_hold: bool, work: Iterable[str]) -> str:
    """Derive an order's status from its lines' fates, its open holds and its fulfillment orders' states.

    What is gone counts first (all shipped or cancelled), then what stops (a hold), then what is under way.
    """
    fates = list(lines)
    queued, backordered = sum(f.queued for f in fates), sum(f.backordered for f in fates)
    planned, shipped = sum(f.planned for f in fates), sum(f.shipped for f in fates)
    if queued + backordered + planned == 0:
        return Order.Status.SHIPPED if shipped else Order.Status.CANCELLED
    if on_hold:
        return Order.Status.HELD
    if shipped:
        return Order.Status.PARTLY_SHIPPED
    if planned:
        return Order.Status.IN_PROGRESS if WORKED_ON & set(work) else Order.Status.PLANNED
    return Order.Status.QUEUED if queued else Order.Status.BACKORDERED
