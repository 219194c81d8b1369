"""Answers which orders of the demonstration need a person: one for each reason that an order can bring along."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from dom.demo.customers import Customers
from dom.kernel.ids import new_ref
from dom.kernel.transactions import in_unit_of_work
from inventory.models import Sku
from orders.models import Hold, OrderLine
from orders.services.holds import Scope, hold
from orders.services.intake import Arrival
from orders.services.swapping import Swap, propose_swap
from orders.values import AskedOrder, Place

_ABROAD = Place("CA", "Robin Vale", "12 Queen Street", "", "Toronto", "ON", "M5H 2N2", 43.6519, -79.3817)


def arrivals(customers: Customers, *, at: datetime) -> Iterator[Arrival]:
    """Yield an order for each reason, hours old, and one without any, which is sent `again`."""
    for change in _CHANGES.values():
        yield _carried(change(_plain(customers, at - timedelta(hours=5))))
    yield _carried(_plain(customers, at - timedelta(minutes=4)))


def again(arrival: Arrival, *, at: datetime) -> Arrival:
    """Return the same order under another reference, minutes after the first."""
    return _carried(replace(arrival.asked, external_ref=new_ref("W"), placed_at=at - timedelta(minutes=2)))


def _carried(order: AskedOrder) -> Arrival:
    return Arrival(order, json.dumps(asdict(order), default=str).encode(), "demo")


def _plain(customers: Customers, placed_at: datetime) -> AskedOrder:
    """Return an ordinary order to an address, paid for, that nothing is wrong with."""
    while True:
        asked = customers.arrival(at=placed_at).asked
        if asked.groups[0].method == "SHIP" and asked.payment_status == "AUTHORIZED" and not asked.attributes:
            return asked


def _unknown_sku(order: AskedOrder) -> AskedOrder:
    first, *others = order.lines
    return replace(order, lines=(replace(first, sku="BOOT-9999"), *others))


def _sent_to(order: AskedOrder, place: Place) -> AskedOrder:
    return replace(order, groups=(replace(order.groups[0], ship_to=place),))


def _address(order: AskedOrder) -> AskedOrder:
    place = order.groups[0].ship_to
    return _sent_to(order, replace(place, line1="", postal_code="9021")) if place else order


def _legal(order: AskedOrder) -> AskedOrder:
    first, *others = order.lines
    return _sent_to(replace(order, channel="web", lines=(replace(first, sku="NVIS-001"), *others)), _ABROAD)


def _less_paid(order: AskedOrder) -> AskedOrder:
    return replace(order, authorized_minor=order.total_minor - 500)


def _unfillable(order: AskedOrder) -> AskedOrder:
    """Ask for something today where no store is near."""
    place = Place("US", "Kim Lund", "88 Lake Drive", "", "Reno", "NV", "89506", 39.6296, -119.8819)
    first, *_others = order.lines
    group = replace(order.groups[0], method="SAME_DAY", ship_to=place)
    return replace(order, channel="web", lines=(replace(first, sku="GIFT-001"),), groups=(group,))


_CHANGES: Mapping[str, Callable[[AskedOrder], AskedOrder]] = {
    Hold.Kind.UNKNOWN_SKU: _unknown_sku,
    Hold.Kind.ADDRESS: _address,
    Hold.Kind.LEGAL: _legal,
    Hold.Kind.PAYMENT: _less_paid,
    Hold.Kind.UNFILLED: _unfillable,
    Hold.Kind.FRAUD: lambda order: replace(order, attributes={"fraud_score": 91}),
}


@in_unit_of_work
def hold_one(*, order_ref: str, at: datetime) -> None:
    """Let customer service stop an order by hand."""
    reason = "The customer calls back about the color before we send it."
    hold(
        scope=Scope(order_ref),
        owner="Customer service",
        reason=reason,
        due_at=at + timedelta(hours=6),
        at=at,
        actor="cleo",
    )


@in_unit_of_work
def propose_one(*, order_ref: str, at: datetime) -> None:
    """Let customer service offer another item of the same kind instead of the order's first one."""
    line = OrderLine.objects.filter(order__ref=order_ref, kind=OrderLine.Kind.PRODUCT).order_by("id")[0]
    kind, _, _ = line.sku_code.partition("-")
    other = Sku.objects.filter(code__startswith=f"{kind}-").exclude(code=line.sku_code).order_by("id")[0]
    propose_swap(
        order_ref=order_ref,
        swap=Swap(line.line_ref, other.code),
        reason="The customer asks for something that arrives sooner.",
        at=at,
        actor="cleo",
    )
