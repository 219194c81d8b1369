"""Answers lists of stock: SKUs found by a few letters, levels in trouble, ledgers by SKU; never counted."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from inventory.models import IncomingSupply, Node, QueuedDemand, Reservation, Sku, StockLevel, StockMovement

#: The lists of levels in trouble; each is a name and what it shows.
TROUBLES: Mapping[str, str] = {"short": "Short", "low": "Low", "unsellable": "Unsellable", "unlimited": "Without limit"}
_IN_TROUBLE: Mapping[str, Q] = {
    "short": StockLevel.IS_SHORT,
    "low": Q(low_since__isnull=False),
    "unsellable": Q(unsellable__gt=0),
    "unlimited": Q(unlimited=True),
}


def skus(*, search: str = "", tag: str = "", node_ids: Collection[int] | None = None) -> "QuerySet[Sku]":
    """Return SKUs, latest first; `search` is the beginning of a code or GTIN, or any part of a name.

    `node_ids` keep SKUs that have a level at one of the nodes; None keeps every SKU.
    """
    rows = Sku.objects.order_by("-id")
    text = search.strip()
    if text:
        rows = rows.filter(_coded(text) | _named(text))
    if tag:
        rows = rows.filter(tags__contains=[tag])
    if node_ids is not None:
        rows = rows.filter(id__in=StockLevel.objects.filter(node_id__in=node_ids).values("sku_id"))
    return rows


def _coded(text: str) -> Q:
    return Q(code__startswith=text) | Q(code__startswith=text.upper()) | Q(gtin__startswith=text)


def _named(text: str) -> Q:
    return Q(name__icontains=text) if len(text) > 2 else Q(name__istartswith=text)


def nodes_of(*, node: str = "", in_group: str = "") -> list[int]:
    """Return the ids of a node, of a group's nodes, or of both together."""
    rows = Node.objects.all()
    if node:
        rows = rows.filter(code=node)
    if in_group:
        rows = rows.filter(groups__code=in_group)
    return list(rows.values_list("id", flat=True))


def levels(*, trouble: str, tag: str = "", node_ids: Collection[int] | None = None) -> "QuerySet[StockLevel]":
    """Return the levels in `trouble`, latest first, at the nodes named; None for every node."""
    rows = StockLevel.objects.select_related("sku", "node").order_by("-id")
    rows = rows.filter(_IN_TROUBLE[trouble])
    if tag:
        rows = rows.filter(sku__tags__contains=[tag])
    return rows if node_ids is None else rows.filter(node_id__in=node_ids)


def movements(sku_id: int, *, since: datetime, node: str = "", kind: str = "") -> "QuerySet[StockMovement]":
    """Return the movements of a SKU since an instant, latest first; partitions before it are not read."""
    rows = StockMovement.objects.filter(sku_id=sku_id, at__gte=since).select_related("node").order_by("-id")
    if node:
        rows = rows.filter(node__code=node)
    return rows.filter(kind=kind) if kind else rows


def reservations(sku_id: int, *, node: str = "", kind: str = "") -> "QuerySet[Reservation]":
    """Return the open claims on a SKU, latest first, those on incoming supply among them."""
    rows = Reservation.objects.filter(sku_id=sku_id).select_related("node", "channel", "supply").order_by("-id")
    if node:
        rows = rows.filter(node__code=node)
    return rows.filter(kind=kind) if kind else rows


def queued(sku_id: int) -> "QuerySet[QueuedDemand]":
    """Return accepted units of a SKU that nothing claims yet, latest first."""
    return QueuedDemand.objects.filter(sku_id=sku_id).select_related("channel").order_by("-id")


def supplies(*, view: str, sku: str = "", node: str = "", source: str = "", at: datetime) -> "QuerySet[IncomingSupply]":
    """Return incoming supply, latest announced first: "open", "late" or "closed"."""
    rows = IncomingSupply.objects.select_related("sku", "node").order_by("-id")
    rows = rows.filter(closed_at__isnull=view != "closed")
    if view == "late":
        rows = rows.filter(expected_at__lt=at, quantity__gt=F("received"))
    if view == "week":
        rows = rows.filter(expected_at__gte=at, expected_at__lt=at + timedelta(days=7))
    for field, value in (("sku__code", sku), ("node__code", node), ("source_ref", source)):
        if value:
            rows = rows.filter(**{field: value})
    return rows
