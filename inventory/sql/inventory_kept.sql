-- Returns what the published rules keep of SKUs at nodes from channels at p_at, by the place of each from 1: units and
-- percent of on hand, for safety stock and for thresholds. Of the rules that fit, the lowest rank decides, then the code;
-- a rule with dates fits from the first to the last of them by the node's own date. The same as RuleBook.kept.
-- Locks nothing.
CREATE OR REPLACE FUNCTION inventory_kept(p_at timestamptz, k_channel bigint[], k_sku bigint[], k_node bigint[])
RETURNS TABLE (place integer, safety bigint, safety_percent bigint, threshold bigint, threshold_percent bigint)
LANGUAGE sql STABLE AS $$
    WITH rules AS MATERIALIZED (
        SELECT c.kind, coalesce((c.body ->> 'rank')::integer, 100) AS rank, c.scope AS code,
               coalesce(c.body ->> 'units', c.body ->> 'threshold', '0')::bigint AS units,
               coalesce(c.body ->> 'percent', c.body ->> 'threshold_percent', '0')::bigint AS percent,
               ARRAY(SELECT jsonb_array_elements_text(coalesce(c.body -> 'tags', '[]')))::varchar[] AS tags,
               ARRAY(SELECT jsonb_array_elements_text(coalesce(c.body -> 'skus', '[]')))::varchar[] AS skus,
               coalesce(c.body ->> 'channel', '') AS channel,
               CASE WHEN coalesce(c.body ->> 'node_group', '') <> '' THEN ARRAY(
                   SELECT m.node_id FROM inventory_node_group_member m JOIN inventory_node_group g ON g.id = m.nodegroup_id
                   WHERE g.code = c.body ->> 'node_group') END AS nodes,
               coalesce((c.body ->> 'from')::date, '-infinity') AS first,
               coalesce((c.body ->> 'to')::date, 'infinity') AS last
        FROM kernel_config_version c
        WHERE c.kind IN ('safety-stock', 'channel-rules') AND c.status = 'PUBLISHED' AND c.live_until IS NULL
          AND coalesce((c.body ->> 'active')::boolean, true)
          AND c.body ?| ARRAY['units', 'percent', 'threshold', 'threshold_percent']
    ), deciding AS (
        SELECT DISTINCT ON (k.place, r.kind) k.place, r.kind, r.units, r.percent
        FROM unnest(k_channel, k_sku, k_node) WITH ORDINALITY k(channel, sku, node, place)
        JOIN inventory_channel h ON h.id = k.channel
        JOIN inventory_sku i ON i.id = k.sku
        JOIN inventory_node n ON n.id = k.node
        JOIN rules r ON r.channel IN ('', h.code)
                    AND (cardinality(r.tags) + cardinality(r.skus) = 0 OR i.code = ANY (r.skus) OR i.tags && r.tags)
                    AND (r.nodes IS NULL OR n.id = ANY (r.nodes))
                    AND (p_at AT TIME ZONE n.time_zone)::date BETWEEN r.first AND r.last
        ORDER BY k.place, r.kind, r.rank, r.code COLLATE "C"
    )
    SELECT d.place::integer,
           coalesce(max(d.units) FILTER (WHERE d.kind = 'safety-stock'), 0),
           coalesce(max(d.percent) FILTER (WHERE d.kind = 'safety-stock'), 0),
           coalesce(max(d.units) FILTER (WHERE d.kind = 'channel-rules'), 0),
           coalesce(max(d.percent) FILTER (WHERE d.kind = 'channel-rules'), 0)
    FROM deciding d GROUP BY d.place
$$;
