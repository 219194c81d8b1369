"""Places and releases holds: on an order, one of its lines, or one node's work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from orders import states
from orders.errors import AlreadyHeld, InvalidTransition
from orders.models import FulfillmentOrder, Hold
from orders.services.book import Touched
from orders.services.case import Case, move, open_order
from orders.services.closing import close_case
from orders.services.fulfillment import stops

S = FulfillmentOrder.Status


@dataclass(frozen=True, slots=True)
class Scope:
    """What a hold stops: the whole order, unless a line or a fulfillment order is named."""

    order_ref: str
    line_ref: str = ""
    fulfillment_order: str = ""


@in_unit_of_work
def hold(
    *, scope: Scope, kind: str = Hold.Kind.MANUAL, owner: str, reason: str, due_at: datetime | None = None,
    at: datetime, actor: str,
) -> Touched:  # fmt: skip
    """Stop routing and work in `scope` until the hold is released. Work that a node has in hand goes ON_HOLD.

    Raises:
        NotFound: there is no such order, line or fulfillment order.
        AlreadyHeld: this scope has an open hold of this kind.
        InvalidTransition: the work is closed.
    """
    case = open_order(order_ref=scope.order_ref)
    new = _scoped(case, scope)
    new.kind, new.owner, new.reason, new.due_at = kind, owner, reason, due_at
    new.placed_by, new.placed_at = actor, at
    if any(_same(new, other) and other.kind == kind for other in case.holds):
        raise AlreadyHeld(f"There is an open hold {kind} on this already.", kind=kind)
    new.save()
    case.holds.append(new)
    settle_holds(case, at=at)
    return close_case(case=case, kind="order.held", words=reason, at=at, actor=actor, **_shown(scope, [kind]))


@in_unit_of_work
def release_hold(*, scope: Scope, kind: str = "", reason: str = "", at: datetime, actor: str) -> Touched:
    """End the open holds of exactly this scope, or the one of `kind`; work goes on where it was, waiting units route.

    Raises:
        NotFound: there is no such order, line, fulfillment order or hold.
    """
    case = open_order(order_ref=scope.order_ref)
    like = _scoped(case, scope, closed_too=True)
    ending = [one for one in case.holds if _same(one, like) and kind in {"", one.kind}]
    if not ending:
        raise NotFound(f"There is no such hold on order {scope.order_ref}.", ref=scope.order_ref, kind=kind)
    end_holds(case, ending, at=at, actor=actor)
    kinds = [one.kind for one in ending]
    return close_case(case=case, kind="order.released", words=reason, at=at, actor=actor, **_shown(scope, kinds))


def end_holds(case: Case, ending: list[Hold], *, at: datetime, actor: str) -> None:
    """Release these holds of an open case, and let go on what nothing stops any more."""
    Hold.objects.filter(id__in=[one.id for one in ending]).update(released_by=actor, released_at=at)
    case.holds = [one for one in case.holds if one not in ending]
    settle_holds(case, at=at)
    case.reroute = case.reroute or any(line.queued for line in case.lines.values())


def settle_holds(case: Case, *, at: datetime) -> None:
    """Bring each open work into or out of ON_HOLD, as the open holds say; one that is to be cancelled stays so."""
    for fo in case.open_work():
        stopped = any(stops(one, case, fo) for one in case.holds)
        if stopped and fo.status not in {S.ON_HOLD, S.CANCEL_REQUESTED}:
            before = fo.status
            move(fo, S.ON_HOLD, at=at)
            fo.resume_status = before
            case.tell(fo, "held")
        elif not stopped and fo.status == S.ON_HOLD:
            move(fo, fo.resume_status, at=at)
            fo.resume_status = ""
            case.tell(fo, "resumed")


def _scoped(case: Case, scope: Scope, *, closed_too: bool = False) -> Hold:
    """Return an unsaved hold of this scope."""
    new = Hold(order_id=case.order.id)
    if scope.line_ref:
        new.line_id = case.line_named(scope.line_ref).id
    if scope.fulfillment_order:
        fo = next((one for one in case.work.values() if one.ref == scope.fulfillment_order), None)
        if fo is None:
            raise NotFound(
                f"Order {case.order.ref} has no work {scope.fulfillment_order}.", ref=scope.fulfillment_order
            )
        if fo.status in states.CLOSED and not closed_too:
            raise InvalidTransition(f"{fo.ref} is {fo.status}: nothing is left to hold.", status=fo.status, allowed=[])
        new.fulfillment_order_id = fo.id
    return new


def _same(one: Hold, other: Hold) -> bool:
    return (one.line_id, one.fulfillment_order_id) == (other.line_id, other.fulfillment_order_id)


def _shown(scope: Scope, kinds: list[str]) -> dict[str, Any]:
    return {"hold": ", ".join(kinds), "line_ref": scope.line_ref, "fulfillment_order": scope.fulfillment_order}
