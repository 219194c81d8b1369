"""Answers where a SKU is: its level at every node, now or at a past instant, and what all of them add up to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest

from inventory.models import Node, StockLevel
from inventory.selectors import ats_rows
from inventory.selectors.network import network


@dataclass(frozen=True, slots=True)
class Placed:
    """The level of a SKU at a node, by code; `status` is the node's."""

    node: str
    name: str
    kind: str
    status: str
    time_zone: str
    on_hand: int
    unsellable: int
    reserved: int
    shortage: int
    safety_stock: int
    unlimited: bool
    counted_at: datetime | None = None

    @property
    def free(self) -> int:
        """Units that rules may still hold back; the level's own safety stock is off already."""
        return max(0, self.on_hand - self.unsellable - self.reserved - self.safety_stock)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing here that anybody would look for."""
        return not (self.on_hand or self.reserved or self.unsellable or self.shortage or self.unlimited)


def where(sku_id: int, *, among: Collection[int] | None = None) -> list[Placed]:
    """Return the levels of a SKU, deepest first, at every node or `among` some; one statement."""
    rows = StockLevel.objects.filter(sku_id=sku_id).select_related("node")
    if among is not None:
        rows = rows.filter(node_id__in=among)
    return _deepest_first([_placed(row.node, row) for row in rows])


def where_at(sku_id: int, *, at: datetime, instant: datetime, among: Collection[int] | None = None) -> list[Placed]:
    """Return the levels of a SKU as the ledgers say they were at `instant`; two statements."""
    whole = network(at=at)
    nodes = {node.id: node for node in Node.objects.all()}
    levels = ats_rows.levels_at(whole, [sku_id], instant)[sku_id]
    columns = (levels.on_hand, levels.unsellable, levels.reserved, levels.safety_stock, levels.unlimited)
    found = []
    for place, *numbers in zip(levels.place.tolist(), *(column.tolist() for column in columns), strict=True):
        if among is not None and whole.nodes[place].id not in among:
            continue
        on_hand, unsellable, reserved, safety, unlimited = numbers
        short = 0 if unlimited else max(0, reserved + unsellable - on_hand)
        level = StockLevel(
            on_hand=on_hand, unsellable=unsellable, reserved=reserved, shortage=short, safety_stock=safety,
            unlimited=bool(unlimited),
        )  # fmt: skip
        found.append(_placed(nodes[whole.nodes[place].id], level))
    return _deepest_first(found)


def _placed(node: Node, level: StockLevel) -> Placed:
    return Placed(
        node=node.code, name=node.name, kind=node.kind, status=node.status, time_zone=node.time_zone,
        on_hand=level.on_hand, unsellable=level.unsellable, reserved=level.reserved, shortage=level.shortage,
        safety_stock=level.safety_stock, unlimited=level.unlimited, counted_at=level.counted_at,
    )  # fmt: skip


def _deepest_first(rows: list[Placed]) -> list[Placed]:
    return sorted(rows, key=lambda row: (-row.shortage, not row.unlimited, -row.on_hand, row.node))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a SKU's levels add up to; `free` is what levels have above their claims and own safety stock."""

    on_hand: int = 0
    unsellable: int = 0
    reserved: int = 0
    shortage: int = 0
    free: int = 0
    nodes: int = 0
    unlimited: bool = False
    incoming: int = 0


_WITHOUT_LIMIT = 10**12
_SUMS = """
SELECT k.id, l.on_hand, l.unsellable, l.reserved, l.shortage, l.free, l.nodes, l.unlimited, i.units
FROM unnest(%(skus)s::bigint[]) AS k(id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.on_hand), 0) AS on_hand, coalesce(sum(s.unsellable), 0) AS unsellable,
           coalesce(sum(s.reserved), 0) AS reserved, coalesce(sum(s.shortage), 0) AS shortage,
           coalesce(sum(greatest(0, s.on_hand - s.unsellable - s.reserved - s.safety_stock)), 0) AS free,
           count(*) FILTER (WHERE s.on_hand > 0) AS nodes, coalesce(bool_or(s.unlimited), false) AS unlimited
    FROM inventory_stock_level s
    WHERE s.sku_id = k.id AND (%(nodes)s::bigint[] IS NULL OR s.node_id = ANY (%(nodes)s::bigint[]))) l
CROSS JOIN LATERAL (
    SELECT coalesce(sum(i.quantity - i.received), 0) AS units FROM inventory_incoming_supply i
    WHERE i.sku_id = k.id AND i.closed_at IS NULL
      AND (%(nodes)s::bigint[] IS NULL OR i.node_id = ANY (%(nodes)s::bigint[]))) i
"""


def summed(name: str, node_ids: Sequence[int] | None = None) -> Any:
    """Return an expression of a SKU: the sum that `Sums` has under `name`, "on_hand" or "free", as a list sorts by it.

    A SKU that is sold without limit at one of the nodes has more free than any other.
    """
    rows = StockLevel.objects.filter(sku_id=OuterRef("id")).order_by().values("sku_id")
    rows = rows if node_ids is None else rows.filter(node_id__in=node_ids)
    left = Greatest(0, F("on_hand") - F("unsellable") - F("reserved") - F("safety_stock"))
    each = F("on_hand") if name == "on_hand" else Case(When(unlimited=True, then=_WITHOUT_LIMIT), default=left)
    return Coalesce(Subquery(rows.annotate(units=Sum(each, output_field=BigIntegerField())).values("units")), 0,
                    output_field=BigIntegerField())  # fmt: skip


def sums(sku_ids: Sequence[int], node_ids: Sequence[int] | None = None) -> Mapping[int, Sums]:
    """Return what the levels of each SKU add up to, over every node or over `node_ids`; one statement."""
    nodes = None if node_ids is None else list(node_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"skus": list(sku_ids), "nodes": nodes})
        return {
            sku_id: Sums(int(on_hand), int(unsellable), int(reserved), int(shortage), int(free), nodes, any_, int(due))
            for sku_id, on_hand, unsellable, reserved, shortage, free, nodes, any_, due in cursor.fetchall()
        }
