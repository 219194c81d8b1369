-- Levels of the SKUs from lo to hi at every node, in the order of feeds: node after node, so that the levels of a SKU
-- lie on many pages. What orders took is there, some of it short.
CREATE TEMP TABLE big_level AS
SELECT l.sku, l.node AS n, l.node_id, l.reserved, l.shipped, l.unsellable, l.safety,
       CASE WHEN l.short THEN 0 ELSE greatest(l.base, l.reserved + l.unsellable) END AS on_hand,
       CASE WHEN l.short THEN l.reserved + l.unsellable ELSE 0 END AS shortage
FROM (
    SELECT s.sku, d.n AS node, d.id AS node_id, coalesce(t.reserved, 0) AS reserved, coalesce(t.shipped, 0) AS shipped,
        CASE WHEN u.a < 0.005 THEN 1 ELSE 0 END AS unsellable,
        CASE WHEN u.b < 0.02 THEN 2 ELSE 0 END AS safety,
        CASE WHEN u.a < 0.35 THEN 0 ELSE floor(power(u.b, 3) * CASE d.kind WHEN 'DC' THEN 400 ELSE 30 END)::int END AS base,
        coalesce(t.reserved, 0) > 0 AND u.a < 0.004 AS short
    FROM big.world w
    CROSS JOIN generate_series(%(lo)s::bigint, %(hi)s::bigint) s(sku)
    JOIN big.node d ON true
    LEFT JOIN big.taken t ON t.sku = s.sku AND t.node = d.n
    CROSS JOIN LATERAL (SELECT big.u(s.sku * w.nodes + d.n, 61) AS a, big.u(s.sku * w.nodes + d.n, 62) AS b) u) l;
INSERT INTO inventory_stock_level (sku_id, node_id, on_hand, unsellable, reserved, shortage, safety_stock, unlimited,
    counted_at)
SELECT sku, node_id, on_hand, unsellable, reserved, shortage, safety, false, big.at() - interval '1 day'
FROM big_level ORDER BY n, sku;
INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, unsellable_delta, safety_stock_delta, kind,
    reference, actor)
SELECT big.at() - interval '101 days', sku, node_id, on_hand + shipped, unsellable, safety, 'COUNT', 'opening', 'wms'
FROM big_level WHERE on_hand + shipped + unsellable + safety > 0 ORDER BY n, sku;
DROP TABLE big_level;
