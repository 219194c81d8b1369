-- What stands beside orders and stock: supply on its way, the nodes' use of today, and where sequences go on.
INSERT INTO inventory_incoming_supply (sku_id, node_id, source_ref, expected_at, quantity, received, reserved, closed_at)
SELECT 1 + floor(w.skus * power(big.u(g.n, 91), 2))::bigint, d.id, 'PO-' || 10000 + g.n,
    w.at + make_interval(hours => (big.u(g.n, 92) * 700)::int - CASE WHEN g.n %% 7 < 5 THEN 720 ELSE 48 END), 48,
    CASE WHEN g.n %% 7 < 5 THEN 48 ELSE 0 END, 0,
    CASE WHEN g.n %% 7 < 5 THEN w.at - make_interval(hours => (big.u(g.n, 92) * 20)::int) END
FROM big.world w, generate_series(1, w.skus) g(n) JOIN big.node d ON d.n = 1 + g.n %% 10;
INSERT INTO inventory_node_day (node_id, day, slot, unit, "limit", used, excess)
SELECT node_id, work_date, '', 'ORDERS', greatest(300, count(*)), count(*), 0
FROM orders_fulfillment_order WHERE closed_at IS NULL GROUP BY node_id, work_date ORDER BY node_id;
INSERT INTO inventory_node_day_use (demand_ref, node_day_id, quantity)
SELECT f.ref, d.id, 1 FROM orders_fulfillment_order f
JOIN inventory_node_day d ON d.node_id = f.node_id AND d.day = f.work_date WHERE f.closed_at IS NULL ORDER BY f.id;
SELECT setval(pg_get_serial_sequence(t, 'id'), greatest(%(last)s, nextval(pg_get_serial_sequence(t, 'id'))))
FROM unnest('{inventory_sku,orders_customer_contact,orders_address,orders_order,orders_fulfillment_group,
    orders_order_line,orders_fulfillment_order,orders_shipment,orders_package}'::text[]) t;
DROP SCHEMA big CASCADE;
