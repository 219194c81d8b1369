-- Ends every open claim and day use under the given demand references; returns how many claims ended.
-- Gives back stock or incoming supply, quota, and node-day capacity.
-- Lock order: Reservation and NodeDayUse -> StockLevel -> IncomingSupply -> ChannelQuota -> NodeDay.
CREATE OR REPLACE FUNCTION inventory_release(p_at timestamptz, p_actor text, p_reason text, p_refs text[])
RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_claims bigint[];
    v_units integer[];
    v_uses bigint[];
BEGIN
    SELECT array_agg(x.id), array_agg(x.quantity) INTO v_claims, v_units FROM (
        SELECT c.id, c.quantity FROM inventory_reservation c WHERE c.demand_ref = ANY (p_refs)
        ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE) x;
    SELECT array_agg(x.id) INTO v_uses FROM (
        SELECT u.id FROM inventory_node_day_use u WHERE u.demand_ref = ANY (p_refs)
        ORDER BY u.demand_ref, u.node_day_id FOR UPDATE) x;
    IF v_claims IS NOT NULL THEN
        PERFORM inventory_end_claims(p_at, p_actor, 'RELEASE', p_reason, v_claims, v_units);
    END IF;
    IF v_uses IS NOT NULL THEN
        PERFORM d.id FROM inventory_node_day d
        WHERE d.id IN (SELECT u.node_day_id FROM inventory_node_day_use u WHERE u.id = ANY (v_uses))
        ORDER BY d.node_id, d.day, d.slot COLLATE "C", d.unit COLLATE "C" FOR NO KEY UPDATE;
        WITH gone AS (DELETE FROM inventory_node_day_use u WHERE u.id = ANY (v_uses) RETURNING u.node_day_id, u.quantity),
             summed AS (SELECT node_day_id, sum(quantity) AS quantity FROM gone GROUP BY node_day_id)
        UPDATE inventory_node_day d SET used = d.used - s.quantity, excess = greatest(0, d.used - s.quantity - d."limit")
        FROM summed s WHERE d.id = s.node_day_id;
    END IF;
    RETURN coalesce(cardinality(v_claims), 0);
END $$;
