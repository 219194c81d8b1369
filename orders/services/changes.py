"""Changes an order that is under way: where it goes, and what people note about it."""

from dataclasses import asdict
from datetime import datetime

from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from orders import states
from orders.errors import InvalidTransition, TooLate
from orders.models import Address, FulfillmentGroup, FulfillmentOrder, Hold
from orders.services.book import Touched
from orders.services.case import Case, open_order, open_units, refusal
from orders.services.closing import close_case
from orders.services.fulfillment import end
from orders.services.holds import end_holds
from orders.values import Place

S = FulfillmentOrder.Status


@in_unit_of_work
def change_address(
    *, order_ref: str, ship_to: Place, group_ref: str = "", reason: str = "", at: datetime, actor: str
) -> Touched:
    """Send a group (or every one that goes to an address) elsewhere: untouched work is taken back and planned again.

    Open ADDRESS holds of the whole order are released by this. The change log carries country and postal code alone.

    Raises:
        NotFound: there is no such order, or no such group that goes to an address.
        TooLate: something of it has been shipped.
        InvalidTransition: a node has begun to work on it.
    """
    case = open_order(order_ref=order_ref)
    groups = [g for g in case.groups.values() if g.ship_to_id is not None and group_ref in {"", g.group_ref}]
    if not groups:
        raise NotFound(f"Order {order_ref} has no such group that goes to an address.", group_ref=group_ref)
    address = Address.objects.create(**asdict(ship_to))
    for group in groups:
        _redirect(case, group, address, at=at)
    asked = [one for one in case.holds if one.kind == Hold.Kind.ADDRESS and one.line_id is None]
    end_holds(case, [one for one in asked if one.fulfillment_order_id is None], at=at, actor=actor)
    return close_case(
        case=case, kind="order.address_changed", reason=reason, at=at, actor=actor,
        groups=[group.group_ref for group in groups], country=ship_to.country, postal_code=ship_to.postal_code,
    )  # fmt: skip


def _redirect(case: Case, group: FulfillmentGroup, address: Address, *, at: datetime) -> None:
    for fo in (one for one in case.work.values() if one.group_id == group.id):
        _refuse_touched(fo)
        taken = 0
        for part in case.parts_of(fo):
            taken += open_units(part)
            case.take_back(part, open_units(part), as_="cancelled", fate="queued")
        if taken:
            end(case, fo, S.CANCELLED, at=at)
            case.tell(fo, "cancelled", reason="ADDRESS_CHANGED")
    group.ship_to = address
    case.touched_groups.add(group.id)


def _refuse_touched(fo: FulfillmentOrder) -> None:
    if fo.status in {S.SHIPPED, S.HANDED_OVER}:
        raise TooLate(f"{fo.ref} has been shipped.", fulfillment_order=fo.ref)
    state = fo.resume_status if fo.status == S.ON_HOLD else fo.status
    if state not in states.UNTOUCHED | states.CLOSED:
        raise refusal(fo, "the node works on it for the old address")


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
