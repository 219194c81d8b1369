"""Raises holds that nobody looked at in time, once each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dom.kernel.transactions import in_unit_of_work
from orders.locks import lock_orders
from orders.models import Hold, Order
from orders.services.book import Happening, write_down

ACTOR = "overdue"
_OVER = (Order.Status.SHIPPED, Order.Status.CANCELLED)


@in_unit_of_work
def escalate_holds(*, at: datetime, limit: int = 200) -> int:
    """Tell once of every hold past its due time that stops an open order; return how many. Nothing goes on by itself.

    Safe beside itself: holds are read again under the locks of their orders.
    """
    due = Hold.objects.filter(released_at__isnull=True, escalated_at__isnull=True, due_at__lte=at)
    due = due.exclude(order__status__in=_OVER)
    locked = lock_orders(due.order_by("due_at", "id").values_list("order_id", flat=True)[:limit])
    holds = due.filter(order_id__in=locked).select_related("line", "fulfillment_order").order_by("due_at", "id")
    by_order: dict[int, list[Hold]] = defaultdict(list)
    for one in holds:
        by_order[one.order_id].append(one)
    told = [hold.id for some in by_order.values() for hold in some]
    Hold.objects.filter(id__in=told).update(escalated_at=at)
    write_down(happenings=[_happening(order_id, some) for order_id, some in sorted(by_order.items())], at=at)
    return len(told)


def _happening(order_id: int, holds: Sequence[Hold]) -> Happening:
    kinds = ", ".join(sorted({hold.kind for hold in holds}))
    return Happening(order_id, "order.hold_overdue", ACTOR, kinds, data={"holds": [_shown(hold) for hold in holds]})


def _shown(hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold.kind,
        "owner": hold.owner,
        "due_at": hold.due_at.isoformat() if hold.due_at else None,
        "line_ref": hold.line.line_ref if hold.line else "",
        "fulfillment_order": hold.fulfillment_order.ref if hold.fulfillment_order else "",
    }
