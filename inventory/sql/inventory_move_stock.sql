-- Applies signed changes of on hand and unsellable (ADJUST, RECEIVE, TRANSFER_OUT), each with its movement.
-- A level whose changes together would take it below zero, or call more units unsellable than are there, keeps all of
-- them off (units that come in unsellable are there, whatever a count found missing before); with p_free also one whose claims would no longer be covered. Their places (from 1) are returned with what is there.
-- Lock order: StockLevel.
CREATE OR REPLACE FUNCTION inventory_move_stock(
    p_at timestamptz, p_actor text, p_kind text, p_free boolean,
    m_sku bigint[], m_node bigint[], m_on_hand integer[], m_unsellable integer[], m_reason text[], m_reference text[],
    m_lot text[]
) RETURNS TABLE (place bigint, on_hand integer, unsellable integer, reserved integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_bad bigint[];
BEGIN
    PERFORM inventory_ensure_levels(m_sku, m_node);
    SELECT array_agg(s.id) INTO v_bad FROM (
        SELECT k.sku, k.node, sum(k.on_hand) AS on_hand, sum(k.unsellable) AS unsellable
        FROM unnest(m_sku, m_node, m_on_hand, m_unsellable) k(sku, node, on_hand, unsellable) GROUP BY k.sku, k.node) k
    JOIN inventory_stock_level s ON s.sku_id = k.sku AND s.node_id = k.node
    WHERE s.on_hand + k.on_hand < 0 OR s.unsellable + k.unsellable < 0
       OR (k.unsellable > greatest(0, k.on_hand) AND s.unsellable + k.unsellable > s.on_hand + k.on_hand)
       OR (p_free AND NOT s.unlimited AND s.on_hand + k.on_hand < s.unsellable + k.unsellable + s.reserved);
    UPDATE inventory_stock_level s
    SET on_hand = s.on_hand + k.on_hand, unsellable = s.unsellable + k.unsellable,
        shortage = CASE WHEN s.unlimited THEN 0
                   ELSE greatest(0, s.reserved + s.unsellable + k.unsellable - s.on_hand - k.on_hand) END
    FROM (SELECT k.sku, k.node, sum(k.on_hand) AS on_hand, sum(k.unsellable) AS unsellable
          FROM unnest(m_sku, m_node, m_on_hand, m_unsellable) k(sku, node, on_hand, unsellable) GROUP BY k.sku, k.node) k
    WHERE s.sku_id = k.sku AND s.node_id = k.node AND s.id <> ALL (coalesce(v_bad, '{}'));
    INSERT INTO inventory_stock_movement
        (at, sku_id, node_id, on_hand_delta, unsellable_delta, kind, reason, reference, lot, actor)
    SELECT p_at, k.sku, k.node, k.on_hand, k.unsellable, p_kind, k.reason, k.reference, k.lot, p_actor
    FROM unnest(m_sku, m_node, m_on_hand, m_unsellable, m_reason, m_reference, m_lot)
         k(sku, node, on_hand, unsellable, reason, reference, lot)
    JOIN inventory_stock_level s ON s.sku_id = k.sku AND s.node_id = k.node
    WHERE s.id <> ALL (coalesce(v_bad, '{}'));
    RETURN QUERY
    SELECT k.n, s.on_hand, s.unsellable, s.reserved FROM unnest(m_sku, m_node) WITH ORDINALITY k(sku, node, n)
    JOIN inventory_stock_level s ON s.sku_id = k.sku AND s.node_id = k.node
    WHERE s.id = ANY (v_bad) ORDER BY k.n;
END $$;
