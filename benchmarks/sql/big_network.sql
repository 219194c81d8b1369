-- SKUs with names that a person would search for, and ids from 1; nodes and channels are published by the services.
INSERT INTO inventory_sku (id, code, name, gtin, weight_grams, length_mm, width_mm, height_mm, handling_class,
    hazmat_class, temperature_class, minimum_age, export_controlled, value_minor, currency, tags, is_active)
SELECT n, 'SKU-' || lpad(n::text, 6, '0'),
    big.one('{Linen,Wool,Cotton,Oak,Steel,Glass,Leather,Bamboo,Ceramic,Canvas,Silk,Cork,Walnut,Brass,Denim}', n, 51)
        || ' ' || big.one('{Jacket,Lamp,Chair,Mug,Blanket,Bag,Table,Shirt,Vase,Boots,Scarf,Clock,Tray,Rug,Kettle}', n, 52)
        || ' ' || big.one('{Fjord,Alba,Nord,Luna,Mesa,Tide,Vega,Onda,Pico,Sable,Ember,Dune}', n, 53) || ' ' || n %% 97,
    lpad((4000000000000 + n)::text, 13, '0'), 200 + n * 37 %% 4000, 300, 200, 100, '', '', 'AMBIENT', 0, false,
    500 + n * 131 %% 20000, 'USD', CASE WHEN n %% 9 = 0 THEN '{slow}'::text[] ELSE '{}' END, n %% 200 <> 0
FROM big.world w, generate_series(1, w.skus) n ORDER BY n;
-- The n-th node and channel of the world, by code.
CREATE UNLOGGED TABLE big.node AS
SELECT row_number() OVER (ORDER BY code) AS n, id, code, kind FROM inventory_node;
CREATE UNLOGGED TABLE big.channel AS SELECT row_number() OVER (ORDER BY code) AS n, id, code FROM inventory_channel;
