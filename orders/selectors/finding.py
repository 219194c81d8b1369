"""Answers which orders a person may mean by a few characters; every way to an order is one look into an index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

#: Fewer characters than this name too much to be worth a look.
SHORTEST = 3

# Each arm reads at most %(limit)s rows through an index: the references' own, (channel, external_ref) once a channel,
# the customer's reference, the tracking number. None of them grows with the number of orders.
_FOUND = """
WITH found (order_id, how) AS (
    (SELECT id, 'reference' FROM orders_order WHERE ref LIKE %(beginning)s ORDER BY ref LIMIT %(limit)s)
    UNION ALL
    (SELECT o.id, 'reference of the channel' FROM inventory_channel c
     JOIN orders_order o ON o.channel_id = c.id AND o.external_ref IN (%(text)s, %(upper)s) LIMIT %(limit)s)
    UNION ALL
    (SELECT order_id, 'fulfillment order ' || ref FROM orders_fulfillment_order
     WHERE ref LIKE %(beginning)s AND (%(nodes)s::bigint[] IS NULL OR node_id = ANY (%(nodes)s))
     ORDER BY ref LIMIT %(limit)s)
    UNION ALL
    (SELECT w.order_id, 'tracking number ' || p.tracking_number FROM orders_package p
     JOIN orders_shipment s ON s.id = p.shipment_id JOIN orders_fulfillment_order w ON w.id = s.fulfillment_order_id
     WHERE p.tracking_number IN (%(text)s, %(upper)s)
       AND (%(nodes)s::bigint[] IS NULL OR w.node_id = ANY (%(nodes)s)) LIMIT %(limit)s)
    UNION ALL
    (SELECT o.id, 'customer ' || c.external_ref FROM orders_customer_contact c
     JOIN orders_order o ON o.customer_id = c.id
     WHERE c.external_ref IN (%(text)s, %(upper)s) ORDER BY o.id DESC LIMIT %(limit)s)
)
SELECT DISTINCT ON (o.id) o.ref, o.external_ref, o.status, f.how
FROM found f JOIN orders_order o ON o.id = f.order_id
WHERE %(nodes)s::bigint[] IS NULL OR EXISTS (
    SELECT FROM orders_fulfillment_order w WHERE w.order_id = o.id AND w.node_id = ANY (%(nodes)s))
ORDER BY o.id DESC, f.how DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One order and how it was meant: "reference", "tracking number 1Z…"."""

    ref: str
    external_ref: str
    status: str
    how: str


def find_orders(text: str, *, limit: int, node_ids: Collection[int] | None = None) -> Sequence[FoundOrder]:
    """Return at most `limit` orders that `text` names, newest first: our references by their beginning, others whole.

    Fewer than SHORTEST characters find nothing. With `node_ids`, by the work of these nodes alone. One statement.
    """
    if len(text) < SHORTEST:
        return []
    upper = text.upper()
    escaped = upper.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked: dict[str, str | int | list[int] | None] = {
        "text": text, "upper": upper, "beginning": f"{escaped}%", "limit": limit,
        "nodes": None if node_ids is None else list(node_ids),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, asked)
        return [FoundOrder(*row) for row in cursor.fetchall()]
