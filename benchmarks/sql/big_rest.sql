-- What stands beside orders and stock: supply on its way, the nodes' use of today, and where sequences go on.
INSERT INTO inventory_incoming_supply (sku_id, node_id, source_ref, expected_at, quantity, received, reserved, closed_at)
SELECT 1 + floor(w.skus * power(big.u(g.n, 91), 2))::bigint, d.id, 'PO-' || 10000 + g.n,
    w.at + make_interval(hours => (big.u(g.n, 92) * 700)::int - CASE WHEN g.n %% 7 < 5 THEN 720 ELSE 48 END), 48,
    CASE WHEN g.n %% 7 < 5 THEN 48 ELSE 0 END, 0,
    CASE WHEN g.n %% 7 < 5 THEN w.at - make_interval(hours => (big.u(g.n, 92) * 20)::int) END
FROM big.world w, generate_series(1, w.skus) g(n) JOIN big.node d ON d.n = 1 + g.n %% 10;
INSERT INTO inventory_backorder_count (sku_id, waiting, allowed, excess)
SELECT sku_id, sum(backordered), NULL, 0 FROM orders_order_line WHERE backordered > 0 GROUP BY sku_id ORDER BY sku_id;
CREATE TABLE big.taken_of_days AS
SELECT f.id, f.ref, f.node_id, f.work_date AS day, t.unit, t.taken
FROM orders_fulfillment_order f
CROSS JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(x.to_pick + x.picked + x.shipped), 0) AS units
    FROM orders_fulfillment_order_line x
    WHERE x.fulfillment_order_id = f.id AND x.to_pick + x.picked + x.shipped > 0) k
CROSS JOIN LATERAL (VALUES ('ORDERS', least(k.lines, 1)), ('LINES', k.lines), ('UNITS', k.units)) t(unit, taken)
WHERE f.work_date IS NOT NULL AND t.taken > 0;
INSERT INTO inventory_node_day (node_id, day, slot, unit, "limit", used, excess)
SELECT node_id, day, '', unit, CASE unit WHEN 'ORDERS' THEN greatest(300, sum(taken)) END, sum(taken), 0
FROM big.taken_of_days GROUP BY node_id, day, unit ORDER BY node_id, day, unit;
INSERT INTO inventory_node_day_use (demand_ref, node_day_id, quantity)
SELECT t.ref, d.id, t.taken FROM big.taken_of_days t
JOIN inventory_node_day d ON d.node_id = t.node_id AND d.day = t.day AND d.unit = t.unit ORDER BY t.id, t.unit;
SELECT setval(pg_get_serial_sequence(t, 'id'), greatest(%(last)s, nextval(pg_get_serial_sequence(t, 'id'))))
FROM unnest('{inventory_sku,orders_customer_contact,orders_address,orders_order,orders_fulfillment_group,
    orders_order_line,orders_fulfillment_order,orders_shipment,orders_package}'::text[]) t;
DROP SCHEMA big CASCADE;
