"""Answers what is stuck: open holds and concerns as one queue, the most pressing first. Reads partial indexes alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from dom.kernel.ids import row_id
from orders.models import Concern, Hold

#: Every kind with the words on its tab, in the order of the tabs.
KINDS: Mapping[str, str] = {**dict(Hold.Kind.choices), **dict(Concern.Kind.choices)}
SIZE = 50

_STUCK = """
WITH stuck AS (
    SELECT 'H' || h.id AS key, h.kind, h.owner, h.assignee, h.reason, h.due_at, h.placed_at AS since, h.order_id,
           h.line_id, h.fulfillment_order_id
    FROM orders_hold h WHERE h.released_at IS NULL
    UNION ALL
    SELECT 'C' || c.id, c.kind, c.owner, c.assignee, c.reason, c.due_at, c.raised_at, c.order_id, NULL,
           c.fulfillment_order_id
    FROM orders_concern c WHERE c.ended_at IS NULL
)
"""
#: Who sees the work of some nodes alone: what stops a piece of it, or the whole order while a piece of it is open.
_REACHED = """(%(nodes)s::bigint[] IS NULL OR f.node_id = ANY (%(nodes)s)
  OR s.key LIKE 'H%%' AND s.fulfillment_order_id IS NULL AND s.line_id IS NULL AND EXISTS (
      SELECT FROM orders_fulfillment_order w WHERE w.order_id = s.order_id AND w.node_id = ANY (%(nodes)s)
         AND w.status NOT IN ('SHIPPED', 'HANDED_OVER', 'REJECTED', 'CANCELLED')))
"""
_WHERE = (
    """
WHERE (%(kind)s = '' OR s.kind = %(kind)s) AND (%(owner)s = '' OR s.owner = %(owner)s)
  AND (%(assignee)s = '' OR s.assignee = %(assignee)s) AND (NOT %(unassigned)s OR s.assignee = '')
  AND (%(todo)s = '' OR s.assignee IN ('', %(todo)s))
  AND (NOT %(overdue)s OR s.due_at < %(at)s)
  AND """
    + _REACHED
)
_PAGE = (
    _STUCK
    + """
SELECT s.key, s.kind, s.owner, s.assignee,
       CASE WHEN %(nodes)s::bigint[] IS NULL OR f.node_id = ANY (%(nodes)s) THEN s.reason ELSE '' END,
       s.due_at, s.since, o.ref, o.external_ref, o.status, o.currency,
       o.total_minor, o.revision, coalesce(l.line_ref, ''), coalesce(f.ref, ''), coalesce(n.name, ''),
       coalesce(s.due_at, 'infinity')::text || '|' || s.key AS place
FROM stuck s JOIN orders_order o ON o.id = s.order_id
LEFT JOIN orders_order_line l ON l.id = s.line_id
LEFT JOIN orders_fulfillment_order f ON f.id = s.fulfillment_order_id
LEFT JOIN inventory_node n ON n.id = f.node_id
"""
    + _WHERE
    + """
  AND (%(after)s = '' OR (coalesce(s.due_at, 'infinity'), s.key)
       > (split_part(%(after)s, '|', 1)::timestamptz, split_part(%(after)s, '|', 2)))
ORDER BY coalesce(s.due_at, 'infinity'), s.key LIMIT %(limit)s
"""
)
_COUNTS = (
    _STUCK
    + """
SELECT s.kind, count(*), count(*) FILTER (WHERE s.due_at < %(at)s), count(*) FILTER (WHERE s.assignee = %(me)s),
       count(*) FILTER (WHERE s.assignee = '')
FROM stuck s LEFT JOIN orders_fulfillment_order f ON f.id = s.fulfillment_order_id WHERE """
    + _REACHED
    + "GROUP BY s.kind"
)


class Item(NamedTuple):
    """One thing that is stuck; `key` names it, `place` is where the next page begins."""

    key: str
    kind: str
    owner: str
    assignee: str
    reason: str
    due_at: datetime | None
    since: datetime
    order_ref: str
    external_ref: str
    status: str
    currency: str
    total_minor: int
    revision: int
    line_ref: str
    work_ref: str
    node: str
    place: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the queue somebody wants to see; empty means everything.

    `todo` is who asks what is left to do: their own and nobody's. With `node_ids`, what stops the work of these nodes;
    the reason is "" where it may tell of others.
    """

    kind: str = ""
    owner: str = ""
    assignee: str = ""
    todo: str = ""
    unassigned: bool = False
    overdue: bool = False
    after: str = ""
    node_ids: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stuck of one kind, and how much of it is overdue, mine, or nobody's."""

    kind: str
    total: int
    overdue: int
    mine: int
    free: int


def queue(asked: Asked, *, at: datetime, limit: int = SIZE) -> tuple[list[Item], str]:
    """Return a page of what is stuck, soonest due first, and where the next one begins ("" nowhere). One statement."""
    values = {**_values(asked), "at": at, "after": asked.after if _is_place(asked.after) else "", "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, values)
        found = [Item(*row) for row in cursor.fetchall()]
    return found[:limit], found[limit - 1].place if len(found) > limit else ""


def items(keys: Sequence[str], *, at: datetime) -> list[Item]:
    """Return the named ones that are still stuck, soonest due first."""
    sql = _PAGE.replace("ORDER BY", "AND s.key = ANY(%(keys)s) ORDER BY")
    values = {**_values(Asked()), "at": at, "after": "", "limit": len(keys), "keys": list(keys)}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Item(*row) for row in cursor.fetchall()]


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "kind": asked.kind,
        "owner": asked.owner,
        "assignee": asked.assignee,
        "todo": asked.todo,
        "unassigned": asked.unassigned,
        "overdue": asked.overdue,
        "nodes": None if asked.node_ids is None else list(asked.node_ids),
    }


def _is_place(text: str) -> bool:
    due, bar, key = text.partition("|")
    if not bar or key[:1] not in {"H", "C"} or row_id(key[1:]) is None:
        return False
    try:
        return due == "infinity" or datetime.fromisoformat(due) is not None
    except ValueError:
        return False


def counts(*, me: str, at: datetime, node_ids: Collection[int] | None = None) -> list[Counts]:
    """Return how much of each kind is stuck, in the order of the tabs; kinds with nothing are left out."""
    nodes = None if node_ids is None else list(node_ids)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"me": me, "at": at, "nodes": nodes})
        found = {row[0]: Counts(*row) for row in cursor.fetchall()}
    return [found[kind] for kind in KINDS if kind in found]
