"""Gives units that wait for stock their places within the backorder limits of SKUs, and takes them back.

Places are the last thing a transaction locks: take or end them once all claims are made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dom.kernel.transactions import in_unit_of_work
from inventory import locks
from inventory.services import sql


@dataclass(frozen=True, slots=True)
class Waiting:
    """Units of a SKU that shall wait; `kept` ones have claimed incoming supply, which bounds them, and are let in."""

    sku_id: int
    units: int
    kept: bool = False


@in_unit_of_work
def take_backorders(*, waiting: Sequence[Waiting]) -> dict[int, int]:
    """Give each of `waiting` its places, in order, whole or not at all; return what is left for each that has none.

    Keys of the answer are places in `waiting`, from 0. Law: without kept ones no SKU has more units waiting than its
    limit, or than waited when the limit was lowered.
    """
    if not waiting:
        return {}
    full = sql.rows(
        "inventory_take_backorders",
        ("bigint[]", [one.sku_id for one in waiting]),
        ("int[]", [one.units for one in waiting]),
        ("boolean[]", [one.kept for one in waiting]),
    )
    return {place - 1: left for place, left in full}


@in_unit_of_work
def end_backorders(*, units: Mapping[int, int]) -> None:
    """Give back the places of units, by SKU id, that wait no longer."""
    if units:
        sql.rows("inventory_end_backorders", ("bigint[]", list(units)), ("int[]", list(units.values())))


@in_unit_of_work
def lock_backorders(*, sku_ids: Iterable[int]) -> None:
    """Lock the counts of SKUs in one pass, for a transaction that gives places back and then takes some."""
    locks.lock_backorder_counts(sorted(set(sku_ids)))
