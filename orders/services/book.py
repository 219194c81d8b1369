"""Writes down what happened to orders: status, revision, change log and event, in the transaction that did it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from dom.kernel.arrays import literals
from dom.kernel.events import NewEvent, append_events
from dom.kernel.transactions import in_unit_of_work

_WRITE_DOWN = """
SELECT id, ref, channel, revision, status FROM orders_write_down(
    %s::timestamptz, %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
"""


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
def write_down(*, happenings: Sequence[Happening], work: Sequence[NewEvent] = (), at: datetime) -> dict[int, Touched]:
    """Derive the status of each order anew, raise its revision by one, log the changes and tell the world.

    Call it last, once per transaction, with at most one happening an order: everything it derives from is read here.
    `work` are the events of fulfillment orders that belong to it; they stand before their orders' own.
    Two statements for any number of orders.
    """
    if not happenings:
        append_events(work, at=at)
        return {}
    touched = _write(happenings, at=at)
    append_events([*work, *(_event(h, touched[h.order_id]) for h in happenings)], at=at)
    return touched


def _write(happenings: Sequence[Happening], *, at: datetime) -> dict[int, Touched]:
    rows = [(h.order_id, h.fulfillment_order_id, h.kind, h.reason, h.actor, json.dumps(h.data)) for h in happenings]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_DOWN, [at, *literals(rows, width=6)])
        return {row[0]: Touched(*row) for row in cursor.fetchall()}


def _event(happening: Happening, order: Touched) -> NewEvent:
    return NewEvent(
        kind=happening.kind,
        entity="order",
        entity_ref=order.ref,
        revision=order.revision,
        channel=order.channel,
        # What a person wrote may name people: it stays in the order's change log, out of the feed.
        data={"status": order.status, **{name: told for name, told in happening.data.items() if name != "note"}},
    )
