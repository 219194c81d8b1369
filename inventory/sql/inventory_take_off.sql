-- Takes units off the claims of demand lines: RELEASE (claims on incoming supply first) or CONSUME (claims on hand
-- alone). Nothing is changed when a line has fewer units claimed than asked; such lines are returned.
-- Lock order: Reservation -> StockLevel -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_take_off(
    p_at timestamptz, p_actor text, p_kind text, p_reason text,
    c_demand text[], c_line text[], c_sku bigint[], c_node bigint[], c_quantity integer[]
) RETURNS TABLE (demand text, line text, sku bigint, node bigint, asked bigint, claimed bigint)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_claims bigint[];
    v_units integer[];
BEGIN
    PERFORM c.id FROM inventory_reservation c JOIN (
        SELECT DISTINCT k.demand, k.line, k.sku, k.node FROM unnest(c_demand, c_line, c_sku, c_node) k(demand, line, sku, node)
    ) k ON c.demand_ref = k.demand AND c.line_ref = k.line AND c.sku_id = k.sku AND c.node_id = k.node
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE OF c;

    RETURN QUERY
    SELECT k.demand, k.line, k.sku, k.node, k.asked, k.claimed FROM (
        SELECT w.demand, w.line, w.sku, w.node, w.asked, (
            SELECT coalesce(sum(c.quantity), 0) FROM inventory_reservation c
            WHERE c.demand_ref = w.demand AND c.line_ref = w.line AND c.sku_id = w.sku AND c.node_id = w.node
              AND (p_kind <> 'CONSUME' OR c.supply_id IS NULL)) AS claimed
        FROM (SELECT x.demand, x.line, x.sku, x.node, sum(x.quantity) AS asked
              FROM unnest(c_demand, c_line, c_sku, c_node, c_quantity) x(demand, line, sku, node, quantity)
              GROUP BY x.demand, x.line, x.sku, x.node) w) k
    WHERE k.asked > k.claimed;
    IF FOUND THEN
        RETURN;
    END IF;

    SELECT array_agg(t.id), array_agg(t.units::integer) INTO v_claims, v_units FROM (
        SELECT c.id, least(c.quantity, w.asked - (sum(c.quantity) OVER line - c.quantity)) AS units
        FROM (SELECT x.demand, x.line, x.sku, x.node, sum(x.quantity) AS asked
              FROM unnest(c_demand, c_line, c_sku, c_node, c_quantity) x(demand, line, sku, node, quantity)
              GROUP BY x.demand, x.line, x.sku, x.node) w
        JOIN inventory_reservation c
          ON c.demand_ref = w.demand AND c.line_ref = w.line AND c.sku_id = w.sku AND c.node_id = w.node
         AND (p_kind <> 'CONSUME' OR c.supply_id IS NULL)
        WINDOW line AS (PARTITION BY c.demand_ref, c.line_ref, c.sku_id, c.node_id ORDER BY c.supply_id NULLS LAST)) t
    WHERE t.units > 0;
    IF v_claims IS NOT NULL THEN
        PERFORM inventory_end_claims(p_at, p_actor, p_kind, p_reason, v_claims, v_units);
    END IF;
END $$;
