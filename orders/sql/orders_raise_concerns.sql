-- Raises what wants a person and ends what does not any more; returns how many rows that touched.
-- Locks: nothing but the rows of orders_concern that it writes. Reads orders without locks: a concern is a hint to a
-- person, and the next sweep ends one that was raised a moment too late.
CREATE OR REPLACE FUNCTION orders_raise_concerns(p_at timestamptz, p_limit integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_ended integer;
    v_raised integer;
BEGIN
    UPDATE orders_concern c SET ended_at = p_at, ended_by = 'sweep'
    FROM orders_order o
    WHERE c.ended_at IS NULL AND o.id = c.order_id AND (
        o.status IN ('SHIPPED', 'CANCELLED')
        OR c.kind = 'REJECTED' AND o.status IN ('IN_PROGRESS', 'PARTLY_SHIPPED')
        OR c.kind = 'WAITING' AND o.status <> 'BACKORDERED'
        OR c.kind = 'UNANSWERED' AND NOT EXISTS (SELECT FROM orders_fulfillment_order f
            WHERE f.id = c.fulfillment_order_id AND f.status = 'CANCEL_REQUESTED')
        OR c.kind = 'EXPIRING' AND EXISTS (SELECT FROM orders_payment_entry p
            WHERE p.order_id = o.id AND (p.kind = 'CAPTURE' OR p.kind = 'AUTHORIZE' AND p.at > p_at - interval '6 days')));
    GET DIAGNOSTICS v_ended = ROW_COUNT;

    INSERT INTO orders_concern (order_id, fulfillment_order_id, kind, owner, reason, due_at, raised_at)
    SELECT x.order_id, x.work, x.kind, x.owner, x.reason, x.due_at, p_at FROM (
        SELECT o.id AS order_id, NULL::bigint AS work, 'REJECTED' AS kind, 'Ops' AS owner,
               n.times || ' nodes gave it back' AS reason, p_at + interval '2 hours' AS due_at
        FROM (SELECT DISTINCT f.order_id FROM orders_fulfillment_order f
              WHERE f.status = 'REJECTED' AND f.closed_at >= p_at - interval '1 hour') r
        JOIN orders_order o ON o.id = r.order_id AND o.status IN ('HELD', 'QUEUED', 'BACKORDERED', 'PLANNED')
        CROSS JOIN LATERAL (SELECT count(*) AS times, max(f.closed_at) AS last FROM orders_fulfillment_order f
                            WHERE f.order_id = o.id AND f.status = 'REJECTED') n
        WHERE n.times >= 2 AND NOT EXISTS (SELECT FROM orders_concern c
            WHERE c.order_id = o.id AND c.kind = 'REJECTED' AND c.raised_at >= n.last)
        UNION ALL
        SELECT f.order_id, f.id, 'UNANSWERED', 'Ops', 'The node was asked to stop and has not answered',
               p_at + interval '1 hour'
        FROM orders_fulfillment_order f WHERE f.status = 'CANCEL_REQUESTED'
        UNION ALL
        SELECT p.order_id, NULL, 'EXPIRING', 'Customer service', 'The authorization runs out and nothing was captured',
               min(p.at) + interval '7 days'
        FROM orders_payment_entry p JOIN orders_order o ON o.id = p.order_id AND o.status NOT IN ('SHIPPED', 'CANCELLED')
        WHERE p.kind = 'AUTHORIZE' AND p.at > p_at - interval '8 days' AND p.at <= p_at - interval '6 days'
          AND NOT EXISTS (SELECT FROM orders_payment_entry q WHERE q.order_id = p.order_id
              AND (q.kind = 'CAPTURE' OR q.kind = 'AUTHORIZE' AND q.at > p_at - interval '6 days'))
          AND NOT EXISTS (SELECT FROM orders_concern c WHERE c.order_id = p.order_id AND c.kind = 'EXPIRING')
        GROUP BY p.order_id
        UNION ALL
        SELECT o.id, NULL, 'WAITING', 'Customer service', 'Nothing has come in for it for two days',
               p_at + interval '1 day'
        FROM orders_order o WHERE o.status = 'BACKORDERED' AND o.accepted_at < p_at - interval '2 days'
          AND NOT EXISTS (SELECT FROM orders_concern c WHERE c.order_id = o.id AND c.kind = 'WAITING'
              AND (c.ended_at IS NULL OR c.ended_at > p_at - interval '2 days'))
    ) x
    LIMIT p_limit
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_raised = ROW_COUNT;
    RETURN v_ended + v_raised;
END $$;
