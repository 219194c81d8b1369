"""The steps of a node's work on a fulfillment order: accept, reject, pick, pack, ready, give up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dom.kernel.transactions import in_unit_of_work
from orders import states
from orders.errors import PickMismatch
from orders.models import FulfillmentOrder, FulfillmentOrderLine
from orders.reports import Picked, Returned
from orders.services.cancel_requests import outstanding
from orders.services.case import Case, move, open_units, open_work, refusal
from orders.services.closing import close_case
from orders.services.stopping import stops

S = FulfillmentOrder.Status


@in_unit_of_work
def accept(*, ref: str, at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Take the work on. While a cancellation is asked for, this refuses it and the work goes on where it was.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: its state or a hold does not allow it, or its time has not come.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    if fo.status == S.PLANNED and fo.node.release_minutes is not None:
        raise refusal(fo, "it is not released yet", but=S.ACCEPTED)
    if not go_on(case, fo):
        move(fo, S.ACCEPTED, at=at)
        case.tell(fo, "accepted")
    _progress(case, fo, "accepted", at=at, actor=actor)


@in_unit_of_work
def reject(*, ref: str, lines: Sequence[Returned], at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Give units back that the node cannot send: they are routed again at once, elsewhere, and stock is corrected.

    What is not named stays the node's work; the fulfillment order ends when nothing is left of it.

    Raises:
        NotFound: there is no such fulfillment order or line.
        InvalidTransition: its state does not allow it.
        PickMismatch: more units than are open.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    if not states.may_move(fo.status, S.REJECTED):
        raise refusal(fo, "it cannot be rejected")
    for one in lines:
        _return(case, fo, case.part_named(fo, one.line_ref), one)
    end(case, fo, S.REJECTED, at=at)
    shown = [{"line_ref": one.line_ref, "quantity": one.quantity, "reason": one.reason.value} for one in lines]
    case.tell(fo, "rejected", lines=shown, reason=lines[0].reason.value)
    close_case(
        case=case, kind="order.rejected_by_node", reason=lines[0].reason.value, at=at, actor=actor,
        fulfillment_order=fo.ref, node=fo.node.code, lines=shown,
    )  # fmt: skip


def _return(case: Case, fo: FulfillmentOrder, part: FulfillmentOrderLine, one: Returned) -> None:
    if one.quantity > open_units(part):
        raise PickMismatch(
            f"Only {open_units(part)} units of line {one.line_ref} are open.", line_ref=one.line_ref,
            asked=one.quantity, open=open_units(part),
        )  # fmt: skip
    case.take_back(part, one.quantity, as_="shorted", fate="queued")
    case.report(fo, part, one)
    case.exclude(fo, one.reason.value)


@in_unit_of_work
def pick(*, ref: str, lines: Sequence[Picked] = (), at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Note what was picked. A named line is finished by this: what is missing is shorted and routed again elsewhere.

    Lines that are not named stay to be picked; with no line named at all, everything was picked as asked.

    Raises:
        NotFound: there is no such fulfillment order or line.
        InvalidTransition: its state or a hold does not allow it.
        PickMismatch: more units than are to be picked, or a line is named twice.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    wanted = outstanding(case, fo)
    go_on(case, fo)
    if fo.status not in {S.ACCEPTED, S.PICKING}:
        raise refusal(fo, "there is nothing to pick")
    asked = lines or [Picked(case.lines[p.order_line_id].line_ref, p.to_pick) for p in case.parts_of(fo) if p.to_pick]
    if len({one.line_ref for one in asked}) < len(asked):
        raise PickMismatch("A line is named twice.", lines=[one.line_ref for one in asked])
    missing = {one.line_ref: _pick_line(case, fo, one, wanted) for one in asked}
    target = _after_pick(case, fo)
    if target != fo.status:
        move(fo, target, at=at)
    _tell_picked(case, fo, asked, missing)
    step = "shorted" if any(missing.values()) else "picked"
    _progress(case, fo, step, at=at, actor=actor, shorted=+Counter(missing))


def _tell_picked(case: Case, fo: FulfillmentOrder, asked: Sequence[Picked], missing: Mapping[str, int]) -> None:
    short = [
        {"line_ref": one.line_ref, "quantity": missing[one.line_ref], "reason": one.reason.value}
        for one in asked
        if missing[one.line_ref]
    ]
    if short:
        case.tell(fo, "shorted", lines=short)
    found = [{"line_ref": one.line_ref, "quantity": one.quantity} for one in asked if one.quantity]
    if found:
        case.tell(fo, "picked", lines=found)
    if fo.status == S.REJECTED:
        case.tell(fo, "rejected", lines=short, reason=short[0]["reason"])


def _pick_line(case: Case, fo: FulfillmentOrder, one: Picked, unwanted: Counter[str]) -> int:
    """Move units from to_pick to picked; return how many were missing. Missing ones nobody wants are cancelled."""
    part = case.part_named(fo, one.line_ref)
    if one.quantity > part.to_pick:
        raise PickMismatch(
            f"Only {part.to_pick} units of line {one.line_ref} are to be picked.", line_ref=one.line_ref,
            asked=one.quantity, open=part.to_pick,
        )  # fmt: skip
    missing = part.to_pick - one.quantity
    part.to_pick -= one.quantity
    part.picked += one.quantity
    if missing:
        given_up = min(missing, unwanted[one.line_ref])
        case.take_back(part, given_up, as_="shorted", fate="cancelled")
        case.take_back(part, missing - given_up, as_="shorted", fate="queued")
        case.report(fo, part, Returned(one.line_ref, missing, one.reason, one.found))
        case.exclude(fo, one.reason.value)
    return missing


def _after_pick(case: Case, fo: FulfillmentOrder) -> str:
    if _to_pick(case, fo):
        return S.PICKING
    return S.REJECTED if case.is_done(fo) else S.PICKED


def _to_pick(case: Case, fo: FulfillmentOrder) -> int:
    return sum(part.to_pick for part in case.parts_of(fo))


@in_unit_of_work
def pack(*, ref: str, at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Note that everything picked is packed.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: its state, its method or a hold does not allow it.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    go_on(case, fo)
    require_collected(case, fo, collected=False)
    move(fo, S.PACKED, at=at)
    case.tell(fo, "packed")
    _progress(case, fo, "packed", at=at, actor=actor)


@in_unit_of_work
def ready(*, ref: str, at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Note that everything picked waits for the customer.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: its state, its method or a hold does not allow it.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    go_on(case, fo)
    require_collected(case, fo, collected=True)
    move(fo, S.READY, at=at)
    case.tell(fo, "ready")
    _progress(case, fo, "ready", at=at, actor=actor)


@in_unit_of_work
def cancel_work(*, ref: str, reason: str = "", at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """End the work: agree to a cancellation that was asked for, or hand everything open back to be routed elsewhere.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: it is closed.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    if not states.may_move(fo.status, S.CANCELLED):
        raise refusal(fo, "it cannot be cancelled")
    taken = _agree(case, fo) if fo.status == S.CANCEL_REQUESTED else _hand_back(case, fo)
    end(case, fo, S.CANCELLED, at=at)
    case.tell(fo, "cancelled", lines=taken, reason=reason)
    kind = "order.cancelled" if case.cancelled_minor or not case.reroute else "order.work_cancelled"
    close_case(case=case, kind=kind, reason=reason, at=at, actor=actor, fulfillment_order=fo.ref, lines=taken)


