"""Names the rows of stock that come in as CSV: counts, and signed adjustments."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from dom.console.sheets import Row, Sheet
from dom.kernel.rest.rows import RawRow
from inventory.api import stock_feeds
from inventory.models import IncomingSupply, StockLevel
from inventory.selectors.effects import Key, effect_of, levels_of

_AT_ONCE = 2_000


def _every(_asked: Mapping[str, str]) -> Iterable[Row]:
    for level in StockLevel.objects.select_related("sku", "node").order_by("id").iterator(chunk_size=_AT_ONCE):
        yield {"sku": level.sku.code, "node": level.node.code, "on_hand": level.on_hand}


def _known(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
    # Without the time of the last count: a row that tells none was counted now.
    return {key: {"sku": key[0], "node": key[1], "on_hand": level.on_hand} for key, level in levels_of(keys).items()}


def _announced(_asked: Mapping[str, str]) -> Iterable[Row]:
    """Yield what is open; of transfers their own steps say what comes."""
    rows = _SUPPLY.exclude(source_ref__startswith="T-").order_by("id")
    return map(_supply, rows.iterator(chunk_size=_AT_ONCE))


def _known_supply(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
    rows = map(_supply, _SUPPLY.filter(source_ref__in={source for source, _sku, _node in keys}))
    found = {stock_feeds.INCOMING_SUPPLY.key(row): row for row in rows}
    return {key: found[key] for key in keys if key in found}


_SUPPLY = IncomingSupply.objects.filter(closed_at__isnull=True).select_related("sku", "node")


def _supply(one: IncomingSupply) -> Row:
    shape: Any = stock_feeds.INCOMING_SUPPLY.shape()
    return dict(shape.to_representation(one))


def _counts_do(rows: Sequence[RawRow]) -> list[str]:
    told = {(row.value["sku"], row.value["node"]): int(row.value["on_hand"]) for row in rows}
    levels = levels_of(list(told))
    changes: dict[Key, tuple[int, int]] = {
        key: (units - (levels[key].on_hand if key in levels else 0), 0) for key, units in told.items()
    }
    return effect_of(changes).describe()


def _adjustments_do(rows: Sequence[RawRow]) -> list[str]:
    changes: dict[Key, tuple[int, int]] = {
        (row.value["sku"], row.value["node"]): (int(row.value["quantity"]), int(row.value.get("unsellable", 0)))
        for row in rows
    }
    return effect_of(changes).describe()


STOCK_SHEETS: Mapping[str, Sheet] = {
    "stock-counts": Sheet(
        slug="stock-counts",
        words="Counts of stock",
        feed=stock_feeds.STOCK,
        every=_every,
        known=_known,
        permission="inventory.{}_stocklevel",
        page="console:stock",
        noted_as="stock",
        effect=_counts_do,
        labels={"SKU": "sku", "Node": "node", "On hand": "on_hand", "Counted at": "counted_at"},
    ),
    "incoming-supply": Sheet(
        slug="incoming-supply",
        words="Incoming supply",
        feed=stock_feeds.INCOMING_SUPPLY,
        every=_announced,
        known=_known_supply,
        permission="inventory.{}_incomingsupply",
        page="console:supplies",
        noted_as="stock",
        labels={
            "Source": "source_ref",
            "SKU": "sku",
            "Node": "node",
            "Announced": "quantity",
            "Expected": "expected_at",
        },
    ),
    "stock-adjustments": Sheet(
        slug="stock-adjustments",
        words="Adjustments of stock",
        feed=stock_feeds.ADJUSTMENTS,
        every=lambda _asked: (),
        known=lambda _keys: {},
        permission="inventory.{}_stocklevel",
        page="console:stock",
        noted_as="stock",
        effect=_adjustments_do,
        labels={"SKU": "sku", "Node": "node", "Units": "quantity", "Unsellable": "unsellable", "Reason": "reason"},
    ),
}
