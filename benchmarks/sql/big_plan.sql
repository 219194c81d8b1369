-- What every order, line and fulfillment order will be; the tables of the product are written from this.
CREATE UNLOGGED TABLE big.o AS
SELECT n, CASE WHEN p.status IN ('PARTLY_SHIPPED') THEN greatest(p.lines, 2) ELSE p.lines END AS lines, p.status,
       p.accepted_at, p.method, p.channel, p.recent,
       p.lines >= 2 AND p.status IN ('PLANNED', 'IN_PROGRESS', 'SHIPPED') AND big.u(n, 16) < 0.2 AS split,
       p.lines >= 2 AND p.status IN ('PLANNED', 'IN_PROGRESS') AND big.u(n, 17) < 0.1 AS short
FROM (
    SELECT n, a.accepted_at, a.recent,
        CASE WHEN big.u(n, 11) < 0.50 THEN 1 WHEN big.u(n, 11) < 0.77 THEN 2 WHEN big.u(n, 11) < 0.89 THEN 3
             WHEN big.u(n, 11) < 0.96 THEN 4 ELSE 5 END AS lines,
        CASE WHEN big.u(n, 12) < 0.80 THEN 'SHIP' WHEN big.u(n, 12) < 0.95 THEN 'PICKUP'
             WHEN big.u(n, 12) < 0.98 THEN 'SAME_DAY' ELSE 'SHIP_TO_STORE' END AS method,
        1 + floor(big.u(n, 13) * 3)::bigint AS channel,
        CASE WHEN a.recent THEN CASE
                 WHEN r < 0.03 THEN 'HELD' WHEN r < 0.04 THEN 'QUEUED' WHEN r < 0.07 THEN 'BACKORDERED'
                 WHEN r < 0.25 THEN 'PLANNED' WHEN r < 0.50 THEN 'IN_PROGRESS' WHEN r < 0.55 THEN 'PARTLY_SHIPPED'
                 WHEN r < 0.58 THEN 'CANCELLED' ELSE 'SHIPPED' END
             ELSE CASE
                 WHEN r < 0.003 THEN 'BACKORDERED' WHEN r < 0.006 THEN 'PARTLY_SHIPPED' WHEN r < 0.007 THEN 'HELD'
                 WHEN r < 0.05 THEN 'CANCELLED' ELSE 'SHIPPED' END
        END AS status
    FROM (
        SELECT n, big.u(n, 10) AS r, w.at - interval '10 minutes'
                   - make_interval(secs => (w.orders - n) * 86400.0 * w.days / w.orders) AS accepted_at,
               (w.orders - n) * w.days < 3 * w.orders AS recent
        FROM big.world w, generate_series(1, w.orders) n) a
) p;
ALTER TABLE big.o ADD PRIMARY KEY (n);

-- f is the fulfillment order within the order: 1 or 2 live ones, 3 one that a node rejected; null has none.
CREATE UNLOGGED TABLE big.l AS
SELECT row_number() OVER (ORDER BY n, k) AS id, n, k, sku, quantity, price, fate,
       CASE WHEN fate IN ('planned', 'shipped') THEN CASE
                WHEN status = 'PARTLY_SHIPPED' THEN CASE fate WHEN 'shipped' THEN 1 ELSE 2 END
                WHEN split AND k %% 2 = 0 THEN 2 ELSE 1 END
            WHEN fate = 'cancelled' AND big.u(n, 18) < 0.3 THEN 1 END AS f
FROM (
    SELECT o.n, k, o.status, o.split,
        1 + floor(w.skus * power(big.u(o.n * 8 + k, 21), 2.5))::bigint AS sku,
        CASE WHEN big.u(o.n * 8 + k, 22) < 0.85 THEN 1 WHEN big.u(o.n * 8 + k, 22) < 0.95 THEN 2 ELSE 3 END AS quantity,
        500 + floor(big.u(o.n * 8 + k, 23) * 12000)::bigint AS price,
        CASE o.status
            WHEN 'HELD' THEN 'queued' WHEN 'QUEUED' THEN 'queued' WHEN 'BACKORDERED' THEN 'backordered'
            WHEN 'CANCELLED' THEN 'cancelled' WHEN 'SHIPPED' THEN 'shipped'
            WHEN 'PARTLY_SHIPPED' THEN CASE WHEN k = 1 THEN 'shipped' WHEN o.recent THEN 'planned'
                                            ELSE 'backordered' END
            ELSE CASE WHEN o.short AND k = o.lines THEN 'backordered' ELSE 'planned' END
        END AS fate
    FROM big.o o, big.world w, generate_series(1, o.lines) k) p;
ALTER TABLE big.l ADD PRIMARY KEY (n, k);

