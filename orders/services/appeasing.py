"""Gives a customer money back as an apology: exact, within a limit, never more than they paid."""

from dataclasses import dataclass
from datetime import datetime

from dom.kernel.money import to_amount
from dom.kernel.transactions import in_unit_of_work
from orders.errors import AppeasementRefused
from orders.models import OrderChange, PaymentEntry
from orders.services.book import Touched
from orders.services.case import open_order
from orders.services.closing import close_case
from orders.tenders import Tender, tenders

Kind = PaymentEntry.Kind
APPEASED = "order.appeased"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for the book of payments: REFUND is positive, ADJUST negative."""

    tender: str
    kind: str
    amount_minor: int


def entries_of(amount_minor: int, given: list[Tender]) -> list[Entry]:
    """Return how `amount_minor` is given: what was captured is refunded first, then authorizations fall. Pure.

    Laws: the entries add up to `amount_minor` or there are none; none is beyond its tender's room.
    """
    left, entries = amount_minor, []
    for kind, room in ((Kind.REFUND, "refundable"), (Kind.ADJUST, "waivable")):
        for tender in given:
            part = min(left, max(0, getattr(tender, room)))
            left -= part
            if part:
                entries.append(Entry(tender.name, kind, part if kind == Kind.REFUND else -part))
    return [] if left else entries


@in_unit_of_work
def appease(*, order_ref: str, amount_minor: int, limit_minor: int, reason: str, at: datetime, actor: str) -> Touched:
    """Give the customer `amount_minor` of the order's currency; `limit_minor` is what may be given an order in all.

    Raises:
        NotFound: there is no such order.
        AppeasementRefused: the amount is not positive, beyond the limit, or beyond what was paid.
    """
    case = open_order(order_ref=order_ref)
    order = case.order
    before = given_before(order_id=order.id)
    if amount_minor < 1:
        raise AppeasementRefused("An appeasement is more than nothing.", amount_minor=amount_minor)
    if before + amount_minor > limit_minor:
        left = to_amount(max(0, limit_minor - before), order.currency)
        raise AppeasementRefused(
            f"You may give {left} {order.currency} more on this order.", limit_minor=limit_minor, given_minor=before
        )
    rows = PaymentEntry.objects.filter(order_id=order.id, currency=order.currency).order_by("id")
    entries = entries_of(amount_minor, tenders(list(rows.values_list("tender", "kind", "amount_minor"))))
    if not entries:
        raise AppeasementRefused("The customer paid less than that.", amount_minor=amount_minor)
    PaymentEntry.objects.bulk_create(
        PaymentEntry(
            order_id=order.id, tender=one.tender, kind=one.kind, amount_minor=one.amount_minor,
            currency=order.currency, reference=f"appeasement by {actor}"[:128], at=at,
        )
        for one in entries
    )  # fmt: skip
    refunded = sum(one.amount_minor for one in entries if one.kind == Kind.REFUND)
    return close_case(
        case=case, kind=APPEASED, words=reason, at=at, actor=actor, amount_minor=amount_minor, refunded_minor=refunded,
        waived_minor=amount_minor - refunded, currency=order.currency,
    )  # fmt: skip


def given_before(*, order_id: int) -> int:
    """Return what this order's customer was given before, in minor units."""
    amounts = OrderChange.objects.filter(order_id=order_id, kind=APPEASED).values_list("data__amount_minor", flat=True)
    return sum(amounts)
