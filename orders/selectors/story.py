"""Answers everything that one person wants to know of one order, in a fixed number of statements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from dom.kernel.errors import NotFound
from dom.kernel.models import Event, InboundMessage
from dom.kernel.webhooks.selectors import deliveries_about
from inventory.selectors import claims
from orders import wording
from orders.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    Hold,
    Order,
    OrderChange,
    OrderLine,
    PaymentEntry,
    Shipment,
)
from orders.states import CLOSED

#: A story longer than this is cut at its beginning; the event feed has all of it.
MOST_MOMENTS = 500
_MOST_OTHERS = 10
#: Of so many of the last events it is told whom they were sent to.
_MOST_TOLD = 100
_GONE = frozenset({FulfillmentOrder.Status.CANCELLED, FulfillmentOrder.Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, said in words; `tone` is good, bad, warn or "".

    `about` is order, work, stock, money or message; `who` did it and `why` are empty where nobody said.
    """

    at: datetime
    words: str
    tone: str
    subject: str
    about: str = "order"
    who: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One order with its lines, work, holds, money and what happened, oldest first; `others` are the customer's."""

    order: Order
    lines: Sequence[OrderLine]
    work: Sequence[FulfillmentOrder]
    holds: Sequence[Hold]
    payments: Sequence[PaymentEntry]
    moments: Sequence[Moment]
    others: Sequence[Order]

    @property
    def open_holds(self) -> list[Hold]:
        """The holds that stop something now."""
        return [hold for hold in self.holds if hold.released_at is None]

    @property
    def open_work(self) -> list[FulfillmentOrder]:
        """The work that is not closed."""
        return [fo for fo in self.work if fo.status not in CLOSED]

    @property
    def standing_work(self) -> list[FulfillmentOrder]:
        """The work that is open or has sent something."""
        return [fo for fo in self.work if fo.status not in _GONE or any(part.shipped for part in fo.lines.all())]

    @property
    def earlier_work(self) -> list[FulfillmentOrder]:
        """The work that was taken back or rejected before anything left."""
        return [fo for fo in self.work if fo not in self.standing_work]

    @property
    def progress(self) -> list[tuple[str, int]]:
        """Units by fate, in the order of an order's life; only what there is."""
        sums = [(words, sum(getattr(line, fate) for line in self.lines)) for fate, words in _FATES.items()]
        return [(words, count) for words, count in sums if count]

    @property
    def shares(self) -> list[tuple[Shipment, FulfillmentOrder]]:
        """Each shipment with the work it left from; its amount is its units' exact share of the order."""
        return [(shipment, fo) for fo in self.work for shipment in fo.shipments.all()]

    @property
    def money(self) -> dict[str, int]:
        """What was authorized, captured and refunded, in minor units."""
        sums = dict.fromkeys(("authorized", "captured", "refunded"), 0)
        for entry in self.payments:
            name, sign = _SUMS[entry.kind]
            sums[name] += sign * entry.amount_minor
        return sums


#: What becomes of a line's units, in the words of the page.
_FATES = {
    "shipped": "shipped", "planned": "at a node", "queued": "waiting for routing", "backordered": "backordered",
    "cancelled": "cancelled",
}  # fmt: skip
_SUMS = {
    "AUTHORIZE": ("authorized", 1), "ADJUST": ("authorized", 1), "VOID": ("authorized", -1),
    "CAPTURE": ("captured", 1), "REFUND": ("refunded", 1),
}  # fmt: skip


def story(ref: str) -> Story:
    """Return the story of the order `ref`.

    Raises:
        NotFound: no order has this reference.
    """
    rows = Order.objects.select_related("channel", "customer")
    order = rows.prefetch_related("groups__ship_to", "groups__node").filter(ref=ref).first()
    if order is None:
        raise NotFound(f"There is no order {ref}.", ref=ref)
    work = _work(order)
    lines = list(OrderLine.objects.filter(order_id=order.id).select_related("sku", "group").order_by("id"))
    payments = list(PaymentEntry.objects.filter(order_id=order.id).order_by("id"))
    return Story(
        order=order,
        lines=lines,
        work=work,
        holds=list(
            Hold.objects.filter(order_id=order.id).select_related("line", "fulfillment_order", "swap_to").order_by("id")
        ),
        payments=payments,
        moments=sorted(_moments(order, work, lines, payments), key=lambda one: one.at)[-MOST_MOMENTS:],
        others=_others(order),
    )


