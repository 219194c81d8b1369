"""Answers which holds a person may settle: every one who changes orders, those of the catalog who looks after it."""

from typing import Any

from orders.models import Hold

#: What merchandisers know: which item it is, and which one may be sold instead.
CATALOG = frozenset({Hold.Kind.UNKNOWN_SKU, Hold.Kind.SWAP})
#: The forms that settle a hold and change nothing else.
FORMS = frozenset({"release", "approve-swap", "decline-swap"})


def decides(user: Any) -> frozenset[str]:
    """Return the kinds of holds that `user` may settle."""
    if user.has_perm("orders.change_order"):
        return frozenset(Hold.Kind.values)
    return CATALOG if user.has_perm("orders.change_hold") else frozenset()
