-- Hands every claim of one demand reference to another, as a HARD claim; returns how many, or -1 when one has lapsed
-- (then nothing is changed). Stock, supply and quota stay as they are: the units were counted all along.
-- Lock order: Reservation.
CREATE OR REPLACE FUNCTION inventory_convert(p_at timestamptz, p_actor text, p_old text, p_new text) RETURNS integer
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_lapsed boolean;
    v_count integer;
BEGIN
    SELECT bool_or(coalesce(x.expires_at <= p_at, false)), count(*) INTO v_lapsed, v_count FROM (
        SELECT c.expires_at FROM inventory_reservation c WHERE c.demand_ref = p_old
        ORDER BY c.demand_ref, c.line_ref, c.sku_id, c.node_id, c.supply_id FOR UPDATE) x;
    IF v_lapsed THEN
        RETURN -1;
    END IF;
    WITH gone AS (
        DELETE FROM inventory_reservation c WHERE c.demand_ref = p_old RETURNING c.*
    ), entered AS (
        INSERT INTO inventory_reservation_entry
            (at, demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, hold, delta, kind, actor)
        SELECT p_at, CASE side WHEN -1 THEN p_old ELSE p_new END, g.line_ref, g.sku_id, g.node_id, g.supply_id,
               g.channel_id, CASE side WHEN -1 THEN g.kind ELSE 'HARD' END, side * g.quantity, 'CONVERT', p_actor
        FROM gone g CROSS JOIN (VALUES (-1), (1)) s(side)
    )
    INSERT INTO inventory_reservation AS c (demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, kind, quantity,
                                            priority, created_at)
    SELECT p_new, g.line_ref, g.sku_id, g.node_id, g.supply_id, g.channel_id, 'HARD', g.quantity, g.priority, g.created_at
    FROM gone g
    ON CONFLICT (demand_ref, line_ref, sku_id, node_id, supply_id) DO UPDATE SET quantity = c.quantity + excluded.quantity;
    RETURN v_count;
END $$;
