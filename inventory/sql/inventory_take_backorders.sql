-- Gives units of SKUs a place among those that wait for stock, element by element in the order of the arrays, each whole
-- or not at all; returns those (from 1) that found none, and how many places were left. A kept element, whose supply
-- is claimed, is never refused: what it takes beyond the limit is excess.
-- Lock order: BackorderCount by SKU, after everything else.
CREATE OR REPLACE FUNCTION inventory_take_backorders(p_sku bigint[], p_units integer[], p_kept boolean[])
RETURNS TABLE (place integer, available integer)
LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    INSERT INTO inventory_backorder_count (sku_id, waiting, excess)
    SELECT DISTINCT k.sku, 0, 0 FROM unnest(p_sku) k(sku) ORDER BY k.sku
    ON CONFLICT (sku_id) DO NOTHING;
    PERFORM c.id FROM inventory_backorder_count c WHERE c.sku_id = ANY (p_sku) ORDER BY c.sku_id FOR NO KEY UPDATE;
    UPDATE inventory_backorder_count c SET waiting = c.waiting + k.units
    FROM (SELECT u.sku, sum(u.units) AS units FROM unnest(p_sku, p_units) u(sku, units) GROUP BY u.sku) k
    WHERE c.sku_id = k.sku AND c.allowed IS NULL;
    FOR r IN SELECT u.place, u.sku, u.units, u.kept
             FROM unnest(p_sku, p_units, p_kept) WITH ORDINALITY u(sku, units, kept, place)
             JOIN inventory_backorder_count c ON c.sku_id = u.sku WHERE c.allowed IS NOT NULL ORDER BY u.place
    LOOP
        UPDATE inventory_backorder_count c
        SET waiting = c.waiting + r.units,
            excess = CASE WHEN r.kept THEN greatest(c.excess, c.waiting + r.units - c.allowed) ELSE c.excess END
        WHERE c.sku_id = r.sku AND (r.kept OR c.waiting + r.units <= c.allowed);
        IF NOT FOUND THEN
            place := r.place;
            available := (SELECT greatest(0, c.allowed - c.waiting) FROM inventory_backorder_count c
                          WHERE c.sku_id = r.sku);
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
