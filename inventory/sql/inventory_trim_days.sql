-- Lowers what demands use of node-days to what they still take: orders, lines and units by demand reference; anything
-- else (minutes) falls with the units. Never raises a use; one that comes to nothing ends.
-- Lock order: NodeDayUse -> NodeDay, each by natural key; call it last.
CREATE OR REPLACE FUNCTION inventory_trim_days(
    p_refs text[], p_orders integer[], p_lines integer[], p_units integer[]
) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_uses bigint[];
    v_days bigint[];
    v_keep integer[];
    v_back integer[];
BEGIN
    PERFORM u.id FROM inventory_node_day_use u WHERE u.demand_ref = ANY (p_refs)
    ORDER BY u.demand_ref, u.node_day_id FOR UPDATE;
    SELECT array_agg(x.id), array_agg(x.node_day_id), array_agg(x.keep), array_agg(x.quantity - x.keep)
    INTO v_uses, v_days, v_keep, v_back FROM (
        SELECT u.id, u.node_day_id, u.quantity, CASE d.unit
               WHEN 'ORDERS' THEN k.orders WHEN 'LINES' THEN k.lines WHEN 'UNITS' THEN k.units
               ELSE ceil(u.quantity::numeric * k.units / greatest(k.units, coalesce((
                   SELECT sum(w.quantity) FROM inventory_node_day_use w JOIN inventory_node_day e ON e.id = w.node_day_id
                   WHERE w.demand_ref = k.ref AND e.unit = 'UNITS'), 1)))::integer END AS keep
        FROM unnest(p_refs, p_orders, p_lines, p_units) k(ref, orders, lines, units)
        JOIN inventory_node_day_use u ON u.demand_ref = k.ref JOIN inventory_node_day d ON d.id = u.node_day_id) x
    WHERE x.keep < x.quantity;
    IF v_uses IS NULL THEN
        RETURN;
    END IF;
    PERFORM d.id FROM inventory_node_day d WHERE d.id = ANY (v_days)
    ORDER BY d.node_id, d.day, d.slot COLLATE "C", d.unit COLLATE "C" FOR NO KEY UPDATE;
    DELETE FROM inventory_node_day_use u USING unnest(v_uses, v_keep) k(id, keep) WHERE u.id = k.id AND k.keep = 0;
    UPDATE inventory_node_day_use u SET quantity = k.keep FROM unnest(v_uses, v_keep) k(id, keep)
    WHERE u.id = k.id AND k.keep > 0;
    UPDATE inventory_node_day d SET used = d.used - s.back, excess = greatest(0, d.used - s.back - d."limit")
    FROM (SELECT k.day, sum(k.back) AS back FROM unnest(v_days, v_back) k(day, back) GROUP BY k.day) s
    WHERE d.id = s.day;
END $$;
