"""Announces, changes and receives incoming supply; its claims follow it, or end and are sourced afresh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import TransferRefused, UnknownSupply
from inventory.models import IncomingSupply
from inventory.selectors.transfers import transfers_among
from inventory.services import sql
from inventory.services.claims import WAKE_BACKORDERS
from inventory.values import Freed, Lost, SupplyClaim


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

    A closed supply stays closed; of rows with one name the last counts. Claims that a later date leaves unserved are
    found by whoever knows what their demands accept (`free_supply`). Two statements.

    Raises:
        TransferRefused: a row names a transfer; its own steps announce what it brings.
    """
    refuse_transfers([row.source_ref for row in rows])
    return announce(rows=rows, at=at, actor=actor)


def refuse_transfers(refs: Sequence[str]) -> None:
    """Refuse references of transfers, whose lines say what is on its way.

    Raises:
        TransferRefused: there is one.
    """
    found = sorted(transfers_among(refs))
    if found:
        raise TransferRefused(f"{found[0]} is a transfer: its own steps say what comes.", ref=found[0])


@in_unit_of_work
def announce(*, rows: Sequence[SupplyRow], at: datetime, actor: str) -> list[Freed]:
    """Do as `upsert_incoming_supply`, for whoever keeps the books of what is announced: a transfer, too."""
    named = {(row.source_ref, row.sku_id, row.node_id): row for row in rows}
    freed = _freed(
        sql.rows(
            "inventory_announce_supply",
            ("timestamptz", at),
            ("text", actor),
            ("text[]", [row.source_ref for row in named.values()]),
            ("bigint[]", [row.sku_id for row in named.values()]),
            ("bigint[]", [row.node_id for row in named.values()]),
            ("int[]", [row.quantity for row in named.values()]),
            ("timestamptz[]", [row.expected_at for row in named.values()]),
        )
    )
    jobs.ring(WAKE_BACKORDERS)
    return freed


@in_unit_of_work
def receive_supply(
    *, source_ref: str, sku_id: int, node_id: int, quantity: int, final: bool, at: datetime, actor: str
) -> list[Freed]:
    """Take in `quantity` units of announced supply: they are on hand, and claims on it become claims on hand.

    Higher priority is served first, then the older claim. `final` says that no more will come: claims that are left
    end, and are returned. More than was announced may arrive.

    Raises:
        UnknownSupply: nothing open has this name.
        TransferRefused: a transfer brings it, and is received itself.
    """
    refuse_transfers([source_ref])
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


@in_unit_of_work
def free_supply(*, claims: Sequence[SupplyClaim], at: datetime, actor: str) -> list[Freed]:
    """End `claims`, because their demands do not accept the supply any more; return what was freed.

    A claim that is gone meanwhile is left out.
    """
    if not claims:
        return []
    return _freed(
        sql.rows(
            "inventory_free_supply",
            ("timestamptz", at),
            ("text", actor),
            ("text[]", [claim.demand_ref for claim in claims]),
            ("text[]", [claim.line_ref for claim in claims]),
            ("bigint[]", [claim.sku_id for claim in claims]),
            ("bigint[]", [claim.supply_id for claim in claims]),
            ("text[]", [claim.reason for claim in claims]),
        )
    )


@in_unit_of_work
def take_lost_supply(*, limit: int) -> list[Lost]:
    """Return up to `limit` claims that supply lost, oldest first, and forget them: the caller sources them afresh."""
    return [Lost(*row) for row in sql.rows("inventory_take_lost_supply", ("int", limit))]


def _freed(rows: Sequence[tuple[str, str, int]]) -> list[Freed]:
    return [Freed(demand_ref, line_ref, quantity) for demand_ref, line_ref, quantity in rows]
