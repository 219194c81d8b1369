"""Writes down what a channel or a provider tells of an order's money: authorized, captured, voided, refunded."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from dom.kernel.errors import NotFound
from dom.kernel.money import to_amount
from dom.kernel.transactions import in_unit_of_work
from orders.errors import PaymentRefused
from orders.models import Hold, OrderChange, PaymentEntry, Shipment
from orders.services.book import Touched
from orders.services.case import Case, open_order
from orders.services.closing import close_case
from orders.services.stopping import end_holds
from orders.tenders import Tender, tenders

Kind = PaymentEntry.Kind
#: What may still be taken, given up or given back of a tender; an authorization has no bound.
_ROOM = {Kind.CAPTURE: "waivable", Kind.VOID: "waivable", Kind.REFUND: "refundable"}


@dataclass(frozen=True, slots=True)
class Payment:
    """One fact about money in minor units of the order's currency; `shipment` names what a capture or refund is for."""

    kind: str
    amount_minor: int
    tender: str = "card"
    reference: str = ""
    shipment: str = ""


@in_unit_of_work
def record_payment(*, order_ref: str, payment: Payment, at: datetime, actor: str) -> Touched:
    """Write one fact into the book of payments. Nothing is asked of any provider: this is what it has done already.

    Once everything that is not cancelled is authorized, PAYMENT holds of the whole order end, and it is routed.

    Raises:
        NotFound: there is no such order, or no such shipment of it.
        PaymentRefused: the amount is nothing, or beyond what is left of the tender or of the shipment; or no capture or
            refund names a shipment.
    """
    case = open_order(order_ref=order_ref)
    order = case.order
    rows = PaymentEntry.objects.filter(order_id=order.id, currency=order.currency).order_by("id")
    known = tenders(list(rows.values_list("tender", "kind", "amount_minor")))
    _refuse_beyond(payment, known, order.currency)
    shipment = _shipment(case, payment)
    entry = PaymentEntry.objects.create(
        order_id=order.id, tender=payment.tender, kind=payment.kind, amount_minor=payment.amount_minor,
        currency=order.currency, shipment=shipment, reference=payment.reference, at=at,
    )  # fmt: skip
    authorized = sum(one.authorized for one in known)
    if entry.kind == Kind.AUTHORIZE and authorized + entry.amount_minor >= _due(case):
        whole = [one for one in case.holds if one.line_id is None and one.fulfillment_order_id is None]
        end_holds(case, [one for one in whole if one.kind == Hold.Kind.PAYMENT], at=at, actor=actor)
    return close_case(
        case=case, kind="order.payment_recorded", at=at, actor=actor, payment=entry.kind,
        amount_minor=entry.amount_minor, currency=entry.currency, tender=entry.tender, shipment=payment.shipment,
    )  # fmt: skip


def _refuse_beyond(payment: Payment, known: list[Tender], currency: str) -> None:
    if payment.amount_minor < 1:
        raise PaymentRefused("A payment is more than nothing.", amount_minor=payment.amount_minor)
    if payment.kind not in _ROOM:
        return
    mine = next((one for one in known if one.name == payment.tender), Tender(payment.tender))
    room = max(0, int(getattr(mine, _ROOM[Kind(payment.kind)])))
    if payment.amount_minor > room:
        left = to_amount(room, currency)
        raise PaymentRefused(
            f"{left} {currency} is left to {Kind(payment.kind).value.lower()} of {payment.tender}.",
            tender=payment.tender, left_minor=room, amount_minor=payment.amount_minor,
        )  # fmt: skip


def _shipment(case: Case, payment: Payment) -> Shipment | None:
    """Return the shipment that is paid for, or given money back for.

    Raises:
        NotFound: the order has no such shipment.
        PaymentRefused: less than that is left to capture of its amount, or to refund of what was captured for it.
    """
    if not payment.shipment:
        return None
    if payment.kind not in {Kind.CAPTURE, Kind.REFUND}:
        raise PaymentRefused("Only a capture or a refund is for a shipment.", kind=payment.kind)
    found = Shipment.objects.filter(ref=payment.shipment, fulfillment_order__order_id=case.order.id).first()
    if found is None:
        raise NotFound(f"Order {case.order.ref} has no shipment {payment.shipment}.", shipment=payment.shipment)
    room = shipment_room(shipment=found)
    left = room.capturable if payment.kind == Kind.CAPTURE else room.refundable
    if payment.amount_minor > left:
        amount = f"{to_amount(left, case.order.currency)} {case.order.currency}"
        raise PaymentRefused(
            f"{amount} of {payment.shipment} is left to {payment.kind.lower()}.", shipment=payment.shipment,
            left_minor=left, amount_minor=payment.amount_minor,
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class ShipmentRoom:
    """What may still be captured for a shipment, and given back of that, in minor units."""

    capturable: int
    refundable: int


def shipment_room(*, shipment: Shipment) -> ShipmentRoom:
    """Return the room: a shipment is captured in parts up to its amount, and refunded up to what was captured."""
    rows = PaymentEntry.objects.filter(shipment=shipment).values_list("kind").annotate(minor=Sum("amount_minor"))
    sums = dict(rows)
    captured = sums.get(Kind.CAPTURE, 0)
    return ShipmentRoom(shipment.amount_minor - captured, captured - sums.get(Kind.REFUND, 0))


def _due(case: Case) -> int:
    """Return what the order costs without what was cancelled of it, in minor units."""
    told = OrderChange.objects.filter(order_id=case.order.id, data__has_key="cancelled_minor")
    cancelled: int = sum(told.values_list("data__cancelled_minor", flat=True))
    return case.order.total_minor - cancelled
