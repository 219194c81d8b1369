"""Lets goods leave a node: by parcel, or over the counter."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dom.kernel.ids import new_ref
from dom.kernel.transactions import in_unit_of_work
from orders.errors import HandOverRefused, PickMismatch
from orders.models import CustomerContact, FulfillmentOrder, Package, Shipment, ShipmentLine
from orders.reports import PackedBox
from orders.services.case import Case, move, open_work, refusal
from orders.services.closing import close_case
from orders.services.fulfillment import end, go_on, require_collected

S = FulfillmentOrder.Status


@in_unit_of_work
def ship(
    *, ref: str, boxes: Sequence[PackedBox] = (), at: datetime, actor: str, seen_revision: int | None = None
) -> Shipment:
    """Send packages of picked units; what is not in them stays open, and the last ones end the work.

    Without boxes, or with one that names no lines, everything picked leaves. The shipment's amount is its units' exact
    share of the order.

    Raises:
        NotFound: there is no such fulfillment order or line.
        InvalidTransition: its state, its method or a hold does not allow it.
        PickMismatch: more units than are picked, or nothing at all.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    go_on(case, fo)
    require_collected(case, fo, collected=False)
    if fo.status not in {S.PICKED, S.PACKED}:
        raise refusal(fo, "only picked units can be shipped")
    shipment = _send(case, fo, boxes or [PackedBox()], at=at)
    end(case, fo, S.SHIPPED, at=at)
    shown = _shown(case, shipment)
    case.tell(fo, "shipped", **shown)
    close_case(
        case=case, kind="order.shipped", at=at, actor=actor, fulfillment_order=fo.ref, node=fo.node.code, **shown
    )
    return shipment


def _send(case: Case, fo: FulfillmentOrder, boxes: Sequence[PackedBox], *, at: datetime) -> Shipment:
    filled = _filled(case, fo, boxes)
    amount = 0
    for line_ref, units in sorted(sum((Counter(units) for _, units in filled), Counter[str]()).items()):
        part = case.part_named(fo, line_ref)
        if units > part.picked:
            raise PickMismatch(
                f"Only {part.picked} units of line {line_ref} are picked.", line_ref=line_ref, asked=units,
                picked=part.picked,
            )  # fmt: skip
        amount += case.send(part, units)
    shipment = Shipment.objects.create(ref=new_ref("S"), fulfillment_order=fo, amount_minor=amount, shipped_at=at)
    for number, (box, units_by_line) in enumerate(filled, start=1):
        package = Package.objects.create(
            shipment=shipment, number=number, carrier=box.carrier, service=box.service or fo.service,
            tracking_number=box.tracking_number,
        )  # fmt: skip
        ShipmentLine.objects.bulk_create(
            ShipmentLine(package=package, order_line_id=case.part_named(fo, line_ref).order_line_id, quantity=units)
            for line_ref, units in units_by_line.items()
        )
    return shipment


def _filled(case: Case, fo: FulfillmentOrder, boxes: Sequence[PackedBox]) -> list[tuple[PackedBox, Counter[str]]]:
    """Return each box with its units by line; one that names no lines takes all picked units that no other names."""
    named = [Counter[str]() for _ in boxes]
    for box, units in zip(boxes, named, strict=True):
        for line in box.lines:
            units[line.line_ref] += line.quantity
    rest = Counter({case.lines[part.order_line_id].line_ref: part.picked for part in case.parts_of(fo)})
    rest.subtract(sum(named, Counter[str]()))
    for units in named:
        if not units:
            units.update(+rest)
            rest.clear()
    if not all(named):
        raise PickMismatch(f"There is nothing picked for a package of {fo.ref}.", packages=len(boxes))
    return list(zip(boxes, named, strict=True))


@in_unit_of_work
def hand_over(
    *, ref: str, code: str = "", name: str = "", relation: str = "", at: datetime, actor: str,
    seen_revision: int | None = None,
) -> Shipment:  # fmt: skip
    """Give everything picked to the customer, who shows a code or says a name.

    The code is the reference of the order, its number at the channel, or the fulfillment order's. A name is that of the
    customer or of the appointed person; anybody else needs a `relation`, which is recorded.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: it is not ready, or on hold.
        HandOverRefused: the code or the name belongs to somebody else.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    go_on(case, fo)
    require_collected(case, fo, collected=True)
    if fo.status != S.READY:
        raise refusal(fo, "it is not ready")
    handed_to = _recognized(case, fo, code=code, name=name, relation=relation)
    shipment = _send(case, fo, [PackedBox()], at=at)
    Shipment.objects.filter(id=shipment.id).update(handed_to=handed_to)
    move(fo, S.HANDED_OVER, at=at)
    shown = {**_shown(case, shipment), "handed_to": handed_to}
    case.tell(fo, "handed_over", **shown)
    close_case(
        case=case, kind="order.handed_over", at=at, actor=actor, fulfillment_order=fo.ref, node=fo.node.code, **shown
    )
    return shipment


def _recognized(case: Case, fo: FulfillmentOrder, *, code: str, name: str, relation: str) -> str:
    """Return how the person was recognized; names stay in contacts, where they can be erased."""
    if code:
        known = {case.order.ref, case.order.external_ref, fo.ref}
        if code.strip().casefold() not in {one.casefold() for one in known}:
            raise HandOverRefused("This code belongs to another order.", by="code")
        return "CODE"
    appointed = case.groups[fo.group_id].pickup_person
    for contact, role in ((case.order.customer, "CUSTOMER"), (appointed, "PICKUP_PERSON")):
        if contact is not None and name and _plain(contact.name) == _plain(name):
            return role
    if not (name and relation):
        raise HandOverRefused("Somebody else needs a name and a relation to the customer.", by="name")
    if appointed is None:
        group = case.groups[fo.group_id]
        group.pickup_person = CustomerContact.objects.create(name=name)
        case.touched_groups.add(group.id)
    return relation


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _shown(case: Case, shipment: Shipment) -> dict[str, Any]:
    """Return the shipment as events show it."""
    packages = [
        {
            "number": package.number,
            "carrier": package.carrier,
            "tracking_number": package.tracking_number,
            "lines": [
                {"line_ref": case.lines[line.order_line_id].line_ref, "quantity": line.quantity}
                for line in package.lines.order_by("id")
            ],
        }
        for package in shipment.packages.order_by("number")
    ]
    return {"shipment": shipment.ref, "amount_minor": shipment.amount_minor, "packages": packages}
