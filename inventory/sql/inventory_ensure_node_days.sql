-- Creates the rows of node-days that are used for the first time, with the limits published now.
-- Lock order: NodeDay, by natural key; call it when every other lock is held. The shared advisory lock keeps a
-- publication of capacities from missing a row that is not committed yet.
CREATE OR REPLACE FUNCTION inventory_ensure_node_days(p_node bigint[], p_day date[], p_slot text[], p_unit text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM unnest(p_node, p_day, p_slot, p_unit) k(node, day, slot, unit)
    WHERE NOT EXISTS (SELECT FROM inventory_node_day d
                      WHERE d.node_id = k.node AND d.day = k.day AND d.slot = k.slot AND d.unit = k.unit);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('inventory capacities'));
    INSERT INTO inventory_node_day (node_id, day, slot, unit, "limit", used, excess)
    SELECT k.node, k.day, k.slot, k.unit, inventory_day_limit(k.node, k.day, k.slot, k.unit), 0, 0
    FROM (SELECT DISTINCT node, day, slot, unit FROM unnest(p_node, p_day, p_slot, p_unit) k(node, day, slot, unit)) k
    ORDER BY k.node, k.day, k.slot, k.unit
    ON CONFLICT (node_id, day, slot, unit) DO NOTHING;
END $$;
