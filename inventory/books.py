"""Answers which books of stock an entry can mend: how a difference is found, and what compensates it.

A ledger is never changed: it gets one more entry, which brings its sum to the balance that guards the promises. A
counter that only repeats other rows (what is reserved, what is used) is brought to their sum. Neither frees or claims
a unit that a claim does not hold, so available to sell changes only where a counter was wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Book:
    """One book. `differences` returns `keys`, then `facts`, then `units` (what the entry adds) for what differs.

    Its `{where}` narrows it to one subject by `keys`; `mend` posts the entry under the lock of `keys`. `{}` of `words`
    are keys by code and units with their sign.
    """

    title: str
    keys: tuple[str, ...]
    units: tuple[str, ...]
    words: str
    differences: str
    mend: str
    facts: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The condition that narrows `differences` to one subject."""
        return " AND ".join(f"{key} IS NOT DISTINCT FROM %({key})s" for key in self.keys)


_STOCK = """
SELECT sku_id, node_id, sum(on_hand) AS on_hand, sum(unsellable) AS unsellable, sum(safety_stock) AS safety_stock FROM (
    SELECT sku_id, node_id, on_hand::bigint, unsellable, safety_stock FROM inventory_stock_level WHERE {where}
    UNION ALL SELECT sku_id, node_id, -on_hand_delta, -unsellable_delta, -safety_stock_delta
    FROM inventory_stock_movement WHERE {where}) b
GROUP BY sku_id, node_id HAVING (sum(on_hand), sum(unsellable), sum(safety_stock)) <> (0, 0, 0)
"""
_STOCK_ENTRY = """
INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, unsellable_delta, safety_stock_delta, kind,
                                      reason, reference, actor)
VALUES (%(at)s, %(sku_id)s, %(node_id)s, %(on_hand)s, %(unsellable)s, %(safety_stock)s, 'ADJUST', 'REPAIR',
        %(reference)s, %(actor)s)
"""
_CLAIM = """
SELECT demand_ref, line_ref, sku_id, node_id, supply_id, max(channel_id) AS channel_id, max(hold) AS hold,
       sum(units) AS units
FROM (
    SELECT demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, kind AS hold, quantity::bigint AS units
    FROM inventory_reservation WHERE {where}
    UNION ALL SELECT demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, -delta
    FROM inventory_reservation_entry WHERE {where}) b
GROUP BY demand_ref, line_ref, sku_id, node_id, supply_id HAVING sum(units) <> 0
"""
_CLAIM_ENTRY = """
INSERT INTO inventory_reservation_entry (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta,
                                         kind, reason, actor)
VALUES (%(at)s, %(demand_ref)s, %(line_ref)s, %(sku_id)s, %(node_id)s, %(supply_id)s, %(channel_id)s, %(hold)s,
        %(units)s, CASE WHEN %(units)s > 0 THEN 'RESERVE' ELSE 'RELEASE' END, 'REPAIR', %(actor)s)
"""
_RESERVED = """
SELECT sku_id, node_id, sum(units) AS units FROM (
    SELECT sku_id, node_id, -reserved::bigint AS units FROM inventory_stock_level WHERE {where}
    UNION ALL SELECT sku_id, node_id, quantity FROM inventory_reservation WHERE supply_id IS NULL AND {where}) b
GROUP BY sku_id, node_id HAVING sum(units) <> 0
"""
_RESERVED_ENTRY = """
UPDATE inventory_stock_level SET reserved = reserved + %(units)s,
    shortage = CASE WHEN unlimited THEN 0 ELSE greatest(0, reserved + %(units)s + unsellable - on_hand) END
WHERE sku_id = %(sku_id)s AND node_id = %(node_id)s
"""
_SUPPLY = """
SELECT supply_id, sum(units) AS units FROM (
    SELECT supply_id, units FROM (SELECT id AS supply_id, -reserved::bigint AS units FROM inventory_incoming_supply) s
    WHERE {where}
    UNION ALL SELECT supply_id, quantity FROM inventory_reservation WHERE supply_id IS NOT NULL AND {where}) b
GROUP BY supply_id HAVING sum(units) <> 0
"""
_SUPPLY_ENTRY = """
UPDATE inventory_incoming_supply SET reserved = reserved + %(units)s
WHERE id = %(supply_id)s AND closed_at IS NULL AND reserved + %(units)s <= quantity - received
"""
_QUOTA = """
SELECT q.channel_id, q.sku_id, coalesce(c.units, 0) - coalesce(e.units, 0) - q.used AS units
FROM (SELECT * FROM inventory_channel_quota WHERE {where}) q
LEFT JOIN (SELECT channel_id, sku_id, sum(quantity) AS units FROM inventory_reservation WHERE {where}
           GROUP BY channel_id, sku_id) c ON (c.channel_id, c.sku_id) = (q.channel_id, q.sku_id)
LEFT JOIN (SELECT k.id, sum(x.delta) AS units FROM inventory_channel_quota k JOIN (
               SELECT * FROM inventory_reservation_entry WHERE kind = 'CONSUME' AND {where}) x
             ON (x.channel_id, x.sku_id) = (k.channel_id, k.sku_id) AND x.id > k.since_entry GROUP BY k.id) e
       ON e.id = q.id
WHERE coalesce(c.units, 0) - coalesce(e.units, 0) <> q.used
"""
_QUOTA_ENTRY = """
UPDATE inventory_channel_quota SET used = used + %(units)s, excess = greatest(0, used + %(units)s - quota)
WHERE channel_id = %(channel_id)s AND sku_id = %(sku_id)s
"""
_DAY = """
SELECT node_day_id, sum(units) AS units FROM (
    SELECT node_day_id, units FROM (SELECT id AS node_day_id, -used::bigint AS units FROM inventory_node_day) d
    WHERE {where}
    UNION ALL SELECT node_day_id, quantity FROM inventory_node_day_use WHERE {where}) b
GROUP BY node_day_id HAVING sum(units) <> 0
"""
_DAY_ENTRY = """
UPDATE inventory_node_day SET used = used + %(units)s, excess = greatest(0, used + %(units)s - "limit")
WHERE id = %(node_day_id)s
"""

