-- Writes down one change an order: revision and status of the order, and the row of its change log.
-- Locks: Order, by id, first (orders_touch). Arrays have one element an order.
CREATE OR REPLACE FUNCTION orders_write_down(
    p_at timestamptz, p_order bigint[], p_work bigint[], p_kind text[], p_reason text[], p_actor text[], p_data jsonb[]
) RETURNS TABLE (id bigint, ref text, channel text, revision integer, status text)
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_order_change (order_id, fulfillment_order_id, kind, reason, actor, data, at)
    SELECT c.order_id, c.work, c.kind, left(c.reason, 200), c.actor, c.data, p_at
    FROM unnest(p_order, p_work, p_kind, p_reason, p_actor, p_data) AS c(order_id, work, kind, reason, actor, data);
    RETURN QUERY SELECT * FROM orders_touch(p_order);
END $$;
