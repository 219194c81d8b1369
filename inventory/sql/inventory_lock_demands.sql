-- Locks what the claims of the given demand references stand on, in one pass and the one order, so that the calls that
-- follow in the transaction (release, consume, adjust, count) wait for nothing any more.
-- Lock order: Reservation -> StockLevel -> IncomingSupply -> ChannelQuota, each by natural key.
CREATE OR REPLACE FUNCTION inventory_lock_demands(p_refs text[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    PERFORM c.id FROM inventory_reservation c WHERE c.demand_ref = ANY (p_refs)
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE;
    PERFORM s.id FROM (
        SELECT DISTINCT c.sku_id, c.node_id FROM inventory_reservation c
        WHERE c.demand_ref = ANY (p_refs) AND c.supply_id IS NULL) k
    JOIN inventory_stock_level s ON s.sku_id = k.sku_id AND s.node_id = k.node_id
    ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE OF s;
    PERFORM s.id FROM inventory_incoming_supply s WHERE s.id IN (
        SELECT c.supply_id FROM inventory_reservation c WHERE c.demand_ref = ANY (p_refs) AND c.supply_id IS NOT NULL)
    ORDER BY s.id FOR NO KEY UPDATE;
    PERFORM q.id FROM (
        SELECT DISTINCT c.sku_id, c.channel_id FROM inventory_reservation c WHERE c.demand_ref = ANY (p_refs)) k
    JOIN inventory_channel_quota q ON q.sku_id = k.sku_id AND q.channel_id = k.channel_id
    ORDER BY q.sku_id, q.channel_id FOR NO KEY UPDATE OF q;
END $$;
