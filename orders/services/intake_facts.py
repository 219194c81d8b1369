"""Reads, under the lock of the orders' references, everything that intake decides on: one statement for any number."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from orders.holds import SkuFound
from orders.values import AskedOrder

#: Two orders of one customer over one sum within this time may be the same order sent twice.
TWIN_WINDOW = timedelta(minutes=10)

_FACTS = """
SELECT kind, code, id, facts FROM orders_intake_facts(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz,
    %s::text[], %s::text[], %s::text[], %s::timestamptz)
"""


@dataclass(frozen=True, slots=True)
class ChannelFound:
    """A channel as intake needs it; `fraud_score` None: its orders are not screened."""

    id: int
    currency: str
    country: str
    accept: str
    is_active: bool
    fraud_score: int | None


@dataclass(frozen=True, slots=True)
class OrderFound:
    """An order that is there already."""

    id: int
    ref: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class CartClaim:
    """One open claim of a cart."""

    line_ref: str
    sku_id: int
    node_id: int
    supply_id: int | None
    quantity: int
    channel: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What intake knows; `orders` and `twins` by the place of the asked order, carts by their reference."""

    channels: dict[str, ChannelFound] = field(default_factory=dict)
    nodes: dict[str, int] = field(default_factory=dict)
    skus: dict[str, SkuFound] = field(default_factory=dict)
    orders: dict[int, OrderFound] = field(default_factory=dict)
    twins: dict[int, str] = field(default_factory=dict)
    carts: dict[str, list[CartClaim]] = field(default_factory=lambda: defaultdict(list))


@in_unit_of_work
def intake_facts(*, orders: Sequence[AskedOrder], at: datetime) -> Facts:
    """Lock the references of `orders` to the end of the transaction, and return what is known about them.

    A second intake of the same reference waits here, so that it finds the first one's order instead of making another.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            [
                [order.channel for order in orders],
                [order.external_ref for order in orders],
                [order.customer.external_ref if order.customer else "" for order in orders],
                [order.total_minor for order in orders],
                at - TWIN_WINDOW,
                sorted({group.node for order in orders for group in order.groups if group.node}),
                sorted({line.sku for order in orders for line in order.lines}),
                sorted({ref for order in orders for ref in order.reservations}),
                at,
            ],
        )
        return _facts(cursor.fetchall())


def _facts(rows: Sequence[tuple[str, str, int, str | None]]) -> Facts:
    found = Facts()
    for kind, code, id_, text in rows:
        _keep(found, kind, code, id_, json.loads(text) if text else {})
    return found


def _keep(found: Facts, kind: str, code: str, id_: int, facts: Mapping[str, Any]) -> None:
    match kind:
        case "CHANNEL":
            found.channels[code] = ChannelFound(id_, **facts)
        case "NODE":
            found.nodes[code] = id_
        case "SKU":
            found.skus[code] = SkuFound(id_, **facts)
        case "ORDER":
            found.orders[int(code) - 1] = OrderFound(id_, **facts)
        case "TWIN":
            found.twins[int(code) - 1] = facts["ref"]
        case "CLAIM":
            found.carts[code].append(CartClaim(sku_id=id_, **facts))
