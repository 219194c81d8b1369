-- Claims routing tasks that are due and free, highest priority first; raises their attempts and takes the lease.
-- Locks: RoutingTask rows, those that nobody else holds. A task that must be tried alone comes alone: it is returned
-- only as the first and then nothing else is. Returns the raised attempts.
CREATE OR REPLACE FUNCTION orders_claim_tasks(
    p_limit integer, p_at timestamptz, p_lease_until timestamptz, p_token uuid
) RETURNS TABLE (order_id bigint, attempts smallint, alone boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_ids bigint[];
    v_alone boolean[];
BEGIN
    SELECT array_agg(t.id), array_agg(t.alone) INTO v_ids, v_alone FROM (
        -- Whoever did not give a task back died on it or with it: from then on it is tried alone.
        SELECT k.id, k.alone OR k.lease_until IS NOT NULL AS alone FROM orders_routing_task k
        WHERE k.not_before <= p_at AND (k.lease_until IS NULL OR k.lease_until < p_at)
        ORDER BY k.priority DESC, k.id LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) t;
    IF v_ids IS NULL THEN
        RETURN;
    END IF;
    IF v_alone[1] THEN
        v_ids := v_ids[1:1];
    ELSE
        SELECT array_agg(i.id) INTO v_ids FROM unnest(v_ids, v_alone) i(id, alone) WHERE NOT i.alone;
    END IF;
    RETURN QUERY UPDATE orders_routing_task t
        SET attempts = t.attempts + 1, lease_until = p_lease_until, lease_token = p_token,
            alone = t.alone OR t.lease_until IS NOT NULL
        WHERE t.id = ANY (v_ids)
        RETURNING t.order_id, t.attempts, t.alone;
END $$;
