-- Says of levels whether claims pass without stock. A level that is limited from here on may be short.
-- Lock order: StockLevel.
CREATE OR REPLACE FUNCTION inventory_set_unlimited(c_sku bigint[], c_node bigint[], p_unlimited boolean) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    PERFORM inventory_ensure_levels(c_sku, c_node);
    UPDATE inventory_stock_level s
    SET unlimited = p_unlimited,
        shortage = CASE WHEN p_unlimited THEN 0 ELSE greatest(0, s.reserved + s.unsellable - s.on_hand) END
    FROM unnest(c_sku, c_node) k(sku, node)
    WHERE s.sku_id = k.sku AND s.node_id = k.node AND s.unlimited <> p_unlimited;
END $$;
