-- Reads orders whole: one JSON document each, money in minor units, instants in ISO 8601. Reads only, holds nothing.
CREATE OR REPLACE FUNCTION orders_documents(p_orders bigint[]) RETURNS TABLE (id bigint, doc jsonb)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
-- One call for the work of all orders: a call for each would be planned anew each time.
WITH work AS MATERIALIZED (
    SELECT f.order_id, jsonb_agg(w.doc ORDER BY w.id) AS docs
    FROM orders_work_documents(ARRAY(SELECT x.id FROM orders_fulfillment_order x WHERE x.order_id = ANY (p_orders))) w
    JOIN orders_fulfillment_order f ON f.id = w.id GROUP BY f.order_id)
SELECT o.id, jsonb_build_object(
    'ref', o.ref, 'channel', c.code, 'external_ref', o.external_ref, 'status', o.status, 'revision', o.revision,
    'priority', o.priority, 'currency', o.currency, 'total_minor', o.total_minor, 'charges_minor', o.charges_minor,
    'placed_at', o.placed_at, 'accepted_at', o.accepted_at, 'auto_cancel_at', o.auto_cancel_at,
    'not_before', o.not_before, 'tags', to_jsonb(o.tags), 'attributes', o.attributes,
    'customer', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('external_ref', p.external_ref, 'name', p.name,
        'email', p.email, 'phone', p.phone, 'tier', o.customer_tier) END,
    'groups', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'group_ref', g.group_ref, 'method', g.method, 'node', n.code, 'service_level', g.service_level,
            'promised_by', g.promised_by, 'allow_split', g.allow_split,
            'ship_to', CASE WHEN a.id IS NOT NULL THEN to_jsonb(a) - 'id' - 'erased_at' END,
            'pickup_person', CASE WHEN q.id IS NOT NULL THEN jsonb_build_object('name', q.name, 'email', q.email,
                'phone', q.phone) END) ORDER BY g.id), '[]')
        FROM orders_fulfillment_group g LEFT JOIN inventory_node n ON n.id = g.node_id
        LEFT JOIN orders_address a ON a.id = g.ship_to_id LEFT JOIN orders_customer_contact q ON q.id = g.pickup_person_id
        WHERE g.order_id = o.id),
    'lines', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'line_ref', l.line_ref, 'sku', l.sku_code, 'kind', l.kind, 'group', g.group_ref, 'parent', b.line_ref,
            'quantity', l.quantity, 'queued', l.queued, 'backordered', l.backordered, 'planned', l.planned,
            'shipped', l.shipped, 'cancelled', l.cancelled, 'returned', l.returned,
            'unit_price_minor', l.unit_price_minor, 'discount_minor', l.discount_minor, 'tax_minor', l.tax_minor,
            'keep_together', l.keep_together) ORDER BY l.id), '[]')
        FROM orders_order_line l JOIN orders_fulfillment_group g ON g.id = l.group_id
        LEFT JOIN orders_order_line b ON b.id = l.parent_id WHERE l.order_id = o.id),
    'holds', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', h.kind, 'owner', h.owner, 'reason', h.reason, 'due_at', h.due_at, 'placed_at', h.placed_at,
            'line_ref', l.line_ref, 'fulfillment_order', f.ref, 'swap_to', t.code) ORDER BY h.id), '[]')
        FROM orders_hold h LEFT JOIN inventory_sku t ON t.id = h.swap_to_id LEFT JOIN orders_order_line l ON l.id = h.line_id
        LEFT JOIN orders_fulfillment_order f ON f.id = h.fulfillment_order_id
        WHERE h.order_id = o.id AND h.released_at IS NULL),
    'payments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'tender', e.tender, 'amount_minor', e.amount_minor,
            'at', e.at) ORDER BY e.id), '[]')
        FROM orders_payment_entry e WHERE e.order_id = o.id),
    'fulfillment_orders', coalesce(w.docs, '[]'))
FROM unnest(p_orders) k(id) JOIN orders_order o ON o.id = k.id JOIN inventory_channel c ON c.id = o.channel_id
LEFT JOIN orders_customer_contact p ON p.id = o.customer_id LEFT JOIN work w ON w.order_id = o.id
$$;
