"""Turns plans into fulfillment orders: prepares the claims a plan needs, and writes what was granted."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from dom.kernel.arrays import literals
from dom.kernel.events import NewEvent
from dom.kernel.ids import new_ref
from dom.kernel.transactions import in_unit_of_work
from inventory.services import DayUse, QueuedRow, Want, WantLine, dequeue_demand, queue_demand
from orders.models import Hold
from orders.selectors.requests import Pending
from orders.services.book import Happening, write_down
from orders.services.cancelled_shares import cancelled_shares
from routing.core.types import Parcel, RoutingPlan, Then, Unfilled
from routing.services import Decided

_CARRY_OUT = """
SELECT orders_carry_out(%s::timestamptz, %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
    %s::boolean[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::date[],
    %s::int[], %s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::int[], %s::int[])
"""
_AUTO_CANCEL = """
UPDATE orders_order o SET auto_cancel_at = k.until
FROM unnest(%s::bigint[], %s::timestamptz[]) k(id, until) WHERE o.id = k.id AND o.auto_cancel_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decision with the references its fulfillment orders will have, and the claims it asks for (None: nothing).

    One without work asks for no claim, and gives back what its request held. `unplaced` are lines whose rest found no
    place among backorders: it stays queued, to be decided on again.
    """

    pending: Pending
    decided: Decided
    refs: tuple[str, ...]
    want: Want | None
    unplaced: frozenset[str] = frozenset()

    @property
    def ref(self) -> str:
        """The request's reference, which is the want's too."""
        return self.pending.request.ref

    @property
    def parcels(self) -> Iterator[tuple[str, Parcel]]:
        """The reference and the plan of each fulfillment order."""
        return zip(self.refs, self.decided.decision.plan.parcels, strict=True)

    @property
    def unfilled(self) -> tuple[Unfilled, ...]:
        """What no node gives, and what becomes of it is settled."""
        plan: RoutingPlan = self.decided.decision.plan
        return tuple(rest for rest in plan.unfilled if rest.line_ref not in self.unplaced)

    @property
    def waiting(self) -> Iterator[tuple[Unfilled, int]]:
        """The units that shall wait for stock, with the SKU's id: each needs a place."""
        return ((rest, self._sku_id(rest)) for rest in self.unfilled if _fate(rest) == "backordered")

    @property
    def still_queued(self) -> Iterator[tuple[str, int, int]]:
        """What stays queued of the lines decided on, as (line_ref, SKU id, units)."""
        plan: RoutingPlan = self.decided.decision.plan
        for rest in plan.unfilled:
            if rest.line_ref in self.unplaced or _fate(rest) == "queued":
                yield rest.line_ref, self._sku_id(rest), rest.quantity

    def _sku_id(self, rest: Unfilled) -> int:
        lines = self.pending.request.lines
        return self.decided.sku_ids[next(line.sku for line in lines if line.line_ref == rest.line_ref)]


def _fate(rest: Unfilled) -> str:
    """Return where an order line counts unfilled units.

    What a backorder limit refused stays queued while a person decides: it has no place to wait at.
    """
    if rest.then is Then.CANCEL:
        return "cancelled"
    return "queued" if rest.beyond_limit else "backordered"


def prepare(one: Pending, decided: Decided) -> Prepared:
    """Name the fulfillment orders of a plan and say which claims they need, all or nothing."""
    parcels = decided.decision.plan.parcels
    refs = tuple(new_ref("F") for _ in parcels)
    if not parcels:
        held = one.request.held
        end = Want(one.request.ref, one.channel_id, (), releases=(one.request.ref,)) if held else None
        return Prepared(one, decided, refs, end)
    want = Want(
        ref=one.request.ref,
        channel_id=one.channel_id,
        lines=tuple(line for ref, parcel in zip(refs, parcels, strict=True) for line in _claims(ref, parcel, decided)),
        days=tuple(use for ref, parcel in zip(refs, parcels, strict=True) for use in _uses(ref, parcel, decided)),
        releases=(one.request.ref,) if one.request.held else (),
        priority=one.request.priority,
    )
    return Prepared(one, decided, refs, want)


def _claims(ref: str, parcel: Parcel, decided: Decided) -> Iterator[WantLine]:
    node_id = decided.node_ids[parcel.node]
    for line in parcel.lines:
        withhold = decided.withhold(line.sku, parcel.node)
        yield WantLine(ref, line.line_ref, decided.sku_ids[line.sku], node_id, line.quantity, withhold, by_rules=True)


def _uses(ref: str, parcel: Parcel, decided: Decided) -> Iterator[DayUse]:
    node_id, day = decided.node_ids[parcel.node], date.fromisoformat(parcel.work_date)
    amounts = {"ORDERS": 1, "LINES": len(parcel.lines), "UNITS": sum(line.quantity for line in parcel.lines)}
    if parcel.minutes:
        amounts["MINUTES"] = parcel.minutes
    for unit, quantity in amounts.items():
        yield DayUse(ref, node_id, day, "", unit, quantity)


@in_unit_of_work
def carry_out(*, prepared: Sequence[Prepared], at: datetime, actor: str) -> None:
    """Write the fulfillment orders of plans whose claims are granted, and what happens to units that no node gives.

    Set-wise: the number of statements does not depend on the number of plans.
    """
    if not prepared:
        return
    parcels = [(p, ref, parcel) for p in prepared for ref, parcel in p.parcels]
    shares = cancelled_shares(_cancelled_units(prepared))
    with connection.cursor() as cursor:
        cursor.execute(_CARRY_OUT, [at, *_work_columns(parcels), *_line_columns(parcels), *_fate_columns(prepared)])
    dequeue_demand(demand_refs=[p.ref for p in prepared])
    _queue_rest(prepared, at=at)
    _hold_unfilled(prepared, at=at, actor=actor)
    _set_auto_cancel(prepared, at=at)
    work = [_planned(p, ref, parcel) for p, ref, parcel in parcels]
    write_down(happenings=_happenings(prepared, actor, shares), work=work, at=at)


def _work_columns(parcels: Sequence[tuple[Prepared, str, Parcel]]) -> list[str]:
    rows = [
        (
            ref, p.pending.order_id, p.pending.group_id, p.decided.node_ids[parcel.node],
            p.pending.request.method.value,
            parcel.service, parcel.node in p.decided.node_acknowledges, parcel.cost_e4, parcel.ship_by,
            parcel.deliver_by, date.fromisoformat(parcel.work_date),
        )
        for p, ref, parcel in parcels
    ]  # fmt: skip
    return literals(rows, width=11)


def _line_columns(parcels: Sequence[tuple[Prepared, str, Parcel]]) -> list[str]:
    rows = [
        (number, p.pending.line_ids[line.line_ref], line.quantity)
        for number, (p, _ref, parcel) in enumerate(parcels, start=1)
        for line in parcel.lines
    ]
    return literals(rows, width=3)


def _fate_columns(prepared: Sequence[Prepared]) -> list[str]:
    fates: dict[int, Counter[str]] = defaultdict(Counter)
    for p in prepared:
        for _ref, parcel in p.parcels:
            for line in parcel.lines:
                fates[p.pending.line_ids[line.line_ref]]["planned"] += line.quantity
        for rest in p.unfilled:
            fates[p.pending.line_ids[rest.line_ref]][_fate(rest)] += rest.quantity
    rows = [(line, f["planned"], f["backordered"], f["cancelled"]) for line, f in sorted(fates.items())]
    return literals(rows, width=4)


def _queue_rest(prepared: Sequence[Prepared], *, at: datetime) -> None:
    """Count again what a hold keeps back, and what has no place: the group's claims and queued demand ended."""
    rows = [
        QueuedRow(p.ref, line_ref, sku_id, p.pending.channel_id, units)
        for p in prepared
        for line_ref, sku_id, units in (*p.pending.rest, *p.still_queued)
    ]
    if rows:
        queue_demand(rows=rows, at=at)


def _hold_unfilled(prepared: Sequence[Prepared], *, at: datetime, actor: str) -> None:
    holds = {
        p.pending.order_id: Hold(
            order_id=p.pending.order_id,
            kind=Hold.Kind.UNFILLED,
            owner="Customer service",
            reason=rest.why or "No node can give these units.",
            due_at=at + timedelta(days=1),
            placed_by=actor,
            placed_at=at,
        )
        for p in prepared
        for rest in p.unfilled
        if rest.then is Then.HOLD
    }
    if holds:
        Hold.objects.bulk_create(holds.values(), ignore_conflicts=True)


def _set_auto_cancel(prepared: Sequence[Prepared], *, at: datetime) -> None:
    """Write down until when backordered units wait; a shorter time set before stays."""
    days: dict[int, int] = {}
    for p in prepared:
        for rest in p.unfilled:
            if rest.then is Then.BACKORDER and rest.auto_cancel_days is not None:
                order_id = p.pending.order_id
                days[order_id] = min(rest.auto_cancel_days, days.get(order_id, rest.auto_cancel_days))
    if days:
        rows = [(order_id, at + timedelta(days=wait)) for order_id, wait in sorted(days.items())]
        with connection.cursor() as cursor:
            cursor.execute(_AUTO_CANCEL, literals(rows, width=2))


def _planned(p: Prepared, ref: str, parcel: Parcel) -> NewEvent:
    return NewEvent(
        kind="fulfillment_order.planned",
        entity="fulfillment_order",
        entity_ref=ref,
        revision=1,
        channel=p.pending.request.channel,
        node=parcel.node,
        data={
            "order": p.pending.order_ref,
            "status": "PLANNED",
            "service": parcel.service,
            "lines": [{"line_ref": line.line_ref, "sku": line.sku, "quantity": line.quantity} for line in parcel.lines],
        },
    )


def _cancelled_units(prepared: Sequence[Prepared]) -> Counter[int]:
    """Return the units that plans cancel, by order line id."""
    units: Counter[int] = Counter()
    for p in prepared:
        for rest in p.unfilled:
            if rest.then is Then.CANCEL:
                units[p.pending.line_ids[rest.line_ref]] += rest.quantity
    return units


def _happenings(prepared: Sequence[Prepared], actor: str, shares: Mapping[int, int]) -> list[Happening]:
    """Return one happening an order, however many groups it has; `shares` is what was cancelled, by order id."""
    by_order: dict[int, list[Prepared]] = defaultdict(list)
    for p in prepared:
        by_order[p.pending.order_id].append(p)
    return [
        _happening(order_id, parts, actor, shares.get(order_id, 0))
        for order_id, parts in by_order.items()
        if any(p.refs or p.unfilled for p in parts)  # nothing is told of an order that is only decided on again
    ]


def _happening(order_id: int, parts: Sequence[Prepared], actor: str, cancelled_minor: int) -> Happening:
    work = [{"fulfillment_order": ref, "node": parcel.node} for p in parts for ref, parcel in p.parcels]
    rests = [
        {"line_ref": rest.line_ref, "quantity": rest.quantity, "then": rest.then.value, "why": rest.why}
        for p in parts
        for rest in p.unfilled
    ]
    kind = "order.routed" if work else "order.unfilled"
    data: dict[str, object] = {"fulfillment_orders": work, "unfilled": rests}
    if cancelled_minor:
        data["cancelled_minor"] = cancelled_minor
    return Happening(order_id, kind, actor, data=data)