#: In the order in which they are mended: the ledger of claims, then what repeats claims.
BOOKS: Mapping[str, Book] = {
    "STOCK_LEDGER": Book(
        "stock ledger", ("sku_id", "node_id"), ("on_hand", "unsellable", "safety_stock"),
        "an entry of {on_hand:+d} on hand, {unsellable:+d} unsellable, {safety_stock:+d} safety stock brings the "
        "ledger to the balance",
        _STOCK, _STOCK_ENTRY,
    ),
    "CLAIM_LEDGER": Book(
        "ledger of claims", ("demand_ref", "line_ref", "sku_id", "node_id", "supply_id"), ("units",),
        "an entry of {units:+d} brings the ledger to what is claimed", _CLAIM, _CLAIM_ENTRY, ("channel_id", "hold"),
    ),
    "RESERVED": Book(
        "reserved", ("sku_id", "node_id"), ("units",),
        "{units:+d} brings what is reserved to the open claims", _RESERVED, _RESERVED_ENTRY,
    ),
    "SUPPLY_RESERVED": Book(
        "reserved of incoming supply", ("supply_id",), ("units",),
        "{units:+d} brings what is reserved to the open claims", _SUPPLY, _SUPPLY_ENTRY,
    ),
    "QUOTA_USED": Book(
        "quota", ("channel_id", "sku_id"), ("units",),
        "{units:+d} brings what is used to the open and consumed claims", _QUOTA, _QUOTA_ENTRY,
    ),
    "DAY_USED": Book(
        "node-day", ("node_day_id",), ("units",), "{units:+d} brings what is used to its demands", _DAY, _DAY_ENTRY,
    ),
}  # fmt: skip
