"""A small network with stock: a deep center far away, two shallow stores near."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import Node, Sku
from routing.core.types import Destination, Method, RequestLine, RoutingRequest

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
NEW_YORK = Destination("US", "NY", "10001", 40.75, -73.99)
#: A little nearer to S-SOHO than to DC-RENO.
MIDWEST = Destination("US", "IA", "50309", 41.59, -93.62)


def stock(sku: str, node: str, on_hand: int) -> None:
    row = inventory.CountRow(Sku.objects.get(code=sku).id, Node.objects.get(code=node).id, on_hand, counted_at=AT)
    with unit_of_work():
        inventory.count(rows=[row], at=AT, actor="test")


@pytest.fixture
def world(engine: None, db: None) -> None:
    """Three nodes, two SKUs, two channels of which one sells from stores alone."""
    nodes = [
        inventory.NodeRow("DC-RENO", "DC", latitude=39.53, longitude=-119.81, region="NV"),
        inventory.NodeRow("S-AUSTIN", "STORE", latitude=30.27, longitude=-97.74, region="TX"),
        inventory.NodeRow("S-SOHO", "STORE", latitude=40.72, longitude=-74.0, region="NY"),
    ]
    with unit_of_work():
        inventory.upsert_nodes(rows=nodes, at=AT, actor="test")
        groups = [inventory.NodeGroupRow("stores", nodes=("S-AUSTIN", "S-SOHO"))]
        inventory.upsert_node_groups(rows=groups, at=AT, actor="test")
        channels = [inventory.ChannelRow("web"), inventory.ChannelRow("kiosk", node_group="stores")]
        inventory.upsert_channels(rows=channels, at=AT, actor="test")
        skus = [inventory.SkuRow(code, weight_grams=500) for code in ("BOOT", "LAMP")]
        inventory.upsert_skus(rows=skus, at=AT, actor="test")
    for sku, node, units in (("BOOT", "DC-RENO", 100), ("BOOT", "S-SOHO", 2), ("LAMP", "DC-RENO", 5)):
        stock(sku, node, units)


def request_of(ref: str, *lines: tuple[str, int], channel: str = "web", **more: Any) -> RoutingRequest:
    return RoutingRequest(
        ref=ref,
        channel=channel,
        method=Method.SHIP,
        lines=tuple(RequestLine(str(n), sku, quantity, 5_000) for n, (sku, quantity) in enumerate(lines, 1)),
        ship_to=NEW_YORK,
        currency="USD",
        **more,
    )
