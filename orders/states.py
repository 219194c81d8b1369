"""Answers which moves a fulfillment order may make. Pure; an order's own status is derived by `orders_status`."""

from collections.abc import Mapping

from orders.models import FulfillmentOrder

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
