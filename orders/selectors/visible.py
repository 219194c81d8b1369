"""Answers which orders and which work a caller may see who is limited to some nodes."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import FulfillmentOrder, Order


def orders(node_codes: Collection[str]) -> "QuerySet[Order]":
    """Return the orders that one of the nodes works for; all of them when no node is named."""
    if not node_codes:
        return Order.objects.all()
    own = FulfillmentOrder.objects.filter(order_id=OuterRef("id"), node__code__in=node_codes)
    return Order.objects.filter(Exists(own))


def fulfillment_orders(node_codes: Collection[str]) -> "QuerySet[FulfillmentOrder]":
    """Return the work of the nodes; all work when no node is named."""
    rows = FulfillmentOrder.objects.all()
    return rows.filter(node__code__in=node_codes) if node_codes else rows
