-- Carries out routing plans whose claims are granted: fulfillment orders, their lines, the fate of order lines.
-- Locks: nothing but the rows it writes; the caller holds the orders. Arrays f_* have one element a fulfillment
-- order, l_* one a line of one (l_of is its place among f_*, from 1), u_* one an order line whose queued units find
-- their fate. A line that would give more than it has queued breaks a CHECK, and the batch with it.
CREATE OR REPLACE FUNCTION orders_carry_out(
    p_at timestamptz,
    f_ref text[], f_order bigint[], f_group bigint[], f_node bigint[], f_method text[], f_service text[],
    f_acknowledges boolean[], f_cost bigint[], f_ship_by timestamptz[], f_deliver_by timestamptz[], f_day date[],
    l_of integer[], l_line bigint[], l_quantity integer[],
    u_line bigint[], u_planned integer[], u_backordered integer[], u_cancelled integer[]
) RETURNS void
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
BEGIN
    WITH made AS (
        INSERT INTO orders_fulfillment_order (ref, order_id, group_id, node_id, status, resume_status, revision, method,
            service, needs_acknowledgment, cost_e4, ship_by, deliver_by, work_date, created_at)
        SELECT f.ref, f.order_id, f.group_id, f.node_id, 'PLANNED', '', 1, f.method, f.service, f.acknowledges, f.cost,
            f.ship_by, f.deliver_by, f.day, p_at
        FROM unnest(f_ref, f_order, f_group, f_node, f_method, f_service, f_acknowledges, f_cost, f_ship_by,
            f_deliver_by, f_day)
            AS f(ref, order_id, group_id, node_id, method, service, acknowledges, cost, ship_by, deliver_by, day)
        RETURNING id, ref
    )
    INSERT INTO orders_fulfillment_order_line (fulfillment_order_id, order_line_id, quantity, to_pick, picked, shorted,
        cancelled, shipped)
    SELECT made.id, l.line, l.quantity, l.quantity, 0, 0, 0, 0
    FROM unnest(l_of, l_line, l_quantity) AS l(of, line, quantity) JOIN made ON made.ref = f_ref[l.of];

    UPDATE orders_order_line o
    SET queued = o.queued - u.planned - u.backordered - u.cancelled, planned = o.planned + u.planned,
        backordered = o.backordered + u.backordered, cancelled = o.cancelled + u.cancelled
    FROM unnest(u_line, u_planned, u_backordered, u_cancelled) AS u(line, planned, backordered, cancelled)
    WHERE o.id = u.line;
END $$;
