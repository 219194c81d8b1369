"""Answers lists of orders and of work: searched, filtered, keyset-paged, never counted."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet

from orders.models import FulfillmentGroup, FulfillmentOrder, Hold, Order, OrderLine, RoutingTask
from orders.selectors.searching import searched
from orders.selectors.visible import worked_at
from orders.states import CLOSED

_STATUS = Order.Status

#: The views that operations look at; each is a name and what it shows.
VIEWS: Mapping[str, str] = {
    "all": "All",
    "unfilled": "Unfilled",
    "held": "On hold",
    "late": "At risk",
    "overdue": "Late",
    "promised": "Promise at risk",
    "stumbled": "Routing trouble",
    "split": "Split",
    "open": "Open",
    "working": "In work",
    "shipped": "Shipped",
}

#: The views of who sees the work of some nodes alone; the others tell what every node has or lacks.
OWN_VIEWS: Mapping[str, str] = {name: VIEWS[name] for name in ("all", "held", "late", "overdue", "open", "shipped")}

#: The views in which every order has a time by which something has to leave.
DUE_VIEWS = frozenset({"late", "overdue", "working"})
#: Said as the index of open work says it, so that the list may begin with what is pressing.
_STILL_OPEN = Func(
    F("fulfillment_orders__status"),
    template="NOT (%(expressions)s IN ('" + "', '".join(FulfillmentOrder.CLOSED) + "'))",
    output_field=BooleanField(),
)
_UNROUTED = (_STATUS.HELD, _STATUS.QUEUED, _STATUS.BACKORDERED)


def orders(
    *,
    view: str = "all",
    search: str = "",
    channel: str = "",
    at: datetime,
    node_ids: Collection[int] | None = None,
) -> "QuerySet[Order]":
    """Return orders, newest first; what `search` finds stands in `orders.selectors.searching`.

    A state's name is a view as well, where no view has it; an unknown view shows all. With `node_ids`, the orders that
    one of these nodes works for, and views ask for the work and the holds of these nodes alone.
    """
    rows = worked_at(Order.objects.select_related("channel", "customer").order_by("-id"), node_ids)
    if search:
        return rows.filter(id__in=searched(search))
    if channel:
        rows = rows.filter(channel__code=channel)
    return _viewed(rows, view, at, node_ids)


def _viewed(rows: "QuerySet[Order]", view: str, at: datetime, node_ids: Collection[int] | None) -> "QuerySet[Order]":
    condition = (_conditions(at) if node_ids is None else _own_conditions(at, node_ids)).get(view)
    if condition is not None:
        return rows.filter(condition)
    return rows.filter(status=view.upper()) if view.upper() in _STATUS.values else rows


def _conditions(at: datetime) -> Mapping[str, Q]:
    here = {"order_id": OuterRef("id")}
    is_open = Q(status__in=Order.OPEN)
    work = FulfillmentOrder.objects.filter(**here).exclude(status__in=CLOSED)
    shares = FulfillmentOrder.objects.filter(**here).exclude(status__in=("REJECTED", "CANCELLED"))
    holds = Hold.objects.filter(**here, released_at__isnull=True)
    promises = FulfillmentGroup.objects.filter(**here, promised_by__lt=at + timedelta(days=1))
    # Few, whatever the list is sorted by: found first, and not asked of every open order.
    tried = RoutingTask.objects.exclude(error="").order_by().values("order_id")
    stuck = Hold.objects.filter(kind="ROUTING_ERROR", released_at__isnull=True).order_by().values("order_id")
    return {
        "unfilled": is_open & Q(Exists(OrderLine.objects.filter(**here, backordered__gt=0))),
        "held": Q(Exists(holds)),
        "late": is_open & Q(Exists(work.filter(ship_by__lt=at + timedelta(hours=2)))),
        "overdue": is_open & Q(Exists(work.filter(ship_by__lt=at))),
        "promised": Q(status__in=_UNROUTED) & Q(Exists(promises)),
        "stumbled": is_open & Q(id__in=tried.union(stuck)),
        "split": is_open & Q(Exists(shares.order_by("id")[1:2])),
        "open": is_open,
        "working": is_open & Q(Exists(work.filter(ship_by__isnull=False))),
    }


def by_due(rows: "QuerySet[Order]") -> "QuerySet[Order]":
    """Return `rows` joined with what of their open work has to leave first; who has none to leave is not among them."""
    here = "fulfillment_orders__"
    others = FulfillmentOrder.objects.filter(order_id=OuterRef(f"{here}order_id")).exclude(status__in=CLOSED)
    same = Q(ship_by=OuterRef(f"{here}ship_by"), id__lt=OuterRef(f"{here}id"))
    sooner = others.filter(Q(ship_by__lt=OuterRef(f"{here}ship_by")) | same)
    # One call, so that all of it is said of the same piece of work.
    return rows.filter(_STILL_OPEN, ~Exists(sooner), fulfillment_orders__ship_by__isnull=False)


def _own_conditions(at: datetime, node_ids: Collection[int]) -> Mapping[str, Q]:
    here = {"order_id": OuterRef("id")}
    work = FulfillmentOrder.objects.filter(**here, node_id__in=node_ids).exclude(status__in=CLOSED)
    theirs = Q(fulfillment_order__isnull=True, line__isnull=True) | Q(fulfillment_order__node_id__in=node_ids)
    stopping = Hold.objects.filter(theirs, **here, released_at__isnull=True)
    return {
        "held": Q(Exists(work)) & Q(Exists(stopping)),
        "late": Q(Exists(work.filter(ship_by__lt=at + timedelta(hours=2)))),
        "overdue": Q(Exists(work.filter(ship_by__lt=at))),
        "open": Q(Exists(work)),
    }


def open_work() -> dict[int, int]:
    """Return how much open work each node has, by its id; nodes without work are left out. One statement."""
    work = FulfillmentOrder.objects.exclude(status__in=CLOSED).order_by()
    return dict(work.values_list("node_id").annotate(Count("id")))
