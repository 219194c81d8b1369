-- Brings the thresholds of up to p_limit levels behind the level p_after to what the published rules say, units and percent
-- of on hand; returns the last of them, null where there is none. Of the rules that fit a level, the lowest rank decides,
-- then the code; a rule with dates fits from the first to the last of them by the node's own date at p_at.
-- Lock order: StockLevel, by (sku, node), those alone whose threshold changes.
CREATE OR REPLACE FUNCTION inventory_mark_low(p_at timestamptz, p_after bigint, p_limit integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_last bigint;
BEGIN
    SELECT max(x.id) INTO v_last FROM (
        SELECT s.id FROM inventory_stock_level s WHERE s.id > p_after ORDER BY s.id LIMIT p_limit) x;
    WITH rules AS MATERIALIZED (
        SELECT coalesce((c.body ->> 'rank')::integer, 100) AS rank, c.scope AS code,
               coalesce((c.body ->> 'units')::integer, 0) AS units, coalesce((c.body ->> 'percent')::smallint, 0) AS percent,
               ARRAY(SELECT jsonb_array_elements_text(coalesce(c.body -> 'tags', '[]')))::varchar[] AS tags,
               ARRAY(SELECT jsonb_array_elements_text(coalesce(c.body -> 'skus', '[]')))::varchar[] AS skus,
               CASE WHEN coalesce(c.body ->> 'node_group', '') <> '' THEN ARRAY(
                   SELECT m.node_id FROM inventory_node_group_member m JOIN inventory_node_group g ON g.id = m.nodegroup_id
                   WHERE g.code = c.body ->> 'node_group') END AS nodes,
               coalesce((c.body ->> 'from')::date, '-infinity') AS first,
               coalesce((c.body ->> 'to')::date, 'infinity') AS last
        FROM kernel_config_version c
        WHERE c.kind = 'low-stock' AND c.status = 'PUBLISHED' AND c.live_until IS NULL
          AND coalesce((c.body ->> 'active')::boolean, true)
    ), wanted AS MATERIALIZED (
        SELECT s.id, s.low_at, s.low_percent, d.units, coalesce(d.percent, 0) AS percent
        FROM inventory_stock_level s
        JOIN inventory_sku k ON k.id = s.sku_id
        JOIN inventory_node n ON n.id = s.node_id
        LEFT JOIN LATERAL (
            SELECT r.units, r.percent FROM rules r
            WHERE (cardinality(r.tags) + cardinality(r.skus) = 0 OR k.code = ANY (r.skus) OR k.tags && r.tags)
              AND (r.nodes IS NULL OR s.node_id = ANY (r.nodes))
              AND (p_at AT TIME ZONE n.time_zone)::date BETWEEN r.first AND r.last
            ORDER BY r.rank, r.code COLLATE "C" LIMIT 1) d ON true
        WHERE s.id > p_after AND s.id <= v_last
    ), locked AS MATERIALIZED (
        SELECT s.id, w.units, w.percent FROM wanted w JOIN inventory_stock_level s ON s.id = w.id
        WHERE (w.units, w.percent) IS DISTINCT FROM (w.low_at, w.low_percent) ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE OF s
    )
    UPDATE inventory_stock_level s SET low_at = k.units, low_percent = k.percent FROM locked k WHERE s.id = k.id;
    RETURN v_last;
END $$;
