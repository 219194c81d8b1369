-- Brings the limits of node-days from p_from on to the published capacities; what is used beyond becomes excess.
-- The advisory lock makes sure that no row with an older limit is committed afterwards.
-- Lock order: NodeDay, by natural key.
CREATE OR REPLACE FUNCTION inventory_apply_capacity(p_nodes bigint[], p_from date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('inventory capacities'));
    WITH locked AS MATERIALIZED (
        SELECT d.id, inventory_day_limit(d.node_id, d.day, d.slot, d.unit) AS units
        FROM inventory_node_day d WHERE d.node_id = ANY (p_nodes) AND d.day >= p_from
        ORDER BY d.node_id, d.day, d.slot COLLATE "C", d.unit COLLATE "C" FOR NO KEY UPDATE
    )
    UPDATE inventory_node_day d SET "limit" = k.units, excess = greatest(0, d.used - k.units)
    FROM locked k WHERE d.id = k.id AND d."limit" IS DISTINCT FROM k.units;
END $$;
