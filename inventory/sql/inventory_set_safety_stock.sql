-- Sets the safety stock of levels, with an entry in the ledger for each that changes; returns how many did.
-- Lock order: StockLevel.
CREATE OR REPLACE FUNCTION inventory_set_safety_stock(
    p_at timestamptz, p_actor text, c_sku bigint[], c_node bigint[], c_units integer[]
) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM inventory_ensure_levels(c_sku, c_node);
    WITH changed AS (
        UPDATE inventory_stock_level s SET safety_stock = k.units FROM unnest(c_sku, c_node, c_units) k(sku, node, units)
        WHERE s.sku_id = k.sku AND s.node_id = k.node AND s.safety_stock <> k.units
        RETURNING s.sku_id, s.node_id, new.safety_stock - old.safety_stock AS delta
    )
    INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, safety_stock_delta, kind, actor)
    SELECT p_at, sku_id, node_id, 0, delta, 'SAFETY', p_actor FROM changed;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