def _work(order: Order) -> list[FulfillmentOrder]:
    lines = FulfillmentOrderLine.objects.select_related("order_line").order_by("order_line_id")
    return list(
        FulfillmentOrder.objects.filter(order_id=order.id)
        .select_related("node")
        .prefetch_related(
            Prefetch("lines", lines),
            Prefetch("shipments", Shipment.objects.prefetch_related("packages").order_by("id")),
        )
        .order_by("id")
    )  # fmt: skip


def _others(order: Order) -> Sequence[Order]:
    """Return the same customer's other orders, newest first: by the channel's reference, else by e-mail address."""
    person = order.customer
    if person is None or not (person.external_ref or person.email):
        return []
    same = Q(customer__external_ref=person.external_ref) if person.external_ref else Q(customer__email=person.email)
    return list(
        Order.objects.filter(same).exclude(id=order.id).select_related("channel").order_by("-id")[:_MOST_OTHERS]
    )


def _moments(
    order: Order, work: Sequence[FulfillmentOrder], lines: Sequence[OrderLine], payments: Sequence[PaymentEntry]
) -> Iterator[Moment]:
    for source, at in InboundMessage.objects.filter(subject_ref=order.ref).values_list("connection", "at"):
        yield Moment(at, f"{source} sent the order.", "", source, "message")
    refs = [order.ref, *(one.ref for one in work)]
    events = list(Event.objects.filter(entity_ref__in=refs).order_by("-id")[:MOST_MOMENTS])
    if len(events) < MOST_MOMENTS and not any(one.entity_ref == order.ref and one.revision == 1 for one in events):
        yield Moment(order.accepted_at, "The beginning of this story is no longer kept.", "", order.ref)
    yield from of_events(order, events[::-1], {line.line_ref: line.sku_code for line in lines})
    for one in deliveries_about([event.position for event in events[:_MOST_TOLD] if event.position is not None]):
        words, tone = wording.delivery(one.kind, url=one.endpoint.url, status=one.status, answer=one.answer_status)
        yield Moment(one.ended_at or one.first_attempt_at or one.created_at, words, tone, one.message_id, "message")
    yield from _claims([*refs[1:], *(f"{order.ref}:{group.group_ref}" for group in order.groups.all())])
    for entry in payments:
        yield Moment(entry.at, wording.payment(entry), "", entry.tender, "money", why=entry.reference)


def of_events(order: Order, events: Sequence[Event], skus: Mapping[str, str]) -> Iterator[Moment]:
    """Yield what the events say, with the person and the reason where a person did it."""
    changes = OrderChange.objects.filter(order_id=order.id).order_by("-id")[:MOST_MOMENTS]
    people = {(one.at, one.kind): one for one in changes}
    for event in (event for event in events if not wording.is_echo(event.kind)):
        change = people.get((event.at, event.kind))
        words = wording.sentence(event.kind, node=event.node, facts=_named(event.data, skus))
        yield Moment(
            at=event.at,
            words=words,
            tone=wording.tone(event.kind),
            subject=event.entity_ref,
            about="order" if event.entity == "order" else "work",
            who=change.actor if change else "",
            why=_why(change, words),
        )


def _why(change: OrderChange | None, words: str) -> str:
    """Return a person's own words; codes, and what the product says by itself, stand in the sentence already."""
    if change is None or change.reason in {"", change.data.get("reason")}:
        return ""
    is_code = "_" in change.reason and change.reason.isupper()
    return "" if is_code or words.startswith(change.reason) else change.reason


def _claims(refs: Sequence[str]) -> Iterator[Moment]:
    for one in claims.told(refs, limit=MOST_MOMENTS):
        yield Moment(
            one.at,
            wording.claim(kind=one.kind, sku=one.sku, node=one.node, delta=one.delta),
            "",
            one.demand_ref,
            "stock",
            who=one.actor,
        )


def _named(facts: Mapping[str, Any], skus: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the facts of an event with the SKU of each of its lines."""
    lines = facts.get("lines")
    if not isinstance(lines, list):
        return facts
    return {**facts, "lines": [{"sku": skus.get(str(line.get("line_ref")), ""), **line} for line in lines]}
