-- Returns what work that nobody has begun claims of levels with less on hand than is claimed, for up to p_limit levels:
-- those whose last count, feed or adjustment is older than p_since, at nodes with at most p_most short levels.
-- An order on hold waits for whoever ends the hold.
-- Reads only.
CREATE OR REPLACE FUNCTION orders_short_claims(p_since timestamptz, p_most integer, p_limit integer)
RETURNS TABLE (claim_id bigint, level_id bigint, missing integer, order_id bigint, work_ref text, line_ref text,
               units integer, bound boolean, tier text, placed_at timestamptz, promised_by timestamptz)
LANGUAGE sql STABLE
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
WITH short AS MATERIALIZED (
    SELECT s.id, s.sku_id, s.node_id, s.shortage, count(*) OVER (PARTITION BY s.node_id) AS at_node
    FROM inventory_stock_level s WHERE s.shortage > 0
), staked AS (
    SELECT c.id AS claim_id, s.id AS level_id, s.shortage, o.id AS order_id, f.ref, c.line_ref, c.quantity,
           f.method = 'PICKUP' OR f.method = 'SHIP_TO_STORE' AND f.node_id = g.node_id AS bound,
           o.customer_tier, o.placed_at, g.promised_by, dense_rank() OVER (ORDER BY s.id) AS place
    FROM short s
    JOIN inventory_reservation c ON c.sku_id = s.sku_id AND c.node_id = s.node_id AND c.supply_id IS NULL
    JOIN orders_fulfillment_order f ON f.ref = c.demand_ref AND f.status IN ('PLANNED', 'RELEASED')
    JOIN orders_order o ON o.id = f.order_id
    JOIN orders_fulfillment_group g ON g.id = f.group_id
    WHERE s.at_node <= p_most AND c.kind = 'HARD'
      AND NOT EXISTS (SELECT FROM inventory_stock_movement m WHERE m.sku_id = s.sku_id AND m.node_id = s.node_id
                      AND m.at > p_since AND m.kind IN ('COUNT', 'FEED', 'ADJUST'))
      AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL)
)
SELECT claim_id, level_id, shortage, order_id, ref::text, line_ref::text, quantity, bound, customer_tier::text, placed_at,
       promised_by
FROM staked WHERE place <= p_limit
$$;
