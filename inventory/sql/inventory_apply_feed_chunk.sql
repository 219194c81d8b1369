-- Applies one chunk of a feed's changed rows and moves the feed on, in the caller's transaction; returns the rows (their
-- numbers in the feed) that a later count had overtaken meanwhile, null when the chunk was applied already.
-- Lock order: the feed's own row -> StockLevel.
CREATE OR REPLACE FUNCTION inventory_apply_feed_chunk(p_at timestamptz, p_feed bigint, p_chunk integer)
RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    v_feed inventory_stock_feed;
    v_sku bigint[]; v_node bigint[]; v_on_hand integer[]; v_counted_at timestamptz[]; v_row integer[];
    v_late integer[];
BEGIN
    UPDATE inventory_stock_feed f SET next_chunk = p_chunk + 1
    WHERE f.id = p_feed AND f.next_chunk = p_chunk AND f.status = 'APPLYING' RETURNING f.* INTO v_feed;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(c.sku_id ORDER BY c.sku_id, c.node_id), array_agg(c.node_id ORDER BY c.sku_id, c.node_id),
           array_agg(c.on_hand ORDER BY c.sku_id, c.node_id), array_agg(c.counted_at ORDER BY c.sku_id, c.node_id),
           array_agg(c.row ORDER BY c.sku_id, c.node_id)
    INTO v_sku, v_node, v_on_hand, v_counted_at, v_row
    FROM inventory_feed_change c WHERE c.feed_id = p_feed AND c.chunk = p_chunk;
    SELECT coalesce(array_agg(v_row[c.place]), '{}') INTO v_late
    FROM inventory_count(p_at, v_feed.actor, 'FEED', v_feed.ref, v_sku, v_node, v_on_hand, v_counted_at,
                         array_fill(''::text, ARRAY[cardinality(v_sku)])) c
    WHERE c.fate = 'IGNORED';
    UPDATE inventory_stock_feed f SET ignored = f.ignored + cardinality(v_late) WHERE f.id = p_feed;
    RETURN v_late;
END $$;
