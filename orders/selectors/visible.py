"""Answers which orders and which work somebody may see who is limited to some nodes or some channels."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import FulfillmentOrder, Order


def orders(node_codes: Collection[str] = (), channel_codes: Collection[str] = ()) -> "QuerySet[Order]":
    """Return the orders of the channels that one of the nodes works for; where none is named, of all of them."""
    rows = Order.objects.all()
    if channel_codes:
        rows = rows.filter(channel__code__in=channel_codes)
    if not node_codes:
        return rows
    own = FulfillmentOrder.objects.filter(order_id=OuterRef("id"), node__code__in=node_codes)
    return rows.filter(Exists(own))


def worked_at(rows: "QuerySet[Order]", node_ids: Collection[int] | None) -> "QuerySet[Order]":
    """Return those of `rows` that one of the nodes works for, or did; None stands for every node."""
    if node_ids is None:
        return rows
    return rows.filter(Exists(FulfillmentOrder.objects.filter(order_id=OuterRef("id"), node_id__in=node_ids)))


def fulfillment_orders(
    node_codes: Collection[str] = (), channel_codes: Collection[str] = ()
) -> "QuerySet[FulfillmentOrder]":
    """Return the work of the nodes for orders of the channels; where none is named, of all of them."""
    rows = FulfillmentOrder.objects.all()
    if node_codes:
        rows = rows.filter(node__code__in=node_codes)
    return rows.filter(order__channel__code__in=channel_codes) if channel_codes else rows
