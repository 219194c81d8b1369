"""Sets up the demonstration: people, network, catalog, configuration, stock. Each step may be repeated."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from dom.demo import hours, keeping, network, rates, rules, stockroom
from dom.demo.catalog import articles
from dom.demo.people import ensure_nodes, ensure_people
from dom.demo.stock import made_to_order, stock
from dom.kernel.profiles import FEED
from dom.kernel.transactions import unit_of_work
from inventory import selectors as inventory_selectors
from inventory import services as inventory
from routing import services as routing

ACTOR = "demo"
_CHUNK = 5_000


def seed_world(*, at: datetime) -> None:
    """Set everything up but orders."""
    with unit_of_work():
        ensure_people()
    _network(at)
    _configuration(at)
    _stock(at)
    stockroom.set_up(at=at)


def _network(at: datetime) -> None:
    with unit_of_work(FEED):
        inventory.upsert_skus(rows=[network.sku_row(article) for article in articles()], at=at, actor=ACTOR)
        inventory.upsert_nodes(rows=list(network.node_rows()), at=at, actor=ACTOR)
        inventory.upsert_node_groups(rows=network.group_rows(), at=at, actor=ACTOR)
        inventory.upsert_channels(rows=network.channel_rows(), at=at, actor=ACTOR)
        inventory.upsert_quotas(rows=keeping.QUOTAS, at=at, actor=ACTOR)
        ensure_nodes(at=at, actor=ACTOR)


def _configuration(at: datetime) -> None:
    note = "The demonstration's first version"
    with unit_of_work(FEED):
        routing.publish_calendars(bodies=hours.calendars(at.year), actor=ACTOR, at=at, note=note)
        routing.publish_rate_cards(bodies=rates.RATE_CARDS, actor=ACTOR, at=at, note=note)
        routing.publish_carrier_services(body=rates.CARRIER_SERVICES, actor=ACTOR, at=at, note=note)
        routing.publish_lanes(body=rates.LANES, actor=ACTOR, at=at, note=note)
        routing.publish_policies(bodies=[rules.POLICY], actor=ACTOR, at=at, note=note)
        inventory.publish_safety_stock(bodies=keeping.SAFETY_STOCK, actor=ACTOR, at=at, note=note)
        inventory.publish_channel_rules(bodies=keeping.CHANNEL_RULES, actor=ACTOR, at=at, note=note)
        capacities = keeping.capacities(list(network.node_rows()))
        inventory.publish_capacities(bodies=capacities, actor=ACTOR, at=at, note=note)


def _stock(at: datetime) -> None:
    goods, nodes = list(articles()), list(network.node_rows())
    sku_ids = _sku_ids([article.code for article in goods])
    node_ids = inventory_selectors.network(at=at).node_ids
    rows = [
        inventory.CountRow(sku_ids[held.sku], node_ids[held.node], held.on_hand, counted_at=at, reason="Opening count")
        for held in stock(goods, nodes)
    ]
    for start in range(0, len(rows), _CHUNK):
        with unit_of_work(FEED):
            inventory.count(rows=rows[start : start + _CHUNK], at=at, actor=ACTOR, reference="opening")
    levels = [(sku_ids[sku], node_ids[node]) for sku, node in made_to_order(goods, nodes)]
    with unit_of_work(FEED):
        inventory.set_unlimited(levels=levels, unlimited=True, at=at, actor=ACTOR)
        inventory.upsert_incoming_supply(rows=_supply(sku_ids, node_ids, at), at=at, actor=ACTOR)


def _sku_ids(codes: list[str]) -> dict[str, int]:
    return {code: int(row[0]) for code, row in inventory_selectors.skus_by_code(codes).items()}


def _supply(sku_ids: Mapping[str, int], node_ids: Mapping[str, int], at: datetime) -> list[inventory.SupplyRow]:
    """Return two purchase orders under way to the centers."""
    boots = [code for code in sorted(sku_ids) if code.startswith("BOOT")][::10]
    packs = [code for code in sorted(sku_ids) if code.startswith("PACK")][::4]
    return [
        inventory.SupplyRow(ref, sku_ids[code], node_ids[node], 48, at + timedelta(days=days))
        for ref, codes, node, days in (("PO-7001", boots, "DC-MDT", 3), ("PO-7002", packs, "DC-RNO", 6))
        for code in codes
    ]
