"""Announces, changes and receives incoming supply; its claims follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import UnknownSupply
from inventory.models import IncomingSupply
from inventory.services import sql
from inventory.services.claims import WAKE_BACKORDERS
from inventory.values import Freed


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """Units of a SKU that a purchase order or transfer brings to a node; (source_ref, SKU, node) is its name."""

    source_ref: str
    sku_id: int
    node_id: int
    quantity: int
    expected_at: datetime


@in_unit_of_work
def upsert_incoming_supply(*, rows: Sequence[SupplyRow], at: datetime, actor: str) -> list[Freed]:
    """Announce supply, or change what was announced. Return the claims that a smaller quantity no longer covers.

    A closed supply stays closed. A later date keeps its claims: their demand is told by the date it shows.
    """
    IncomingSupply.objects.bulk_create(
        [
            IncomingSupply(
                source_ref=row.source_ref,
                sku_id=row.sku_id,
                node_id=row.node_id,
                quantity=row.quantity,
                expected_at=row.expected_at,
            )
            for row in sorted(rows, key=lambda row: (row.source_ref, row.sku_id, row.node_id))
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    freed: list[Freed] = []
    for supply, row in _matched(rows):
        IncomingSupply.objects.filter(id=supply.id, closed_at=None).update(expected_at=row.expected_at)
        if supply.quantity > row.quantity:
            freed += _freed(
                sql.rows(
                    "inventory_shorten_supply",
                    ("timestamptz", at),
                    ("text", actor),
                    ("bigint", supply.id),
                    ("int", row.quantity),
                )
            )
        else:
            IncomingSupply.objects.filter(id=supply.id, closed_at=None, quantity__lt=row.quantity).update(
                quantity=row.quantity
            )
    jobs.ring(WAKE_BACKORDERS)
    return freed


def _matched(rows: Sequence[SupplyRow]) -> list[tuple[IncomingSupply, SupplyRow]]:
    found = {
        (supply.source_ref, supply.sku_id, supply.node_id): supply
        for supply in IncomingSupply.objects.filter(source_ref__in={row.source_ref for row in rows}, closed_at=None)
    }
    keyed = [((row.source_ref, row.sku_id, row.node_id), row) for row in rows]
    return [(found[key], row) for key, row in sorted(keyed, key=lambda pair: pair[0]) if key in found]


@in_unit_of_work
def receive_supply(
    *, source_ref: str, sku_id: int, node_id: int, quantity: int, final: bool, at: datetime, actor: str
) -> list[Freed]:
    """Take in `quantity` units of announced supply: they are on hand, and claims on it become claims on hand.

    Higher priority is served first, then the older claim. `final` says that no more will come: claims that are left
    end, and are returned. More than was announced may arrive.

    Raises:
        UnknownSupply: nothing open has this name.
    """
    supply = IncomingSupply.objects.filter(
        source_ref=source_ref, sku_id=sku_id, node_id=node_id, closed_at=None
    ).first()
    if supply is None:
        raise UnknownSupply(f"{source_ref} announces no such supply.", source_ref=source_ref)
    freed = _freed(
        sql.rows(
            "inventory_receive_supply",
            ("timestamptz", at),
            ("text", actor),
            ("bigint", supply.id),
            ("int", quantity),
            ("boolean", final),
        )
    )
    jobs.ring(WAKE_BACKORDERS)
    return freed


def _freed(rows: Sequence[tuple[str, str, int]]) -> list[Freed]:
    return [Freed(demand_ref, line_ref, quantity) for demand_ref, line_ref, quantity in rows]
