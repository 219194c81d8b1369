-- Ends the lease of routing tasks that still carry the token; they are due again at p_at and a second. p_alone: they
-- are tried alone then. p_uncounted: the attempt that the claim counted is given back. p_longer: the pause is 1 s after
-- the first attempt, 2, 4, 8 s after those that follow: by then the rush for the same units is over.
-- Locks: RoutingTask rows, those that nobody else holds; others keep their lease. Never waits.
CREATE OR REPLACE FUNCTION orders_give_back(
    p_orders bigint[], p_token uuid, p_error text, p_at timestamptz, p_alone boolean, p_uncounted boolean,
    p_longer boolean
) RETURNS void
LANGUAGE sql AS $$
    UPDATE orders_routing_task t
    SET lease_until = NULL, lease_token = NULL, alone = p_alone, error = p_error,
        attempts = t.attempts - p_uncounted::integer,
        not_before = p_at + interval '1 s' * CASE WHEN p_longer THEN 2 ^ (t.attempts - 1) ELSE 1 END
    WHERE t.id IN (SELECT k.id FROM orders_routing_task k WHERE k.order_id = ANY (p_orders) AND k.lease_token = p_token
                   ORDER BY k.order_id FOR NO KEY UPDATE SKIP LOCKED)
$$;
