-- Creates the stock levels that do not exist yet, empty, and locks all of the given ones.
-- Lock order: StockLevel, by (sku, node).
CREATE OR REPLACE FUNCTION inventory_ensure_levels(p_sku bigint[], p_node bigint[]) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    INSERT INTO inventory_stock_level (sku_id, node_id, on_hand, unsellable, reserved, shortage, safety_stock, unlimited)
    SELECT DISTINCT k.sku, k.node, 0, 0, 0, 0, 0, false FROM unnest(p_sku, p_node) k(sku, node)
    WHERE NOT EXISTS (SELECT FROM inventory_stock_level s WHERE s.sku_id = k.sku AND s.node_id = k.node)
    ORDER BY k.sku, k.node
    ON CONFLICT (sku_id, node_id) DO NOTHING;
    PERFORM s.id FROM (SELECT DISTINCT k.sku, k.node FROM unnest(p_sku, p_node) k(sku, node)) k
    JOIN inventory_stock_level s ON s.sku_id = k.sku AND s.node_id = k.node
    ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE OF s;
END $$;
