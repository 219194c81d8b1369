-- Gives back the places of units that wait no longer: they were planned, cancelled, or are decided on again.
-- Lock order: BackorderCount by SKU, after everything else.
CREATE OR REPLACE FUNCTION inventory_end_backorders(p_sku bigint[], p_units integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM c.id FROM inventory_backorder_count c WHERE c.sku_id = ANY (p_sku) ORDER BY c.sku_id FOR NO KEY UPDATE;
    UPDATE inventory_backorder_count c
    SET waiting = c.waiting - k.units,
        excess = least(c.excess, greatest(0, c.waiting - k.units - coalesce(c.allowed, 0)))
    FROM (SELECT u.sku, sum(u.units) AS units FROM unnest(p_sku, p_units) u(sku, units) GROUP BY u.sku) k
    WHERE c.sku_id = k.sku;
END $$;
