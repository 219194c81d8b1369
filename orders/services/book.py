"""Writes down what happened to orders: status, revision, change log and event, in the transaction that did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from dom.kernel.events import NewEvent, append_events
from dom.kernel.transactions import in_unit_of_work
from orders.models import OrderChange


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to an order, such as kind "order.routed".

    `data` goes into the event and the change log: references, quantities, codes; never personal data.
    """

    order_id: int
    kind: str
    actor: str
    reason: str = ""
    fulfillment_order_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touched:
    """An order after a change."""

    id: int
    ref: str
    channel: str
    revision: int
    status: str


@in_unit_of_work
def write_down(happenings: Sequence[Happening], *, work: Sequence[NewEvent] = (), at: datetime) -> dict[int, Touched]:
    """Derive the status of each order anew, raise its revision by one, log the changes and tell the world.

    Call it last, once per transaction, with at most one happening an order: everything it derives from is read here.
    `work` are the events of fulfillment orders that belong to it; they stand before their orders' own.
    Three statements for any number of orders.
    """
    if not happenings:
        append_events(work, at=at)
        return {}
    touched = _touch([happening.order_id for happening in happenings])
    OrderChange.objects.bulk_create(
        [
            OrderChange(
                order_id=h.order_id,
                fulfillment_order_id=h.fulfillment_order_id,
                kind=h.kind,
                reason=h.reason,
                actor=h.actor,
                data=dict(h.data),
                at=at,
            )
            for h in happenings
        ]
    )
    append_events([*work, *(_event(h, touched[h.order_id]) for h in happenings)], at=at)
    return touched


def _touch(order_ids: Sequence[int]) -> dict[int, Touched]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ref, channel, revision, status FROM orders_touch(%s::bigint[])", [list(order_ids)])
        return {row[0]: Touched(*row) for row in cursor.fetchall()}


def _event(happening: Happening, order: Touched) -> NewEvent:
    return NewEvent(
        kind=happening.kind,
        entity="order",
        entity_ref=order.ref,
        revision=order.revision,
        channel=order.channel,
        data={"status": order.status, **happening.data},
    )
