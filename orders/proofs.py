"""The laws of orders that SQL can check (invariants 5-10, 14, 15)."""

from dom.kernel.prove import Check, register
from orders.states import CLOSED, MOVES

_CLOSED = ", ".join(f"'{state}'" for state in sorted(CLOSED))
_STATES = ", ".join(f"'{state}'" for state in sorted(MOVES))

#: What each line waits for: the demand reference of its fulfillment group.
_LINES = """
SELECT l.*, o.ref AS order_ref, o.ref || ':' || g.group_ref AS demand_ref FROM orders_order_line l
JOIN orders_order o ON o.id = l.order_id JOIN orders_fulfillment_group g ON g.id = l.group_id
"""

_CHECKS = (
    Check(
        "every unit of an order line has one fate",
        5,
        """
        SELECT order_id, line_ref, quantity, queued, backordered, planned, shipped, cancelled, returned
        FROM orders_order_line
        WHERE quantity <> queued + backordered + planned + shipped + cancelled OR returned > shipped
           OR least(queued, backordered, planned, shipped, cancelled, returned) < 0
        """,
    ),
    Check(
        "every unit of a fulfillment order line has one fate",
        6,
        """
        SELECT fulfillment_order_id, order_line_id, quantity, to_pick, picked, shorted, cancelled, shipped
        FROM orders_fulfillment_order_line
        WHERE quantity <> to_pick + picked + shorted + cancelled + shipped
           OR least(to_pick, picked, shorted, cancelled, shipped) < 0
        """,
    ),
    Check(
        "planned units are the open units of fulfillment orders",
        6,
        """
        SELECT l.order_id, l.line_ref, l.planned, coalesce(sum(x.to_pick + x.picked), 0) AS open
        FROM orders_order_line l LEFT JOIN orders_fulfillment_order_line x ON x.order_line_id = l.id
        GROUP BY l.id HAVING l.planned <> coalesce(sum(x.to_pick + x.picked), 0)
        """,
    ),
    Check(
        "shipped units left in packages",
        6,
        """
        SELECT f.ref, x.order_line_id, x.shipped, coalesce(sum(y.quantity), 0) AS packed
        FROM orders_fulfillment_order_line x JOIN orders_fulfillment_order f ON f.id = x.fulfillment_order_id
        LEFT JOIN orders_shipment s ON s.fulfillment_order_id = f.id LEFT JOIN orders_package b ON b.shipment_id = s.id
        LEFT JOIN orders_shipment_line y ON y.package_id = b.id AND y.order_line_id = x.order_line_id
        GROUP BY f.ref, x.id HAVING x.shipped <> coalesce(sum(y.quantity), 0)
        """,
    ),
    Check(
        "open work is backed by hard claims of exactly its units, closed work by none",
        7,
        f"""
        SELECT demand_ref, line_ref, sku_id, node_id, sum(units) AS open_minus_claimed FROM (
            SELECT f.ref AS demand_ref, l.line_ref, l.sku_id, f.node_id,
                   CASE WHEN f.status IN ({_CLOSED}) THEN 0 ELSE x.to_pick + x.picked END AS units
            FROM orders_fulfillment_order_line x JOIN orders_fulfillment_order f ON f.id = x.fulfillment_order_id
            JOIN orders_order_line l ON l.id = x.order_line_id
            UNION ALL
            SELECT c.demand_ref, c.line_ref, c.sku_id, c.node_id, -c.quantity FROM inventory_reservation c
            WHERE c.demand_ref LIKE 'F-%' AND c.kind = 'HARD'
        ) b GROUP BY demand_ref, line_ref, sku_id, node_id HAVING sum(units) <> 0
        """,
    ),
    Check(
        "closed work has no open units",
        7,
        f"""
        SELECT f.ref, f.status, x.to_pick, x.picked FROM orders_fulfillment_order f
        JOIN orders_fulfillment_order_line x ON x.fulfillment_order_id = f.id
        WHERE f.status IN ({_CLOSED}) AND x.to_pick + x.picked > 0
        """,
    ),
    Check(
        "every queued unit is counted once, by queued demand or by a claim of its group",
        8,
        f"""
        SELECT demand_ref, line_ref, sku_id, sum(units) AS queued_minus_counted FROM (
            SELECT l.demand_ref, l.line_ref, l.sku_id, l.queued AS units FROM ({_LINES}) l WHERE l.sku_id IS NOT NULL
                AND l.queued > 0
            UNION ALL SELECT q.demand_ref, q.line_ref, q.sku_id, -q.quantity FROM inventory_queued_demand q
            UNION ALL SELECT c.demand_ref, c.line_ref, c.sku_id, -c.quantity FROM inventory_reservation c
            WHERE c.demand_ref LIKE 'O-%' AND c.supply_id IS NULL
        ) b GROUP BY demand_ref, line_ref, sku_id
        HAVING sum(units) <> 0 AND NOT EXISTS (
            -- Supply that came in: the claim is on hand, and waking queues the backordered units with it.
            SELECT FROM ({_LINES}) l WHERE l.demand_ref = b.demand_ref AND l.line_ref = b.line_ref
            AND l.sku_id = b.sku_id AND sum(b.units) < 0 AND l.backordered >= -sum(b.units))
        """,
    ),
    Check(
        "claims on incoming supply are of backordered units",
        8,
        f"""
        SELECT c.demand_ref, c.line_ref, c.sku_id, c.units AS claimed, coalesce(l.backordered, 0) AS backordered
        FROM (SELECT demand_ref, line_ref, sku_id, sum(quantity) AS units FROM inventory_reservation
              WHERE demand_ref LIKE 'O-%' AND supply_id IS NOT NULL GROUP BY demand_ref, line_ref, sku_id) c
        LEFT JOIN ({_LINES}) l ON (l.demand_ref, l.line_ref, l.sku_id) = (c.demand_ref, c.line_ref, c.sku_id)
        WHERE c.units > coalesce(l.backordered, 0)
        """,
    ),
    Check(
        "what waits for routing stands in the queue",
        8,
        """
        SELECT o.ref FROM orders_order o
        WHERE EXISTS (SELECT FROM orders_order_line l WHERE l.order_id = o.id AND l.queued > 0 AND l.sku_id IS NOT NULL
                      AND l.kind IN ('PRODUCT', 'COMPONENT')
                      AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.line_id = l.id AND h.released_at IS NULL))
          AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.line_id IS NULL
                          AND h.fulfillment_order_id IS NULL AND h.released_at IS NULL)
          AND NOT EXISTS (SELECT FROM orders_routing_task t WHERE t.order_id = o.id)
        """,
    ),
    Check(
        "work takes of its day what it has to send or has sent",
        9,
        """
        SELECT f.ref, f.node_id, f.work_date, t.unit, t.taken, coalesce(u.quantity, 0) AS used
        FROM orders_fulfillment_order f
        CROSS JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(x.to_pick + x.picked + x.shipped), 0) AS units
            FROM orders_fulfillment_order_line x
            WHERE x.fulfillment_order_id = f.id AND x.to_pick + x.picked + x.shipped > 0) k
        CROSS JOIN LATERAL (VALUES ('ORDERS', least(k.lines, 1)), ('LINES', k.lines), ('UNITS', k.units)) t(unit, taken)
        LEFT JOIN LATERAL (SELECT sum(w.quantity) AS quantity FROM inventory_node_day_use w
            JOIN inventory_node_day d ON d.id = w.node_day_id
            WHERE w.demand_ref = f.ref AND d.unit = t.unit AND d.node_id = f.node_id AND d.day = f.work_date) u ON true
        WHERE f.work_date IS NOT NULL AND t.taken <> coalesce(u.quantity, 0)
        """,
    ),
    Check(
        "an order's status is what its units, holds and work say",
        10,
        """
        SELECT o.ref, o.status, d.status AS derived FROM orders_order o CROSS JOIN LATERAL (
            SELECT orders_status(sum(x.queued), sum(x.backordered), sum(x.planned), sum(x.shipped),
                EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.line_id IS NULL
                        AND h.fulfillment_order_id IS NULL AND h.released_at IS NULL),
                EXISTS (SELECT FROM orders_fulfillment_order f WHERE f.order_id = o.id AND f.status IN
                        ('ACCEPTED', 'PICKING', 'PICKED', 'PACKED', 'READY', 'CANCEL_REQUESTED'))) AS status
            FROM orders_order_line x WHERE x.order_id = o.id AND x.kind IN ('PRODUCT', 'COMPONENT')
            HAVING count(*) > 0) d
        WHERE o.status <> d.status
        """,
    ),
    Check(
        "a fulfillment order's state is in its machine",
        10,
        f"SELECT ref, status FROM orders_fulfillment_order WHERE status NOT IN ({_STATES})",
    ),
    Check(
        "every revision has its one event",
        10,
        """
        SELECT t.ref, t.revision, count(e.id) AS events, max(e.revision) AS last FROM (
            SELECT ref, revision, accepted_at AS born FROM orders_order
            UNION ALL SELECT ref, revision, created_at FROM orders_fulfillment_order) t
        LEFT JOIN kernel_event e ON e.entity_ref = t.ref AND e.entity IN ('order', 'fulfillment_order')
        -- Older events may have been retired.
        WHERE t.born >= (SELECT min(at) FROM kernel_event)
        GROUP BY t.ref, t.revision
        HAVING count(e.id) <> t.revision OR count(DISTINCT e.revision) <> t.revision OR max(e.revision) <> t.revision
        """,
    ),
    Check(
        "an order's total is its lines and charges",
        14,
        """
        SELECT o.ref, o.total_minor, o.charges_minor, l.lines FROM orders_order o CROSS JOIN LATERAL (
            SELECT coalesce(sum(x.quantity * x.unit_price_minor - x.discount_minor + x.tax_minor), 0) AS lines
            FROM orders_order_line x WHERE x.order_id = o.id) l
        WHERE o.total_minor <> l.lines + o.charges_minor
        """,
    ),
    Check(
        "shares of shipments and cancellations add up to the order",
        14,
        """
        SELECT o.ref, o.total_minor, s.shipped, c.cancelled FROM orders_order o
        CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount_minor), 0) AS shipped FROM orders_shipment x
            JOIN orders_fulfillment_order f ON f.id = x.fulfillment_order_id WHERE f.order_id = o.id) s
        CROSS JOIN LATERAL (SELECT coalesce(sum((x.data ->> 'cancelled_minor')::bigint), 0) AS cancelled
            FROM orders_order_change x WHERE x.order_id = o.id AND x.data ? 'cancelled_minor') c
        CROSS JOIN LATERAL (SELECT count(*) AS routed, coalesce(sum(x.queued + x.backordered + x.planned), 0) AS open
            FROM orders_order_line x WHERE x.order_id = o.id AND x.kind IN ('PRODUCT', 'COMPONENT')) l
        WHERE l.routed > 0 AND (s.shipped + c.cancelled > o.total_minor
                                OR l.open = 0 AND s.shipped + c.cancelled <> o.total_minor)
        """,
    ),
    Check(
        "no more is captured than authorized, nor refunded than captured",
        14,
        """
        SELECT order_id, tender, currency, authorized, captured, refunded FROM (
            SELECT order_id, tender, currency,
                   sum(amount_minor) FILTER (WHERE kind IN ('AUTHORIZE', 'ADJUST')) AS authorized,
                   coalesce(sum(amount_minor) FILTER (WHERE kind = 'CAPTURE'), 0) AS captured,
                   coalesce(sum(amount_minor) FILTER (WHERE kind = 'REFUND'), 0) AS refunded
            FROM orders_payment_entry GROUP BY order_id, tender, currency) p
        WHERE captured > coalesce(authorized, 0) OR refunded > captured
        """,
    ),
    Check(
        "lines, groups and work belong to one order",
        15,
        """
        SELECT l.order_id, l.line_ref, NULL AS fulfillment_order FROM orders_order_line l
        JOIN orders_fulfillment_group g ON g.id = l.group_id WHERE g.order_id <> l.order_id
        UNION ALL
        SELECT f.order_id, l.line_ref, f.ref FROM orders_fulfillment_order f
        JOIN orders_fulfillment_order_line x ON x.fulfillment_order_id = f.id
        JOIN orders_order_line l ON l.id = x.order_line_id WHERE l.order_id <> f.order_id OR l.group_id <> f.group_id
        """,
    ),
    Check(
        "no claim or queued demand of an order that is not there",
        15,
        """
        SELECT d.demand_ref FROM (
            SELECT demand_ref FROM inventory_reservation UNION SELECT demand_ref FROM inventory_queued_demand) d
        WHERE (d.demand_ref LIKE 'O-%' AND NOT EXISTS (
                   SELECT FROM orders_order o WHERE o.ref = split_part(d.demand_ref, ':', 1)))
           OR (d.demand_ref LIKE 'F-%' AND NOT EXISTS (
                   SELECT FROM orders_fulfillment_order f WHERE f.ref = d.demand_ref))
        """,
    ),
)


def register_all() -> None:
    """Register the checks of orders."""
    register(*_CHECKS)
