"""Answers what the day looks like.

Every count stops at CAP and every list at a number of rows: a million orders that are done, or that wait, make no
figure slower than ten thousand would.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from orders.models import Order

#: A count that reaches this says "or more"; people who look at ten thousand act as for a million.
CAP = 10_000
#: Work that has to leave within this time, and promises that pass within a day, are at risk.
SOON = timedelta(hours=2)
_PROMISE = timedelta(days=1)
_DAY = timedelta(days=1)
_S = Order.Status
_OPEN: list[str] = [_S.HELD, _S.QUEUED, _S.BACKORDERED, _S.PLANNED, _S.IN_PROGRESS, _S.PARTLY_SHIPPED]
_ENDED: list[str] = [_S.SHIPPED, _S.CANCELLED]
_UNROUTED: list[str] = [_S.HELD, _S.QUEUED, _S.BACKORDERED]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Orders that wait for routing: how many, since when the oldest, and how long half and nine of ten have waited.

    `stumbled` of them have failed at least once. Ages are of the CAP oldest.
    """

    waiting: int
    oldest_at: datetime | None
    half_since: datetime | None
    tenth_since: datetime | None
    stumbled: int


@dataclass(frozen=True, slots=True)
class Day:
    """Orders by state (open ones whatever their age, ended ones of the last day), and what is stuck.

    `unfilled` have units that wait for stock, all of them or some.
    """

    orders: Mapping[str, int]
    backlog: Backlog
    holds: int
    holds_overdue: int
    routing_errors: int
    promises_at_risk: int
    unfilled: int


@dataclass(frozen=True, slots=True)
class NodeWork:
    """Open work of one node: by state, how much is due within SOON, how much is overdue."""

    by_status: Mapping[str, int]
    due: int
    overdue: int

    @property
    def open(self) -> int:
        """All open work."""
        return sum(self.by_status.values())


_COUNTS = """
SELECT s.status, (SELECT count(*) FROM (
    SELECT 1 FROM orders_order o WHERE o.status = s.status LIMIT %(cap)s) counted)
FROM unnest(%(open)s::text[]) AS s (status)
UNION ALL
SELECT s.status, (SELECT count(*) FROM (
    SELECT o.accepted_at FROM orders_order o WHERE o.status = s.status ORDER BY o.id DESC LIMIT %(cap)s) latest
    WHERE latest.accepted_at >= %(since)s)
FROM unnest(%(ended)s::text[]) AS s (status)
"""

_BACKLOG = """
SELECT count(*), min(accepted_at), percentile_disc(0.5) WITHIN GROUP (ORDER BY accepted_at),
       percentile_disc(0.1) WITHIN GROUP (ORDER BY accepted_at), count(*) FILTER (WHERE error <> '')
FROM (SELECT o.accepted_at, t.error FROM orders_routing_task t JOIN orders_order o ON o.id = t.order_id
      WHERE t.not_before <= %(at)s ORDER BY t.id LIMIT %(cap)s) waiting
"""

_STUCK = """
SELECT count(DISTINCT order_id), count(DISTINCT order_id) FILTER (WHERE due_at < %(at)s),
       count(DISTINCT order_id) FILTER (WHERE kind = 'ROUTING_ERROR'),
       (SELECT count(*) FROM (
           SELECT 1 FROM orders_order o WHERE o.status = ANY (%(unrouted)s) AND EXISTS (
               SELECT 1 FROM orders_fulfillment_group g WHERE g.order_id = o.id AND g.promised_by < %(promise)s)
           LIMIT %(cap)s) promised),
       (SELECT count(DISTINCT l.order_id) FROM (
           SELECT order_id FROM orders_order_line WHERE backordered > 0 LIMIT %(cap)s) l
        JOIN orders_order o ON o.id = l.order_id WHERE o.status = ANY (%(open)s))
FROM (SELECT order_id, due_at, kind FROM orders_hold WHERE released_at IS NULL LIMIT %(cap)s) held
"""

# The words of the condition are those of the partial index fulfillment_order_open, which holds open work alone.
_WORK = """
SELECT node_id, status, count(*), count(*) FILTER (WHERE ship_by < %(soon)s), count(*) FILTER (WHERE ship_by < %(at)s)
FROM orders_fulfillment_order WHERE status NOT IN ('SHIPPED', 'HANDED_OVER', 'REJECTED', 'CANCELLED')
  AND (%(nodes)s::bigint[] IS NULL OR node_id = ANY (%(nodes)s))
GROUP BY node_id, status
"""

_ARRIVED = """
SELECT floor(extract(epoch FROM %(at)s - accepted_at) / 60)::int AS minutes_ago, count(*)
FROM (SELECT accepted_at FROM orders_order ORDER BY id DESC LIMIT %(rows)s) latest
WHERE accepted_at > %(since)s AND accepted_at <= %(at)s GROUP BY 1
"""


def day(*, at: datetime) -> Day:
    """Return the figures of the day. Three statements."""
    asked: dict[str, int | datetime | list[str]] = {
        "cap": CAP, "at": at, "since": at - _DAY, "promise": at + _PROMISE,
        "open": _OPEN, "ended": _ENDED, "unrouted": _UNROUTED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, asked)
        orders = {status: count for status, count in cursor.fetchall() if count}
        cursor.execute(_BACKLOG, asked)
        backlog = Backlog(*cursor.fetchone())
        cursor.execute(_STUCK, asked)
        return Day(orders, backlog, *cursor.fetchone())


def work_by_node(*, at: datetime, node_ids: Collection[int] | None = None) -> Mapping[int, NodeWork]:
    """Return the open work of the nodes (None: all) that have some, by id. One statement over open work alone."""
    nodes = None if node_ids is None else list(node_ids)
    found: dict[int, tuple[dict[str, int], list[int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WORK, {"at": at, "soon": at + SOON, "nodes": nodes})
        for node_id, status, count, due, overdue in cursor.fetchall():
            by_status, late = found.setdefault(node_id, ({}, [0, 0]))
            by_status[status] = count
            late[0] += due
            late[1] += overdue
    return {node_id: NodeWork(by_status, *late) for node_id, (by_status, late) in found.items()}


def arrived_per_minute(*, at: datetime, minutes: int) -> Sequence[int]:
    """Return how many orders came in each of the last `minutes`, oldest first; looks at the 2 × CAP newest alone."""
    asked: dict[str, int | datetime] = {"at": at, "since": at - timedelta(minutes=minutes), "rows": 2 * CAP}
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, asked)
        counts = dict(cursor.fetchall())
    return [counts.get(ago, 0) for ago in range(minutes - 1, -1, -1)]
