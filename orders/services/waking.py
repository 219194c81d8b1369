"""Wakes backordered units: into the routing queue when stock may serve them, onto incoming supply until then."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from dom.kernel import config
from dom.kernel.transactions import in_unit_of_work
from inventory.selectors.claims import open_claims
from inventory.services import (
    LineClaim,
    QueuedRow,
    Want,
    WantLine,
    dequeue_demand,
    end_backorders,
    lock_demands,
    queue_demand,
    release_lines,
    reserve,
)
from orders import locks
from orders.models import Order
from orders.services import queue
from orders.services.book import Happening, write_down

WAKE_BACKORDERS = "orders.tasks.wake_backorders"
ACTOR = "backorders"
#: Stock that a line could not use is tried again after this long: capacity of another day may have been what it lacked.
AGAIN = timedelta(hours=6)
#: Supply that nothing came of for so long after its date is not counted on any more.
OVERDUE = timedelta(days=1)
_LIMIT = 500
_ALL = 2**31 - 1

_WAKE = """
SELECT order_id, line_id, demand_ref, line_ref, sku_id, channel_id, units, queued
FROM orders_wake(%s::timestamptz, %s::bigint, %s::timestamptz, %s::int)
"""
_SUPPLY = """
SELECT demand_ref, line_ref, sku_id, node_id, supply_id, channel_id, priority, units
FROM orders_waiting_for_supply(%s::timestamptz, %s::int)
"""

_SURPLUS = "SELECT demand_ref, line_ref, sku_id, node_id, units FROM orders_surplus_supply(%s::text[], %s::int)"


class _Woken(NamedTuple):
    order_id: int
    line_id: int
    demand_ref: str
    line_ref: str
    sku_id: int
    channel_id: int
    units: int
    queued: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What claims and queued demand know it by."""
        return self.demand_ref, self.line_ref, self.sku_id


class _Match(NamedTuple):
    demand_ref: str
    line_ref: str
    sku_id: int
    node_id: int
    supply_id: int
    channel_id: int
    priority: int
    units: int

    @property
    def order_ref(self) -> str:
        """The order that waits."""
        return self.demand_ref.partition(":")[0]


@in_unit_of_work
def wake(*, at: datetime, limit: int = _LIMIT) -> int:
    """Queue backordered units that stock may serve now; return how many lines woke.

    A line that found nothing before is left asleep until more is free, a rule or node changed, or some hours passed:
    a bell for other stock costs it nothing. Set-wise. Safe beside itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [at, config.clock(), at - AGAIN, limit])
        woken = [_Woken(*row) for row in cursor.fetchall()]
    if not woken:
        return 0
    refs = sorted({one.demand_ref for one in woken})
    # Whatever is received from here on waits: a claim that came on hand in between would be counted beside the row.
    lock_demands(demand_refs=refs)
    _count(woken, at=at)
    # Were it received before routing ends it, a claim on supply would count the woken units a second time.
    _give_back(_surplus(refs, _ALL), at=at)
    by_order: dict[int, list[_Woken]] = defaultdict(list)
    for one in woken:
        by_order[one.order_id].append(one)
    queue.enqueue_routing(order_ids=list(by_order), at=at)
    write_down(happenings=[_happening(order_id, lines) for order_id, lines in by_order.items()], at=at)
    places: Counter[int] = Counter()
    for one in woken:
        places[one.sku_id] += one.units
    end_backorders(units=places)
    return len(woken)


def _count(woken: Sequence[_Woken], *, at: datetime) -> None:
    """Let queued demand count what is queued of the woken lines and nothing on hand is claimed for."""
    on_hand: Counter[tuple[str, str, int]] = Counter()
    for claim in open_claims(sorted({one.demand_ref for one in woken})):
        if claim.supply_id is None:
            on_hand[claim.demand_ref, claim.line_ref, claim.sku_id] += claim.quantity
    uncovered = {one.key: one.queued - min(one.queued, on_hand[one.key]) for one in woken}
    queue_demand(rows=[_row(one, uncovered[one.key]) for one in woken if uncovered[one.key]], at=at)
    # A claim covers everything that is queued of these: the row of units that were queued before goes.
    dequeue_demand(rows=[_row(one, _ALL) for one in woken if not uncovered[one.key]])


def _row(one: _Woken, quantity: int) -> QueuedRow:
    return QueuedRow(one.demand_ref, one.line_ref, one.sku_id, one.channel_id, quantity)


def _happening(order_id: int, lines: Sequence[_Woken]) -> Happening:
    shown = [{"line_ref": one.line_ref, "quantity": one.units} for one in lines]
    return Happening(order_id, "order.woken", ACTOR, reason="Stock arrived", data={"lines": shown})


@in_unit_of_work
def give_back_incoming(*, at: datetime, limit: int = _LIMIT) -> int:
    """End claims on incoming supply that orders no longer need: they were cancelled, or served from elsewhere."""
    refs = sorted({line.demand_ref for line in _surplus(None, limit)})
    lock_demands(demand_refs=refs)
    # Asked again under the locks: a claim whose supply came short or in meanwhile would take one on hand with it.
    return _give_back(_surplus(refs, limit), at=at)


def _surplus(demand_refs: Sequence[str] | None, limit: int) -> list[LineClaim]:
    with connection.cursor() as cursor:
        cursor.execute(_SURPLUS, [None if demand_refs is None else list(demand_refs), limit])
        return [LineClaim(*row) for row in cursor.fetchall()]


def _give_back(lines: Sequence[LineClaim], *, at: datetime) -> int:
    if lines:
        release_lines(lines=lines, reason="NOT_NEEDED", at=at, actor=ACTOR)
    return len(lines)


@in_unit_of_work
def claim_incoming(*, at: datetime, limit: int = _LIMIT) -> int:
    """Claim incoming supply for backordered units that have none; return how many claims were granted.

    Supply that comes after the order ends by itself, or that is overdue, is left to others. They stay backordered; when
    the supply is received the claim is on hand, and waking queues them with it.
    """
    orders = {one.order_ref for one in _matches(at, limit)}
    if not orders:
        return 0
    locks.lock_orders(Order.objects.filter(ref__in=orders).values_list("id", flat=True))
    # Matched again under the lock: units that were cancelled or woken meanwhile would be counted twice by a claim.
    matches = [one for one in _matches(at, limit) if one.order_ref in orders]
    wants = [
        Want(
            ref=str(n),
            channel_id=m.channel_id,
            lines=(WantLine(m.demand_ref, m.line_ref, m.sku_id, m.node_id, m.units, supply_id=m.supply_id),),
            priority=m.priority,
        )
        for n, m in enumerate(matches)
    ]
    return len(reserve(wants=wants, at=at, actor=ACTOR).won)


def _matches(at: datetime, limit: int) -> list[_Match]:
    with connection.cursor() as cursor:
        cursor.execute(_SUPPLY, [at - OVERDUE, limit])
        return [_Match(*row) for row in cursor.fetchall()]
