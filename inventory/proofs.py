"""The laws of stock and claims that SQL can check (invariants 1-4, 9, 10, 15)."""

from dom.kernel.prove import Check, register
from inventory.states import COUNT_MOVES, TRANSFER_MOVES

_TRANSFER_STATES = ", ".join(f"'{state}'" for state in sorted(TRANSFER_MOVES))
_COUNT_STATES = ", ".join(f"'{state}'" for state in sorted(COUNT_MOVES))

_LEVEL_SUMS = """
SELECT sku_id, node_id, sum(on_hand) AS on_hand, sum(unsellable) AS unsellable, sum(safety) AS safety_stock,
       sum(reserved) AS reserved
FROM (
    SELECT sku_id, node_id, on_hand, unsellable, safety_stock AS safety, reserved FROM inventory_stock_level
    UNION ALL
    SELECT sku_id, node_id, -sum(on_hand_delta), -sum(unsellable_delta), -sum(safety_stock_delta), 0
    FROM inventory_stock_movement GROUP BY sku_id, node_id
    UNION ALL
    SELECT sku_id, node_id, 0, 0, 0, -sum(delta) FROM inventory_reservation_entry
    WHERE supply_id IS NULL GROUP BY sku_id, node_id
) book
GROUP BY sku_id, node_id
"""


