-- The orders from lo to hi as intake leaves them, with the fates of their lines. Every id is the order's number.
INSERT INTO orders_customer_contact (id, external_ref, name, email, phone)
SELECT n, 'C-' || 1 + floor(big.u(n, 71) * w.orders * 0.6)::bigint, big.first(n) || ' ' || big.last(n),
    lower(big.first(n) || '.' || big.last(n)) || (n %% 8999 + 1000) || '@'
        || big.one('{example.com,example.org,mail.example.net}', n, 72),
    '+1' || (2010000000 + floor(big.u(n, 73) * 7900000000))::bigint
FROM big.world w, generate_series(%(lo)s::bigint, %(hi)s::bigint) n;
INSERT INTO orders_address (id, name, line1, line2, city, region, postal_code, country, latitude, longitude)
SELECT o.n, big.first(o.n) || ' ' || big.last(o.n), 1 + o.n %% 400 || ' Maple Street', '', d.city, d.region,
    d.postal_code, 'US', d.latitude, d.longitude
FROM big.o o CROSS JOIN big.world w JOIN big.node b ON b.n = 1 + o.n * 7919 %% w.nodes
JOIN inventory_node d ON d.id = b.id
WHERE o.n BETWEEN %(lo)s AND %(hi)s ORDER BY o.n;
CREATE TEMP TABLE big_sum AS
SELECT n, sum(quantity * price) AS lines_minor FROM big.l WHERE n BETWEEN %(lo)s AND %(hi)s GROUP BY n;
INSERT INTO orders_order (id, ref, channel_id, external_ref, body_hash, status, revision, priority, customer_id,
    customer_tier, currency, total_minor, charges_minor, tags, attributes, placed_at, accepted_at)
SELECT o.n, big.ref('O', o.n), c.id, upper(left(c.code, 1)) || '-' || 100000 + o.n, md5(o.n::text), o.status,
    1 + (SELECT count(*) FROM big.m m WHERE m.n = o.n), CASE WHEN big.u(o.n, 74) < 0.04 THEN 50 ELSE 0 END, o.n,
    CASE WHEN big.u(o.n, 74) < 0.04 THEN 'VIP' WHEN big.u(o.n, 74) < 0.14 THEN 'GOLD' ELSE '' END, 'USD',
    s.lines_minor + CASE o.method WHEN 'PICKUP' THEN 0 ELSE 495 END, CASE o.method WHEN 'PICKUP' THEN 0 ELSE 495 END,
    CASE WHEN big.u(o.n, 75) < 0.06 THEN '{gift}'::text[] ELSE '{}' END, '{}',
    o.accepted_at - interval '40 seconds', o.accepted_at
FROM big.o o JOIN big_sum s USING (n) JOIN big.channel c ON c.n = o.channel
WHERE o.n BETWEEN %(lo)s AND %(hi)s ORDER BY o.n;
DROP TABLE big_sum;
INSERT INTO orders_fulfillment_group (id, order_id, group_ref, method, node_id, ship_to_id, service_level, promised_by,
    allow_split, excluded_nodes)
SELECT o.n, o.n, '1', o.method, CASE WHEN o.method IN ('PICKUP', 'SHIP_TO_STORE') THEN coalesce(d.id, x.id) END,
    CASE WHEN o.method IN ('SHIP', 'SAME_DAY') THEN o.n END, '', o.accepted_at + interval '5 days', true, '{}'
FROM big.o o CROSS JOIN big.world w
LEFT JOIN big.f f ON f.n = o.n AND f.f = 1 LEFT JOIN big.node d ON d.n = f.node
JOIN big.node x ON x.n = 1 + o.n * 7919 %% w.nodes
WHERE o.n BETWEEN %(lo)s AND %(hi)s ORDER BY o.n;
INSERT INTO orders_order_line (id, order_id, group_id, line_ref, kind, sku_id, sku_code, quantity, queued, backordered,
    planned, shipped, cancelled, returned, unit_price_minor, discount_minor, tax_minor, keep_together)
SELECT id, n, n, k::text, 'PRODUCT', sku, 'SKU-' || lpad(sku::text, 6, '0'), quantity,
    CASE fate WHEN 'queued' THEN quantity ELSE 0 END, CASE fate WHEN 'backordered' THEN quantity ELSE 0 END,
    CASE fate WHEN 'planned' THEN quantity ELSE 0 END, CASE fate WHEN 'shipped' THEN quantity ELSE 0 END,
    CASE fate WHEN 'cancelled' THEN quantity ELSE 0 END, 0, price, 0, 0, ''
FROM big.l WHERE n BETWEEN %(lo)s AND %(hi)s ORDER BY id;
INSERT INTO orders_payment_entry (order_id, tender, kind, amount_minor, currency, reference, at)
SELECT id, 'card', 'AUTHORIZE', total_minor, currency, 'auth-' || id, accepted_at FROM orders_order
WHERE id BETWEEN %(lo)s AND %(hi)s ORDER BY id;
INSERT INTO orders_hold (order_id, kind, owner, reason, due_at, placed_by, placed_at, released_by, released_at)
SELECT n, k.kind, CASE WHEN k.kind = 'UNKNOWN_SKU' THEN 'Merchandising' ELSE 'Customer service' END,
    CASE k.kind WHEN 'FRAUD' THEN 'The fraud score is 82.' WHEN 'ADDRESS' THEN 'The postal code is not of this city.'
         WHEN 'PAYMENT' THEN 'The payment is PENDING.' ELSE 'A colleague looks at it.' END,
    accepted_at + interval '8 hours', 'intake', accepted_at, CASE status WHEN 'HELD' THEN '' ELSE 'cleo' END,
    CASE status WHEN 'HELD' THEN NULL ELSE accepted_at + interval '90 seconds' END
FROM big.o, LATERAL (SELECT big.one('{FRAUD,ADDRESS,PAYMENT,MANUAL}', n, 76) AS kind) k
WHERE n BETWEEN %(lo)s AND %(hi)s AND (status = 'HELD' OR status = 'SHIPPED' AND big.u(n, 77) < 0.03) ORDER BY n;
INSERT INTO inventory_queued_demand (demand_ref, line_ref, sku_id, channel_id, quantity, created_at)
SELECT big.ref('O', l.n) || ':1', l.k::text, l.sku, c.id, l.quantity, o.accepted_at
FROM big.l l JOIN big.o o USING (n) JOIN big.channel c ON c.n = o.channel
WHERE l.n BETWEEN %(lo)s AND %(hi)s AND l.fate = 'queued' ORDER BY l.id;
INSERT INTO orders_routing_task (order_id, priority, not_before, attempts, alone, error)
SELECT n, 0, accepted_at, 0, false, '' FROM big.o
WHERE n BETWEEN %(lo)s AND %(hi)s AND status = 'QUEUED' ORDER BY n;
INSERT INTO orders_order_change (order_id, kind, reason, actor, data, at)
SELECT o.n, x.kind, x.reason, x.actor, x.data, x.at
FROM big.o o JOIN orders_order r ON r.id = o.n CROSS JOIN LATERAL (
    SELECT 'order.placed' AS kind, '' AS reason, 'intake' AS actor, '{}'::jsonb AS data, o.accepted_at AS at
    UNION ALL SELECT 'order.cancelled', 'CUSTOMER', 'cleo', jsonb_build_object('cancelled_minor', r.total_minor),
              o.accepted_at + interval '2 minutes' WHERE o.status = 'CANCELLED') x
WHERE o.n BETWEEN %(lo)s AND %(hi)s ORDER BY o.n;
