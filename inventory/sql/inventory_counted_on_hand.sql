-- Returns the units on hand now, given a count of p_count at p_counted_at: later physical movements are applied (counts
-- and feeds are corrections, not movements), and for a node that feeds AVAILABLE what it had set aside at that moment.
-- Never below zero. Reads only.
CREATE OR REPLACE FUNCTION inventory_counted_on_hand(
    p_sku bigint, p_node bigint, p_count integer, p_counted_at timestamptz, p_unsellable integer, p_basis text
) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT greatest(0, p_count
        + coalesce((SELECT sum(m.on_hand_delta) FROM inventory_stock_movement m
                    WHERE m.sku_id = p_sku AND m.node_id = p_node AND m.at > p_counted_at
                      AND m.kind NOT IN ('COUNT', 'FEED')), 0)
        + CASE WHEN p_basis = 'AVAILABLE' THEN
            p_unsellable
            - coalesce((SELECT sum(m.unsellable_delta) FROM inventory_stock_movement m
                        WHERE m.sku_id = p_sku AND m.node_id = p_node AND m.at > p_counted_at), 0)
            + coalesce((SELECT sum(c.quantity) FROM inventory_reservation c
                        WHERE c.sku_id = p_sku AND c.node_id = p_node AND c.supply_id IS NULL AND c.kind = 'HARD'), 0)
            - coalesce((SELECT sum(e.delta) FROM inventory_reservation_entry e
                        WHERE e.sku_id = p_sku AND e.node_id = p_node AND e.supply_id IS NULL AND e.hold = 'HARD'
                          AND e.at > p_counted_at), 0)
          ELSE 0 END)::integer
$$;
