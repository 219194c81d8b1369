-- Sets the quantity of incoming supply (null: what has been received, so nothing more comes) and releases the claims
-- that it no longer covers, lower priority first, younger first; returns them.
-- Lock order: Reservation -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_shorten_supply(p_at timestamptz, p_actor text, p_supply bigint, p_quantity integer)
RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_left integer;
    v_claims bigint[];
    v_units integer[];
BEGIN
    PERFORM c.id FROM inventory_reservation c WHERE c.supply_id = p_supply
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id FOR UPDATE;
    SELECT greatest(0, coalesce(p_quantity, s.received) - s.received) INTO v_left
    FROM inventory_incoming_supply s WHERE s.id = p_supply FOR NO KEY UPDATE;
    SELECT array_agg(k.id), array_agg(k.over) INTO v_claims, v_units FROM (
        SELECT c.id, least(c.quantity, sum(c.quantity) OVER queue - v_left)::integer AS over
        FROM inventory_reservation c WHERE c.supply_id = p_supply
        WINDOW queue AS (ORDER BY c.priority DESC, c.created_at, c.id)) k
    WHERE k.over > 0;
    IF v_claims IS NOT NULL THEN
        RETURN QUERY SELECT c.demand_ref::text, c.line_ref::text, k.over FROM unnest(v_claims, v_units) k(id, over)
                     JOIN inventory_reservation c ON c.id = k.id;
        PERFORM inventory_end_claims(p_at, p_actor, 'RELEASE', 'SUPPLY_SHORT', v_claims, v_units);
    END IF;
    UPDATE inventory_incoming_supply s SET quantity = greatest(s.received, coalesce(p_quantity, s.received))
    WHERE s.id = p_supply;
END $$;
