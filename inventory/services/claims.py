"""Claims stock, keeps, converts, consumes and gives it back. The guard is in SQL; Python only carries the values."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Greatest

from dom.kernel import jobs
from dom.kernel.arrays import literal, literals
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.words import many
from inventory import locks
from inventory.errors import ClaimMissing, ReservationLapsed
from inventory.models import QueuedDemand, Reservation
from inventory.services import sql
from inventory.values import DayKept, LineClaim, Loss, LossReason, Outcome, QueuedRow, Want

#: Whoever raises availability rings here; the name is all that inventory knows of it.
WAKE_BACKORDERS = "orders.tasks.wake_backorders"

#: Whoever may have left less than is claimed rings here.
SOURCE_SHORT = "orders.tasks.source_short_stock"

#: The types of inventory_reserve's arrays: wants, lines, day uses, releases, dequeues.
_ARRAYS = (
    "bigint[] timestamptz[] int[] boolean[]"
    " int[] text[] text[] bigint[] bigint[] int[] int[] bigint[] boolean[]"
    " int[] text[] bigint[] date[] text[] text[] int[]"
    " int[] text[] int[] text[]"
).split()

_DEQUEUE = "DELETE FROM inventory_queued_demand WHERE demand_ref = ANY(%s::text[])"
_COUNT_LESS = """
WITH less AS (
    SELECT demand, line, sku, sum(quantity) AS quantity
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::int[]) k(demand, line, sku, quantity)
    GROUP BY demand, line, sku
), ended AS (
    DELETE FROM inventory_queued_demand q USING less k
    WHERE q.demand_ref = k.demand AND q.line_ref = k.line AND q.sku_id = k.sku AND q.quantity <= k.quantity
)
UPDATE inventory_queued_demand q SET quantity = q.quantity - k.quantity FROM less k
WHERE q.demand_ref = k.demand AND q.line_ref = k.line AND q.sku_id = k.sku AND q.quantity > k.quantity
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
    arrays = zip(_ARRAYS, _columns(wants), strict=True)
    lost = {
        wants[want - 1].ref: Loss(LossReason(reason), sku_id, node_id, available)
        for want, reason, sku_id, node_id, available in sql.rows(
            "inventory_reserve", ("timestamptz", at), ("text", actor), *arrays
        )
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
        [line.by_rules for _, line in lines],
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
    ended = sql.number(
        "inventory_release", ("timestamptz", at), ("text", actor), ("text", reason), ("text[]", list(demand_refs))
    )
    if ended:
        jobs.ring(WAKE_BACKORDERS)
    return ended


@in_unit_of_work
def lock_demands(*, demand_refs: Sequence[str]) -> None:
    """Lock what the claims of `demand_refs` stand on: stock, incoming supply, quotas, in the one order.

    For a transaction that calls inventory more than once about them: each call is ordered in itself, two are not.
    """
    if demand_refs:
        sql.rows("inventory_lock_demands", ("text[]", list(demand_refs)))


@in_unit_of_work
def release_lines(*, lines: Sequence[LineClaim], reason: str, at: datetime, actor: str) -> None:
    """Give back some units of each line's claims, those on incoming supply first; stock and quota rise.

    Days stay used until `trim_days` says what is still taken of them.

    Raises:
        ClaimMissing: a line has fewer units claimed; nothing was changed.
    """
    _take_off("RELEASE", lines, reason, at, actor)
    if lines:
        jobs.ring(WAKE_BACKORDERS)


@in_unit_of_work
def consume(*, lines: Sequence[LineClaim], reason: str, at: datetime, actor: str) -> None:
    """Take shipped or handed-over units off hand and off their claims together; quota and days stay used.

    At an unlimited level only the claim falls. On hand stops at zero: what left was there, whatever a count said.

    Raises:
        ClaimMissing: a line has fewer units claimed on hand; nothing was changed.
    """
    _take_off("CONSUME", lines, reason, at, actor)


def _take_off(kind: str, lines: Sequence[LineClaim], reason: str, at: datetime, actor: str) -> None:
    missing = sql.rows(
        "inventory_take_off",
        ("timestamptz", at),
        ("text", actor),
        ("text", kind),
        ("text", reason),
        ("text[]", [line.demand_ref for line in lines]),
        ("text[]", [line.line_ref for line in lines]),
        ("bigint[]", [line.sku_id for line in lines]),
        ("bigint[]", [line.node_id for line in lines]),
        ("int[]", [line.quantity for line in lines]),
    )
    if missing:
        names = ("demand_ref", "line_ref", "sku_id", "node_id", "asked", "claimed")
        facts = [dict(zip(names, (*row[:4], int(row[4]), int(row[5])), strict=True)) for row in missing]
        raise ClaimMissing(
            f"{many(len(facts), 'line has', 'lines have')} fewer units reserved than asked.", lines=facts
        )


@in_unit_of_work
def trim_days(*, kept: Sequence[DayKept]) -> None:
    """Lower what demands use of node-days to what they still take, never raising it; call it last in a transaction.

    Minutes and whatever else is limited fall with the units.
    """
    if kept:
        sql.rows(
            "inventory_trim_days",
            ("text[]", [one.demand_ref for one in kept]),
            ("int[]", [one.orders for one in kept]),
            ("int[]", [one.lines for one in kept]),
            ("int[]", [one.units for one in kept]),
        )
        jobs.ring(WAKE_BACKORDERS)


@in_unit_of_work
def move(*, old_ref: str, new_ref: str, at: datetime, actor: str) -> int:
    """Hand every claim of `old_ref` to `new_ref` as a HARD claim; return how many. Nothing is free in between.

    Raises:
        ReservationLapsed: the old reference has no open claim, or one that has run out at `at`.
    """
    moved = sql.number("inventory_convert", ("timestamptz", at), ("text", actor), ("text", old_ref), ("text", new_ref))
    if moved < 1:
        raise ReservationLapsed(f"Reservation {old_ref} is no longer held.", reservation=old_ref)
    return moved


@in_unit_of_work
def extend(*, demand_ref: str, expires_at: datetime, at: datetime, actor: str) -> None:
    """Keep a soft claim until `expires_at`, never shorter than it was.

    Raises:
        ReservationLapsed: there is no soft claim under this reference that still holds at `at`.
    """
    del actor  # the claim's units do not change, so the ledger has nothing to say
    claims = locks.lock_soft_claims(demand_ref)
    if not claims or any(claim.expires_at is None or claim.expires_at <= at for claim in claims):
        raise ReservationLapsed(f"Reservation {demand_ref} is no longer held.", reservation=demand_ref)
    Reservation.objects.filter(id__in=[claim.id for claim in claims]).update(
        expires_at=Greatest(F("expires_at"), Value(expires_at))
    )


@in_unit_of_work
def expire(*, at: datetime, limit: int = 2000) -> int:
    """End soft claims that have run out at `at`, at most about `limit`; return how many. Safe beside itself."""
    ended = sql.number("inventory_expire", ("timestamptz", at), ("text", "system"), ("int", limit))
    if ended:
        jobs.ring(WAKE_BACKORDERS)
    return ended


@in_unit_of_work
def queue_demand(*, rows: Sequence[QueuedRow], at: datetime) -> None:
    """Count accepted units that nothing claims yet; a row that exists takes the given quantity."""
    ordered = sorted(rows, key=lambda row: (row.demand_ref, row.line_ref, row.sku_id))
    QueuedDemand.objects.bulk_create(
        [
            QueuedDemand(
                demand_ref=row.demand_ref,
                line_ref=row.line_ref,
                sku_id=row.sku_id,
                channel_id=row.channel_id,
                quantity=row.quantity,
                created_at=at,
            )
            for row in ordered
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["demand_ref", "line_ref", "sku"],
        update_fields=["quantity"],
    )


@in_unit_of_work
def dequeue_demand(*, demand_refs: Sequence[str] = (), rows: Sequence[QueuedRow] = ()) -> None:
    """Stop counting everything queued under `demand_refs`, and `rows` by their quantity."""
    if demand_refs:
        with connection.cursor() as cursor:
            cursor.execute(_DEQUEUE, [literal(demand_refs)])
    if rows:
        columns = literals([(row.demand_ref, row.line_ref, row.sku_id, row.quantity) for row in rows], width=4)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_LESS, columns)
