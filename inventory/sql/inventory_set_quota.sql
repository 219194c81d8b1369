-- Sets how many units of a SKU a channel may take. A quota that begins counts the claims that are open; one lowered
-- below its use remembers the difference as excess, so that nothing more can be taken.
-- The levels of the SKU are locked first: whoever claims or releases it holds one, so the count is exact, and nobody
-- waits for a quota while we wait for a level.
-- Lock order: StockLevel -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_set_quota(p_channel bigint, p_sku bigint, p_quota integer) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM inventory_channel_quota q WHERE q.channel_id = p_channel AND q.sku_id = p_sku;
    IF NOT FOUND THEN
        PERFORM s.id FROM inventory_stock_level s WHERE s.sku_id = p_sku ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE;
        PERFORM s.id FROM inventory_incoming_supply s WHERE s.sku_id = p_sku ORDER BY s.id FOR NO KEY UPDATE;
    END IF;
    INSERT INTO inventory_channel_quota (channel_id, sku_id, quota, used, excess, since_entry)
    SELECT p_channel, p_sku, p_quota, o.units, greatest(0, o.units - p_quota),
           (SELECT coalesce(max(last_value), 0) FROM pg_sequences
            WHERE schemaname = current_schema AND sequencename = 'inventory_reservation_entry_id_seq')
    FROM (SELECT coalesce(sum(c.quantity), 0) AS units FROM inventory_reservation c
          WHERE c.channel_id = p_channel AND c.sku_id = p_sku) o
    ON CONFLICT (channel_id, sku_id) DO UPDATE
    SET quota = excluded.quota, excess = greatest(0, inventory_channel_quota.used - excluded.quota);
END $$;
