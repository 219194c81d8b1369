"""Writes lists of orders and of work as rows of a file; who may not know customers gets them masked."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from dom.console import masking
from dom.kernel.money import to_amount
from orders.models import FulfillmentOrder, Order

ORDERS = (
    "order", "reference", "channel", "state", "placed", "customer", "e-mail", "method", "postal code", "country",
    "units", "nodes", "total", "currency", "tags",
)  # fmt: skip
WORK = (
    "fulfillment order", "order", "channel", "node", "state", "method", "service", "units", "ship by", "closed",
)  # fmt: skip
#: What of an order people see who are limited to nodes: a line a piece of work.
PARTS = (
    "order", "reference", "channel", "state", "placed", "node", "fulfillment order", "work", "units", "ship by",
)  # fmt: skip
#: So many rows are read at a time, so that a long file neither fills the memory nor keeps a statement open.
_CHUNK = 500

Row = TypeVar("Row", bound=Model)


def orders(rows: "QuerySet[Order]", *, masked: bool) -> Iterator[Sequence[object]]:
    """Yield a line an order, newest first."""
    related = rows.prefetch_related("lines", "fulfillment_orders__node", "groups__ship_to")
    for order in _chunks(related):
        yield _order(order, masked=masked)


def _order(order: Order, *, masked: bool) -> Sequence[object]:
    name, email = (order.customer.name, order.customer.email) if order.customer else ("", "")
    group = next(iter(order.groups.all()), None)
    place = group.ship_to if group else None
    nodes = {fo.node.code for fo in order.fulfillment_orders.all() if fo.status not in {"REJECTED", "CANCELLED"}}
    return (
        order.external_ref, order.ref, order.channel.code, order.get_status_display(), order.placed_at.isoformat(),
        masking.initials(name) if masked else name, masking.address(email) if masked else email,
        group.get_method_display() if group else "", place.postal_code if place else "", place.country if place else "",
        sum(line.quantity for line in order.lines.all()), " ".join(sorted(nodes)),
        to_amount(order.total_minor, order.currency), order.currency, " ".join(order.tags),
    )  # fmt: skip


def parts(rows: "QuerySet[Order]") -> Iterator[Sequence[object]]:
    """Yield a line a piece of work that the orders have as `own_work`, the newest order first."""
    for order in _chunks(rows):
        for fo in order.own_work:  # type: ignore[attr-defined]  # prefetched by orders.selectors.parts
            yield (
                order.external_ref, order.ref, order.channel.code, order.get_status_display(),
                order.placed_at.isoformat(), fo.node.code, fo.ref, fo.get_status_display(),
                sum(line.quantity for line in fo.lines.all()), fo.ship_by and fo.ship_by.isoformat(),
            )  # fmt: skip


def work(rows: "QuerySet[FulfillmentOrder]") -> Iterator[Sequence[object]]:
    """Yield a line a fulfillment order, newest first."""
    for fo in _chunks(rows.prefetch_related("lines")):
        yield (
            fo.ref, fo.order.external_ref, fo.order.channel.code, fo.node.code, fo.get_status_display(), fo.method,
            fo.service, sum(line.quantity for line in fo.lines.all()), fo.ship_by and fo.ship_by.isoformat(),
            fo.closed_at and fo.closed_at.isoformat(),
        )  # fmt: skip


def _chunks(rows: "QuerySet[Row]") -> Iterator[Row]:
    """Yield everything, newest first, by key: each chunk is a statement of its own."""
    last: int | None = None
    while True:
        found = list((rows if last is None else rows.filter(id__lt=last)).order_by("-id")[:_CHUNK])
        yield from found
        if len(found) < _CHUNK:
            return
        last = found[-1].pk
