-- Gives orders and their routing tasks new priorities; returns how many changed. Orders that somebody works on are left
-- for the next time.
-- Lock order: Order by id (never waits), then the task.
CREATE OR REPLACE FUNCTION orders_rescore(p_orders bigint[], p_priorities integer[]) RETURNS integer
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
DECLARE
    v_ids bigint[];
BEGIN
    SELECT array_agg(x.id) INTO v_ids FROM (
        SELECT o.id FROM orders_order o JOIN unnest(p_orders, p_priorities) k(id, priority) ON k.id = o.id
        WHERE o.priority <> k.priority ORDER BY o.id FOR NO KEY UPDATE OF o SKIP LOCKED) x;
    UPDATE orders_order o SET priority = k.priority FROM unnest(p_orders, p_priorities) k(id, priority)
    WHERE o.id = k.id AND o.id = ANY (v_ids);
    UPDATE orders_routing_task t SET priority = k.priority FROM unnest(p_orders, p_priorities) k(id, priority)
    WHERE t.order_id = k.id AND k.id = ANY (v_ids);
    RETURN coalesce(cardinality(v_ids), 0);
END $$;