CHECKS = (
    Check(
        "balances stay within stock, and a shortage is what is missing",
        1,
        """
        SELECT sku_id, node_id, on_hand, unsellable, reserved, shortage FROM inventory_stock_level
        WHERE least(on_hand, unsellable, reserved, shortage, safety_stock) < 0
           OR NOT unlimited AND reserved + unsellable > on_hand + shortage
           OR shortage > greatest(0, reserved + unsellable - on_hand)
        """,
    ),
    Check(
        "balances are the sum of their ledgers",
        2,
        f"SELECT * FROM ({_LEVEL_SUMS}) b WHERE (on_hand, unsellable, safety_stock, reserved) <> (0, 0, 0, 0)",
    ),
    Check(
        "reserved is the sum of open claims on hand",
        3,
        """
        SELECT sku_id, node_id, sum(units) AS reserved_minus_claims FROM (
            SELECT sku_id, node_id, reserved::bigint AS units FROM inventory_stock_level
            UNION ALL SELECT sku_id, node_id, -quantity FROM inventory_reservation WHERE supply_id IS NULL
        ) b GROUP BY sku_id, node_id HAVING sum(units) <> 0
        """,
    ),
    Check(
        "incoming supply's reserved is the sum of its open claims",
        3,
        """
        SELECT supply_id, sum(units) AS reserved_minus_claims FROM (
            SELECT id AS supply_id, reserved::bigint AS units FROM inventory_incoming_supply
            UNION ALL SELECT supply_id, -quantity FROM inventory_reservation WHERE supply_id IS NOT NULL
        ) b GROUP BY supply_id HAVING sum(units) <> 0
        """,
    ),
    Check(
        "a claim is what its entries say, and nothing is left of one that ended",
        4,
        """
        SELECT demand_ref, line_ref, sku_id, node_id, supply_id, sum(units) AS entries_minus_claim FROM (
            SELECT demand_ref, line_ref, sku_id, node_id, supply_id, delta::bigint AS units
            FROM inventory_reservation_entry
            UNION ALL SELECT demand_ref, line_ref, sku_id, node_id, supply_id, -quantity FROM inventory_reservation
        ) b GROUP BY demand_ref, line_ref, sku_id, node_id, supply_id HAVING sum(units) <> 0
        """,
    ),
    Check(
        "claims and queued demand name a SKU and a channel",
        15,
        """
        SELECT d.demand_ref, d.line_ref, d.sku_id, d.channel_id FROM (
            SELECT demand_ref, line_ref, sku_id, channel_id FROM inventory_queued_demand
            UNION ALL SELECT demand_ref, line_ref, sku_id, channel_id FROM inventory_reservation) d
        LEFT JOIN inventory_sku s ON s.id = d.sku_id LEFT JOIN inventory_channel c ON c.id = d.channel_id
        WHERE s.id IS NULL OR c.id IS NULL
        """,
    ),
    Check(
        "a quota's use is its open and consumed claims",
        9,
        """
        SELECT channel_id, sku_id, quota, used, excess, units FROM (
            SELECT q.*, coalesce(c.units, 0) - coalesce(e.units, 0) AS units FROM inventory_channel_quota q
            LEFT JOIN (SELECT channel_id, sku_id, sum(quantity) AS units FROM inventory_reservation
                       GROUP BY channel_id, sku_id) c ON (c.channel_id, c.sku_id) = (q.channel_id, q.sku_id)
            LEFT JOIN (SELECT k.id, sum(x.delta) AS units FROM inventory_channel_quota k
                       JOIN inventory_reservation_entry x ON (x.channel_id, x.sku_id) = (k.channel_id, k.sku_id)
                       WHERE x.kind = 'CONSUME' AND x.id > k.since_entry GROUP BY k.id) e ON e.id = q.id) b
        WHERE used <> units OR used > quota + excess
        """,
    ),
    Check(
        "a node-day's use is what its demands use",
        9,
        """
        SELECT d.node_id, d.day, d.slot, d.unit, d."limit", d.used, coalesce(u.units, 0) AS units
        FROM inventory_node_day d
        FULL JOIN (SELECT node_day_id, sum(quantity) AS units FROM inventory_node_day_use GROUP BY node_day_id) u
               ON u.node_day_id = d.id
        WHERE coalesce(d.used, -1) <> coalesce(u.units, 0) OR d.used > d."limit" + d.excess
        """,
    ),
    Check(
        "backorders are counted by the limits of their SKUs, and within them",
        9,
        """
        SELECT s.code, s.backorder_limit, c.allowed, c.waiting, c.excess FROM inventory_sku s
        LEFT JOIN inventory_backorder_count c ON c.sku_id = s.id
        WHERE c.allowed IS DISTINCT FROM s.backorder_limit OR c.waiting > c.allowed + c.excess
        """,
    ),
    Check(
        "stock is marked low where no more than the threshold is free",
        10,
        """
        SELECT sku_id, node_id, on_hand, unsellable, reserved, low_at, low_percent, low_since
        FROM inventory_stock_level
        WHERE (low_since IS NOT NULL) IS DISTINCT FROM coalesce(
            low_at IS NOT NULL AND NOT unlimited AND on_hand - unsellable - reserved
            <= greatest(low_at, (on_hand::bigint * low_percent + 99) / 100), false)
        """,
    ),
    Check(
        "a transfer's lines are the sum of its entries",
        2,
        """
        SELECT l.transfer_id, l.sku_id, l.shipped, l.received, l.damaged, l.written_off, e.*
        FROM inventory_transfer_line l LEFT JOIN (
            SELECT line_id, coalesce(sum(units) FILTER (WHERE kind = 'SHIP'), 0) AS sent,
                   coalesce(sum(units) FILTER (WHERE kind = 'RECEIVE'), 0) AS came,
                   coalesce(sum(damaged), 0) AS broken,
                   coalesce(sum(units) FILTER (WHERE kind = 'WRITE_OFF'), 0) AS lost
            FROM inventory_transfer_entry GROUP BY line_id) e ON e.line_id = l.id
        WHERE (l.shipped, l.received, l.damaged, l.written_off)
           <> (coalesce(e.sent, 0), coalesce(e.came, 0), coalesce(e.broken, 0), coalesce(e.lost, 0))
        """,
    ),
    Check(
        "what a transfer sent and received stands in the stock ledger",
        2,
        """
        SELECT t.ref, l.sku_id, l.shipped, l.received, m.sent, m.came FROM inventory_transfer_line l
        JOIN inventory_transfer t ON t.id = l.transfer_id
        LEFT JOIN (SELECT reference, sku_id, -sum(on_hand_delta) FILTER (WHERE kind = 'TRANSFER_OUT') AS sent,
                          sum(on_hand_delta) FILTER (WHERE kind = 'RECEIVE') AS came
                   FROM inventory_stock_movement WHERE kind IN ('TRANSFER_OUT', 'RECEIVE')
                   GROUP BY reference, sku_id) m ON m.reference = t.ref AND m.sku_id = l.sku_id
        WHERE (l.shipped, l.received) <> (coalesce(m.sent, 0), coalesce(m.came, 0))
        """,
    ),
    Check(
        "what is in transit is incoming supply of the receiving node",
        2,
        """
        SELECT t.ref, l.sku_id, l.shipped, l.received, l.written_off, s.quantity - s.received AS announced
        FROM inventory_transfer_line l JOIN inventory_transfer t ON t.id = l.transfer_id
        LEFT JOIN inventory_incoming_supply s ON s.source_ref = t.ref AND s.sku_id = l.sku_id
                                             AND s.node_id = t.to_node_id AND s.closed_at IS NULL
        WHERE l.shipped - l.received - l.written_off <> coalesce(s.quantity - s.received, 0)
           OR (t.closed_at IS NOT NULL AND s.id IS NOT NULL)
        """,
    ),
    Check(
        "a transfer's and a count's state is in its machine",
        10,
        f"""
        SELECT ref, status FROM inventory_transfer WHERE status NOT IN ({_TRANSFER_STATES})
        UNION ALL SELECT ref, status FROM inventory_count_session WHERE status NOT IN ({_COUNT_STATES})
        """,
    ),
    Check(
        "every revision of a transfer has its one event",
        10,
        """
        SELECT t.ref, t.revision, coalesce(e.events, 0) AS events, e.last FROM inventory_transfer t LEFT JOIN (
            SELECT entity_ref, count(*) AS events, count(DISTINCT revision) AS revisions, max(revision) AS last
            FROM kernel_event WHERE entity = 'transfer' GROUP BY entity_ref) e ON e.entity_ref = t.ref
        -- Older events may have been retired.
        WHERE t.requested_at >= (SELECT min(at) FROM kernel_event)
          AND (coalesce(e.events, 0) <> t.revision OR e.revisions <> t.revision OR e.last <> t.revision)
        """,
    ),
    Check(
        "no ledger entry or claim without its level",
        15,
        """
        SELECT sku_id, node_id FROM (
            SELECT sku_id, node_id FROM inventory_reservation WHERE supply_id IS NULL
            UNION SELECT sku_id, node_id FROM inventory_stock_movement) b
        WHERE NOT EXISTS (SELECT FROM inventory_stock_level s WHERE s.sku_id = b.sku_id AND s.node_id = b.node_id)
        """,
    ),
)


def register_all() -> None:
    """Register the checks of inventory."""
    register(*CHECKS)
