-- Matches waiting units that nothing claims or counts with incoming supply that nobody claims: earliest supply first, urgent
-- and old orders first. Supply that nothing came of since p_overdue is not counted on, and none that comes after the
-- order ends by itself. Reads only; whoever claims may lose and is matched again later. Line claims add up to the
-- supply's free units at most.
CREATE OR REPLACE FUNCTION orders_waiting_for_supply(p_overdue timestamptz, p_limit integer)
RETURNS TABLE (demand_ref text, line_ref text, sku_id bigint, node_id bigint, supply_id bigint, channel_id bigint,
               priority integer, units integer)
LANGUAGE sql STABLE
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
WITH waiting AS MATERIALIZED (
    SELECT o.ref || ':' || g.group_ref AS demand_ref, l.line_ref, l.sku_id, o.channel_id, o.priority, l.id,
           coalesce(o.auto_cancel_at, 'infinity') AS until,
           -- Received and not yet woken: such a claim is on hand, and still the claim of a backordered unit.
           l.queued + l.backordered - coalesce((SELECT sum(c.quantity) FROM inventory_reservation c
               WHERE c.demand_ref = o.ref || ':' || g.group_ref AND c.line_ref = l.line_ref
                 AND c.sku_id = l.sku_id), 0)
           - coalesce((SELECT q.quantity FROM inventory_queued_demand q
               WHERE q.demand_ref = o.ref || ':' || g.group_ref AND q.line_ref = l.line_ref
                 AND q.sku_id = l.sku_id), 0) AS units
    FROM orders_order_line l JOIN orders_order o ON o.id = l.order_id
    JOIN orders_fulfillment_group g ON g.id = l.group_id
    WHERE l.backordered > 0 AND l.sku_id IS NOT NULL AND EXISTS (
        SELECT FROM inventory_incoming_supply s WHERE s.sku_id = l.sku_id AND s.closed_at IS NULL
        AND s.expected_at >= p_overdue AND s.expected_at <= coalesce(o.auto_cancel_at, 'infinity')
        AND s.quantity - s.received - s.reserved > 0)
), asked AS (
    SELECT w.*, sum(w.units) OVER line_up AS upto FROM waiting w WHERE w.units > 0
    WINDOW line_up AS (PARTITION BY w.sku_id ORDER BY w.priority DESC, w.id)
), offered AS (
    SELECT s.id, s.sku_id, s.node_id, s.expected_at, s.quantity - s.received - s.reserved AS units,
           sum(s.quantity - s.received - s.reserved) OVER (PARTITION BY s.sku_id ORDER BY s.expected_at, s.id) AS upto
    FROM inventory_incoming_supply s
    WHERE s.sku_id IN (SELECT w.sku_id FROM waiting w) AND s.closed_at IS NULL AND s.expected_at >= p_overdue
      AND s.quantity - s.received - s.reserved > 0
)
SELECT a.demand_ref, a.line_ref::text, a.sku_id, f.node_id, f.id, a.channel_id, a.priority,
       (least(a.upto, f.upto) - greatest(a.upto - a.units, f.upto - f.units))::integer
FROM asked a JOIN offered f ON f.sku_id = a.sku_id
     AND least(a.upto, f.upto) > greatest(a.upto - a.units, f.upto - f.units) AND f.expected_at <= a.until
ORDER BY a.priority DESC, a.id, f.upto LIMIT p_limit
$$;
