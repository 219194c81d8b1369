-- Takes units of a transfer in at its node: sellable ones come on hand and serve the claims on the supply, damaged ones
-- come on hand as unsellable and leave the supply. t_close says of a SKU that no more of it will come. Returns the claims
-- that nothing covers any more. SKUs must be distinct and have open supply under p_source.
-- Lock order: Reservation -> StockLevel -> IncomingSupply -> ChannelQuota, all SKUs' rows of a table before the next.
CREATE OR REPLACE FUNCTION inventory_take_in_transfer(
    p_at timestamptz, p_actor text, p_source text, p_node bigint,
    t_sku bigint[], t_units integer[], t_damaged integer[], t_close boolean[]
) RETURNS TABLE (demand text, line text, units integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_supplies bigint[];
    r record;
BEGIN
    SELECT array_agg(s.id) INTO v_supplies FROM inventory_incoming_supply s
    WHERE s.source_ref = p_source AND s.node_id = p_node AND s.sku_id = ANY (t_sku) AND s.closed_at IS NULL;
    PERFORM c.id FROM inventory_reservation c WHERE c.supply_id = ANY (v_supplies)
    ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE;
    PERFORM inventory_ensure_levels(t_sku, array_fill(p_node, ARRAY[cardinality(t_sku)]));
    PERFORM s.id FROM inventory_incoming_supply s WHERE s.id = ANY (v_supplies) ORDER BY s.id FOR NO KEY UPDATE;
    FOR r IN SELECT s.id, s.quantity, k.sku, k.units, k.damaged, k.done
             FROM unnest(t_sku, t_units, t_damaged, t_close) k(sku, units, damaged, done)
             JOIN inventory_incoming_supply s ON s.id = ANY (v_supplies) AND s.sku_id = k.sku ORDER BY k.sku LOOP
        IF r.damaged > 0 THEN
            RETURN QUERY SELECT * FROM inventory_shorten_supply(p_at, p_actor, ARRAY[r.id], ARRAY[r.quantity - r.damaged]);
            PERFORM inventory_move_stock(p_at, p_actor, 'RECEIVE', false, ARRAY[r.sku], ARRAY[p_node], ARRAY[r.damaged],
                                         ARRAY[r.damaged], ARRAY['DAMAGED'], ARRAY[p_source], ARRAY['']);
        END IF;
        RETURN QUERY SELECT * FROM inventory_receive_supply(p_at, p_actor, r.id, r.units, r.done);
    END LOOP;
END $$;
