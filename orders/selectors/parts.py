"""Answers what of an order is the work of some nodes: what people see who work there, and nothing of other nodes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Hold, Order, Shipment
from orders.selectors.story import MOST_MOMENTS, Moment, of_events
from orders.selectors.visible import worked_at
from orders.states import CLOSED


@dataclass(frozen=True, slots=True)
class Part:
    """One order as nodes see it: their work on it, what stops that, and what happened to it, oldest first.

    `is_shared` tells that other nodes have work on the order as well, and not which.
    """

    order: Order
    work: Sequence[FulfillmentOrder]
    holds: Sequence[Hold]
    moments: Sequence[Moment]
    is_shared: bool

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return any(fo.status not in CLOSED for fo in self.work)


def with_own_work(rows: "QuerySet[Order]", node_ids: Collection[int]) -> "QuerySet[Order]":
    """Return `rows` with the work of the nodes, and its lines, as `own_work`. Two statements more."""
    work = FulfillmentOrder.objects.filter(node_id__in=node_ids).select_related("node").order_by("id")
    lines = FulfillmentOrderLine.objects.select_related("order_line__sku").order_by("order_line_id")
    return rows.prefetch_related(
        Prefetch("fulfillment_orders", work.prefetch_related(Prefetch("lines", lines)), to_attr="own_work")
    )


def part(ref: str, node_ids: Collection[int]) -> Part:
    """Return what of the order `ref` is the work of the nodes.

    Raises:
        NotFound: no order has this reference, or the nodes have and had no work on it.
    """
    rows = Order.objects.select_related("channel", "customer").prefetch_related("groups__ship_to", "groups__node")
    order = worked_at(rows.filter(ref=ref), node_ids).first()
    if order is None:
        raise NotFound(f"There is no order {ref}.", ref=ref)
    lines = FulfillmentOrderLine.objects.select_related("order_line__sku").order_by("order_line_id")
    packages = Shipment.objects.prefetch_related("packages").order_by("id")
    work = list(
        FulfillmentOrder.objects.filter(order_id=order.id, node_id__in=node_ids)
        .select_related("node")
        .prefetch_related(Prefetch("lines", lines), Prefetch("shipments", packages))
        .order_by("-id")
    )
    others = FulfillmentOrder.objects.filter(order_id=order.id).exclude(node_id__in=node_ids)
    return Part(
        order=order,
        work=work,
        holds=_holds(order, work),
        moments=_moments(order, work),
        is_shared=others.exclude(status__in=("REJECTED", "CANCELLED")).exists(),
    )


def _holds(order: Order, work: Sequence[FulfillmentOrder]) -> list[Hold]:
    stopping = Q(fulfillment_order__in=[fo.id for fo in work]) | Q(fulfillment_order__isnull=True, line__isnull=True)
    return list(Hold.objects.filter(stopping, order_id=order.id, released_at__isnull=True).order_by("id"))


def _moments(order: Order, work: Sequence[FulfillmentOrder]) -> list[Moment]:
    skus = {one.order_line.line_ref: one.order_line.sku_code for fo in work for one in fo.lines.all()}
    events = Event.objects.filter(entity_ref__in=[fo.ref for fo in work]).order_by("-id")[:MOST_MOMENTS]
    return list(of_events(order, list(events)[::-1], skus))
