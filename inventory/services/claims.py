"""Claims stock and gives it back. The guard is in SQL, under the locks; Python only carries the values."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from inventory.values import Loss, LossReason, Outcome, Want

#: Whoever raises availability rings here; the name is all that inventory knows of it.
WAKE_BACKORDERS = "orders.tasks.wake_backorders"

_RESERVE = """
SELECT want, reason, sku_id, node_id, available FROM inventory_reserve(
    %s::timestamptz, %s::text,
    %s::bigint[], %s::timestamptz[], %s::int[], %s::boolean[],
    %s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::bigint[],
    %s::int[], %s::text[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::int[],
    %s::int[], %s::text[], %s::int[], %s::text[])
"""


@in_unit_of_work
def reserve(*, wants: Sequence[Want], at: datetime, actor: str) -> Outcome:
    """Claim what each of `wants` asks for, in the given order, each all or nothing.

    One statement for the batch. A want that loses changes nothing, not even its releases, and does not stand in the
    way of later wants. A claim that exists under the same line, SKU, node and supply grows. Takes the locks of
    inventory in the order of docs/locking.md and keeps them to the end of the transaction.
    """
    if not wants:
        return Outcome(frozenset(), {})
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [at, actor, *_columns(wants)])
        lost = {
            wants[want - 1].ref: Loss(LossReason(reason), sku_id, node_id, available)
            for want, reason, sku_id, node_id, available in cursor.fetchall()
        }
    won = frozenset(want.ref for want in wants) - lost.keys()
    if any(want.releases for want in wants if want.ref in won):
        jobs.ring(WAKE_BACKORDERS)
    return Outcome(won, lost)


def _columns(wants: Sequence[Want]) -> list[list[object]]:
    """Return the arrays of inventory_reserve: one element a want, then lines, days, releases and dequeues."""
    numbered = list(enumerate(wants, start=1))
    lines = [(n, line) for n, want in numbered for line in want.lines]
    days = [(n, day) for n, want in numbered for day in want.days]
    releases = [(n, ref) for n, want in numbered for ref in dict.fromkeys(want.releases)]
    dequeues = [(n, ref) for n, want in numbered for ref in dict.fromkeys(want.dequeues)]
    return [
        [want.channel_id for want in wants],
        [want.expires_at for want in wants],
        [want.priority for want in wants],
        [want.ignore_safety for want in wants],
        [n for n, _ in lines],
        [line.demand_ref for _, line in lines],
        [line.line_ref for _, line in lines],
        [line.sku_id for _, line in lines],
        [line.node_id for _, line in lines],
        [line.quantity for _, line in lines],
        [line.withhold for _, line in lines],
        [line.supply_id for _, line in lines],
        [n for n, _ in days],
        [day.demand_ref for _, day in days],
        [day.node_id for _, day in days],
        [day.day for _, day in days],
        [day.slot for _, day in days],
        [day.unit for _, day in days],
        [day.quantity for _, day in days],
        [n for n, _ in releases],
        [ref for _, ref in releases],
        [n for n, _ in dequeues],
        [ref for _, ref in dequeues],
    ]


@in_unit_of_work
def release(*, demand_refs: Sequence[str], reason: str, at: datetime, actor: str) -> int:
    """End every open claim and day use under `demand_refs`; return how many claims ended. Twice does it once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inventory_release(%s::timestamptz, %s::text, %s::text, %s::text[])",
            [at, actor, reason, list(demand_refs)],
        )
        ended = int(cursor.fetchone()[0])
    if ended:
        jobs.ring(WAKE_BACKORDERS)
    return ended
