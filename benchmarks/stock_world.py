"""Makes a network with stock for the benchmarks, straight into the tables; the books add up from the start."""

import json

from django.db import connection
from django.utils import timezone

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory.services import ChannelRow, upsert_channels

_WORLD = """
INSERT INTO inventory_sku (code, name, gtin, weight_grams, length_mm, width_mm, height_mm, handling_class, hazmat_class,
    temperature_class, minimum_age, export_controlled, value_minor, currency, tags, is_active)
SELECT 'S' || n, '', '', 200, 100, 100, 100, '', '', 'AMBIENT', 0, false, 1000, 'USD', '{}', true
FROM generate_series(1, %(skus)s) n;
INSERT INTO inventory_node (code, name, kind, status, line1, city, region, postal_code, country, time_zone, calendar,
    methods, hazmat_classes, temperature_classes, handles_oversize, must_acknowledge, feed_basis, fulfillment_cost_e4,
    line_cost_e4, unit_cost_e4, failed_pick_ppm, tags)
SELECT 'N' || n, '', 'DC', 'ACTIVE', '', '', '', '', 'US', 'UTC', '', '{SHIP}', '{}', '{AMBIENT}', true, false,
    'ON_HAND', 0, 0, 0, 0, '{}'
FROM generate_series(1, %(nodes)s) n;
INSERT INTO inventory_stock_level (sku_id, node_id, on_hand, unsellable, reserved, shortage, safety_stock, unlimited)
SELECT s.id, n.id, %(units)s, 0, 0, 0, 0, false FROM inventory_sku s CROSS JOIN inventory_node n ORDER BY s.id, n.id;
INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind)
SELECT now() - interval '1 hour', sku_id, node_id, on_hand, 'RECEIVE' FROM inventory_stock_level;
"""


#: The invariants of stock alone: these worlds claim for demands that are no orders.
_OF_STOCK = (1, 2, 3, 4, 9)


def make(*, skus: int, nodes: int, units: int) -> tuple[list[int], list[int], int]:
    """Put `units` of each SKU at each node; return (SKU ids, node ids, channel id)."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        with unit_of_work():
            upsert_channels(rows=[ChannelRow("web", "Web")], at=timezone.now(), actor="benchmark")
        cursor.execute(_WORLD, {"skus": skus, "nodes": nodes, "units": units})
        for table in ("stock_level", "stock_movement", "sku", "node"):
            cursor.execute(f"VACUUM ANALYZE inventory_{table}")
        cursor.execute("SELECT array_agg(id ORDER BY id) FROM inventory_sku")
        sku_ids = cursor.fetchone()[0]
        cursor.execute("SELECT array_agg(id ORDER BY id) FROM inventory_node")
        node_ids = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM inventory_channel")
        return sku_ids, node_ids, cursor.fetchone()[0]


def figure(name: str, value: float, unit: str, workload: str) -> None:
    """Print one figure as a JSON line."""
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "workload": workload}), flush=True)


def proven() -> int:
    """Return 0 when the books add up, else print the differences and return 1."""
    found = prove.differences(only=_OF_STOCK)
    for difference in found:
        print(f"{difference.check.name}: {difference.total} differences, first {difference.rows[:3]}", flush=True)
    return 1 if found else 0
