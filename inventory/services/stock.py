"""Changes what is on hand: adjustments, receipts, counts, transfers. Every change has its entry in the ledger."""

from collections.abc import Sequence
from datetime import datetime

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import InsufficientStock, refuse_rows, row_error
from inventory.services import sql
from inventory.services.claims import SOURCE_SHORT, WAKE_BACKORDERS
from inventory.services.supply import SupplyRow, upsert_incoming_supply
from inventory.values import Adjustment, Counted, CountRow, Refused


@in_unit_of_work
def adjust(*, rows: Sequence[Adjustment], at: datetime, actor: str) -> list[Refused]:
    """Apply signed changes; return those that would take a level below zero. The others are applied.

    An adjustment may take a level below its claims: it is then short, and its claims have to be sourced afresh.
    """
    return _move("ADJUST", rows, at, actor)


@in_unit_of_work
def receive(*, rows: Sequence[Adjustment], at: datetime, actor: str) -> list[Refused]:
    """Take goods in that nobody announced (a return, a find); announced ones come by `receive_supply`."""
    return _move("RECEIVE", rows, at, actor)


def _move(kind: str, rows: Sequence[Adjustment], at: datetime, actor: str, *, free: bool = False) -> list[Refused]:
    bad = sql.rows(
        "inventory_move_stock",
        ("timestamptz", at),
        ("text", actor),
        ("text", kind),
        ("boolean", free),
        ("bigint[]", [row.sku_id for row in rows]),
        ("bigint[]", [row.node_id for row in rows]),
        ("int[]", [row.on_hand for row in rows]),
        ("int[]", [row.unsellable for row in rows]),
        ("text[]", [row.reason for row in rows]),
        ("text[]", [row.reference for row in rows]),
        ("text[]", [row.lot for row in rows]),
    )
    if any(row.on_hand > row.unsellable for row in rows):
        jobs.ring(WAKE_BACKORDERS)
    if any(row.on_hand < row.unsellable for row in rows):
        jobs.ring(SOURCE_SHORT)
    return [
        Refused(place - 1, "quantity", f"There are {on_hand} on hand, {unsellable} unsellable, {reserved} reserved.")
        for place, on_hand, unsellable, reserved in bad
    ]


@in_unit_of_work
def count(*, rows: Sequence[CountRow], at: datetime, actor: str, reference: str = "") -> Counted:
    """Take each row as what was there at `counted_at`; our own movements since then are applied on top.

    A count older than the last one of its level is ignored and reported. Counting below the claims makes the level
    short.

    Raises:
        RowsInvalid: a level is given twice, a count is negative, or counted in the future; nothing was changed.
    """
    seen: set[tuple[int, int]] = set()
    errors = []
    for n, row in enumerate(rows):
        if (row.sku_id, row.node_id) in seen:
            errors.append(row_error(n, "sku", "This SKU is counted twice at this node."))
        if row.on_hand < 0:
            errors.append(row_error(n, "on_hand", "A count is never negative."))
        if row.counted_at > at:
            errors.append(row_error(n, "counted_at", "A count cannot be taken in the future."))
        seen.add((row.sku_id, row.node_id))
    refuse_rows(errors)
    return apply_counts(kind="COUNT", rows=rows, reference=reference, at=at, actor=actor)


@in_unit_of_work
def apply_counts(*, kind: str, rows: Sequence[CountRow], reference: str, at: datetime, actor: str) -> Counted:
    """Apply checked counts of `kind` COUNT or FEED, at most one a level."""
    fates = sql.rows(
        "inventory_count",
        ("timestamptz", at),
        ("text", actor),
        ("text", kind),
        ("text", reference),
        ("bigint[]", [row.sku_id for row in rows]),
        ("bigint[]", [row.node_id for row in rows]),
        ("int[]", [row.on_hand for row in rows]),
        ("timestamptz[]", [row.counted_at for row in rows]),
        ("text[]", [row.reason for row in rows]),
    )
    ignored = tuple(place - 1 for place, fate in fates if fate == "IGNORED")
    changed = sum(fate == "CHANGED" for _, fate in fates)
    if changed:
        jobs.ring(WAKE_BACKORDERS)
        jobs.ring(SOURCE_SHORT)
    return Counted(changed, len(fates) - changed - len(ignored), ignored)


@in_unit_of_work
def transfer(
    *, ref: str, from_node_id: int, to_node_id: int, units: Sequence[tuple[int, int]], expected_at: datetime,
    at: datetime, actor: str,
) -> None:  # fmt: skip
    """Send `units` (SKU id, quantity) to another node: they leave on-hand stock here and are incoming supply there.

    The other node takes them in by `receive_supply`, in full or short. Claimed units cannot be sent.

    Raises:
        InsufficientStock: fewer units are free; the unit of work has to be rolled back.
    """
    send_out(ref=ref, from_node_id=from_node_id, units=units, at=at, actor=actor)
    upsert_incoming_supply(
        rows=[SupplyRow(ref, sku_id, to_node_id, quantity, expected_at) for sku_id, quantity in units],
        at=at,
        actor=actor,
    )


@in_unit_of_work
def send_out(
    *, ref: str, from_node_id: int, units: Sequence[tuple[int, int]], at: datetime, actor: str
) -> None:  # fmt: skip
    """Take `units` (SKU id, quantity) off hand for a transfer. Claimed units cannot be sent.

    Raises:
        InsufficientStock: fewer units are free; the unit of work has to be rolled back.
    """
    rows = [Adjustment(sku_id, from_node_id, on_hand=-quantity, reference=ref) for sku_id, quantity in units]
    refused = _move("TRANSFER_OUT", rows, at, actor, free=True)
    if refused:
        facts = [{"sku_id": units[bad.row][0], "message": bad.message} for bad in refused]
        told = f"{len(facts)} of the SKUs are not free to be sent. {refused[0].message}"
        raise InsufficientStock(told, lines=facts)


@in_unit_of_work
def set_safety_stock(*, rows: Sequence[tuple[int, int, int]], at: datetime, actor: str) -> int:
    """Set the node-wide safety stock of levels, given (SKU id, node id, units); return how many changed."""
    changed = sql.number(
        "inventory_set_safety_stock",
        ("timestamptz", at),
        ("text", actor),
        ("bigint[]", [sku_id for sku_id, _, _ in rows]),
        ("bigint[]", [node_id for _, node_id, _ in rows]),
        ("int[]", [units for _, _, units in rows]),
    )
    if changed:
        jobs.ring(WAKE_BACKORDERS)
    return changed


@in_unit_of_work
def set_unlimited(*, levels: Sequence[tuple[int, int]], unlimited: bool, at: datetime, actor: str) -> None:
    """Say of levels (SKU id, node id) whether claims pass without stock: made to order, or a supplier without feed."""
    del at, actor  # as upsert_skus: the counters stay as they are
    sql.rows(
        "inventory_set_unlimited",
        ("bigint[]", [sku_id for sku_id, _ in levels]),
        ("bigint[]", [node_id for _, node_id in levels]),
        ("boolean", unlimited),
    )
    if unlimited:
        jobs.ring(WAKE_BACKORDERS)
