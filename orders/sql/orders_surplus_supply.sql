-- Returns claims on incoming supply that orders no longer need: beyond the backordered units of the line that nothing on
-- hand is claimed for. With p_refs, of these demands alone.
-- Reads only: lock the demands and ask again before anything is released. The latest claims of a line are surplus first.
CREATE OR REPLACE FUNCTION orders_surplus_supply(p_refs text[], p_limit integer)
RETURNS TABLE (demand_ref text, line_ref text, sku_id bigint, node_id bigint, units integer)
LANGUAGE sql STABLE
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
SELECT x.demand_ref, x.line_ref, x.sku_id, x.node_id, sum(least(x.quantity, x.upto - x.needed))::integer FROM (
    SELECT c.demand_ref::text, c.line_ref::text, c.sku_id, c.node_id, c.quantity, sum(c.quantity) OVER (
               PARTITION BY c.demand_ref, c.line_ref, c.sku_id ORDER BY c.id) AS upto, coalesce((
               SELECT least(l.backordered, greatest(0, l.queued + l.backordered - coalesce((
                   SELECT sum(h.quantity) FROM inventory_reservation h
                   WHERE h.demand_ref = c.demand_ref AND h.line_ref = c.line_ref AND h.sku_id = c.sku_id
                     AND h.supply_id IS NULL), 0)))
               FROM orders_order o
               JOIN orders_order_line l ON l.order_id = o.id AND l.line_ref = c.line_ref AND l.sku_id = c.sku_id
               WHERE o.ref = split_part(c.demand_ref, ':', 1)), 0) AS needed
    FROM inventory_reservation c
    WHERE c.supply_id IS NOT NULL AND c.demand_ref LIKE 'O-%' AND (p_refs IS NULL OR c.demand_ref = ANY (p_refs))) x
WHERE x.upto > x.needed
GROUP BY x.demand_ref, x.line_ref, x.sku_id, x.node_id LIMIT p_limit
$$;
