-- Locks orders by id and returns those whose routing task still carries the token of the caller's
-- lease, with their revisions: another revision than the one decided on means another order.
-- Lock order: Order; the task is read after the lock is granted.
CREATE OR REPLACE FUNCTION orders_lock_claimed(p_orders bigint[], p_token uuid) 
RETURNS TABLE (order_id bigint, revision integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM orders_order o WHERE o.id = ANY (p_orders) ORDER BY o.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT o.id, o.revision FROM orders_routing_task t JOIN orders_order o ON o.id = t.order_id
        WHERE t.order_id = ANY (p_orders) AND t.lease_token = p_token;
END $$;
