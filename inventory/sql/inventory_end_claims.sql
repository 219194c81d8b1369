-- Takes units off claims that the caller has locked (Reservation FOR UPDATE); a claim without units left is deleted.
-- RELEASE and EXPIRE give stock or incoming supply and quota back; CONSUME takes the goods off hand with the claim
-- and leaves the quota used. Shortage falls with them (inventory_lower_shortage).
-- Lock order: StockLevel -> IncomingSupply -> ChannelQuota, each by natural key.
CREATE OR REPLACE FUNCTION inventory_end_claims(
    p_at timestamptz, p_actor text, p_kind text, p_reason text, p_claims bigint[], p_units integer[]
) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_levels bigint[];
    v_off bigint[];
BEGIN
    SELECT array_agg(x.id), array_agg(x.units) INTO v_levels, v_off FROM (
        SELECT s.id, k.units FROM (
            SELECT c.sku_id, c.node_id, sum(e.units) AS units FROM unnest(p_claims, p_units) e(id, units)
            JOIN inventory_reservation c ON c.id = e.id WHERE c.supply_id IS NULL GROUP BY c.sku_id, c.node_id) k
        JOIN inventory_stock_level s ON s.sku_id = k.sku_id AND s.node_id = k.node_id
        ORDER BY s.sku_id, s.node_id FOR NO KEY UPDATE OF s) x;
    IF p_kind = 'CONSUME' THEN
        -- What leaves was there, whatever a low count said: on hand stops at zero.
        WITH shipped AS (
            UPDATE inventory_stock_level s
            SET reserved = s.reserved - k.units,
                on_hand = CASE WHEN s.unlimited THEN s.on_hand ELSE greatest(0, s.on_hand - k.units) END
            FROM unnest(v_levels, v_off) k(id, units) WHERE s.id = k.id
            RETURNING s.sku_id, s.node_id, new.on_hand - old.on_hand AS delta
        )
        INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind, reason, reference, actor)
        SELECT p_at, m.sku_id, m.node_id, m.delta, 'SHIP', p_reason, r.reference, p_actor FROM shipped m
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(DISTINCT c.demand_ref) = 1 THEN min(c.demand_ref) ELSE '' END AS reference
            FROM inventory_reservation c
            WHERE c.id = ANY (p_claims) AND c.sku_id = m.sku_id AND c.node_id = m.node_id) r
        WHERE m.delta <> 0;
    ELSE
        UPDATE inventory_stock_level s SET reserved = s.reserved - k.units
        FROM unnest(v_levels, v_off) k(id, units) WHERE s.id = k.id;
        PERFORM s.id FROM inventory_incoming_supply s WHERE s.id IN (
            SELECT c.supply_id FROM inventory_reservation c WHERE c.id = ANY (p_claims) AND c.supply_id IS NOT NULL)
        ORDER BY s.id FOR NO KEY UPDATE;
        IF FOUND THEN
            UPDATE inventory_incoming_supply s SET reserved = s.reserved - k.units FROM (
                SELECT c.supply_id, sum(e.units) AS units FROM unnest(p_claims, p_units) e(id, units)
                JOIN inventory_reservation c ON c.id = e.id WHERE c.supply_id IS NOT NULL GROUP BY c.supply_id) k
            WHERE s.id = k.supply_id;
        END IF;
        WITH k AS MATERIALIZED (
            SELECT c.channel_id, c.sku_id, sum(e.units) AS units FROM unnest(p_claims, p_units) e(id, units)
            JOIN inventory_reservation c ON c.id = e.id GROUP BY c.channel_id, c.sku_id
        ), locked AS MATERIALIZED (
            SELECT q.id, k.units FROM k
            JOIN inventory_channel_quota q ON q.channel_id = k.channel_id AND q.sku_id = k.sku_id
            ORDER BY q.sku_id, q.channel_id FOR NO KEY UPDATE OF q
        )
        UPDATE inventory_channel_quota q
        SET used = q.used - k.units, excess = greatest(0, q.used - k.units - q.quota)
        FROM locked k WHERE q.id = k.id;
    END IF;
    INSERT INTO inventory_reservation_entry
        (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta, kind, reason, actor)
    SELECT p_at, c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id, c.channel_id, c.kind, -e.units, p_kind,
           p_reason, p_actor
    FROM unnest(p_claims, p_units) e(id, units) JOIN inventory_reservation c ON c.id = e.id;
    DELETE FROM inventory_reservation c USING unnest(p_claims, p_units) e(id, units)
    WHERE c.id = e.id AND c.quantity = e.units;
    UPDATE inventory_reservation c SET quantity = c.quantity - e.units FROM unnest(p_claims, p_units) e(id, units)
    WHERE c.id = e.id;
END $$;
