"""Lets orders go on whose unknown SKUs have become known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from inventory.selectors import skus_by_code
from inventory.services import QueuedRow, queue_demand
from orders.errors import SkuStillUnknown
from orders.models import Hold, OrderLine
from orders.services.book import Happening
from orders.services.case import Case, open_cases
from orders.services.closing import close_cases
from orders.services.drafts import group_demand
from orders.services.stopping import end_holds

ACTOR = "intake"

_KNOWN = """
SELECT l.order_id, l.id, s.id, NOT EXISTS (
    SELECT FROM orders_order_line x LEFT JOIN inventory_sku k ON k.code = x.sku_code AND k.is_active
    WHERE x.order_id = l.order_id AND x.kind IN ('PRODUCT', 'COMPONENT') AND k.id IS NULL)
FROM orders_hold h JOIN orders_order_line l ON l.order_id = h.order_id
JOIN inventory_sku s ON s.code = l.sku_code AND s.is_active
WHERE h.kind = 'UNKNOWN_SKU' AND h.released_at IS NULL AND h.line_id IS NULL AND h.fulfillment_order_id IS NULL
ORDER BY l.order_id, l.id LIMIT %s
"""


class _Line(NamedTuple):
    order_id: int
    line_id: int
    sku_id: int
    all_known: bool


@in_unit_of_work
def know_skus(*, at: datetime, limit: int = 1000) -> int:
    """Release UNKNOWN_SKU holds of orders whose SKUs are all there; return how many. Safe beside itself."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [limit])
        found = [_Line(*row) for row in cursor.fetchall()]
    lines: dict[int, list[_Line]] = defaultdict(list)
    for one in found:
        if one.all_known:
            lines[one.order_id].append(one)
    freed = [done for case in open_cases(order_ids=list(lines)) if (done := _free(case, lines[case.order.id], at))]
    close_cases(cases=freed, reason="SKU_KNOWN", at=at, actor=ACTOR)
    return len(freed)


def _free(case: Case, lines: Sequence[_Line], at: datetime) -> tuple[Case, Happening] | None:
    """Bind the lines to their SKUs and end the hold; None where somebody released it meanwhile."""
    ending = [h for h in case.holds if h.kind == Hold.Kind.UNKNOWN_SKU and h.line_id is None]
    if not ending:
        return None
    _bind(case, {one.line_id: one.sku_id for one in lines}, at)
    end_holds(case, ending, at=at, actor=ACTOR)
    return case, Happening(
        case.order.id, "order.released", ACTOR, "The SKUs are known", data={"kinds": ["UNKNOWN_SKU"]}
    )


def name_skus(case: Case, *, at: datetime) -> None:
    """Bind the lines that still wait to what the catalog knows by now: whoever ends the hold by hand may be quicker.

    Raises:
        SkuStillUnknown: it knows one of them not yet. Nothing would route such a line, and nobody would hear of it.
    """
    waiting = [line for line in case.lines.values() if line.sku_id is None and line.queued]
    known = skus_by_code([line.sku_code for line in waiting])
    missing = sorted({line.sku_code for line in waiting} - known.keys())
    if missing:
        raise SkuStillUnknown(f"The catalog does not have {', '.join(missing)} yet.", skus=missing)
    _bind(case, {line.id: known[line.sku_code][0] for line in waiting}, at)


def _bind(case: Case, sku_ids: Mapping[int, int], at: datetime) -> None:
    """Say which SKU each line (by id) sells, and count what of it is queued."""
    rows = []
    for line_id, sku_id in sku_ids.items():
        line = case.lines[line_id]
        if line.sku_id is None:
            line.sku_id = sku_id
            OrderLine.objects.filter(id=line.id).update(sku_id=sku_id)
            ref = group_demand(case.order.ref, group_ref=case.groups[line.group_id].group_ref)
            rows.append(QueuedRow(ref, line.line_ref, sku_id, case.order.channel_id, line.queued))
    queue_demand(rows=[row for row in rows if row.quantity], at=at)
