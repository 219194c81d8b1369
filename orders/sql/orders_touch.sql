-- Raises the revision of orders by 1 each and derives their status anew; returns what an event needs. A bundle whose
-- components are all cancelled is cancelled before, with what belongs to it and no node hands out: their money went so.
-- Locks: Order, by id, first; callers that lock more did so in the same order before.
CREATE OR REPLACE FUNCTION orders_touch(p_orders bigint[])
RETURNS TABLE (id bigint, ref text, channel text, revision integer, status text)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM orders_order o WHERE o.id = ANY (p_orders) ORDER BY o.id FOR NO KEY UPDATE;
    UPDATE orders_order_line b SET cancelled = b.quantity, shipped = 0
    WHERE b.order_id = ANY (p_orders) AND b.kind NOT IN ('PRODUCT', 'COMPONENT') AND b.cancelled < b.quantity
      AND (SELECT bool_and(x.cancelled = x.quantity) FROM orders_order_line x
           WHERE x.order_id = b.order_id AND x.kind IN ('PRODUCT', 'COMPONENT')
             AND x.parent_id = CASE b.kind WHEN 'BUNDLE' THEN b.id ELSE b.parent_id END);
    RETURN QUERY
    UPDATE orders_order o SET revision = o.revision + 1, status = s.status
    FROM (
        SELECT k.id, orders_status(l.queued, l.backordered, l.planned, l.shipped, h.held, w.worked_on) AS status
        FROM unnest(p_orders) k(id)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(x.queued), 0) AS queued, coalesce(sum(x.backordered), 0) AS backordered,
                   coalesce(sum(x.planned), 0) AS planned,
                   -- Services count where no node has anything to send: they are done from the start.
                   coalesce(sum(x.shipped) FILTER (WHERE x.kind IN ('PRODUCT', 'COMPONENT')), sum(x.shipped), 0) AS shipped
            FROM orders_order_line x WHERE x.order_id = k.id) l
        CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM orders_hold x WHERE x.order_id = k.id AND x.line_id IS NULL
                           AND x.fulfillment_order_id IS NULL AND x.released_at IS NULL) AS held) h
        CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM orders_fulfillment_order x WHERE x.order_id = k.id AND x.status IN
                           ('ACCEPTED', 'PICKING', 'PICKED', 'PACKED', 'READY', 'CANCEL_REQUESTED')) AS worked_on) w
    ) s, inventory_channel c
    WHERE o.id = s.id AND c.id = o.channel_id
    RETURNING o.id, o.ref::text, c.code::text, o.revision, o.status::text;
END $$;