CREATE UNLOGGED TABLE big.f AS
SELECT row_number() OVER (ORDER BY n, f) AS id, p.n, p.f, p.node, p.status, p.closed_at,
       CASE p.status WHEN 'PLANNED' THEN 1 WHEN 'RELEASED' THEN 2 WHEN 'ACCEPTED' THEN 3 WHEN 'PICKED' THEN 4
                     WHEN 'REJECTED' THEN 3 WHEN 'CANCELLED' THEN 2 WHEN 'PACKED' THEN 5 WHEN 'READY' THEN 5
                     ELSE 6 END AS revision
FROM (
    SELECT o.n, x.f,
        CASE WHEN o.method <> 'SHIP' THEN 11 + floor(big.u(o.n, 30 + x.f) * (w.nodes - 30))::bigint
             WHEN big.u(o.n, 40) < 0.5 THEN 1 + floor(big.u(o.n, 30 + x.f) * 10)::bigint
             ELSE 1 + floor(big.u(o.n, 30 + x.f) * w.nodes)::bigint END AS node,
        CASE WHEN x.f = 3 THEN 'REJECTED'
             WHEN x.fate = 'cancelled' THEN 'CANCELLED'
             WHEN x.fate = 'shipped' THEN CASE o.method WHEN 'PICKUP' THEN 'HANDED_OVER' ELSE 'SHIPPED' END
             WHEN o.status = 'PLANNED' THEN CASE WHEN big.u(o.n, 34) < 0.6 THEN 'PLANNED' ELSE 'RELEASED' END
             WHEN big.u(o.n, 35) < 0.4 THEN 'ACCEPTED'
             WHEN big.u(o.n, 35) < 0.7 THEN 'PICKED'
             WHEN o.method = 'PICKUP' THEN 'READY' ELSE 'PACKED' END AS status,
        CASE WHEN x.f = 3 OR x.fate IN ('cancelled', 'shipped') THEN
             least(o.accepted_at + make_interval(mins => 5 + (big.u(o.n, 36) * 2600)::int), big.at() - interval '1 minute')
        END AS closed_at
    FROM (SELECT n, f, min(fate) AS fate FROM big.l WHERE f IS NOT NULL GROUP BY n, f
          UNION ALL SELECT n, 3, 'rejected' FROM big.o WHERE status = 'SHIPPED' AND big.u(n, 37) < 0.02) x
    JOIN big.o o ON o.n = x.n CROSS JOIN big.world w) p;
ALTER TABLE big.f ADD PRIMARY KEY (n, f);

-- What the orders took of each stock level.
CREATE UNLOGGED TABLE big.taken AS
SELECT l.sku, f.node, sum(l.quantity) FILTER (WHERE l.fate = 'planned')::int AS reserved,
       sum(l.quantity) FILTER (WHERE l.fate = 'shipped')::int AS shipped
FROM big.l l JOIN big.f f ON f.n = l.n AND f.f = l.f WHERE l.fate IN ('planned', 'shipped') GROUP BY l.sku, f.node;
ALTER TABLE big.taken ADD PRIMARY KEY (sku, node);

-- What happened to an order after it was accepted; its revision is one more than the number of these.
CREATE UNLOGGED TABLE big.m AS
SELECT n, 1 + row_number() OVER (PARTITION BY n ORDER BY at, kind) AS revision, kind, at, data
FROM (
    SELECT o.n, 'order.routed' AS kind, o.accepted_at + interval '2 seconds' AS at,
        jsonb_build_object('status', o.status, 'fulfillment_orders',
            (SELECT jsonb_agg(jsonb_build_object('node', d.code, 'ref', big.ref('F', f.id)) ORDER BY f.f)
             FROM big.f f JOIN big.node d ON d.n = f.node WHERE f.n = o.n)) AS data
    FROM big.o o WHERE EXISTS (SELECT FROM big.f f WHERE f.n = o.n)
    UNION ALL
    SELECT n, 'order.unfilled', accepted_at + interval '2 seconds',
        '{"unfilled": [{"line_ref": "1", "quantity": 1, "then": "BACKORDER"}]}'
    FROM big.o WHERE status = 'BACKORDERED'
    UNION ALL
    SELECT n, 'order.released', accepted_at + interval '90 seconds', '{}'
    FROM big.o WHERE status = 'SHIPPED' AND big.u(n, 77) < 0.03
    UNION ALL
    SELECT n, 'order.cancelled', accepted_at + interval '2 minutes', '{"reason": "CUSTOMER"}'
    FROM big.o WHERE status = 'CANCELLED'
    UNION ALL
    SELECT n, 'order.shipped', closed_at, '{"status": "SHIPPED"}' FROM big.f WHERE status IN ('SHIPPED', 'HANDED_OVER')
) x;
ALTER TABLE big.m ADD PRIMARY KEY (n, revision);
