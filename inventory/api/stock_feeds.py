"""Carries the rows of stock feeds to the services that apply them."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from rest_framework.exceptions import ValidationError

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import MOST_FAULTS, Context, Feed, Heard, Row, register
from dom.kernel.rest.fields import Instant
from dom.kernel.rest.rows import RawRow
from inventory import services
from inventory.api.codes import Codes
from inventory.api.stock_shapes import AdjustmentShape, IncomingSupplyShape, StockShape
from inventory.selectors.transfers import transfers_among
from inventory.services.feeds import FeedRow, take_in
from inventory.services.stock import apply_counts

#: How far a sender's clock may be ahead of ours before its count is refused.
_SKEW = timedelta(minutes=5)


def _counted_at(row: Row, at: datetime) -> datetime:
    told: datetime = row.value.get("counted_at", at)
    return min(told, at)


def _too_early(rows: Sequence[Row], at: datetime) -> list[Fault]:
    told = f"The time of counting is after the time of receipt, {at.isoformat(timespec='seconds')}."
    return [
        row.fault("counted_at", "counted-in-future", told)
        for row in rows
        if row.value.get("counted_at", at) > at + _SKEW
    ]


def _count(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    codes = Codes(rows)
    known, faults = codes.split(rows, context)
    early = _too_early(known, context.at)
    wrong = {fault.row for fault in early}
    good = [row for row in known if row.number not in wrong]
    counts = [
        services.CountRow(codes.sku_id(row), codes.node_id(row), row.value["on_hand"], _counted_at(row, context.at))
        for row in good
    ]
    counted = (
        apply_counts(kind="FEED", rows=counts, reference="", at=context.at, actor=context.actor) if counts else None
    )
    late = (
        [good[n].fault("counted_at", "count-outdated", "A later count is known.") for n in counted.ignored]
        if counted
        else []
    )
    return [*faults, *early, *late]


def _adjust(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    codes = Codes(rows)
    good, faults = codes.split(rows, context)
    changes = [
        services.Adjustment(
            codes.sku_id(row),
            codes.node_id(row),
            on_hand=row.value["quantity"],
            unsellable=row.value.get("unsellable", 0),
            reason=row.value["reason"],
            reference=row.value.get("reference", ""),
            lot=row.value.get("lot", ""),
        )
        for row in good
    ]
    refused = services.adjust(rows=changes, at=context.at, actor=context.actor) if changes else []
    return [*faults, *(good[bad.row].fault(bad.field, "insufficient-stock", bad.message) for bad in refused)]


def _announce(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    codes = Codes(rows)
    known, faults = codes.split(rows, context)
    moved = transfers_among([row.value["source_ref"] for row in known])
    good = [row for row in known if row.value["source_ref"] not in moved]
    words = "This is a transfer: its own steps say what comes."
    refused = [row.fault("source_ref", "transfer-refused", words) for row in known if row not in good]
    announced = [
        services.SupplyRow(
            row.value["source_ref"],
            codes.sku_id(row),
            codes.node_id(row),
            row.value["quantity"],
            row.value["expected_at"],
        )
        for row in good
    ]
    if announced:
        services.upsert_incoming_supply(rows=announced, at=context.at, actor=context.actor)
    return [*faults, *refused]


def _level(value: Mapping[str, str]) -> tuple[str, str]:
    return value["sku"], value["node"]


def _when(row: Row, context: Context) -> datetime:
    told: datetime = row.value.get("counted_at", context.at)
    return told


def _count_all(rows: Iterable[RawRow], context: Context, heard: Heard) -> tuple[int, list[Fault]]:
    """Apply a long feed through the staging of inventory: compared once, only what changed is written."""
    numbers, faults, unread = array("I"), list[Fault](), 0

    def readable() -> Iterator[FeedRow]:
        nonlocal unread
        for raw in rows:
            found = _feed_row(raw, context)
            if isinstance(found, Fault):
                unread += 1
                # A feed of nothing but bad rows must not fill the memory with what is wrong with them.
                faults.extend([found] if len(faults) < MOST_FAULTS else [])
            else:
                numbers.append(raw.number)
                yield found

    def still_wanted(settled: int) -> bool:
        return heard(unread + settled)

    summary = take_in(rows=readable(), at=context.at, actor=context.actor, heard=still_wanted)
    late = [
        Fault(f"#/{numbers[e.row] - 1}/{e.field}", e.code, e.message, numbers[e.row], e.field) for e in summary.errors
    ]
    return unread + summary.failed + summary.ignored, sorted([*faults, *late], key=lambda fault: fault.row)


def _feed_row(raw: RawRow, context: Context) -> FeedRow | Fault:
    row = Row(raw.number, raw.value if isinstance(raw.value, dict) else {})
    if isinstance(raw.value, Fault):
        return raw.value
    sku, node, told = (row.value.get(name) for name in ("sku", "node", "counted_at"))
    if not isinstance(sku, str) or not isinstance(node, str):
        return row.fault("sku", "required", "Each row names a SKU, a node and what is on hand.")
    if context.nodes and node not in context.nodes:
        return row.fault("node", "node-forbidden", f"This key may not act for node {node}.")
    try:
        at = None if told is None else Instant().run_validation(told)
    except ValidationError as wrong:
        return row.fault("counted_at", "invalid", str(next(iter(wrong.detail))))
    return sku, node, row.value.get("on_hand"), at


STOCK = register(Feed("stock", StockShape, _level, _count, rank=_when, whole=_count_all))
ADJUSTMENTS = register(Feed("stock-adjustments", AdjustmentShape, _level, _adjust, adds_up=True))
INCOMING_SUPPLY = register(
    Feed(
        "incoming-supply",
        IncomingSupplyShape,
        lambda value: (value["source_ref"], value["sku"], value["node"]),
        _announce,
    )
)
