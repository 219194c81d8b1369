-- Announces incoming supply, or changes what was announced under the same source, SKU and node; returns the claims that
-- smaller quantities no longer cover. A closed supply stays closed. A date that moves later is remembered: claims that
-- are older than the move were made for another date.
-- Keys must be distinct. Lock order: Reservation -> IncomingSupply -> ChannelQuota. Every supply is locked before the
-- shortening takes its quotas: whoever claims another of them holds that supply while it waits for the quota.
CREATE OR REPLACE FUNCTION inventory_announce_supply(
    p_at timestamptz, p_actor text, s_source text[], s_sku bigint[], s_node bigint[], s_quantity integer[],
    s_expected timestamptz[]
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_supplies bigint[];
    v_shorter bigint[];
    v_shortened integer[];
BEGIN
    INSERT INTO inventory_incoming_supply (source_ref, sku_id, node_id, quantity, expected_at, received, reserved)
    SELECT k.source, k.sku, k.node, k.quantity, k.expected, 0, 0
    FROM unnest(s_source, s_sku, s_node, s_quantity, s_expected) k(source, sku, node, quantity, expected)
    ORDER BY k.source COLLATE "C", k.sku, k.node
    ON CONFLICT (source_ref, sku_id, node_id) DO NOTHING;
    SELECT array_agg(s.id),
           array_agg(s.id) FILTER (WHERE s.quantity > k.quantity), array_agg(k.quantity) FILTER (WHERE s.quantity > k.quantity)
    INTO v_supplies, v_shorter, v_shortened
    FROM unnest(s_source, s_sku, s_node, s_quantity) k(source, sku, node, quantity)
    JOIN inventory_incoming_supply s ON s.source_ref = k.source AND s.sku_id = k.sku AND s.node_id = k.node
    WHERE s.closed_at IS NULL;
    PERFORM c.id FROM inventory_reservation c WHERE c.supply_id = ANY (v_shorter)
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE;
    PERFORM s.id FROM inventory_incoming_supply s WHERE s.id = ANY (v_supplies) ORDER BY s.id FOR NO KEY UPDATE;
    IF v_shorter IS NOT NULL THEN
        RETURN QUERY SELECT * FROM inventory_shorten_supply(p_at, p_actor, v_shorter, v_shortened);
    END IF;
    UPDATE inventory_incoming_supply s
    SET quantity = greatest(s.quantity, k.quantity), expected_at = k.expected,
        rescheduled_at = CASE WHEN k.expected > s.expected_at THEN p_at ELSE s.rescheduled_at END
    FROM unnest(s_source, s_sku, s_node, s_quantity, s_expected) k(source, sku, node, quantity, expected)
    WHERE s.id = ANY (v_supplies) AND s.closed_at IS NULL
      AND s.source_ref = k.source AND s.sku_id = k.sku AND s.node_id = k.node
      AND (s.expected_at <> k.expected OR s.quantity < k.quantity);
END $$;
