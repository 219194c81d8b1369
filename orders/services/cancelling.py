"""Cancels orders, lines and units: at once where nobody has touched them, by asking the node where it must agree."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dom.kernel.transactions import in_unit_of_work
from orders import states
from orders.errors import InvalidTransition, PickMismatch, TooLate
from orders.models import FulfillmentOrder, Order, OrderLine
from orders.services.book import Happening
from orders.services.cancel_requests import outstanding
from orders.services.case import Case, move, open_cases, open_order, open_units
from orders.services.closing import close_case, close_cases
from orders.services.fulfillment import end
from orders.worth import ROUTED

S = FulfillmentOrder.Status
Requests = defaultdict[int, Counter[str]]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancellation came to: `units` are gone; `requested` names the work whose nodes have to agree first."""

    order_ref: str
    revision: int
    status: str
    units: int
    requested: tuple[str, ...]


@in_unit_of_work
def cancel_order(*, order_ref: str, reason: str, at: datetime, actor: str) -> Cancelled:
    """Cancel every unit that has not left.

    Raises:
        NotFound: there is no such order.
        TooLate: everything left has been shipped.
        InvalidTransition: everything is cancelled, or asked for, already.
    """
    case = open_order(order_ref=order_ref)
    routed = [line for line in case.lines.values() if line.kind in ROUTED]
    requests: Requests = defaultdict(Counter)
    units = sum(_cancel_units(case, line, line.quantity, requests) for line in routed)
    if not units:
        _refuse(case, routed)
    return _finish(case, units, requests, reason=reason, at=at, actor=actor)


@in_unit_of_work
def cancel_line(
    *, order_ref: str, line_ref: str, quantity: int | None = None, reason: str, at: datetime, actor: str
) -> Cancelled:
    """Cancel `quantity` units of a line, or every one that has not left; a bundle's with its components.

    Units that no node has go first, then work that nobody touched, then nodes that need not agree, then the others.

    Raises:
        NotFound: there is no such order or line.
        TooLate: too many units have been shipped.
        PickMismatch: a number of bundles does not divide, or there are fewer units than that.
        InvalidTransition: everything is cancelled, or asked for, already.
    """
    case = open_order(order_ref=order_ref)
    line = case.line_named(line_ref)
    asked = quantity or line.quantity
    requests: Requests = defaultdict(Counter)
    units = 0
    for one, wanted in _targets(case, line, asked):
        done = _cancel_units(case, one, wanted, requests)
        if quantity is not None and done < wanted:
            _refuse_part(one, asked=wanted, possible=done)
        units += done
    if not units:
        _refuse(case, [line])
    return _finish(case, units, requests, reason=reason, at=at, actor=actor)


def _targets(case: Case, line: OrderLine, units: int) -> Iterator[tuple[OrderLine, int]]:
    """Yield the routed lines to cancel from, and how many units of each."""
    if line.kind in ROUTED:
        yield line, units
        return
    for component in (other for other in case.lines.values() if other.parent_id == line.id and other.kind in ROUTED):
        wanted, rest = divmod(component.quantity * units, line.quantity)
        if rest:
            raise PickMismatch(f"{units} of {line.line_ref} is no whole number of {component.line_ref}.")
        yield component, wanted


def _cancel_units(case: Case, line: OrderLine, units: int, requests: Requests) -> int:
    """Cancel or ask for up to `units` of a line; return how many."""
    left = units - case.cancel_waiting(line, units)
    for fo in sorted(case.open_work(), key=_reluctance):
        for part in (part for part in case.parts_of(fo) if part.order_line_id == line.id):
            free = open_units(part)
            if _must_ask(fo):
                free -= outstanding(case, fo)[line.line_ref] + requests[fo.id][line.line_ref]
            some = max(0, min(left, free))
            left -= some
            if not some:
                continue
            if _must_ask(fo):
                requests[fo.id][line.line_ref] += some
            else:
                case.take_back(part, some, as_="cancelled", fate="cancelled")
    return units - left


def _must_ask(fo: FulfillmentOrder) -> bool:
    return fo.needs_acknowledgment and fo.status in states.WORKED_ON


