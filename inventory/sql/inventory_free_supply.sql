-- Ends claims on incoming supply that their demands do not accept any more, each for its reason, and writes them into
-- LostSupply; returns what was freed. A claim that is gone or smaller meanwhile is taken as it is.
-- Lock order: Reservation -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_free_supply(
    p_at timestamptz, p_actor text, c_demand text[], c_line text[], c_sku bigint[], c_supply bigint[], c_reason text[]
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_claims bigint[];
    v_units integer[];
    v_reasons text[];
BEGIN
    SELECT array_agg(x.id), array_agg(x.quantity), array_agg(x.reason) INTO v_claims, v_units, v_reasons FROM (
        SELECT c.id, c.quantity, k.reason
        FROM unnest(c_demand, c_line, c_sku, c_supply, c_reason) k(demand, line, sku, supply, reason)
        JOIN inventory_reservation c
          ON c.demand_ref = k.demand AND c.line_ref = k.line AND c.sku_id = k.sku AND c.supply_id = k.supply
        ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE OF c) x;
    IF v_claims IS NOT NULL THEN
        RETURN QUERY SELECT * FROM inventory_end_supply_claims(p_at, p_actor, v_claims, v_units, v_reasons);
    END IF;
END $$;
