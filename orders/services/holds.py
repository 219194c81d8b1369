"""Places and releases holds: on an order, one of its lines, or one node's work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from orders import states
from orders.errors import AlreadyHeld, InvalidTransition
from orders.models import Hold
from orders.services.book import Touched
from orders.services.case import Case, open_order
from orders.services.closing import close_case
from orders.services.known_skus import name_skus
from orders.services.stopping import end_holds, settle_holds, stops_anything
from orders.services.swapping import approve


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
        InvalidTransition: nothing of it is left to stop, or a swap is to be proposed that names no item.
    """
    if kind == Hold.Kind.SWAP:
        raise InvalidTransition("A swap is proposed with the item that it brings.", status="", allowed=[])
    case = open_order(order_ref=scope.order_ref)
    new = _scoped(case, scope)
    new.kind, new.owner, new.reason, new.due_at = kind, owner, reason, due_at
    new.placed_by, new.placed_at = actor, at
    if any(_same(new, other) and other.kind == kind for other in case.holds):
        raise AlreadyHeld(f"There is an open hold {kind} on this already.", kind=kind)
    if not stops_anything(case, new):
        raise InvalidTransition("Nothing of it is left to hold.", status=case.order.status, allowed=[])
    new.save()
    case.holds.append(new)
    settle_holds(case, at=at)
    return close_case(case=case, kind="order.held", words=reason, at=at, actor=actor, **_shown(scope, [kind]))


@in_unit_of_work
def release_hold(*, scope: Scope, kind: str = "", reason: str = "", at: datetime, actor: str) -> Touched:
    """End the open holds of exactly this scope, or the one of `kind`; work goes on where it was, waiting units route.

    Releasing a proposed swap approves it: the line sells the other item from here on.

    Raises:
        NotFound: there is no such order, line, fulfillment order or hold.
        SkuStillUnknown: it waits for SKUs that the catalog does not have yet.
        TooLate, InvalidTransition: a swap that was proposed cannot be made any more.
    """
    case = open_order(order_ref=scope.order_ref)
    like = _scoped(case, scope, closed_too=True)
    ending = [one for one in case.holds if _same(one, like) and kind in {"", one.kind}]
    if not ending:
        raise NotFound(f"There is no such hold on order {scope.order_ref}.", ref=scope.order_ref, kind=kind)
    if any(one.kind == Hold.Kind.UNKNOWN_SKU for one in ending):
        name_skus(case, at=at)
    shown = _shown(scope, [one.kind for one in ending])
    proposed = next((one for one in ending if one.kind == Hold.Kind.SWAP), None)
    if proposed is None:
        end_holds(case, ending, at=at, actor=actor)
        return close_case(case=case, kind="order.released", words=reason, at=at, actor=actor, **shown)
    swapped = approve(case, proposed, at=at, actor=actor)
    end_holds(case, ending, at=at, actor=actor)
    return close_case(case=case, kind="order.item_swapped", words=reason, at=at, actor=actor, **shown | swapped)


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
