-- Sets how many units of SKUs channels may take. A quota that begins counts the claims that are open; one lowered below
-- its use remembers the difference as excess, so that nothing more can be taken.
-- Where a quota begins, the SKU's levels and supplies are locked first: whoever claims or releases it holds one of them,
-- so the count is exact.
-- Lock order: StockLevel -> IncomingSupply -> ChannelQuota by (sku, channel).
CREATE OR REPLACE FUNCTION inventory_set_quotas(p_channel bigint[], p_sku bigint[], p_quota integer[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_new bigint[];
BEGIN
    SELECT array_agg(DISTINCT k.sku) INTO v_new FROM unnest(p_channel, p_sku) k(channel, sku)
    WHERE NOT EXISTS (SELECT FROM inventory_channel_quota q WHERE q.channel_id = k.channel AND q.sku_id = k.sku);
    IF v_new IS NOT NULL THEN
        PERFORM s.id FROM inventory_stock_level s WHERE s.sku_id = ANY (v_new) ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE;
        PERFORM s.id FROM inventory_incoming_supply s WHERE s.sku_id = ANY (v_new) ORDER BY s.id FOR NO KEY UPDATE;
        INSERT INTO inventory_channel_quota (channel_id, sku_id, quota, used, excess, since_entry)
        SELECT k.channel, k.sku, k.quota, o.units, greatest(0, o.units - k.quota),
               (SELECT coalesce(max(last_value), 0) FROM pg_sequences
                WHERE schemaname = current_schema AND sequencename = 'inventory_reservation_entry_id_seq')
        FROM unnest(p_channel, p_sku, p_quota) k(channel, sku, quota)
        CROSS JOIN LATERAL (SELECT coalesce(sum(c.quantity), 0) AS units FROM inventory_reservation c
                            WHERE c.channel_id = k.channel AND c.sku_id = k.sku) o
        ORDER BY k.sku, k.channel
        ON CONFLICT (channel_id, sku_id) DO NOTHING;
    END IF;
    PERFORM q.id FROM inventory_channel_quota q JOIN unnest(p_channel, p_sku) k(channel, sku)
      ON q.channel_id = k.channel AND q.sku_id = k.sku
    ORDER BY q.sku_id, q.channel_id FOR NO KEY UPDATE OF q;
    UPDATE inventory_channel_quota q SET quota = k.quota, excess = greatest(0, q.used - k.quota)
    FROM unnest(p_channel, p_sku, p_quota) k(channel, sku, quota) WHERE q.channel_id = k.channel AND q.sku_id = k.sku;
END $$;
