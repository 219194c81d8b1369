-- Brings the counts of waiting units to the limits that their SKUs have now; a limit below what waits stops further
-- units, and what waits stays, as excess.
-- Lock order: BackorderCount by SKU, after everything else.
CREATE OR REPLACE FUNCTION inventory_set_backorder_limits(p_code text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_backorder_count (sku_id, waiting, allowed, excess)
    SELECT s.id, 0, s.backorder_limit, 0 FROM inventory_sku s
    WHERE s.code = ANY (p_code) AND s.backorder_limit IS NOT NULL ORDER BY s.id
    ON CONFLICT (sku_id) DO NOTHING;
    PERFORM c.id FROM inventory_backorder_count c JOIN inventory_sku s ON s.id = c.sku_id
    WHERE s.code = ANY (p_code) AND c.allowed IS DISTINCT FROM s.backorder_limit
    ORDER BY c.sku_id FOR NO KEY UPDATE OF c;
    UPDATE inventory_backorder_count c
    SET allowed = s.backorder_limit, excess = greatest(0, c.waiting - coalesce(s.backorder_limit, c.waiting))
    FROM inventory_sku s
    WHERE s.id = c.sku_id AND s.code = ANY (p_code) AND c.allowed IS DISTINCT FROM s.backorder_limit;
END $$;
