"""Every row lock of orders. Order of locks: Order, then FulfillmentOrder, by id; then inventory's own."""

from collections.abc import Collection

from django.db.models import QuerySet

from orders.models import FulfillmentOrder, Order


def lock_orders(order_ids: Collection[int]) -> dict[int, Order]:
    """Lock orders by id; two changes of one order queue up here, before either reads what it decides on."""
    rows = Order.objects.filter(id__in=order_ids).order_by("id").select_for_update(no_key=True)
    return {order.id: order for order in rows}


def lock_free_work(rows: "QuerySet[FulfillmentOrder]") -> list[FulfillmentOrder]:
    """Lock these fulfillment orders by id without their orders, for a move that concerns nothing else.

    What somebody else holds is left out: whoever changes its order has to come first, and the next sweep finds it.
    """
    return list(rows.order_by("id").select_for_update(no_key=True, skip_locked=True, of=("self",)))


def lock_fulfillment_orders(order_id: int) -> list[FulfillmentOrder]:
    """Lock the fulfillment orders of an order that is locked already, by id."""
    return list(
        FulfillmentOrder.objects.filter(order_id=order_id).order_by("id").select_for_update(no_key=True, of=("self",))
    )