def _reluctance(fo: FulfillmentOrder) -> int:
    """Return how much a cancellation disturbs: nobody touched it, somebody did, somebody must agree."""
    return 2 if _must_ask(fo) else int(fo.status in states.WORKED_ON)


def _refuse(case: Case, lines: list[OrderLine]) -> None:
    shipped = sum(line.shipped for line in lines)
    if shipped:
        raise TooLate(f"What is left of order {case.order.ref} has been shipped.", shipped=shipped)
    raise InvalidTransition(
        f"Nothing of order {case.order.ref} is left to cancel.", status=case.order.status, allowed=[]
    )


def _refuse_part(line: OrderLine, *, asked: int, possible: int) -> None:
    facts = {"line_ref": line.line_ref, "asked": asked, "possible": possible, "shipped": line.shipped}
    if line.shipped:
        raise TooLate(f"Only {possible} units of line {line.line_ref} have not been shipped.", **facts)
    raise PickMismatch(f"Only {possible} units of line {line.line_ref} can be cancelled.", **facts)


def _finish(case: Case, units: int, requests: Requests, *, reason: str, at: datetime, actor: str) -> Cancelled:
    requested = sum(counter.total() for counter in requests.values())
    asked = {case.work[fo_id].ref: dict(counter) for fo_id, counter in _ask(case, requests, at=at).items()}
    _end_work(case, reason=reason, at=at)
    kind = "order.cancelled" if units > requested else "order.cancel_requested"
    told: dict[str, Any] = {"units": units - requested, **({"requests": asked} if asked else {})}
    touched = close_case(case=case, kind=kind, reason=reason, at=at, actor=actor, **told)
    return Cancelled(touched.ref, touched.revision, touched.status, units - requested, tuple(asked))


def _ask(case: Case, requests: Requests, *, at: datetime) -> Requests:
    """Put the work whose nodes must agree into CANCEL_REQUESTED; return all that is asked of each, in sum."""
    sums: Requests = defaultdict(Counter)
    for fo_id, units in requests.items():
        fo = case.work[fo_id]
        if not +units:
            continue
        sums[fo_id] = outstanding(case, fo) + units
        if fo.status != S.CANCEL_REQUESTED:
            before = fo.status
            move(fo, S.CANCEL_REQUESTED, at=at)
            fo.resume_status = before
        case.tell(fo, "cancel_requested", lines=_lines(sums[fo_id]))
    return sums


def _end_work(case: Case, *, reason: str, at: datetime) -> None:
    for fo_id, units in case.stock.returned.items():
        fo = case.work[fo_id]
        end(case, fo, S.CANCELLED, at=at)
        named = Counter({case.lines[line_id].line_ref: count for line_id, count in units.items()})
        case.tell(fo, "cancelled", lines=_lines(named), reason=reason)


def _lines(units: Counter[str]) -> list[dict[str, object]]:
    return [{"line_ref": line_ref, "quantity": count} for line_ref, count in sorted(units.items())]


@in_unit_of_work
def auto_cancel(*, at: datetime, limit: int = 200) -> int:
    """Cancel what still waits of orders past their `auto_cancel_at`; return how many orders that changed.

    Units that a node has stay. Safe beside itself: each order is read again under its lock.
    """
    due = Order.objects.filter(auto_cancel_at__lte=at).order_by("auto_cancel_at", "id")
    cases = [
        case
        for case in open_cases(order_ids=list(due.values_list("id", flat=True)[:limit]))
        if case.order.auto_cancel_at is not None and case.order.auto_cancel_at <= at
    ]
    happenings = []
    for case in cases:
        units = sum(case.cancel_waiting(line, line.quantity) for line in case.lines.values())
        if units:
            data = {"units": units, "cancelled_minor": case.cancelled_minor}
            happenings.append(
                (case, Happening(case.order.id, "order.cancelled", "auto-cancel", "AUTO_CANCEL", data=data))
            )
    Order.objects.filter(id__in=[case.order.id for case in cases]).update(auto_cancel_at=None)
    close_cases(cases=happenings, reason="AUTO_CANCEL", at=at, actor="auto-cancel")
    return len(happenings)
