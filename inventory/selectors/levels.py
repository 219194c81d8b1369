"""Answers what is free where, in arrays: a batch of orders reads tens of thousands of stock levels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from numpy.typing import NDArray

from inventory.models import BackorderCount, Sku

Levels = NDArray[np.void]


def packed(query: str, values: Sequence[Any], columns: Sequence[str]) -> Levels:
    """Return the rows of `query` as a structured array; every column is a bigint that is never null.

    The server packs all rows into one value that NumPy reads as it lies: a third of the time of COPY, which sends a
    message for each row, and a tenth of a tuple for each. `values` stand for the query's %s.
    """
    names = [f"c{number}" for number in range(len(columns))]
    sent = " || ".join(f"int8send({name})" for name in names)
    statement = f"SELECT string_agg({sent}, ''::bytea) FROM ({query}) AS q ({', '.join(names)})"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        raw = cursor.fetchone()[0] or b""
    return np.frombuffer(raw, dtype=np.dtype([(name, ">i8") for name in columns]))


_AVAILABLE = """
SELECT sku_id, node_id, unlimited::int::bigint,
       (on_hand - unsellable - reserved - safety_stock)::bigint AS available, safety_stock::bigint,
       on_hand::bigint
FROM inventory_stock_level
WHERE sku_id = ANY(%s::bigint[]) AND (unlimited OR on_hand - unsellable - reserved - safety_stock > 0)
"""


def available(sku_ids: Sequence[int]) -> Levels:
    """Return rows (sku_id, node_id, unlimited 0 | 1, available, safety_stock, on_hand) of levels that have anything.

    `available` = on hand − unsellable − reserved − the level's own safety stock; rules and thresholds are not applied:
    selectors.withheld says what they take off it. One statement.
    Reads stock; holds nothing.
    """
    return packed(
        _AVAILABLE, [list(sku_ids)], ("sku_id", "node_id", "unlimited", "available", "safety_stock", "on_hand")
    )


_ON_HAND = """
SELECT sku_id, node_id, on_hand FROM inventory_stock_level
WHERE (sku_id, node_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
"""


def on_hand(levels: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return what is on hand at levels, by (SKU id, node id). One statement. Reads stock; holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_HAND, [[sku_id for sku_id, _ in levels], [node_id for _, node_id in levels]])
        return {(sku_id, node_id): units for sku_id, node_id, units in cursor.fetchall()}


_OWING = """
SELECT sku_id, node_id, reserved + unsellable + safety_stock - on_hand FROM inventory_stock_level
WHERE sku_id = ANY(%s::bigint[]) AND NOT unlimited AND reserved + unsellable + safety_stock > on_hand
"""


def owing(sku_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return by (SKU id, node id) how many units levels lack for their claims and their own safety stock.

    What a claim there gives back covers that first: only the rest can be claimed anew. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWING, [list(sku_ids)])
        return {(sku_id, node_id): units for sku_id, node_id, units in cursor.fetchall()}


class QuotaLeft(NamedTuple):
    """What a channel may still take of a SKU; below zero where its quota was lowered below what it took."""

    channel_id: int
    sku_id: int
    left: int


_QUOTAS = """
SELECT channel_id, sku_id, quota - used FROM inventory_channel_quota
WHERE channel_id = ANY(%s::bigint[]) AND sku_id = ANY(%s::bigint[])
"""


def quota_left(channel_ids: Sequence[int], sku_ids: Sequence[int]) -> list[QuotaLeft]:
    """Return what is left of the quotas there are; a pair without a row has no limit. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_QUOTAS, [list(channel_ids), list(sku_ids)])
        return [QuotaLeft(*row) for row in cursor.fetchall()]


def backorders_left(sku_ids: Sequence[int]) -> dict[int, int]:
    """Return how many more units of SKUs may wait for stock; those without a limit are left out. One statement."""
    left = Greatest(F("allowed") - F("waiting"), 0)
    rows = BackorderCount.objects.filter(sku_id__in=sku_ids, allowed__isnull=False).values_list("sku_id", left)
    return dict(rows)


_SKU_FIELDS = (
    "id", "code", "weight_grams", "length_mm", "width_mm", "height_mm", "handling_class", "hazmat_class",
    "temperature_class", "minimum_age", "export_controlled", "value_minor", "currency", "tags",
    "backorder_limit",
)  # fmt: skip


def skus_by_code(codes: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return rows of _SKU_FIELDS (id and code first, the backorder limit last) by code.

    Tuples, not objects: a batch asks for hundreds. Unknown codes are left out. One statement.
    """
    rows = Sku.objects.filter(code__in=codes).values_list(*_SKU_FIELDS)
    return {row[1]: row for row in rows}
