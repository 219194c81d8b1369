"""Answers what the demonstration keeps back and how much its nodes take on: rules, quotas, capacities, supply."""

from collections.abc import Sequence
from typing import Any

from inventory.services import NodeRow, QuotaRow

Document = dict[str, Any]

SAFETY_STOCK: list[Document] = [
    {"code": "stores-keep-one", "units": 1, "node_group": "stores", "rank": 50},
    {"code": "flagship-display", "units": 2, "node_group": "flagships", "rank": 10},
    {"code": "alcohol-on-shelf", "units": 3, "tags": ["alcohol"], "node_group": "stores", "rank": 20},
]
CHANNEL_RULES: list[Document] = [
    {"code": "market-cushion", "threshold": 2, "channel": "market"},
    {"code": "market-no-alcohol", "sell": False, "tags": ["alcohol"], "channel": "market"},
    {"code": "market-no-controlled", "sell": False, "tags": ["controlled"], "channel": "market"},
    {"code": "bulky-not-at-the-counter", "sell": False, "tags": ["bulky"], "methods": ["PICKUP", "SAME_DAY"]},
]
QUOTAS = [QuotaRow("market", f"BOOT-{number:03d}", 40) for number in range(1, 21)]

LOW_STOCK: list[Document] = [
    {"code": "flagship-boots", "units": 3, "tags": ["footwear"], "node_group": "flagships", "rank": 10},
    {"code": "centers-reorder", "units": 12, "node_group": "centers", "rank": 50},
    {"code": "alcohol", "units": 6, "tags": ["alcohol"], "rank": 20},
]
#: A second person looks at larger transfers, and at differences worth more than $150.
TRANSFER_APPROVAL = 50
COUNT_APPROVAL_MINOR = 15_000

_ORDERS_A_DAY = {"DC": 900, "THREE_PL": 300, "STORE": 40, "SUPPLIER": 60}


def capacities(nodes: Sequence[NodeRow]) -> list[Document]:
    """Return a day's orders for every node; stores take fewer at the weekend, when they are full of people."""
    return [{"node": node.code, "limits": _limits(node)} for node in nodes]


def _limits(node: NodeRow) -> list[Document]:
    usual = {"unit": "ORDERS", "limit": _ORDERS_A_DAY[node.kind]}
    weekend = {"unit": "ORDERS", "limit": 25, "days": ["SAT", "SUN"]}
    return [usual, weekend] if node.kind == "STORE" else [usual]
