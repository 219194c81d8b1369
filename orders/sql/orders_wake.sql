-- Turns backordered units into queued ones where stock may now serve them, at most about p_limit lines, urgent and old
-- orders first; returns what was woken, with all that is queued of each line then: what of it no claim covers has to be
-- counted, under the locks of the claims.
-- A line wakes when units are claimed on hand for it (its incoming supply was received), or when more is free of its
-- SKU than at its last try, the configuration changed since, or that try is older than p_again; no more lines of a SKU
-- wake than what is free covers, beside the demand that is queued already.
-- Lock order: advisory (one sweep at a time), then Order by id. Orders on hold are left alone.
CREATE OR REPLACE FUNCTION orders_wake(p_at timestamptz, p_clock bigint, p_again timestamptz, p_limit integer)
RETURNS TABLE (order_id bigint, line_id bigint, demand_ref text, line_ref text, sku_id bigint, channel_id bigint,
               units integer, queued integer)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_lines bigint[];
    v_units integer[];
    v_free bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(7040002, 0);
    DELETE FROM orders_backorder_try t WHERE NOT EXISTS (
        SELECT FROM orders_order_line l WHERE l.id = t.line_id AND (l.backordered > 0 OR l.queued > 0));

    WITH waiting AS MATERIALIZED (
        SELECT l.id, l.order_id, l.sku_id, l.backordered, o.priority, least(l.backordered, coalesce((
                   SELECT sum(c.quantity) FROM inventory_reservation c
                   WHERE c.demand_ref = o.ref || ':' || g.group_ref AND c.line_ref = l.line_ref
                     AND c.sku_id = l.sku_id AND c.supply_id IS NULL), 0) - l.queued) AS covered
        FROM orders_order_line l JOIN orders_order o ON o.id = l.order_id
        JOIN orders_fulfillment_group g ON g.id = l.group_id
        WHERE l.backordered > 0 AND l.sku_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL
            AND h.fulfillment_order_id IS NULL AND (h.line_id IS NULL OR h.line_id = l.id))
    ), free AS MATERIALIZED (
        SELECT k.sku_id, greatest(0, coalesce((
                   SELECT sum(CASE WHEN s.unlimited THEN 1000000000
                              ELSE greatest(0, s.on_hand - s.unsellable - s.reserved - s.safety_stock) END)
                   FROM inventory_stock_level s WHERE s.sku_id = k.sku_id), 0) - coalesce((
                   SELECT sum(q.quantity) FROM inventory_queued_demand q WHERE q.sku_id = k.sku_id), 0))::bigint AS units
        FROM (SELECT DISTINCT w.sku_id FROM waiting w) k
    ), judged AS (
        SELECT w.*, f.units AS free, t.line_id IS NULL OR f.units > t.available OR t.clock <> p_clock
                    OR t.tried_at < p_again AS better
        FROM waiting w JOIN free f ON f.sku_id = w.sku_id LEFT JOIN orders_backorder_try t ON t.line_id = w.id
    ), lined_up AS (
        SELECT j.*, sum(j.backordered) FILTER (WHERE j.better) OVER (
                   PARTITION BY j.sku_id ORDER BY j.priority DESC, j.id) - j.backordered AS before
        FROM judged j
    ), chosen AS (
        SELECT u.id, u.free, CASE WHEN u.better AND u.free > 0 AND u.before < u.free THEN u.backordered
                             ELSE greatest(u.covered, 0) END::integer AS units, u.priority
        FROM lined_up u
    ), noted AS (
        -- What sells out in between lowers the mark: the next rise is a rise again.
        UPDATE orders_backorder_try t SET available = c.free FROM chosen c
        WHERE t.line_id = c.id AND c.units = 0 AND c.free < t.available
    )
    SELECT array_agg(c.id ORDER BY c.priority DESC, c.id), array_agg(c.units ORDER BY c.priority DESC, c.id),
           array_agg(c.free ORDER BY c.priority DESC, c.id)
    INTO v_lines, v_units, v_free
    FROM (SELECT * FROM chosen WHERE units > 0 ORDER BY priority DESC, id LIMIT p_limit) c;
    IF v_lines IS NULL THEN
        RETURN;
    END IF;

    PERFORM o.id FROM orders_order o
    WHERE o.id IN (SELECT l.order_id FROM orders_order_line l WHERE l.id = ANY (v_lines))
    ORDER BY o.id FOR NO KEY UPDATE;
    INSERT INTO orders_backorder_try AS t (line_id, available, clock, tried_at)
    SELECT w.id, w.free, p_clock, p_at FROM unnest(v_lines, v_free) w(id, free) ORDER BY w.id
    ON CONFLICT (line_id) DO UPDATE SET available = excluded.available, clock = excluded.clock,
                                        tried_at = excluded.tried_at;
    -- Read again under the lock: somebody may have cancelled or shipped meanwhile.
    RETURN QUERY
    WITH woken AS (
        UPDATE orders_order_line l
        SET queued = l.queued + least(w.units, l.backordered), backordered = l.backordered - least(w.units, l.backordered)
        FROM unnest(v_lines, v_units) w(id, units) WHERE l.id = w.id AND l.backordered > 0
        RETURNING l.id, l.order_id, l.group_id, l.line_ref, l.sku_id, l.queued, new.queued - old.queued AS units
    )
    SELECT w.order_id, w.id, o.ref || ':' || g.group_ref, w.line_ref::text, w.sku_id, o.channel_id, w.units, w.queued
    FROM woken w JOIN orders_order o ON o.id = w.order_id JOIN orders_fulfillment_group g ON g.id = w.group_id
    ORDER BY w.order_id, w.id;
END $$;
