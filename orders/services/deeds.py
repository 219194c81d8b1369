"""What can be done to many orders, or to the work of many nodes, at once: one function for each, on one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dom.kernel.changes import note_change
from dom.kernel.errors import NotFound
from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.words import many
from orders.errors import ConcernNotFound, InvalidTransition
from orders.models import Concern, FulfillmentOrder, FulfillmentOrderLine, Hold
from orders.reports import Reason, Returned
from orders.services import auto_cancel, cancelling, concerns, fulfillment, holds, releasing, swapping
from orders.services.replanning import replan
from orders.wishes import Wish

Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """One row of a selection: an order, and the hold, concern or fulfillment order where the row was one."""

    order_ref: str
    key: str = ""
    scope: holds.Scope | None = None
    kind: str = ""
    work_ref: str = ""


def target(row: str) -> Target:
    """Return what a row names: the reference of an order or of a node's work, or the key of a hold or a concern.

    Raises:
        ConcernNotFound: the hold or concern is settled.
        NotFound: there is no such work.
    """
    if row.startswith("O-"):
        return Target(row)
    if row.startswith("F-"):
        work = FulfillmentOrder.objects.filter(ref=row).values_list("order__ref", flat=True).first()
        if work is None:
            raise NotFound(f"There is no fulfillment order {row}.", ref=row)
        return Target(work, scope=holds.Scope(work, "", row), work_ref=row)
    found = concerns.find(key=row)
    if isinstance(found, Concern):
        return Target(found.order.ref, row, kind=found.kind)
    line_ref = found.line.line_ref if found.line else ""
    work_ref = found.fulfillment_order.ref if found.fulfillment_order else ""
    return Target(found.order.ref, row, holds.Scope(found.order.ref, line_ref, work_ref), found.kind)


def _hold(on: Target, options: Options, at: datetime, actor: str) -> str:
    due = options.get("hours")
    holds.hold(
        scope=holds.Scope(on.order_ref, "", on.work_ref), owner=options.get("owner") or "Customer service",
        reason=options["reason"],
        due_at=at + timedelta(hours=int(due)) if due else None, at=at, actor=actor,
    )  # fmt: skip
    return "On hold."


def _release(on: Target, options: Options, at: datetime, actor: str) -> str:
    if on.key and on.scope is None:
        concerns.settle(key=on.key, reason=options.get("reason", ""), at=at, actor=actor)
        return "Settled."
    scope = on.scope or holds.Scope(on.order_ref)
    holds.release_hold(scope=scope, kind=on.kind, reason=options.get("reason", ""), at=at, actor=actor)
    return "The item is swapped." if on.kind == Hold.Kind.SWAP else "Released."


def _decline(on: Target, options: Options, at: datetime, actor: str) -> str:
    scopes = [on.scope] if on.scope else _open_swaps(on.order_ref)
    if not scopes or (on.kind and on.kind != Hold.Kind.SWAP):
        raise InvalidTransition("No swap of it is proposed.", status="", allowed=[])
    for scope in scopes:
        reason = options.get("reason", "")
        swapping.decline_swap(order_ref=on.order_ref, line_ref=scope.line_ref, reason=reason, at=at, actor=actor)
    return "The item stays."


def _cancel(on: Target, options: Options, at: datetime, actor: str) -> str:
    done = cancelling.cancel_order(order_ref=on.order_ref, reason=options["reason"], at=at, actor=actor)
    if done.requested:
        return f"{many(len(done.requested), 'node')} asked to stop."
    return f"{many(done.units, 'unit')} cancelled."


def _reroute(on: Target, options: Options, at: datetime, actor: str) -> str:
    done = replan(order_ref=on.order_ref, wish=Wish(), reason=options.get("reason", ""), at=at, actor=actor)
    return "Planned at " + ", ".join(sorted(done.units_by_node)) + "."


def _wait(on: Target, options: Options, at: datetime, actor: str) -> str:
    days = int(options.get("days") or 0)
    until = at + timedelta(days=days) if days else None
    auto_cancel.wait_until(order_ref=on.order_ref, until=until, reason=options.get("reason", ""), at=at, actor=actor)
    return f"Waits {many(days, 'more day')}." if days else "Waits without end."


def _assign(on: Target, options: Options, at: datetime, actor: str) -> str:
    keys = [on.key] if on.key else _open_keys(on.order_ref)
    if not keys:
        raise ConcernNotFound("Nothing of it is stuck.", ref=on.order_ref)
    for key in keys:
        concerns.assign(
            key=key, assignee=options.get("assignee", ""), owner=options.get("owner", ""), at=at, actor=actor
        )
    return f"{options.get('assignee') or options.get('owner') or 'Nobody'} looks after it."


def _give_back(on: Target, options: Options, at: datetime, actor: str) -> str:
    parts = FulfillmentOrderLine.objects.filter(fulfillment_order__ref=on.work_ref).select_related("order_line")
    reason = Reason(options["reason"])
    open_parts = [(part.order_line.line_ref, part.to_pick + part.picked) for part in parts.order_by("id")]
    lines = [Returned(line_ref, units, reason) for line_ref, units in open_parts if units]
    if not lines:
        raise InvalidTransition(f"Nothing of {on.work_ref} is open.", status="", allowed=[])
    fulfillment.reject(ref=on.work_ref, lines=lines, at=at, actor=actor)
    units = sum(one.quantity for one in lines)
    return f"{many(units, 'unit')} {'is' if units == 1 else 'are'} routed again."


def _release_work(on: Target, options: Options, at: datetime, actor: str) -> str:
    releasing.release_work(ref=on.work_ref, reason=options.get("reason", ""), at=at, actor=actor)
    return "The node may begin."


def _cancel_work(on: Target, options: Options, at: datetime, actor: str) -> str:
    fulfillment.cancel_work(ref=on.work_ref, reason=options.get("reason", ""), at=at, actor=actor)
    return "The node's work has ended."


def _open_swaps(order_ref: str) -> list[holds.Scope]:
    found = Hold.objects.filter(order__ref=order_ref, released_at__isnull=True, kind=Hold.Kind.SWAP).order_by("id")
    return [holds.Scope(order_ref, line_ref) for line_ref in found.values_list("line__line_ref", flat=True)]


def _open_keys(order_ref: str) -> list[str]:
    stopped = Hold.objects.filter(order__ref=order_ref, released_at__isnull=True).order_by("id")
    raised = Concern.objects.filter(order__ref=order_ref, ended_at__isnull=True).order_by("id")
    return [
        *(f"H{id_}" for id_ in stopped.values_list("id", flat=True)),
        *(f"C{id_}" for id_ in raised.values_list("id", flat=True)),
    ]


#: Everything that can be done to many at once.
DEEDS: Mapping[str, Callable[[Target, Options, datetime, str], str]] = {
    "hold": _hold,
    "release": _release,
    "decline": _decline,
    "cancel": _cancel,
    "reroute": _reroute,
    "wait": _wait,
    "assign": _assign,
    "give-back": _give_back,
    "release-work": _release_work,
    "cancel-work": _cancel_work,
}


@in_unit_of_work
def do(*, row: str, deed: str, options: Options, at: datetime, actor: str) -> str:
    """Do one deed to one row; return what happened, in words.

    Raises:
        DomainError: it is refused; nothing has changed then.
    """
    on = target(row)
    words = DEEDS[deed](on, options, at, actor)
    reason = f" Reason: {options['reason']}." if options.get("reason") else ""
    note_change(
        kind="orders", code=on.order_ref, verb=Change.Verb.CHANGED, actor=actor, at=at, note=f"{words}{reason}"[:500]
    )
    return words
