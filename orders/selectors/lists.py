"""Answers lists of orders and of work: searched, filtered, keyset-paged, never counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from orders.models import FulfillmentOrder, Hold, Order, OrderLine
from orders.selectors.searching import searched
from orders.states import CLOSED

_STATUS = Order.Status

#: The views that operations look at; each is a name and what it shows.
VIEWS: Mapping[str, str] = {
    "all": "All",
    "unfilled": "Unfilled",
    "held": "On hold",
    "late": "At risk",
    "overdue": "Late",
    "split": "Split",
    "open": "Open",
    "shipped": "Shipped",
}


def orders(*, view: str = "all", search: str = "", channel: str = "", at: datetime) -> "QuerySet[Order]":
    """Return orders, newest first; what `search` finds stands in `orders.selectors.searching`.

    An unknown view shows all.
    """
    rows = Order.objects.select_related("channel", "customer").order_by("-id")
    if search:
        return rows.filter(id__in=searched(search))
    if channel:
        rows = rows.filter(channel__code=channel)
    return _viewed(rows, view, at)


def _viewed(rows: "QuerySet[Order]", view: str, at: datetime) -> "QuerySet[Order]":
    work = FulfillmentOrder.objects.filter(order_id=OuterRef("id")).exclude(status__in=CLOSED)
    split = FulfillmentOrder.objects.filter(order_id=OuterRef("id")).exclude(status__in=("REJECTED", "CANCELLED"))
    match view:
        case "unfilled":
            waiting = OrderLine.objects.filter(order_id=OuterRef("id"), backordered__gt=0)
            return rows.filter(status__in=Order.OPEN).filter(Exists(waiting))
        case "held":
            return rows.filter(Exists(Hold.objects.filter(order_id=OuterRef("id"), released_at__isnull=True)))
        case "late":
            return rows.filter(status__in=Order.OPEN).filter(Exists(work.filter(ship_by__lt=at + timedelta(hours=2))))
        case "overdue":
            return rows.filter(status__in=Order.OPEN).filter(Exists(work.filter(ship_by__lt=at)))
        case "split":
            return rows.filter(status__in=Order.OPEN).filter(Exists(split.order_by("id")[1:2]))
        case "open":
            return rows.filter(status__in=Order.OPEN)
        case "shipped":
            return rows.filter(status=_STATUS.SHIPPED)
        case _:
            return rows


def open_work() -> dict[int, int]:
    """Return how much open work each node has, by its id; nodes without work are left out. One statement."""
    work = FulfillmentOrder.objects.exclude(status__in=CLOSED).order_by()
    return dict(work.values_list("node_id").annotate(Count("id")))


@dataclass(frozen=True, slots=True)
class Figures:
    """What the day looks like: orders and work by state, and how long the oldest has waited for routing."""

    orders: Mapping[str, int]
    work: Mapping[str, int]
    waiting: int
    oldest_waiting_at: datetime | None
    holds: int
    late: int


_FIGURES = """
SELECT (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
            SELECT status, count(*) AS n FROM orders_order
            WHERE status NOT IN ('SHIPPED', 'CANCELLED') OR accepted_at >= %(since)s GROUP BY status) o)::text,
       (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
            SELECT status, count(*) AS n FROM orders_fulfillment_order
            WHERE status NOT IN ('SHIPPED', 'HANDED_OVER', 'REJECTED', 'CANCELLED') OR closed_at >= %(since)s
            GROUP BY status) w)::text,
       (SELECT count(*) FROM orders_routing_task WHERE not_before <= %(at)s),
       (SELECT min(o.accepted_at) FROM orders_routing_task t JOIN orders_order o ON o.id = t.order_id
        WHERE t.not_before <= %(at)s),
       (SELECT count(DISTINCT order_id) FROM orders_hold WHERE released_at IS NULL),
       (SELECT count(*) FROM orders_fulfillment_order
        WHERE status NOT IN ('SHIPPED', 'HANDED_OVER', 'REJECTED', 'CANCELLED') AND ship_by < %(soon)s)
"""


def figures(*, at: datetime) -> Figures:
    """Return the figures of the last 24 hours; open orders count whatever their age. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"since": at - timedelta(days=1), "at": at, "soon": at + timedelta(hours=2)})
        orders_by, work_by, *rest = cursor.fetchone()
    return Figures(json.loads(orders_by), json.loads(work_by), *rest)
