"""Corrects stock by what nodes report: missing units leave the books, damaged ones cannot be sold."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from dom.kernel.transactions import in_unit_of_work
from inventory.selectors import on_hand
from inventory.services import Adjustment, CountRow, adjust, count
from orders.models import FulfillmentOrderLine
from orders.reports import Correction, Reason

_Level = tuple[int, int]


@in_unit_of_work
def correct_stock(*, corrections: Sequence[Correction], at: datetime, actor: str) -> None:
    """Apply `corrections`; call it after the claims on these units were released, or the level would come up short.

    A count of the shelf wins over the number of missing units. Other reasons say nothing of stock.
    """
    counted = {(c.sku_id, c.node_id): c for c in corrections if c.reason is Reason.NOT_FOUND and c.found is not None}
    missing = [c for c in corrections if c.reason is Reason.NOT_FOUND and (c.sku_id, c.node_id) not in counted]
    damaged = [c for c in corrections if c.reason is Reason.DAMAGED]
    _count(list(counted.values()), at=at, actor=actor)
    _take_off(missing, at=at, actor=actor)
    if damaged:
        # Refused where the books have fewer on hand than are damaged, as at unlimited levels: nothing there to block.
        adjust(rows=[_adjustment(c, on_hand=0, unsellable=c.quantity) for c in damaged], at=at, actor=actor)


def _take_off(missing: Sequence[Correction], *, at: datetime, actor: str) -> None:
    """Take missing units off hand, but never what was picked: that is there.

    Where the books have fewer beside it, a count knew of the missing units already, or was too high: nothing else is
    left on the shelf.
    """
    if not missing:
        return
    units: Counter[_Level] = Counter()
    for one in missing:
        units[one.sku_id, one.node_id] += one.quantity
    stands = on_hand(list(units))
    bare = {level for level, gone in units.items() if stands.get(level, 0) - gone < _picked(*level)}
    plain = [c for c in missing if (c.sku_id, c.node_id) not in bare]
    adjust(rows=[_adjustment(c, on_hand=-c.quantity, unsellable=0) for c in plain], at=at, actor=actor)
    empty = {(c.sku_id, c.node_id): c for c in missing if (c.sku_id, c.node_id) in bare}
    _count([_emptied(c) for c in empty.values()], at=at, actor=actor)


def _emptied(one: Correction) -> Correction:
    return Correction(one.sku_id, one.node_id, one.reference, one.quantity, one.reason, found=0)


def _adjustment(one: Correction, *, on_hand: int, unsellable: int) -> Adjustment:
    return Adjustment(
        one.sku_id, one.node_id, on_hand=on_hand, unsellable=unsellable, reason=one.reason, reference=one.reference
    )


def _count(counted: Sequence[Correction], *, at: datetime, actor: str) -> None:
    rows = [
        CountRow(c.sku_id, c.node_id, (c.found or 0) + _picked(c.sku_id, c.node_id), at, reason=c.reason)
        for c in sorted(counted, key=lambda one: (one.sku_id, one.node_id))
    ]
    if rows:
        count(rows=rows, at=at, actor=actor, reference=counted[0].reference)


def _picked(sku_id: int, node_id: int) -> int:
    """Return the units that left the shelf but not the node: they are on hand, and no count of the shelf sees them."""
    parts = FulfillmentOrderLine.objects.filter(
        picked__gt=0, order_line__sku_id=sku_id, fulfillment_order__node_id=node_id
    )
    return int(parts.aggregate(units=Sum("picked"))["units"] or 0)
