-- Sets the quantities of incoming supplies (null: what has been received, so nothing more comes) and releases the
-- claims that they no longer cover, lower priority first, younger first; returns them, and writes each into LostSupply.
-- Lock order: Reservation -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_shorten_supply(
    p_at timestamptz, p_actor text, p_supplies bigint[], p_quantities integer[]
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_claims bigint[];
    v_units integer[];
BEGIN
    PERFORM c.id FROM inventory_reservation c WHERE c.supply_id = ANY (p_supplies)
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE;
    PERFORM s.id FROM inventory_incoming_supply s WHERE s.id = ANY (p_supplies) ORDER BY s.id FOR NO KEY UPDATE;
    SELECT array_agg(k.id), array_agg(k.over) INTO v_claims, v_units FROM (
        SELECT c.id, least(c.quantity, sum(c.quantity) OVER queue
                           - greatest(0, coalesce(p.quantity, s.received) - s.received))::integer AS over
        FROM unnest(p_supplies, p_quantities) p(id, quantity) JOIN inventory_incoming_supply s ON s.id = p.id
        JOIN inventory_reservation c ON c.supply_id = s.id
        WINDOW queue AS (PARTITION BY s.id ORDER BY c.priority DESC, c.created_at, c.id)) k
    WHERE k.over > 0;
    IF v_claims IS NOT NULL THEN
        RETURN QUERY SELECT * FROM inventory_end_supply_claims(
            p_at, p_actor, v_claims, v_units, array_fill('SUPPLY_SHORT'::text, ARRAY[cardinality(v_claims)]));
    END IF;
    UPDATE inventory_incoming_supply s SET quantity = greatest(s.received, coalesce(p.quantity, s.received))
    FROM unnest(p_supplies, p_quantities) p(id, quantity) WHERE s.id = p.id;
END $$;
