-- Applies absolute counts: a row says what was on hand at counted_at, and our own physical movements since then are
-- applied on top. Returns each row's fate by its place from 1: CHANGED, UNCHANGED, or IGNORED when a later count is
-- known. Keys must be distinct. p_kind is COUNT or FEED. Shortage is written here.
-- A node that feeds what it has free (feed_basis AVAILABLE) knew the hard claims and unsellable units of that moment:
-- they are added.
-- Lock order: StockLevel.
CREATE OR REPLACE FUNCTION inventory_count(
    p_at timestamptz, p_actor text, p_kind text, p_reference text,
    c_sku bigint[], c_node bigint[], c_on_hand integer[], c_counted_at timestamptz[], c_reason text[]
) RETURNS TABLE (place bigint, fate text)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_since timestamptz := (SELECT min(t) FROM unnest(c_counted_at) t);  -- leaves out the months before
BEGIN
    PERFORM inventory_ensure_levels(c_sku, c_node);
    RETURN QUERY
    WITH counted AS MATERIALIZED (
        SELECT c.n, s.id, s.sku_id, s.node_id, s.on_hand, s.counted_at AS last_at, c.counted_at, c.reason,
               CASE WHEN n.feed_basis = 'ON_HAND' THEN greatest(0, c.on_hand + m.units)
                    ELSE inventory_counted_on_hand(c.sku, c.node, c.on_hand, c.counted_at, s.unsellable, n.feed_basis)
                    END AS target,
               s.counted_at > c.counted_at OR EXISTS (
                   SELECT FROM inventory_count_mark m WHERE m.node_id = c.node AND m.counted_at > c.counted_at
                   AND c.sku = ANY (m.sku_ids)) AS late
        FROM unnest(c_sku, c_node, c_on_hand, c_counted_at, c_reason) WITH ORDINALITY
             c(sku, node, on_hand, counted_at, reason, n)
        JOIN inventory_stock_level s ON s.sku_id = c.sku AND s.node_id = c.node
        JOIN inventory_node n ON n.id = c.node
        -- The sum of inventory_counted_on_hand, written out: a call for each of 5,000 rows costs a second.
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(m.on_hand_delta), 0)::integer AS units FROM inventory_stock_movement m
            WHERE m.sku_id = c.sku AND m.node_id = c.node AND m.at > c.counted_at AND m.at > v_since
              AND m.kind NOT IN ('COUNT', 'FEED')) m
    ), written AS (
        UPDATE inventory_stock_level s
        SET on_hand = k.target, counted_at = k.counted_at,
            shortage = CASE WHEN s.unlimited THEN 0 ELSE greatest(0, s.reserved + s.unsellable - k.target) END
        FROM counted k WHERE s.id = k.id AND k.late IS NOT TRUE
    ), moved AS (
        INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind, reason, reference, actor)
        SELECT p_at, k.sku_id, k.node_id, k.target - k.on_hand, p_kind, k.reason, p_reference, p_actor
        FROM counted k WHERE k.late IS NOT TRUE AND k.target <> k.on_hand
    )
    SELECT k.n, CASE WHEN k.late THEN 'IGNORED' WHEN k.target <> k.on_hand THEN 'CHANGED' ELSE 'UNCHANGED' END
    FROM counted k ORDER BY k.n;
END $$;
