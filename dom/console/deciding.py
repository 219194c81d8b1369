"""Answers which holds a person may settle: every one who changes orders, those of the catalog who looks after it."""

from collections.abc import Sequence
from typing import Any

from orders.models import Hold

#: What merchandisers know: which item it is, and which one may be sold instead.
CATALOG = frozenset({Hold.Kind.UNKNOWN_SKU, Hold.Kind.SWAP})
#: The forms that settle a hold and change nothing else.
FORMS = frozenset({"release", "approve-swap", "decline-swap"})
#: And what settles many of them.
DEEDS = frozenset({"release", "decline"})


def decides(user: Any) -> frozenset[str]:
    """Return the kinds of holds that `user` may settle."""
    if user.has_perm("orders.change_order"):
        return frozenset(Hold.Kind.values)
    return CATALOG if user.has_perm("orders.change_hold") else frozenset()


def decides_each(user: Any, deed: str, rows: Sequence[str]) -> bool:
    """Return whether `user` may do `deed` to every one of `rows`, as they might one by one.

    Who does not change orders settles holds that are named ("H7"), each of a kind that is theirs; not an order, whose
    other holds would go with it.
    """
    if user.has_perm("orders.change_order"):
        return True
    if deed not in DEEDS or not all(row.startswith("H") and _is_number(row[1:]) for row in rows):
        return False
    theirs = Hold.objects.filter(id__in=[int(row[1:]) for row in rows], kind__in=decides(user))
    return theirs.count() == len(set(rows))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
