-- Reads fulfillment orders whole: one JSON document each, money in minor units. Reads only, holds nothing.
CREATE OR REPLACE FUNCTION orders_work_documents(p_fulfillment_orders bigint[]) RETURNS TABLE (id bigint, doc jsonb)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
SELECT f.id, jsonb_build_object(
    'ref', f.ref, 'order', o.ref, 'channel', c.code, 'external_ref', o.external_ref, 'node', n.code, 'group', g.group_ref,
    'status', f.status, 'revision', f.revision, 'method', f.method, 'service', f.service, 'cost_e4', f.cost_e4,
    'priority', o.priority, 'currency', o.currency, 'ship_by', f.ship_by, 'deliver_by', f.deliver_by,
    'created_at', f.created_at, 'released_at', f.released_at, 'closed_at', f.closed_at,
    'ship_to', CASE WHEN a.id IS NOT NULL THEN to_jsonb(a) - 'id' - 'erased_at' END,
    'pickup_person', CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('name', p.name, 'phone', p.phone) END,
    'lines', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'line_ref', l.line_ref, 'sku', l.sku_code, 'quantity', x.quantity, 'to_pick', x.to_pick, 'picked', x.picked,
            'shorted', x.shorted, 'cancelled', x.cancelled, 'shipped', x.shipped) ORDER BY l.id), '[]')
        FROM orders_fulfillment_order_line x JOIN orders_order_line l ON l.id = x.order_line_id
        WHERE x.fulfillment_order_id = f.id),
    'shipments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'ref', s.ref, 'amount_minor', s.amount_minor, 'shipped_at', s.shipped_at, 'handed_to', s.handed_to,
            'packages', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('number', b.number, 'carrier', b.carrier,
                    'service', b.service, 'tracking_number', b.tracking_number, 'lines', (
                        SELECT coalesce(jsonb_agg(jsonb_build_object('line_ref', l.line_ref, 'sku', l.sku_code,
                            'quantity', y.quantity) ORDER BY y.id), '[]')
                        FROM orders_shipment_line y JOIN orders_order_line l ON l.id = y.order_line_id
                        WHERE y.package_id = b.id)) ORDER BY b.number), '[]')
                FROM orders_package b WHERE b.shipment_id = s.id)) ORDER BY s.id), '[]')
        FROM orders_shipment s WHERE s.fulfillment_order_id = f.id))
FROM unnest(p_fulfillment_orders) k(id) JOIN orders_fulfillment_order f ON f.id = k.id
JOIN orders_order o ON o.id = f.order_id JOIN inventory_channel c ON c.id = o.channel_id
JOIN inventory_node n ON n.id = f.node_id JOIN orders_fulfillment_group g ON g.id = f.group_id
LEFT JOIN orders_address a ON a.id = g.ship_to_id LEFT JOIN orders_customer_contact p ON p.id = g.pickup_person_id
$$;
