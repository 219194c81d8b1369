"""Workload W1: 200 nodes × 5,000 SKUs (Zipf 0.8), orders of 1 to 5 lines (mean 1.9), stock for 90 % of demand."""

import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection

from dom.demo import rates, rules
from dom.demo.places import HOMES
from dom.kernel.ids import new_ref
from dom.kernel.transactions import unit_of_work
from inventory.models import Channel, Node, Sku
from inventory.services import (
    ChannelRow,
    NodeRow,
    QuotaRow,
    SkuRow,
    publish_capacities,
    upsert_channels,
    upsert_nodes,
    upsert_quotas,
    upsert_skus,
)
from routing.services import publish_carrier_services, publish_policies, publish_rate_cards

NODES, SKUS = 200, 5_000
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
_LINE_SHARES = (0.50, 0.27, 0.12, 0.07, 0.04)  # of orders with 1 … 5 lines: mean 1.88


class World:
    """The network and its stock in the database; orders are drawn from one seeded stream.

    `backorder_limit` is every SKU's; None lets any number wait for stock.
    """

    def __init__(self, *, orders: int, seed: int, backorder_limit: int | None = None) -> None:
        self.orders = orders
        self.backorder_limit = backorder_limit
        self.random = np.random.default_rng(seed)
        weights = 1.0 / np.arange(1, SKUS + 1) ** 0.8
        self.shares = weights / weights.sum()

    def load(self) -> None:
        """Write nodes, SKUs, configuration and stock; orders follow with `place`."""
        publish_network(skus=SKUS, backorder_limit=self.backorder_limit)
        counts = self.random.choice(5, size=self.orders, p=_LINE_SHARES) + 1
        self.lines = [np.unique(self.random.choice(SKUS, size=n, p=self.shares)) for n in counts]
        self.quantities = [self.random.choice((1, 2, 3), size=len(x), p=(0.85, 0.1, 0.05)) for x in self.lines]
        self._stock()
        self._quotas()

    def _quotas(self) -> None:
        """Let the app take at most a third of what is asked of each of the hundred most popular SKUs."""
        asked = np.zeros(SKUS, dtype=np.int64)
        for skus, units in zip(self.lines, self.quantities, strict=True):
            np.add.at(asked, skus, units)
        popular = np.argsort(-asked)[:100]
        rows = [QuotaRow("app", f"SKU-{sku:05d}", int(asked[sku]) // 3 + 1) for sku in popular]
        with unit_of_work():
            upsert_quotas(rows=rows, at=AT, actor="bench")

    def _stock(self) -> None:
        """Spread 90 % of the demand over the nodes: ten deep ones carry half of it. Every (SKU, node) has a level."""
        asked = np.zeros(SKUS, dtype=np.int64)
        for skus, units in zip(self.lines, self.quantities, strict=True):
            np.add.at(asked, skus, units)
        weights = np.ones(NODES)
        weights[:10] = 19.0
        weights /= weights.sum()
        stock = np.stack([self.random.multinomial(int(units * 0.9), weights) for units in asked])
        node_ids = list(Node.objects.order_by("code").values_list("id", flat=True))
        sku_ids = list(Sku.objects.order_by("code").values_list("id", flat=True))
        out = io.StringIO()
        for row, sku_id in enumerate(sku_ids):
            out.writelines(
                f"{sku_id}\t{node_id}\t{units}\n" for node_id, units in zip(node_ids, stock[row], strict=True)
            )
        _copy_stock(out.getvalue())

    def place(self, *, at: datetime = AT) -> None:
        """Write the orders as intake leaves them at `at`: accepted, queued demand counted, waiting for routing."""
        sku_ids = dict(Sku.objects.values_list("code", "id"))
        channels = list(Channel.objects.order_by("code").values_list("id", flat=True))
        rows: dict[str, list[Any]] = {"orders": [], "lines": []}
        for number in range(self.orders):
            ref, home = new_ref("O"), HOMES[int(self.random.integers(len(HOMES)))]
            rows["orders"].append((ref, channels[number % 2], f"W1-{number}", number, home))
            for place, (sku, units) in enumerate(zip(self.lines[number], self.quantities[number], strict=True)):
                code = f"SKU-{sku:05d}"
                rows["lines"].append((ref, f"{place + 1}", sku_ids[code], code, int(units)))
        _copy_orders(rows["orders"], rows["lines"], at)


def publish_network(*, skus: int, backorder_limit: int | None = None) -> None:
    """Write 200 nodes, the channels "web" and "app", what routing is told, and SKUs from SKU-00000 on."""
    kinds = ["DC"] * 10 + ["STORE"] * 170 + ["THREE_PL"] * 10 + ["SUPPLIER"] * 10
    nodes = [_node(number, kind) for number, kind in enumerate(kinds)]
    goods = [
        SkuRow(code=f"SKU-{n:05d}", weight_grams=200 + n * 37 % 4000, length_mm=300, width_mm=200, height_mm=100,
               value_minor=900 + n * 131 % 20000, tags=("slow",) if n % 9 == 0 else (), backorder_limit=backorder_limit)
        for n in range(skus)
    ]  # fmt: skip
    with unit_of_work():
        upsert_skus(rows=goods, at=AT, actor="bench")
        upsert_nodes(rows=nodes, at=AT, actor="bench")
        upsert_channels(rows=[ChannelRow("web"), ChannelRow("app")], at=AT, actor="bench")
        publish_rate_cards(bodies=rates.RATE_CARDS, actor="bench", at=AT)
        publish_carrier_services(body=rates.CARRIER_SERVICES, actor="bench", at=AT)
        publish_policies(bodies=[rules.POLICY], actor="bench", at=AT)
        publish_capacities(bodies=_capacities([n.code for n in nodes]), actor="bench", at=AT)


def _capacities(nodes: list[str]) -> list[dict[str, Any]]:
    """Give stores 300 orders a day and every fifth of them 600 units; the rest takes what comes."""
    return [
        {"node": code, "limits": [{"unit": "ORDERS", "limit": 300}]
         + ([{"unit": "UNITS", "limit": 600}] if number % 5 == 0 else [])}
        for number, code in enumerate(nodes[10:180])
    ]  # fmt: skip


def _node(number: int, kind: str) -> NodeRow:
    home = HOMES[number % len(HOMES)]
    return NodeRow(
        code=f"N-{number:03d}", kind=kind, city=home.city, region=home.region, postal_code=home.postal_code,
        latitude=home.latitude + number * 0.01, longitude=home.longitude, time_zone=home.time_zone,
        methods=("SHIP",), fulfillment_cost_e4=8_000 + number * 53 % 9_000, line_cost_e4=2_000, unit_cost_e4=800,
        failed_pick_ppm=30_000 if kind == "STORE" else 2_000,
    )  # fmt: skip


def _copy(statement: str, rows: str) -> None:
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write(rows)


def _copy_stock(rows: str) -> None:
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE w1_stock (sku_id bigint, node_id bigint, units integer) ON COMMIT DROP")
        _copy("COPY w1_stock FROM STDIN", rows)
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "INSERT INTO inventory_stock_level (sku_id, node_id, on_hand, unsellable, reserved, shortage, safety_stock,"
            " unlimited) SELECT sku_id, node_id, units, 0, 0, 0, 0, false FROM w1_stock"
            " ORDER BY sku_id, node_id"
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO inventory_stock_movement (at, sku_id, node_id, on_hand_delta, kind, actor)"
            " SELECT %s, sku_id, node_id, units, 'COUNT', 'bench' FROM w1_stock WHERE units > 0", [AT],
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE inventory_stock_level")
        cursor.execute("RESET statement_timeout")


def _copy_orders(orders: list[Any], lines: list[Any], at: datetime) -> None:
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "CREATE TEMP TABLE w1_order (ref text, channel_id bigint, external_ref text, number integer, city text,"
            " region text, postal_code text, latitude float, longitude float) ON COMMIT DROP;"
            "CREATE TEMP TABLE w1_line (ref text, line_ref text, sku_id bigint, sku_code text, quantity integer)"
            " ON COMMIT DROP"
        )
        text = "".join(
            f"{r}\t{c}\t{x}\t{n}\t{h.city}\t{h.region}\t{h.postal_code}\t{h.latitude}\t{h.longitude}\n"
            for r, c, x, n, h in orders
        )
        _copy("COPY w1_order FROM STDIN", text)
        _copy("COPY w1_line FROM STDIN", "".join("\t".join(map(str, line)) + "\n" for line in lines))
        cursor.execute(_ORDERS, {"at": at})


_ORDERS = """
WITH a AS (
    INSERT INTO orders_address (name, line1, line2, city, region, postal_code, country, latitude, longitude)
    SELECT ref, '', '', city, region, postal_code, 'US', latitude, longitude FROM w1_order RETURNING id, name
), o AS (
    INSERT INTO orders_order (ref, channel_id, external_ref, body_hash, status, revision, priority, customer_tier,
        currency, total_minor, charges_minor, tags, attributes, placed_at, accepted_at)
    SELECT ref, channel_id, external_ref, '', 'QUEUED', 1, 0, '', 'USD',
        (SELECT sum(w.quantity) * 1900 FROM w1_line w WHERE w.ref = w1_order.ref), 0, '{}', '{}', %(at)s, %(at)s
    FROM w1_order ORDER BY number RETURNING id, ref
), g AS (
    INSERT INTO orders_fulfillment_group (order_id, group_ref, method, ship_to_id, service_level, allow_split,
        excluded_nodes)
    SELECT o.id, '1', 'SHIP', a.id, '', true, '{}' FROM o JOIN a ON a.name = o.ref RETURNING id, order_id
), l AS (
    INSERT INTO orders_order_line (order_id, group_id, line_ref, kind, sku_id, sku_code, quantity, queued, backordered,
        planned, shipped, cancelled, returned, unit_price_minor, discount_minor, tax_minor, keep_together)
    SELECT o.id, g.id, w.line_ref, 'PRODUCT', w.sku_id, w.sku_code, w.quantity, w.quantity, 0, 0, 0, 0,
        0, 1900, 0, 0, ''
    FROM w1_line w JOIN o ON o.ref = w.ref JOIN g ON g.order_id = o.id
), e AS (
    INSERT INTO kernel_event (at, kind, entity, entity_ref, revision, data)
    SELECT %(at)s, 'order.placed', 'order', ref, 1, '{"status": "QUEUED"}' FROM o
), q AS (
    INSERT INTO inventory_queued_demand (demand_ref, line_ref, sku_id, channel_id, quantity, created_at)
    SELECT w.ref || ':1', w.line_ref, w.sku_id, x.channel_id, w.quantity, %(at)s
    FROM w1_line w JOIN w1_order x ON x.ref = w.ref
)
INSERT INTO orders_routing_task (order_id, priority, not_before, attempts, alone, error)
SELECT id, 0, %(at)s, 0, false, '' FROM o ORDER BY id
"""
