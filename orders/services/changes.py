"""Changes an order that is under way: where and how it goes, and what people note about it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from inventory import selectors as inventory
from orders import states
from orders.errors import InvalidTransition, OrderInvalid, TooLate
from orders.models import Address, FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, Hold, OrderLine
from orders.selectors.requests import NO_PLAN
from orders.services.book import Touched
from orders.services.case import Case, open_order, open_units, refusal
from orders.services.closing import close_case
from orders.services.fulfillment import end
from orders.services.stopping import end_holds
from orders.values import TO_ADDRESS, Place

S = FulfillmentOrder.Status


@in_unit_of_work
def change_address(
    *, order_ref: str, ship_to: Place, group_ref: str = "", reason: str = "", at: datetime, actor: str
) -> Touched:
    """Send a group (or every one that goes to an address) elsewhere: untouched work is taken back and planned again.

    With all of them, a group that is picked up keeps its work and takes the address for a later change of its way. Open
    ADDRESS holds of the whole order are released by this. The change log carries country and postal code alone.

    Raises:
        NotFound: there is no such order, or no such group that goes to an address.
        TooLate: something of it has been shipped.
        InvalidTransition: a node has begun to work on it.
    """
    case = open_order(order_ref=order_ref)
    groups = [g for g in case.groups.values() if g.ship_to_id is not None and group_ref in {"", g.group_ref}]
    sent = [group for group in groups if group.goes_to_address]
    if not sent:
        raise NotFound(f"Order {order_ref} has no such group that goes to an address.", group_ref=group_ref)
    address = Address.objects.create(**asdict(ship_to))
    for group in groups:
        _redirect(case, group, address, at=at)
    asked = [one for one in case.holds if one.kind == Hold.Kind.ADDRESS and one.line_id is None]
    end_holds(case, [one for one in asked if one.fulfillment_order_id is None], at=at, actor=actor)
    return close_case(
        case=case, kind="order.address_changed", reason=reason, at=at, actor=actor,
        groups=[group.group_ref for group in sent], country=ship_to.country, postal_code=ship_to.postal_code,
    )  # fmt: skip


def _redirect(case: Case, group: FulfillmentGroup, address: Address, *, at: datetime) -> None:
    work = [one for one in case.work.values() if one.group_id == group.id] if group.goes_to_address else []
    for fo in work:
        withdraw(case, fo, case.parts_of(fo), reason="ADDRESS_CHANGED", at=at)
    group.ship_to = address
    case.touched_groups.add(group.id)


def withdraw(
    case: Case, fo: FulfillmentOrder, parts: Sequence[FulfillmentOrderLine], *, reason: str, at: datetime
) -> None:
    """Take what is open of `parts` back from work that nobody has begun; a closed one has nothing to give.

    Raises:
        TooLate: it has been shipped.
        InvalidTransition: the node has begun.
    """
    refuse_touched(fo)
    taken = 0
    for part in parts:
        taken += open_units(part)
        case.take_back(part, open_units(part), as_="cancelled", fate="queued")
    if taken:
        end(case, fo, S.CANCELLED, at=at)
        case.tell(fo, "cancelled", reason=reason)


def refuse_touched(fo: FulfillmentOrder) -> None:
    """Refuse work that has left, or that its node has begun.

    Raises:
        TooLate: it has been shipped.
        InvalidTransition: the node has begun.
    """
    if fo.status in {S.SHIPPED, S.HANDED_OVER}:
        raise TooLate(f"{fo.ref} has been shipped.", fulfillment_order=fo.ref)
    state = fo.resume_status if fo.status == S.ON_HOLD else fo.status
    if state not in states.UNTOUCHED | states.CLOSED:
        raise refusal(fo, "the node works on it as it was asked for")


@dataclass(frozen=True, slots=True)
class Way:
    """How a group shall get to the customer: a method, and the node or the address that it needs."""

    method: str
    node: str = ""
    ship_to: Place | None = None


@in_unit_of_work
def change_method(
    *, order_ref: str, way: Way, group_ref: str = "", reason: str = "", at: datetime, actor: str
) -> Touched:
    """Bring a group to the customer another way: untouched work is taken back, and all that waits is planned again.

    Claims that the group holds itself stay until the new plan is reserved. Holds that only say that no plan was found
    end. The change log carries no address.

    Raises:
        NotFound: there is no such order, group or open node, or several groups and none is named.
        OrderInvalid: the method lacks its node or its address.
        TooLate: something of the group has been shipped.
        InvalidTransition: a node has begun to work on it, or it goes this way already.
    """
    case = open_order(order_ref=order_ref)
    groups = [group for group in case.groups.values() if group_ref in {"", group.group_ref}]
    if len(groups) != 1:
        raise NotFound(f"Order {order_ref} has no such one group.", group_ref=group_ref)
    group = groups[0]
    node_id = _node_id(way, at=at)
    if (group.method, group.node_id, way.ship_to) == (way.method, node_id, None):
        raise InvalidTransition("It goes this way already.", status=case.order.status, allowed=[])
    for fo in (one for one in case.work.values() if one.group_id == group.id):
        withdraw(case, fo, case.parts_of(fo), reason="METHOD_CHANGED", at=at)
    _send_by(case, group, way, node_id)
    decide_again(case, [line for line in case.lines.values() if line.group_id == group.id], at=at, actor=actor)
    return close_case(
        case=case, kind="order.method_changed", reason=reason, at=at, actor=actor, group=group.group_ref,
        method=way.method, node=way.node,
    )  # fmt: skip


def _node_id(way: Way, *, at: datetime) -> int | None:
    if way.method in TO_ADDRESS:
        return None
    if not way.node:
        raise OrderInvalid(
            f"{way.method} names its node.", errors=[{"field": "fulfillment/node", "message": "Name it."}]
        )
    known = inventory.network(at=at).node_ids
    if way.node not in known:
        raise NotFound(f"There is no open node {way.node}.", node=way.node)
    return known[way.node]


def _send_by(case: Case, group: FulfillmentGroup, way: Way, node_id: int | None) -> None:
    if way.ship_to is not None:
        group.ship_to = Address.objects.create(**asdict(way.ship_to))
    if way.method in TO_ADDRESS and group.ship_to_id is None:
        missing = [{"field": "fulfillment/ship_to", "message": "Say where it goes."}]
        raise OrderInvalid(f"{way.method} needs an address.", errors=missing)
    group.method, group.node_id = way.method, node_id
    case.touched_groups.add(group.id)


def decide_again(case: Case, lines: Sequence[OrderLine], *, at: datetime, actor: str) -> None:
    """Queue what waits of `lines`, and end the holds that only say that no plan was found."""
    for line in lines:
        case.queue_again(line, line.backordered)
        if line.queued:
            case.stock.waiting.add(line.id)
            case.reroute = True
    end_no_plan(case, decided=lines, at=at, actor=actor)


def end_no_plan(case: Case, *, decided: Sequence[OrderLine], at: datetime, actor: str) -> None:
    """End the holds that only say that no plan was found; what waits beside the lines `decided` is queued, too.

    Such a hold does not tell which line it is about, and without it nobody would be asked about the others any more.
    A line that is on hold itself is somebody's already.
    """
    ending = [one for one in case.holds if one.kind in NO_PLAN]
    known = {line.id for line in decided} | {one.line_id for one in case.holds}
    for line in case.lines.values() if ending else ():
        if line.id not in known:
            case.queue_again(line, line.backordered)
    end_holds(case, ending, at=at, actor=actor)


@in_unit_of_work
def note(*, order_ref: str, text: str, at: datetime, actor: str) -> Touched:
    """Write a note into the order's change log; no personal data belongs there.

    Raises:
        NotFound: there is no such order.
        InvalidTransition: the note is empty.
    """
    case = open_order(order_ref=order_ref)
    if not text.strip():
        raise InvalidTransition("A note says something.", status=case.order.status, allowed=[])
    return close_case(case=case, kind="order.noted", words=text.strip(), at=at, actor=actor, note=text.strip()[:200])
