-- The work of the orders from lo to hi: fulfillment orders, what left, what is claimed.
INSERT INTO orders_fulfillment_order (id, ref, order_id, group_id, node_id, status, resume_status, revision, method,
    service, needs_acknowledgment, cost_e4, ship_by, deliver_by, work_date, created_at, closed_at)
SELECT f.id, big.ref('F', f.id), f.n, f.n, d.id, f.status, '', f.revision, o.method,
    CASE o.method WHEN 'PICKUP' THEN '' ELSE 'GROUND' END, d.kind IN ('SUPPLIER', 'THREE_PL'), 60000 + f.id %% 40000,
    CASE WHEN f.closed_at IS NULL THEN big.at() + make_interval(mins => (big.u(f.id, 81) * 2880 - 120)::int)
         ELSE o.accepted_at + interval '1 day' END,
    o.accepted_at + interval '5 days',
    (CASE WHEN f.closed_at IS NULL THEN big.at() ELSE f.closed_at END AT TIME ZONE 'UTC')::date, o.accepted_at + interval '2 seconds',
    f.closed_at
FROM big.f f JOIN big.o o USING (n) JOIN big.node d ON d.n = f.node
WHERE f.n BETWEEN %(lo)s AND %(hi)s ORDER BY f.id;
INSERT INTO orders_fulfillment_order_line (fulfillment_order_id, order_line_id, quantity, to_pick, picked, shorted,
    cancelled, shipped)
SELECT f.id, l.id, l.quantity,
    CASE WHEN f.status IN ('PLANNED', 'RELEASED', 'ACCEPTED') THEN l.quantity ELSE 0 END,
    CASE WHEN f.status IN ('PICKED', 'PACKED', 'READY') THEN l.quantity ELSE 0 END,
    CASE f.status WHEN 'REJECTED' THEN l.quantity ELSE 0 END, CASE f.status WHEN 'CANCELLED' THEN l.quantity ELSE 0 END,
    CASE WHEN f.status IN ('SHIPPED', 'HANDED_OVER') THEN l.quantity ELSE 0 END
FROM big.f f JOIN big.l l ON l.n = f.n AND (l.f = f.f OR f.f = 3 AND l.k = 1)
WHERE f.n BETWEEN %(lo)s AND %(hi)s ORDER BY f.id, l.id;

-- The first shipment of an order carries its charges.
INSERT INTO orders_shipment (id, ref, fulfillment_order_id, amount_minor, shipped_at, handed_to)
SELECT f.id, big.ref('S', f.id), f.id,
    (SELECT sum(l.quantity * l.price) FROM big.l l WHERE l.n = f.n AND l.f = f.f)
        + CASE WHEN f.f = 1 AND o.method <> 'PICKUP' THEN 495 ELSE 0 END,
    f.closed_at, CASE f.status WHEN 'HANDED_OVER' THEN 'CODE' ELSE '' END
FROM big.f f JOIN big.o o USING (n)
WHERE f.n BETWEEN %(lo)s AND %(hi)s AND f.status IN ('SHIPPED', 'HANDED_OVER') ORDER BY f.id;
INSERT INTO orders_package (id, shipment_id, number, carrier, service, tracking_number)
SELECT f.id, f.id, 1, CASE f.status WHEN 'SHIPPED' THEN 'UPS' ELSE '' END, '',
    CASE f.status WHEN 'SHIPPED' THEN '1Z' || upper(left(md5('t' || f.id), 16)) ELSE '' END
FROM big.f f WHERE f.n BETWEEN %(lo)s AND %(hi)s AND f.status IN ('SHIPPED', 'HANDED_OVER') ORDER BY f.id;
INSERT INTO orders_shipment_line (package_id, order_line_id, quantity)
SELECT f.id, l.id, l.quantity FROM big.f f JOIN big.l l ON l.n = f.n AND l.f = f.f
WHERE f.n BETWEEN %(lo)s AND %(hi)s AND f.status IN ('SHIPPED', 'HANDED_OVER') ORDER BY l.id;
INSERT INTO orders_payment_entry (order_id, tender, kind, amount_minor, currency, shipment_id, reference, at)
SELECT f.n, 'card', 'CAPTURE', s.amount_minor, 'USD', s.id, 'capture-' || s.id, s.shipped_at
FROM big.f f JOIN orders_shipment s ON s.id = f.id WHERE f.n BETWEEN %(lo)s AND %(hi)s ORDER BY s.id;

CREATE TEMP TABLE big_claim AS
SELECT big.ref('F', f.id) AS ref, l.k::text AS line, l.sku, d.id AS node, c.id AS channel, l.quantity, l.fate,
       o.accepted_at, f.closed_at, f.id
FROM big.f f JOIN big.l l ON l.n = f.n AND l.f = f.f JOIN big.o o ON o.n = f.n JOIN big.node d ON d.n = f.node
JOIN big.channel c ON c.n = o.channel
WHERE f.n BETWEEN %(lo)s AND %(hi)s AND l.fate IN ('planned', 'shipped');
INSERT INTO inventory_reservation (demand_ref, line_ref, sku_id, node_id, channel_id, kind, quantity, priority,
    created_at)
SELECT ref, line, sku, node, channel, 'HARD', quantity, 0, accepted_at + interval '2 seconds'
FROM big_claim WHERE fate = 'planned' ORDER BY id, line;
INSERT INTO inventory_reservation_entry (at, demand_ref, line_ref, sku_id, node_id, channel_id, hold, delta, kind,
    actor)
SELECT accepted_at + interval '2 seconds', ref, line, sku, node, channel, 'HARD', quantity, 'RESERVE', 'routing'
FROM big_claim ORDER BY id, line;
INSERT INTO inventory_reservation_entry (at, demand_ref, line_ref, sku_id, node_id, channel_id, hold, delta, kind,
    actor)
SELECT closed_at, ref, line, sku, node, channel, 'HARD', -quantity, 'CONSUME', 'store'
FROM big_claim WHERE fate = 'shipped' ORDER BY id, line;
INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind, reference, actor)
SELECT closed_at, sku, node, -quantity, 'SHIP', ref, 'store' FROM big_claim WHERE fate = 'shipped' ORDER BY id, line;
DROP TABLE big_claim;
