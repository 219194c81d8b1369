"""Answers which moves a transfer and a count may make. Pure."""

from collections.abc import Mapping

from inventory.models import CountSession, Transfer

T = Transfer.Status
C = CountSession.Status

#: The machine of a transfer. Whatever is not here is refused.
TRANSFER_MOVES: Mapping[str, frozenset[str]] = {
    T.REQUESTED: frozenset({T.APPROVED, T.REJECTED, T.CANCELLED}),
    T.APPROVED: frozenset({T.PARTLY_SHIPPED, T.IN_TRANSIT, T.CANCELLED}),
    T.PARTLY_SHIPPED: frozenset({T.PARTLY_SHIPPED, T.IN_TRANSIT, T.PARTLY_RECEIVED, T.RECEIVED}),
    T.IN_TRANSIT: frozenset({T.PARTLY_RECEIVED, T.RECEIVED}),
    T.PARTLY_RECEIVED: frozenset({T.PARTLY_RECEIVED, T.RECEIVED}),
    T.RECEIVED: frozenset(),
    T.REJECTED: frozenset(),
    T.CANCELLED: frozenset(),
}

#: Goods may leave, and goods may arrive.
SHIPPABLE = frozenset({T.APPROVED, T.PARTLY_SHIPPED})
RECEIVABLE = frozenset({T.PARTLY_SHIPPED, T.IN_TRANSIT, T.PARTLY_RECEIVED})


def transfer_may_move(origin: str, target: str) -> bool:
    """Say whether the machine allows the move."""
    return target in TRANSFER_MOVES[origin]


#: The machine of a count. Whatever is not here is refused.
COUNT_MOVES: Mapping[str, frozenset[str]] = {
    C.OPEN: frozenset({C.REVIEW, C.CANCELLED}),
    C.REVIEW: frozenset({C.OPEN, C.POSTED, C.CANCELLED}),
    C.POSTED: frozenset(),
    C.CANCELLED: frozenset(),
}


def count_may_move(origin: str, target: str) -> bool:
    """Say whether the machine allows the move."""
    return target in COUNT_MOVES[origin]
