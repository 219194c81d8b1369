"""Answers everything that one person wants to know of one order, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from orders import wording
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Hold, Order, OrderLine, PaymentEntry, Shipment

#: A story longer than this is cut at its beginning; the event feed has all of it.
MOST_MOMENTS = 500


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, said in words; `tone` is good, bad, warn or ""."""

    at: datetime
    words: str
    tone: str
    subject: str


@dataclass(frozen=True, slots=True)
class Story:
    """One order with its lines, work, holds, money and what happened, oldest first."""

    order: Order
    lines: Sequence[OrderLine]
    work: Sequence[FulfillmentOrder]
    holds: Sequence[Hold]
    payments: Sequence[PaymentEntry]
    moments: Sequence[Moment]

    @property
    def open_holds(self) -> list[Hold]:
        """The holds that stop something now."""
        return [hold for hold in self.holds if hold.released_at is None]

    @property
    def progress(self) -> list[tuple[str, int]]:
        """Units by fate, in the order of an order's life; only what there is."""
        fates = ("shipped", "planned", "queued", "backordered", "cancelled")
        sums = [(fate, sum(getattr(line, fate) for line in self.lines)) for fate in fates]
        return [(fate, count) for fate, count in sums if count]


def story(ref: str) -> Story:
    """Return the story of the order `ref`.

    Raises:
        NotFound: no order has this reference.
    """
    rows = Order.objects.select_related("channel", "customer")
    order = rows.prefetch_related("groups__ship_to", "groups__node").filter(ref=ref).first()
    if order is None:
        raise NotFound(f"There is no order {ref}.", ref=ref)
    work = list(
        FulfillmentOrder.objects.filter(order_id=order.id)
        .select_related("node")
        .prefetch_related(
            Prefetch("lines", FulfillmentOrderLine.objects.select_related("order_line").order_by("order_line_id")),
            Prefetch("shipments", Shipment.objects.prefetch_related("packages").order_by("id")),
        )
        .order_by("id")
    )
    lines = list(OrderLine.objects.filter(order_id=order.id).select_related("sku", "group").order_by("id"))
    return Story(
        order=order,
        lines=lines,
        work=work,
        holds=list(Hold.objects.filter(order_id=order.id).order_by("id")),
        payments=list(PaymentEntry.objects.filter(order_id=order.id).order_by("id")),
        moments=_moments([order.ref, *(one.ref for one in work)], {line.line_ref: line.sku_code for line in lines}),
    )


def _moments(refs: Sequence[str], skus: Mapping[str, str]) -> list[Moment]:
    events = Event.objects.filter(entity_ref__in=refs).order_by("-id")[:MOST_MOMENTS]
    return [
        Moment(
            at=event.at,
            words=wording.sentence(event.kind, node=event.node, facts=_named(event.data, skus)),
            tone=wording.tone(event.kind),
            subject=event.entity_ref,
        )
        for event in reversed(events)
        if not wording.is_echo(event.kind)
    ]


def _named(facts: Mapping[str, Any], skus: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the facts of an event with the SKU of each of its lines."""
    lines = facts.get("lines")
    if not isinstance(lines, list):
        return facts
    return {**facts, "lines": [{"sku": skus.get(str(line.get("line_ref")), ""), **line} for line in lines]}
