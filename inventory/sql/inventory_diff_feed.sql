-- Compares a staged feed with the stock levels, once: rows that differ go to inventory_feed_change in chunks of p_chunk
-- ordered by (sku, node); rows that agree are remembered per node in inventory_count_mark, so that an older count that
-- arrives later is still ignored (at the earliest instant of the node's rows). Rows older than a known count are
-- returned. A row that agrees cannot begin to differ by our own movements: they change the level and the count alike.
-- p_since is the earliest counted_at of the feed.
-- Takes no lock: inventory_apply_feed_chunk decides again under its locks.
CREATE OR REPLACE FUNCTION inventory_diff_feed(
    p_feed bigint, p_since timestamptz, p_chunk integer, OUT unchanged bigint, OUT changed bigint, OUT late integer[]
)
LANGUAGE plpgsql
SET work_mem = '64MB' SET jit = off
AS $$
BEGIN
    ANALYZE inventory_feed_row;
    DELETE FROM inventory_count_mark WHERE counted_at < p_since - interval '35 days';
    WITH moved AS MATERIALIZED (
        SELECT DISTINCT m.sku_id, m.node_id FROM inventory_stock_movement m WHERE m.at > p_since
    ), marked AS MATERIALIZED (
        SELECT m.node_id, k.sku_id, max(m.counted_at) AS counted_at FROM inventory_count_mark m
        CROSS JOIN LATERAL unnest(m.sku_ids) k(sku_id) WHERE m.counted_at > p_since GROUP BY m.node_id, k.sku_id
    ), fates AS MATERIALIZED (
        SELECT f.row, f.sku_id, f.node_id, f.on_hand, f.counted_at,
               CASE WHEN s.id IS NULL THEN 'CHANGED'
                    WHEN s.counted_at > f.counted_at OR k.counted_at > f.counted_at THEN 'LATE'
                    WHEN s.shortage > 0 THEN 'CHANGED'
                    WHEN s.on_hand <> CASE WHEN m.sku_id IS NULL AND n.feed_basis = 'ON_HAND' THEN f.on_hand
                         ELSE inventory_counted_on_hand(f.sku_id, f.node_id, f.on_hand, f.counted_at, s.unsellable,
                                                        n.feed_basis) END THEN 'CHANGED'
                    ELSE 'SAME' END AS fate
        FROM inventory_feed_row f
        JOIN inventory_node n ON n.id = f.node_id
        LEFT JOIN inventory_stock_level s ON s.sku_id = f.sku_id AND s.node_id = f.node_id
        LEFT JOIN moved m ON m.sku_id = f.sku_id AND m.node_id = f.node_id
        LEFT JOIN marked k ON k.sku_id = f.sku_id AND k.node_id = f.node_id
        WHERE f.feed_id = p_feed
    ), kept AS (
        INSERT INTO inventory_feed_change (feed_id, chunk, sku_id, node_id, on_hand, counted_at, row)
        SELECT p_feed, (row_number() OVER (ORDER BY sku_id, node_id) - 1) / p_chunk, sku_id, node_id, on_hand, counted_at, row
        FROM fates WHERE fate = 'CHANGED'
    ), remembered AS (
        INSERT INTO inventory_count_mark (node_id, counted_at, sku_ids)
        SELECT node_id, min(counted_at), array_agg(sku_id) FROM fates WHERE fate = 'SAME' GROUP BY node_id
    )
    SELECT count(*) FILTER (WHERE fate = 'SAME'), count(*) FILTER (WHERE fate = 'CHANGED'),
           array_agg(row ORDER BY row) FILTER (WHERE fate = 'LATE')
    INTO unchanged, changed, late FROM fates;
    DELETE FROM inventory_feed_row WHERE feed_id = p_feed;
END $$;
