"""Lets a line sell another item: at once, or proposed first, so that the customer or a merchandiser approves it.

A proposed swap is a hold on its line: nothing of the line is routed or worked on until it is approved (the hold is
released: the line sells the other item), declined (the hold ends, the line stays what it was), or cancelled.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from inventory import selectors as inventory
from orders.errors import AlreadyHeld, InvalidTransition, TooLate
from orders.holds import OWNERS
from orders.models import Hold, OrderLine
from orders.services.book import Touched
from orders.services.case import Case, open_order, open_units
from orders.services.changes import decide_again, refuse_touched, withdraw
from orders.services.closing import close_case
from orders.services.stopping import end_holds, settle_holds
from orders.worth import ROUTED

KIND = Hold.Kind.SWAP


@dataclass(frozen=True, slots=True)
class Swap:
    """Which line shall sell which SKU, by code; `owner` is the group that approves it, "" the one that usually does."""

    line_ref: str
    sku: str
    owner: str = ""


@in_unit_of_work
def swap_item(*, order_ref: str, line_ref: str, sku: str, reason: str = "", at: datetime, actor: str) -> Touched:
    """Let a line sell another SKU at the price that was agreed: what is untouched of it is planned again.

    A swap that was proposed for the line is settled by this.

    Raises:
        NotFound: there is no such order, line or SKU.
        TooLate: units of the line have been shipped.
        InvalidTransition: a node has begun to work on it, nothing of it is left, or it is not an item or this one.
    """
    case = open_order(order_ref=order_ref)
    told = _swap(case, case.line_named(line_ref), sku, at=at, actor=actor)
    end_holds(case, _proposed(case, line_ref), at=at, actor=actor)
    return close_case(case=case, kind="order.item_swapped", reason=reason, at=at, actor=actor, **told)


@in_unit_of_work
def propose_swap(*, order_ref: str, swap: Swap, reason: str = "", at: datetime, actor: str) -> Touched:
    """Stop the line until somebody approves that it sells another SKU, or declines it.

    Raises:
        NotFound: there is no such order, line or SKU.
        AlreadyHeld: another swap of the line waits.
        TooLate, InvalidTransition: as for swap_item.
    """
    case = open_order(order_ref=order_ref)
    line, sku_id = case.line_named(swap.line_ref), _sku_id(swap.sku)
    _refuse(case, line, swap.sku)
    if _proposed(case, swap.line_ref):
        raise AlreadyHeld("Another swap of this line waits to be approved.", kind=KIND)
    owner, due = OWNERS[KIND]
    words = f"{swap.sku} instead of {line.sku_code}" + (f": {reason}" if reason else "")
    hold = Hold.objects.create(
        order_id=case.order.id, line_id=line.id, kind=KIND, swap_to_id=sku_id, owner=swap.owner or owner,
        reason=words[:500], due_at=at + due, placed_by=actor, placed_at=at,
    )  # fmt: skip
    case.holds.append(hold)
    settle_holds(case, at=at)
    return close_case(
        case=case, kind="order.swap_proposed", words=reason, at=at, actor=actor, line_ref=line.line_ref, sku=swap.sku,
        before=line.sku_code,
    )  # fmt: skip


@in_unit_of_work
def decline_swap(*, order_ref: str, line_ref: str, reason: str = "", at: datetime, actor: str) -> Touched:
    """End a proposed swap: the line stays what it was and goes on.

    Raises:
        NotFound: there is no such order or line, or no swap of it is proposed.
    """
    case = open_order(order_ref=order_ref)
    line, ending = case.line_named(line_ref), _proposed(case, line_ref)
    if not ending:
        raise NotFound(f"No swap of line {line_ref} is proposed.", ref=order_ref, line_ref=line_ref)
    told = {"line_ref": line_ref, "sku": _code(ending[0]), "before": line.sku_code}
    end_holds(case, ending, at=at, actor=actor)
    return close_case(case=case, kind="order.swap_declined", words=reason, at=at, actor=actor, **told)


def approve(case: Case, hold: Hold, *, at: datetime, actor: str) -> dict[str, Any]:
    """Make the swap of an open case that `hold` proposes; return what its event says. The hold is the caller's to end.

    Raises:
        TooLate, InvalidTransition: as for swap_item.
    """
    return _swap(case, case.lines[hold.line_id or 0], _code(hold), at=at, actor=actor)


def _swap(case: Case, line: OrderLine, sku: str, *, at: datetime, actor: str) -> dict[str, Any]:
    sku_id = _sku_id(sku)
    _refuse(case, line, sku)
    for fo in case.open_work():
        parts = [part for part in case.parts_of(fo) if part.order_line_id == line.id and open_units(part)]
        if parts:
            withdraw(case, fo, parts, reason="ITEM_SWAPPED", at=at)
    case.stock.swapped[line.id] = sku_id, sku
    decide_again(case, [line], at=at, actor=actor)
    return {"line_ref": line.line_ref, "sku": sku, "before": line.sku_code}


def _refuse(case: Case, line: OrderLine, sku: str) -> None:
    if line.kind not in ROUTED:
        raise InvalidTransition(f"Line {line.line_ref} is no item.", status=case.order.status, allowed=[])
    if line.shipped:
        raise TooLate(f"Units of line {line.line_ref} have been shipped.", shipped=line.shipped)
    if line.cancelled == line.quantity or line.sku_code == sku:
        why = "is that item already" if line.sku_code == sku else "is cancelled"
        raise InvalidTransition(f"Line {line.line_ref} {why}.", status=case.order.status, allowed=[])
    for fo in case.open_work():
        if any(part.order_line_id == line.id and open_units(part) for part in case.parts_of(fo)):
            refuse_touched(fo)


def _proposed(case: Case, line_ref: str) -> list[Hold]:
    line = case.line_named(line_ref)
    return [one for one in case.holds if one.kind == KIND and one.line_id == line.id]


def _code(hold: Hold) -> str:
    return "" if hold.swap_to is None else hold.swap_to.code


def _sku_id(sku: str) -> int:
    found = inventory.skus_by_code([sku])
    if sku not in found:
        raise NotFound(f"There is no SKU {sku}.", sku=sku)
    return int(found[sku][0])