def _agree(case: Case, fo: FulfillmentOrder) -> list[dict[str, Any]]:
    asked = outstanding(case, fo)
    taken = []
    for part in case.parts_of(fo):
        line_ref = case.lines[part.order_line_id].line_ref
        units = min(asked[line_ref], open_units(part))
        if units:
            case.take_back(part, units, as_="cancelled", fate="cancelled")
            taken.append({"line_ref": line_ref, "quantity": units})
    return taken


@in_unit_of_work
def take_back(*, ref: str, why: str, at: datetime, actor: str) -> bool:
    """Route the work elsewhere because its node will not begin it; return False where it has begun meanwhile.

    Raises:
        NotFound: there is no such fulfillment order.
    """
    case, fo = open_work(ref=ref)
    if fo.status not in states.UNTOUCHED:
        return False
    taken = _hand_back(case, fo, why)
    end(case, fo, S.CANCELLED, at=at)
    case.tell(fo, "cancelled", lines=taken, reason=why)
    close_case(
        case=case, kind="order.work_cancelled", reason=why, at=at, actor=actor, fulfillment_order=fo.ref, lines=taken
    )
    return True


def _hand_back(case: Case, fo: FulfillmentOrder, why: str = "WORK_CANCELLED") -> list[dict[str, Any]]:
    taken = []
    for part in case.parts_of(fo):
        units = open_units(part)
        if units:
            case.take_back(part, units, as_="cancelled", fate="queued")
            taken.append({"line_ref": case.lines[part.order_line_id].line_ref, "quantity": units})
    case.exclude(fo, why)
    return taken


def end(case: Case, fo: FulfillmentOrder, target: str, *, at: datetime) -> None:
    """Close the work when nothing of it is open: as `target`, or as shipped if anything left before.

    Where something stays open after a cancellation that was asked for, it goes on; nothing left to pick means picked.
    """
    if case.is_done(fo):
        sent = any(part.shipped for part in case.parts_of(fo))
        fo.resume_status = ""
        move(fo, S.SHIPPED if sent else target, at=at)
        return
    if fo.status == S.CANCEL_REQUESTED:
        fo.status, fo.resume_status = fo.resume_status, ""
    if _to_pick(case, fo):
        return
    if fo.status == S.PICKING:
        move(fo, S.PICKED, at=at)
    elif fo.resume_status == S.PICKING:
        fo.resume_status = S.PICKED


def go_on(case: Case, fo: FulfillmentOrder) -> bool:
    """Refuse an outstanding cancellation, because the node goes on; return whether there was one.

    Raises:
        InvalidTransition: the work is on hold.
    """
    kinds = [hold.kind for hold in case.holds if stops(hold, case, fo)]
    if fo.status == S.ON_HOLD or kinds:
        raise refusal(fo, f"it is on hold ({', '.join(kinds)})")
    if fo.status != S.CANCEL_REQUESTED:
        return False
    fo.status, fo.resume_status = fo.resume_status, ""
    case.tell(fo, "cancel_refused")
    return True


def require_collected(case: Case, fo: FulfillmentOrder, *, collected: bool) -> None:
    """Refuse a step of the other way: what customers collect is handed over, everything else is packed and shipped.

    Raises:
        InvalidTransition: the work goes the other way.
    """
    group = case.groups[fo.group_id]
    here = fo.method == "PICKUP" or (fo.method == "SHIP_TO_STORE" and fo.node_id == group.node_id)
    if here != collected:
        raise refusal(fo, "customers collect it here" if here else "it is shipped")


def _progress(case: Case, fo: FulfillmentOrder, step: str, *, at: datetime, actor: str, **data: Any) -> None:
    close_case(
        case=case, kind=f"order.{step}_by_node", at=at, actor=actor, fulfillment_order=fo.ref, node=fo.node.code, **data
    )
