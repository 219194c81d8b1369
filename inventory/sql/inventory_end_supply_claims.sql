-- Takes units off claims on incoming supply that the caller has locked (Reservation FOR UPDATE), and writes each into
-- LostSupply with its reason: its demand has to be sourced afresh. Returns what was freed. The ledger takes one reason a
-- call: the first by name.
-- Lock order: IncomingSupply -> ChannelQuota, each by natural key.
CREATE OR REPLACE FUNCTION inventory_end_supply_claims(
    p_at timestamptz, p_actor text, p_claims bigint[], p_units integer[], p_reasons text[]
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    INSERT INTO inventory_lost_supply AS l (demand_ref, line_ref, sku_id, supply_id, quantity, reason, lost_at)
    SELECT c.demand_ref, c.line_ref, c.sku_id, c.supply_id, k.units, k.reason, p_at
    FROM unnest(p_claims, p_units, p_reasons) k(id, units, reason) JOIN inventory_reservation c ON c.id = k.id ORDER BY c.id
    RETURNING l.demand_ref::text, l.line_ref::text, l.quantity;
    PERFORM inventory_end_claims(p_at, p_actor, 'RELEASE', (SELECT min(r) FROM unnest(p_reasons) r), p_claims, p_units);
END $$;
