"""Answers which SKUs are worth counting at a node, which counts there are, and how far they are from the books."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet

from dom.kernel.errors import NotFound
from inventory.models import CountSession

_S = CountSession.Status
VIEWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("Being counted", (_S.OPEN,)),
    "review": ("To review", (_S.REVIEW,)),
    "posted": ("Posted", (_S.POSTED,)),
    "cancelled": ("Cancelled", (_S.CANCELLED,)),
}
#: A: the SKUs that make the first 80 % of what the node has shipped by value, B: up to 95 %, C: the rest.
ABC = ("A", "B", "C")
_SPAN = timedelta(days=90)

_CANDIDATES = """
WITH sold AS (
    SELECT m.sku_id, -sum(m.on_hand_delta) * min(k.value_minor) AS worth
    FROM inventory_stock_movement m JOIN inventory_sku k ON k.id = m.sku_id
    WHERE m.node_id = %(node)s AND m.kind = 'SHIP' AND m.at > %(since)s AND %(abc)s <> '' GROUP BY m.sku_id
), ranked AS (
    SELECT sku_id, sum(worth) OVER (ORDER BY worth DESC, sku_id) - worth AS before, sum(worth) OVER () AS total
    FROM sold
), classed AS (
    SELECT sku_id, CASE WHEN before < 0.80 * total THEN 'A' WHEN before < 0.95 * total THEN 'B' ELSE 'C' END AS class
    FROM ranked
)
SELECT s.sku_id FROM inventory_stock_level s JOIN inventory_sku k ON k.id = s.sku_id
LEFT JOIN classed c ON c.sku_id = s.sku_id
WHERE s.node_id = %(node)s AND NOT s.unlimited
  AND (%(tag)s = '' OR k.tags @> ARRAY[%(tag)s]::varchar[])
  AND (%(abc)s = '' OR coalesce(c.class, 'C') = %(abc)s)
  AND (NOT %(never)s OR s.counted_at IS NULL)
  AND (s.on_hand > 0 OR s.reserved > 0 OR s.counted_at IS NULL)
ORDER BY s.counted_at NULLS FIRST, k.code LIMIT %(most)s
"""


def worth_counting(
    node_id: int, *, at: datetime, most: int, tag: str = "", abc: str = "", never: bool = False
) -> list[int]:
    """Return the ids of up to `most` SKUs that a node keeps, never or longest ago counted first; one statement."""
    asked: dict[str, Any] = {"node": node_id, "since": at - _SPAN, "tag": tag, "abc": abc, "never": never, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, asked)
        return [row[0] for row in cursor.fetchall()]


_BOOKS = """
SELECT k.sku, coalesce(s.on_hand, 0) - coalesce(m.units, 0)
FROM unnest(%s::bigint[], %s::timestamptz[]) AS k(sku, at)
LEFT JOIN inventory_stock_level s ON s.sku_id = k.sku AND s.node_id = %s
CROSS JOIN LATERAL (SELECT sum(m.on_hand_delta) AS units FROM inventory_stock_movement m
                    WHERE m.sku_id = k.sku AND m.node_id = %s AND m.at > k.at) m
"""


class Seen(NamedTuple):
    """Units of a SKU that somebody counted at an instant."""

    sku_id: int
    units: int
    counted_at: datetime


def books_at(node_id: int, seen: Sequence[Seen]) -> dict[int, int]:
    """Return what the books said was on hand of each SKU at the instant of its count; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, [[one.sku_id for one in seen], [one.counted_at for one in seen], node_id, node_id])
        return {sku_id: int(units) for sku_id, units in cursor.fetchall()}


def counts(*, view: str = "open", node: str = "") -> "QuerySet[CountSession]":
    """Return sessions with how many lines they have and how many are counted, latest first."""
    rows = CountSession.objects.select_related("node").order_by("-id")
    rows = rows.filter(status__in=VIEWS.get(view, VIEWS["open"])[1])
    rows = rows.annotate(size=Count("lines"), done=Count("lines", filter=Q(lines__counted__isnull=False)))
    return rows.filter(node__code=node) if node else rows


def count_by_ref(ref: str) -> CountSession:
    """Return one session with its node.

    Raises:
        NotFound: there is none.
    """
    found = CountSession.objects.select_related("node").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no count {ref[:64]}.", ref=ref[:64])
    return found
