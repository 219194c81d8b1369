"""Writes what cases changed: claims and stock in inventory's order of locks, rows, node-days, then the book."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from dom.kernel.transactions import in_unit_of_work
from inventory.selectors.claims import OpenClaim, open_claims
from inventory.services import (
    DayKept,
    LineClaim,
    QueuedRow,
    consume,
    dequeue_demand,
    end_backorders,
    lock_demands,
    queue_demand,
    release_lines,
    trim_days,
)
from orders.models import FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, OrderLine
from orders.services import queue
from orders.services.book import Happening, Touched, write_down
from orders.services.case import Case
from orders.services.corrections import correct_stock
from orders.services.drafts import group_demand
from orders.services.stopping import end_idle_holds

_LINE_COUNTERS = ["queued", "backordered", "planned", "shipped", "cancelled"]
_PART_COUNTERS = ["to_pick", "picked", "shorted", "cancelled", "shipped"]
_GROUP_FIELDS = ["excluded_nodes", "ship_to", "pickup_person", "method", "node"]
_WORK_FIELDS = ["status", "resume_status", "revision", "released_at", "closed_at"]


@in_unit_of_work
def close_cases(
    *, cases: Sequence[tuple[Case, Happening]], reason: str, at: datetime, actor: str
) -> dict[int, Touched]:
    """Write each case with the one happening it amounts to; `reason` stands in the ledgers of stock.

    Units that wait again are queued for routing in the same transaction. Holds that have nothing left to stop end.
    """
    opened = [case for case, _ in cases]
    for case in opened:
        end_idle_holds(case, at=at, actor=actor)
    lock_demands(demand_refs=sorted({ref for case in opened for ref in _demands(case)}))
    _give_back(opened, reason=reason, at=at, actor=actor)
    _consume(opened, reason=reason, at=at, actor=actor)
    # Before stock is corrected: what this very report says was picked stands on no shelf and is there.
    FulfillmentOrderLine.objects.bulk_update([part for case in opened for part in case.parts], _PART_COUNTERS)
    corrections = [correction for case in opened for correction in case.stock.corrections]
    correct_stock(corrections=corrections, at=at, actor=actor)
    woken = sum((case.woken() for case in opened), Counter[int]())  # by the SKUs they waited for: swaps come next
    for case in opened:
        _swap(case, reason=reason, at=at, actor=actor)
        _count_waiting(case, reason=reason, at=at, actor=actor)
        _save(case)
    trim_days(kept=[kept for case in opened for kept in _days_kept(case)])
    end_backorders(units=woken)
    queue.enqueue_routing(order_ids=[case.order.id for case in opened if case.reroute], at=at)
    events = [event for case in opened for event in case.events]
    return write_down(happenings=[happening for _, happening in cases], work=events, at=at)


@in_unit_of_work
def close_case(
    *, case: Case, kind: str, reason: str = "", words: str = "", at: datetime, actor: str, **data: Any
) -> Touched:
    """Write one case as the happening `kind`; `reason` is a code, `words` of a person stay in the change log."""
    if case.cancelled_minor:
        data["cancelled_minor"] = case.cancelled_minor
    if reason:
        data["reason"] = reason
    happening = Happening(case.order.id, kind, actor, reason=words[:200] or reason, data=data)
    return close_cases(cases=[(case, happening)], reason=kind, at=at, actor=actor)[case.order.id]


def _demands(case: Case) -> Iterator[str]:
    """Yield the demand references whose claims the case changes: its work's, and its groups' where units wait."""
    for fo_id in (*case.stock.returned, *case.stock.consumed):
        yield case.work[fo_id].ref
    for line_id in case.stock.waiting:
        yield _waits_as(case, case.lines[line_id])


def _give_back(cases: Iterable[Case], *, reason: str, at: datetime, actor: str) -> None:
    lines = [
        claim
        for case in cases
        for fo_id, units in case.stock.returned.items()
        for claim in case.claims(units, case.work[fo_id])
    ]
    if lines:
        release_lines(lines=lines, reason=reason, at=at, actor=actor)


def _days_kept(case: Case) -> Iterator[DayKept]:
    """Yield what each work that gave units back still takes of its day: the units it has to send or has sent."""
    for fo_id in case.stock.returned:
        kept = [part.to_pick + part.picked + part.shipped for part in case.parts_of(case.work[fo_id])]
        lines = sum(1 for units in kept if units)
        yield DayKept(case.work[fo_id].ref, min(lines, 1), lines, sum(kept))


def _consume(cases: Iterable[Case], *, reason: str, at: datetime, actor: str) -> None:
    lines = [
        claim
        for case in cases
        for fo_id, units in case.stock.consumed.items()
        for claim in case.claims(units, case.work[fo_id])
    ]
    if lines:
        consume(lines=lines, reason=reason, at=at, actor=actor)


def _swap(case: Case, *, reason: str, at: datetime, actor: str) -> None:
    """Let lines sell another SKU: what they claim and count of the old one ends."""
    changed = [case.lines[id_] for id_ in case.stock.swapped]
    lines = {(_waits_as(case, line), line.line_ref): line for line in changed}
    if not lines:
        return
    held = [one for one in open_claims(sorted({ref for ref, _ in lines})) if (one.demand_ref, one.line_ref) in lines]
    if held:
        claims = [LineClaim(one.demand_ref, one.line_ref, one.sku_id, one.node_id, one.quantity) for one in held]
        release_lines(lines=claims, reason=reason, at=at, actor=actor)
    dequeue_demand(
        rows=[
            QueuedRow(ref, line_ref, line.sku_id, case.order.channel_id, line.quantity)
            for (ref, line_ref), line in lines.items()
            if line.sku_id is not None
        ]
    )
    for id_, sku in case.stock.swapped.items():
        case.lines[id_].sku_id, case.lines[id_].sku_code = sku


def _waits_as(case: Case, line: OrderLine) -> str:
    return group_demand(case.order.ref, group_ref=case.groups[line.group_id].group_ref)


def _count_waiting(case: Case, *, reason: str, at: datetime, actor: str) -> None:
    """Count queued units once: by the claims the order holds itself, and beyond these by queued demand.

    Claims beyond what waits end: those on hand beyond queued and backordered units (they wait to be woken), those on
    incoming supply beyond the backordered units that are left then.
    """
    changed = [case.lines[line_id] for line_id in sorted(case.stock.waiting)]
    if not changed:
        return
    refs = {line.id: _waits_as(case, line) for line in changed}
    held = open_claims(sorted(set(refs.values())))
    rows: list[QueuedRow] = []
    gone: list[QueuedRow] = []
    surplus: list[LineClaim] = []
    for line in changed:
        if line.sku_id is None:
            continue
        mine = [claim for claim in held if (claim.demand_ref, claim.line_ref) == (refs[line.id], line.line_ref)]
        on_hand = [claim for claim in mine if claim.supply_id is None]
        units_on_hand = sum(claim.quantity for claim in on_hand)
        surplus += _surplus(on_hand, line.queued + line.backordered)
        to_come = min(line.backordered, max(0, line.queued + line.backordered - units_on_hand))
        surplus += _surplus([claim for claim in mine if claim.supply_id is not None], to_come)
        uncovered = line.queued - min(line.queued, units_on_hand)
        fill = rows if uncovered else gone
        units = uncovered or line.quantity  # a row that goes is at most the whole line
        fill.append(QueuedRow(refs[line.id], line.line_ref, line.sku_id, case.order.channel_id, units))
    if surplus:
        release_lines(lines=surplus, reason=reason, at=at, actor=actor)
    dequeue_demand(rows=gone)
    queue_demand(rows=rows, at=at)


def _surplus(held: Iterable[OpenClaim], waiting: int) -> list[LineClaim]:
    """Return what is claimed beyond `waiting` units, the last claims first."""
    left, surplus = waiting, []
    for claim in held:
        spare = claim.quantity - min(left, claim.quantity)
        left -= claim.quantity - spare
        if spare:
            surplus.append(LineClaim(claim.demand_ref, claim.line_ref, claim.sku_id, claim.node_id, spare))
    return surplus


def _save(case: Case) -> None:
    OrderLine.objects.bulk_update(case.lines.values(), _LINE_COUNTERS)
    for id_ in case.stock.swapped:
        case.lines[id_].save(update_fields=["sku", "sku_code"])
    FulfillmentOrder.objects.bulk_update([case.work[id_] for id_ in sorted(case.touched_work)], _WORK_FIELDS)
    FulfillmentGroup.objects.bulk_update([case.groups[id_] for id_ in sorted(case.touched_groups)], _GROUP_FIELDS)
