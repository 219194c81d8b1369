"""Carries the rows of stock feeds to the services that apply them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from inventory import services
from inventory.api.codes import Codes
from inventory.api.stock_shapes import AdjustmentShape, IncomingSupplyShape, StockShape
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
    good, faults = codes.split(rows, context)
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
    return faults


def _level(value: Mapping[str, str]) -> tuple[str, str]:
    return value["sku"], value["node"]


def _when(row: Row, context: Context) -> datetime:
    told: datetime = row.value.get("counted_at", context.at)
    return told


STOCK = register(Feed("stock", StockShape, _level, _count, rank=_when))
ADJUSTMENTS = register(Feed("stock-adjustments", AdjustmentShape, _level, _adjust, adds_up=True))
INCOMING_SUPPLY = register(
    Feed(
        "incoming-supply",
        IncomingSupplyShape,
        lambda value: (value["source_ref"], value["sku"], value["node"]),
        _announce,
    )
)
