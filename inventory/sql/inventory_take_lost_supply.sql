-- Hands out, oldest first, up to p_limit claims that incoming supply lost, and forgets them: the caller sources their
-- demands afresh in this transaction.
-- Locks: LostSupply rows, those that nobody else holds (never waits).
CREATE OR REPLACE FUNCTION inventory_take_lost_supply(p_limit integer)
RETURNS TABLE (demand_ref text, line_ref text, sku_id bigint, source_ref text, expected_at timestamptz, reason text,
               quantity integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH taken AS (
        DELETE FROM inventory_lost_supply l WHERE l.id IN (
            SELECT k.id FROM inventory_lost_supply k ORDER BY k.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
        RETURNING l.*
    )
    SELECT t.demand_ref::text, t.line_ref::text, t.sku_id, s.source_ref::text, s.expected_at, t.reason::text, t.quantity
    FROM taken t JOIN inventory_incoming_supply s ON s.id = t.supply_id ORDER BY t.id;
END $$;
