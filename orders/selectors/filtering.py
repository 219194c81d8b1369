"""Answers which orders and which work a filter finds; what is read from an address is checked here alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import FulfillmentGroup, FulfillmentOrder, Order
from orders.selectors import lists
from orders.states import CLOSED


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; "" means not at all. `view` and `q` as in `lists.orders`.

    `since` and `until` are days (UTC, `until` included) on which orders were placed; amounts are in major units.
    """

    view: str = "all"
    q: str = ""
    channel: str = ""
    status: str = ""
    node: str = ""
    method: str = ""
    tag: str = ""
    since: str = ""
    until: str = ""
    least: str = ""
    most: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing beside the view is asked for."""
        return all(getattr(self, one.name) == "" for one in fields(self) if one.name != "view")


#: Names that an address or a saved view may carry.
NAMES = tuple(one.name for one in fields(Filters))


def read(asked: Mapping[str, str], *, opening: str = "all") -> Filters:
    """Return the filters in `asked`; what is not a filter is left out, what makes no sense counts as nothing.

    `opening` is the view of who names none, unless they ask for a state or search: that is found wherever it is.
    """
    found = {name: str(asked.get(name) or "").strip().replace("\x00", "")[:200] for name in NAMES}
    for name in ("since", "until"):
        found[name] = found[name] if _day(found[name]) else ""
    for name in ("least", "most"):
        found[name] = found[name] if _amount(found[name]) is not None else ""
    unsaid = "all" if found["status"] or found["q"] else opening
    return Filters(**{**found, "view": found["view"] or unsaid})


def orders(filters: Filters, *, at: datetime, node_ids: Collection[int] | None = None) -> "QuerySet[Order]":
    """Return the orders that the filters find, newest first; with `node_ids`, as if there were these nodes alone."""
    rows = lists.orders(view=filters.view, search=filters.q, channel=filters.channel, at=at, node_ids=node_ids)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.tag:
        rows = rows.filter(tags__contains=[filters.tag])
    work = FulfillmentOrder.objects.filter(order_id=OuterRef("id"))
    if node_ids is not None:
        work = work.filter(node_id__in=node_ids)
    if filters.node:
        rows = rows.filter(Exists(work.filter(node__code=filters.node).exclude(status__in=("REJECTED", "CANCELLED"))))
    if filters.method:
        rows = rows.filter(Exists(FulfillmentGroup.objects.filter(order_id=OuterRef("id"), method=filters.method)))
    return _valued(_dated(rows, filters), filters)


def _dated(rows: "QuerySet[Order]", filters: Filters) -> "QuerySet[Order]":
    since, until = _day(filters.since), _day(filters.until)
    if since:
        rows = rows.filter(placed_at__gte=since)
    if until:
        rows = rows.filter(placed_at__lt=until + timedelta(days=1))
    return rows


def _valued(rows: "QuerySet[Order]", filters: Filters) -> "QuerySet[Order]":
    # Two decimals are what nearly every currency has; others are found within a factor that the person sees at once.
    least, most = _amount(filters.least), _amount(filters.most)
    if least is not None:
        rows = rows.filter(total_minor__gte=int(least * 100))
    if most is not None:
        rows = rows.filter(total_minor__lte=int(most * 100))
    return rows


#: The views of work beside its states.
WORK_VIEWS: Mapping[str, str] = {"open": "Open", "late": "Late", "all": "All"}


def work(filters: Filters, *, at: datetime) -> "QuerySet[FulfillmentOrder]":
    """Return the fulfillment orders that the filters find, newest first; `view` is late, open or all."""
    rows = FulfillmentOrder.objects.select_related("node", "order__channel").order_by("-id")
    if filters.q:
        rows = rows.filter(ref__iexact=filters.q) | rows.filter(order__external_ref=filters.q)
    names = {"status": "status", "node": "node__code", "method": "method", "channel": "order__channel__code"}
    rows = rows.filter(**{path: getattr(filters, name) for name, path in names.items() if getattr(filters, name)})
    since, until = _day(filters.since), _day(filters.until)
    if since:
        rows = rows.filter(created_at__gte=since)
    if until:
        rows = rows.filter(created_at__lt=until + timedelta(days=1))
    if filters.view in {"late", "open"}:
        rows = rows.exclude(status__in=CLOSED)
    return rows.filter(ship_by__lt=at) if filters.view == "late" else rows


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if 1970 < day.year < 2200 else None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**12 else None
