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
        "a bundle is cancelled when all its components are, with what belongs to it",
        5,
        """
        SELECT b.order_id, b.line_ref, b.quantity, b.cancelled, c.cancelled AS components_cancelled
        FROM orders_order_line b JOIN (
            SELECT parent_id, bool_and(cancelled = quantity) AS cancelled FROM orders_order_line
            WHERE kind IN ('PRODUCT', 'COMPONENT') AND parent_id IS NOT NULL GROUP BY parent_id) c
          ON c.parent_id = CASE b.kind WHEN 'BUNDLE' THEN b.id ELSE b.parent_id END
        WHERE b.kind NOT IN ('PRODUCT', 'COMPONENT')
          AND b.cancelled <> CASE WHEN c.cancelled THEN b.quantity ELSE 0 END
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
        SELECT l.order_id, l.line_ref, b.* FROM (
            SELECT line_id, sum(planned) AS planned, sum(open) AS open FROM (
                SELECT id AS line_id, planned, 0 AS open FROM orders_order_line
                UNION ALL SELECT order_line_id, 0, to_pick + picked FROM orders_fulfillment_order_line) u
            GROUP BY line_id HAVING sum(planned) <> sum(open)) b
        LEFT JOIN orders_order_line l ON l.id = b.line_id
        """,
    ),
    Check(
        "shipped units left in packages",
        6,
        """
        SELECT f.ref, b.* FROM (
            SELECT fulfillment_order_id, order_line_id, sum(shipped) AS shipped, sum(packed) AS packed FROM (
                SELECT fulfillment_order_id, order_line_id, shipped, 0 AS packed FROM orders_fulfillment_order_line
                UNION ALL SELECT s.fulfillment_order_id, y.order_line_id, 0, y.quantity FROM orders_shipment_line y
                JOIN orders_package p ON p.id = y.package_id JOIN orders_shipment s ON s.id = p.shipment_id) u
            GROUP BY fulfillment_order_id, order_line_id HAVING sum(shipped) <> sum(packed)) b
        LEFT JOIN orders_fulfillment_order f ON f.id = b.fulfillment_order_id
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
            SELECT l.demand_ref, l.line_ref, l.sku_id, l.queued AS units, l.backordered FROM ({_LINES}) l
            WHERE l.sku_id IS NOT NULL AND l.queued + l.backordered > 0
            UNION ALL SELECT q.demand_ref, q.line_ref, q.sku_id, -q.quantity, 0 FROM inventory_queued_demand q
            UNION ALL SELECT c.demand_ref, c.line_ref, c.sku_id, -c.quantity, 0 FROM inventory_reservation c
            WHERE c.demand_ref LIKE 'O-%' AND c.supply_id IS NULL
        ) b GROUP BY demand_ref, line_ref, sku_id
        -- Supply that came in: the claim is on hand, and waking queues the backordered units with it.
        HAVING sum(units) > 0 OR -sum(units) > sum(backordered)
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
        "no more is claimed and counted for a line than waits",
        8,
        f"""
        SELECT demand_ref, line_ref, sku_id, sum(waiting) AS waiting, sum(counted) AS counted FROM (
            SELECT l.demand_ref, l.line_ref, l.sku_id, l.queued + l.backordered AS waiting, 0 AS counted
            FROM ({_LINES}) l WHERE l.sku_id IS NOT NULL AND l.queued + l.backordered > 0
            UNION ALL SELECT q.demand_ref, q.line_ref, q.sku_id, 0, q.quantity FROM inventory_queued_demand q
            UNION ALL SELECT c.demand_ref, c.line_ref, c.sku_id, 0, c.quantity FROM inventory_reservation c
            WHERE c.demand_ref LIKE 'O-%'
        ) b GROUP BY demand_ref, line_ref, sku_id HAVING sum(counted) > sum(waiting)
        """,
    ),
    Check(
        "a SKU's waiting units are those of its backordered lines",
        9,
        """
        SELECT sku_id, sum(units) AS counted_minus_backordered FROM (
            SELECT sku_id, waiting AS units FROM inventory_backorder_count
            UNION ALL SELECT sku_id, -backordered FROM orders_order_line
            WHERE backordered > 0 AND sku_id IS NOT NULL) b
        GROUP BY sku_id HAVING sum(units) <> 0
        """,
    ),
    Check(
        "what waits for routing stands in the queue",
        8,
        """
        SELECT o.ref FROM (
            SELECT l.order_id FROM orders_order_line l
            LEFT JOIN orders_hold h ON h.line_id = l.id AND h.released_at IS NULL
            WHERE l.queued > 0 AND l.sku_id IS NOT NULL AND l.kind IN ('PRODUCT', 'COMPONENT') AND h.id IS NULL
            EXCEPT SELECT order_id FROM orders_hold
            WHERE line_id IS NULL AND fulfillment_order_id IS NULL AND released_at IS NULL
            EXCEPT SELECT order_id FROM orders_routing_task) w
        JOIN orders_order o ON o.id = w.order_id
        """,
    ),
    Check(
        "work takes of its day what it has to send or has sent",
        9,
        """
        SELECT k.ref, k.node_id, k.work_date, t.unit, t.taken, coalesce(u.used, 0) AS used FROM (
            SELECT f.ref, f.node_id, f.work_date, count(*) FILTER (WHERE x.units > 0) AS lines, sum(x.units) AS units
            FROM orders_fulfillment_order f JOIN (
                SELECT fulfillment_order_id, to_pick + picked + shipped AS units FROM orders_fulfillment_order_line) x
              ON x.fulfillment_order_id = f.id
            WHERE f.work_date IS NOT NULL GROUP BY f.id) k
        CROSS JOIN LATERAL (VALUES ('ORDERS', least(k.lines, 1)), ('LINES', k.lines), ('UNITS', k.units)) t(unit, taken)
        LEFT JOIN (
            SELECT w.demand_ref, d.node_id, d.day, d.unit, sum(w.quantity) AS used FROM inventory_node_day_use w
            JOIN inventory_node_day d ON d.id = w.node_day_id GROUP BY w.demand_ref, d.node_id, d.day, d.unit) u
          ON (u.demand_ref, u.node_id, u.day, u.unit) = (k.ref, k.node_id, k.work_date, t.unit)
        WHERE t.taken <> coalesce(u.used, 0)
        """,
    ),
    Check(
        "an order's status is what its units, holds and work say",
        10,
        """
        SELECT o.ref, o.status, d.derived FROM orders_order o JOIN (
            SELECT x.order_id, orders_status(x.queued, x.backordered, x.planned, x.shipped, h.order_id IS NOT NULL,
                                             f.order_id IS NOT NULL) AS derived
            FROM (SELECT order_id, sum(queued) AS queued, sum(backordered) AS backordered, sum(planned) AS planned,
                         coalesce(sum(shipped) FILTER (WHERE kind IN ('PRODUCT', 'COMPONENT')), sum(shipped)) AS shipped
                  FROM orders_order_line GROUP BY order_id) x
            LEFT JOIN (SELECT DISTINCT order_id FROM orders_hold WHERE line_id IS NULL
                       AND fulfillment_order_id IS NULL AND released_at IS NULL) h ON h.order_id = x.order_id
            LEFT JOIN (SELECT DISTINCT order_id FROM orders_fulfillment_order WHERE status IN
                       ('ACCEPTED', 'PICKING', 'PICKED', 'PACKED', 'READY', 'CANCEL_REQUESTED')) f
              ON f.order_id = x.order_id) d ON d.order_id = o.id
        WHERE o.status <> d.derived
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
        SELECT t.ref, t.revision, coalesce(e.events, 0) AS events, e.last FROM (
            SELECT ref, revision, accepted_at AS born FROM orders_order
            UNION ALL SELECT ref, revision, created_at FROM orders_fulfillment_order) t
        LEFT JOIN (
            SELECT entity_ref, count(*) AS events, count(DISTINCT revision) AS revisions, max(revision) AS last
            FROM kernel_event WHERE entity IN ('order', 'fulfillment_order') GROUP BY entity_ref) e
          ON e.entity_ref = t.ref
        -- Older events may have been retired.
        WHERE t.born >= (SELECT min(at) FROM kernel_event)
          AND (coalesce(e.events, 0) <> t.revision OR e.revisions <> t.revision OR e.last <> t.revision)
        """,
    ),
    Check(
        "an order's total is its lines and charges",
        14,
        """
        SELECT o.ref, o.total_minor, o.charges_minor, coalesce(l.lines, 0) AS lines FROM orders_order o LEFT JOIN (
            SELECT order_id, sum(quantity * unit_price_minor - discount_minor + tax_minor) AS lines
            FROM orders_order_line GROUP BY order_id) l ON l.order_id = o.id
        WHERE o.total_minor <> coalesce(l.lines, 0) + o.charges_minor
        """,
    ),
    Check(
        "shares of shipments and cancellations add up to the order",
        14,
        """
        SELECT o.ref, o.total_minor, b.shipped, b.cancelled FROM orders_order o JOIN (
            SELECT order_id, sum(shipped) AS shipped, sum(cancelled) AS cancelled, sum(open) AS open FROM (
                SELECT f.order_id, x.amount_minor AS shipped, 0 AS cancelled, 0 AS open, 0 AS routed
                FROM orders_shipment x JOIN orders_fulfillment_order f ON f.id = x.fulfillment_order_id
                UNION ALL SELECT order_id, 0, (data ->> 'cancelled_minor')::bigint, 0, 0
                FROM orders_order_change WHERE data ? 'cancelled_minor'
                UNION ALL SELECT order_id, 0, 0, queued + backordered + planned, 1
                FROM orders_order_line WHERE kind IN ('PRODUCT', 'COMPONENT')) u
            GROUP BY order_id HAVING sum(routed) > 0) b ON b.order_id = o.id
        WHERE b.shipped + b.cancelled > o.total_minor OR b.open = 0 AND b.shipped + b.cancelled <> o.total_minor
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
        "no shipment is captured beyond its amount, nor refunded beyond what was captured for it",
        14,
        """
        SELECT s.ref, s.amount_minor, p.captured, p.refunded FROM (
            SELECT shipment_id, coalesce(sum(amount_minor) FILTER (WHERE kind = 'CAPTURE'), 0) AS captured,
                   coalesce(sum(amount_minor) FILTER (WHERE kind = 'REFUND'), 0) AS refunded
            FROM orders_payment_entry WHERE shipment_id IS NOT NULL GROUP BY shipment_id) p
        JOIN orders_shipment s ON s.id = p.shipment_id
        WHERE p.captured > s.amount_minor OR p.refunded > p.captured
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
        LEFT JOIN orders_order o ON o.ref = split_part(d.demand_ref, ':', 1)
        LEFT JOIN orders_fulfillment_order f ON f.ref = d.demand_ref
        WHERE (d.demand_ref LIKE 'O-%' AND o.id IS NULL) OR (d.demand_ref LIKE 'F-%' AND f.id IS NULL)
        """,
    ),
)


def register_all() -> None:
    """Register the checks of orders."""
    register(*_CHECKS)
