-- Receives units of incoming supply: they come on hand, and claims on the supply become claims on hand, higher
-- priority first, older first. p_close says that no more will come: what is still claimed then is released (and lost,
-- see inventory_end_supply_claims).
-- Returns the released claims.
-- Lock order: Reservation -> StockLevel -> IncomingSupply -> ChannelQuota.
CREATE OR REPLACE FUNCTION inventory_receive_supply(
    p_at timestamptz, p_actor text, p_supply bigint, p_units integer, p_close boolean
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_sku bigint;
    v_node bigint;
    v_source text;
BEGIN
    SELECT s.sku_id, s.node_id, s.source_ref INTO v_sku, v_node, v_source
    FROM inventory_incoming_supply s WHERE s.id = p_supply;
    PERFORM c.id FROM inventory_reservation c WHERE c.supply_id = p_supply
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id FOR UPDATE;
    PERFORM inventory_ensure_levels(ARRAY[v_sku], ARRAY[v_node]);
    PERFORM s.id FROM inventory_incoming_supply s WHERE s.id = p_supply FOR NO KEY UPDATE;

    INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind, reference, actor)
    SELECT p_at, v_sku, v_node, p_units, 'RECEIVE', v_source, p_actor WHERE p_units > 0;

    WITH served AS MATERIALIZED (
        SELECT c.*, least(c.quantity, p_units - (sum(c.quantity) OVER queue - c.quantity)) AS got
        FROM inventory_reservation c WHERE c.supply_id = p_supply
        WINDOW queue AS (ORDER BY c.priority DESC, c.created_at, c.id)
    ), claims AS MATERIALIZED (SELECT * FROM served WHERE got > 0
    ), turned AS (
        INSERT INTO inventory_reservation AS c (demand_ref, line_ref, sku_id, node_id, channel_id, kind, quantity, priority,
                                                expires_at, created_at)
        SELECT k.demand_ref, k.line_ref, k.sku_id, k.node_id, k.channel_id, k.kind, k.got, k.priority, k.expires_at, k.created_at
        FROM claims k
        ON CONFLICT (demand_ref, line_ref, sku_id, node_id, supply_id) DO UPDATE SET quantity = c.quantity + excluded.quantity
    ), ended AS (DELETE FROM inventory_reservation c USING claims k WHERE c.id = k.id AND c.quantity = k.got
    ), shrunk AS (
        UPDATE inventory_reservation c SET quantity = c.quantity - k.got FROM claims k WHERE c.id = k.id AND c.quantity > k.got
    ), entered AS (
        INSERT INTO inventory_reservation_entry
            (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta, kind, actor)
        SELECT p_at, k.demand_ref, k.line_ref, k.sku_id, k.node_id, CASE side WHEN -1 THEN p_supply END, k.channel_id, k.kind,
               side * k.got, 'RECEIVE', p_actor FROM claims k CROSS JOIN (VALUES (-1), (1)) v(side)
    ), level AS (  -- goods and claims at once: between the two the units would look free, or short
        UPDATE inventory_stock_level s
        SET on_hand = s.on_hand + p_units, reserved = s.reserved + (SELECT coalesce(sum(k.got), 0) FROM claims k)
        WHERE s.sku_id = v_sku AND s.node_id = v_node
    )
    UPDATE inventory_incoming_supply s
    SET received = s.received + p_units, quantity = greatest(s.quantity, s.received + p_units),
        reserved = s.reserved - (SELECT coalesce(sum(k.got), 0) FROM claims k)
    WHERE s.id = p_supply;

    IF p_close THEN
        RETURN QUERY SELECT * FROM inventory_shorten_supply(p_at, p_actor, ARRAY[p_supply], ARRAY[NULL::integer]);
        UPDATE inventory_incoming_supply s SET closed_at = p_at WHERE s.id = p_supply;
    END IF;
END $$;
