"""Puts orders into the queue of record for routing, and takes batches from it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work, unit_of_work

ROUTE_ORDERS = "orders.tasks.route_orders"

#: A worker that has not finished a batch after this long is taken for dead, and its orders are claimed again.
LEASE = timedelta(seconds=30)
#: After so many claims without an end an order is held as ROUTING_ERROR: it breaks whatever touches it.
MOST_ATTEMPTS = 5

_ENQUEUE = """
INSERT INTO orders_routing_task (order_id, priority, not_before, attempts, alone, error)
SELECT o.id, o.priority, greatest(%s, o.not_before), 0, false, '' FROM orders_order o WHERE o.id = ANY(%s) ORDER BY o.id
ON CONFLICT (order_id) DO UPDATE SET not_before = least(orders_routing_task.not_before, excluded.not_before),
    attempts = 0, lease_until = NULL, lease_token = NULL, alone = false
"""

_CLAIM = "SELECT order_id, attempts, alone FROM orders_claim_tasks(%s, %s, %s, %s)"


class Blame(StrEnum):
    """Whose fault it is that an order got no answer; what its next try is like follows from that."""

    ORDER = "ORDER"  #: it broke what routed it: tried alone, and counted
    RIVALS = "RIVALS"  #: others were faster, or made it too slow: counted, after a pause that doubles each time
    NOBODY = "NOBODY"  #: a lock took too long or the connection broke: not counted


@dataclass(frozen=True, slots=True)
class Claimed:
    """Orders that this worker may route until the lease ends, under `token`; `alone` is one that once broke a batch."""

    token: uuid.UUID
    order_ids: tuple[int, ...]
    worn_out: tuple[int, ...]
    alone: bool


@in_unit_of_work
def enqueue_routing(*, order_ids: Collection[int], at: datetime, not_before: datetime | None = None) -> None:
    """Ask for a decision for orders; asking again starts their attempts anew and takes the work from a running worker.

    Nothing is due before the day that an order itself waits for (Order.not_before).
    A worker that has claimed such an order meanwhile finds its token gone and leaves the order alone.
    """
    if not order_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, [not_before or at, list(order_ids)])
    jobs.ring(ROUTE_ORDERS)


def claim(*, limit: int, at: datetime, token: uuid.UUID | None = None) -> Claimed | None:
    """Claim up to `limit` orders that are due, highest priority first; None when nothing is due.

    Committed at once: the raised attempts and the lease are what a dying worker leaves behind. An order that has to be
    tried alone comes alone. Orders over MOST_ATTEMPTS come as `worn_out`. `token` is that of a batch they join.
    """
    token = token or uuid.uuid4()
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit, at, at + LEASE, token])
        rows = cursor.fetchall()
    if not rows:
        return None
    worn = tuple(order_id for order_id, attempts, _alone in rows if attempts > MOST_ATTEMPTS)
    return Claimed(token, tuple(row[0] for row in rows if row[0] not in worn), worn, alone=rows[0][2])


@in_unit_of_work
def still_mine(*, order_ids: Sequence[int], token: uuid.UUID) -> dict[int, int]:
    """Lock the orders in the order of their ids; return the revision of each whose lease still carries `token`.

    Whoever changes an order locks it first, so from here to the commit nobody cancels, holds or re-plans them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT order_id, revision FROM orders_lock_claimed(%s::bigint[], %s)", [list(order_ids), token])
        return dict(cursor.fetchall())


@in_unit_of_work
def finish(*, order_ids: Collection[int]) -> None:
    """Take routed orders out of the queue."""
    if order_ids:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM orders_routing_task WHERE order_id = ANY(%s)", [list(order_ids)])


@in_unit_of_work
def give_back(*, order_ids: Collection[int], token: uuid.UUID, error: str, blame: Blame, at: datetime) -> None:
    """End the lease of orders that got no answer, so that another claim finds them.

    Never waits: a task that somebody else holds is left to them, or to the end of its lease.
    """
    alone, uncounted, longer = (blame == one for one in (Blame.ORDER, Blame.NOBODY, Blame.RIVALS))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT orders_give_back(%s::bigint[], %s, %s, %s, %s, %s, %s)",
            [list(order_ids), token, error[:500], at, alone, uncounted, longer],
        )
