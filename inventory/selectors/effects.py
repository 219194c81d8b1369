"""Answers what counts and adjustments would do to what is free, before they are applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from dom.kernel.words import many
from inventory.models import StockLevel

#: The codes of a SKU and a node.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Effect:
    """Units altogether: what comes on hand, what becomes free before rules, and how many levels fall short."""

    on_hand: int
    free: int
    short_levels: int
    short_units: int

    def describe(self) -> list[str]:
        """Return the effect as sentences."""
        told = [
            f"{self.on_hand:+,} units on hand altogether.",
            f"{self.free:+,} units free to be sold, before safety stock rules and thresholds.",
        ]
        if self.short_levels:
            short = f"{many(self.short_levels, 'level')} {many(self.short_units, 'unit')} short"
            told.append(f"{short}: the list of what is short names their work.")
        return told


_LEVELS = """
SELECT k.sku, k.node, s.on_hand, s.unsellable, s.reserved, s.unlimited
FROM unnest(%s::text[], %s::text[]) AS k(sku, node)
JOIN inventory_sku i ON i.code = k.sku JOIN inventory_node n ON n.code = k.node
JOIN inventory_stock_level s ON s.sku_id = i.id AND s.node_id = n.id
"""


def levels_of(keys: Sequence[Key]) -> dict[Key, StockLevel]:
    """Return the balances of SKUs at nodes, by code, as levels that are never saved; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, [[sku for sku, _ in keys], [node for _, node in keys]])
        return {
            (sku, node): StockLevel(on_hand=on_hand, unsellable=unsellable, reserved=reserved, unlimited=unlimited)
            for sku, node, on_hand, unsellable, reserved, unlimited in cursor.fetchall()
        }


def effect_of(changes: Mapping[Key, tuple[int, int]]) -> Effect:
    """Return what changes of (on hand, unsellable) by level would do; one statement, changes nothing."""
    levels = levels_of(list(changes))
    free = short_levels = short_units = 0
    for key, (on_hand, unsellable) in changes.items():
        level = levels.get(key) or StockLevel()
        after = level.free + on_hand - unsellable
        free += max(0, after) - max(0, level.free)
        if after < 0 and not level.unlimited:
            short_levels, short_units = short_levels + 1, short_units - after
    return Effect(sum(on_hand for on_hand, _ in changes.values()), free, short_levels, short_units)
