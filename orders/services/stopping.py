"""Ends holds of an order that is open for a change, and brings its work into or out of ON_HOLD as they say."""

from collections.abc import Sequence
from datetime import datetime

from orders import states
from orders.models import FulfillmentOrder, Hold
from orders.selectors.requests import NO_PLAN
from orders.services.case import Case, move, open_units
from orders.worth import ROUTED

S = FulfillmentOrder.Status


def end_holds(case: Case, ending: Sequence[Hold], *, at: datetime, actor: str) -> None:
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


def stops(hold: Hold, case: Case, fo: FulfillmentOrder) -> bool:
    """Return whether the hold's scope (an order, a line, or one work) has this work in it.

    An order's that only says that no plan was found is about the units without one: it stops routing, and no work.
    """
    if hold.fulfillment_order_id is not None:
        return hold.fulfillment_order_id == fo.id
    if hold.line_id is not None:
        return any(part.order_line_id == hold.line_id and open_units(part) for part in case.parts_of(fo))
    return hold.kind not in NO_PLAN


def end_idle_holds(case: Case, *, at: datetime, actor: str) -> None:
    """Release the holds that have nothing left to stop: what they are about was cancelled or has left.

    Those of an order that no node works on, such as of gift cards alone, stay until somebody decides.
    """
    if not any(line.kind in ROUTED for line in case.lines.values()):
        return
    idle = [one for one in case.holds if not stops_anything(case, one)]
    if idle:
        end_holds(case, idle, at=at, actor=actor)


def stops_anything(case: Case, hold: Hold) -> bool:
    """Return whether the hold's scope has units that have neither left nor been cancelled, or work that is open."""
    if hold.fulfillment_order_id is not None:
        return case.work[hold.fulfillment_order_id].status not in states.CLOSED
    lines = [case.lines[hold.line_id]] if hold.line_id is not None else list(case.lines.values())
    return any(line.queued + line.backordered + line.planned for line in lines)
