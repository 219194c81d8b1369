-- Turns the next events of the feed into deliveries, for every active endpoint that is behind; returns how many moved.
-- Locks: rows of kernel_webhook_endpoint by id, SKIP LOCKED: two callers share the endpoints, none waits.
-- The deliveries and the new position of the cursor are one statement: a crash can lose no event and double none.
-- An endpoint looks at p_span positions a call and stops while p_backlog of its messages wait: the rest stays in the
-- feed. A message shows what the event feed shows, so only clients that may read the feed are told, and of their own
-- nodes and channels alone. Deliveries that exist (a replay moved the cursor back) wait again under the same message id.
CREATE OR REPLACE FUNCTION kernel_take_in_webhooks(p_at timestamptz, p_span bigint, p_backlog bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_head bigint;
    v_moved bigint;
BEGIN
    SELECT position INTO v_head FROM kernel_event_sequence WHERE id = 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    WITH behind AS MATERIALIZED (
        SELECT w.id, w.position AS seen, LEAST(w.position + p_span, v_head) AS upto, w.kinds, w.channels, w.nodes,
               c.node_codes, c.channel_codes
        FROM kernel_webhook_endpoint w JOIN kernel_api_client c ON c.id = w.client_id
        WHERE w.status = 'ACTIVE' AND w.deleted_at IS NULL AND w.position < v_head
          AND c.is_active AND 'events:read' = ANY (c.scopes) AND (c.expires_at IS NULL OR c.expires_at > p_at)
          AND (SELECT count(*) FROM (SELECT FROM kernel_webhook_delivery d
                                     WHERE d.endpoint_id = w.id AND d.status = 'PENDING' LIMIT p_backlog) waiting)
              < p_backlog
        ORDER BY w.id
        FOR NO KEY UPDATE OF w SKIP LOCKED
    ), fresh AS (
        INSERT INTO kernel_webhook_delivery
            (endpoint_id, message_id, position, kind, entity_ref, status, attempts, next_attempt_at, created_at)
        SELECT b.id, 'evt_' || e.position, e.position, e.kind, e.entity_ref, 'PENDING', 0, p_at, p_at
        FROM behind b JOIN kernel_event e ON e.position > b.seen AND e.position <= b.upto
        WHERE (cardinality(b.kinds) = 0 OR e.kind = ANY (b.kinds) OR split_part(e.kind, '.', 1) || '.*' = ANY (b.kinds))
          AND (cardinality(b.channels) = 0 OR e.channel = ANY (b.channels))
          AND (cardinality(b.nodes) = 0 OR e.node = ANY (b.nodes))
          AND (cardinality(b.node_codes) = 0 OR e.node = ANY (b.node_codes))
          AND (cardinality(b.channel_codes) = 0 OR e.channel = ANY (b.channel_codes))
        ORDER BY e.position
        ON CONFLICT (endpoint_id, message_id) DO UPDATE
            SET status = 'PENDING', attempts = 0, first_attempt_at = NULL, next_attempt_at = p_at, ended_at = NULL
    ), moved AS (
        UPDATE kernel_webhook_endpoint w SET position = b.upto FROM behind b WHERE w.id = b.id RETURNING w.id
    )
    SELECT count(*) INTO v_moved FROM moved;
    RETURN v_moved;
END $$;
