"""Answers whose order a demand reference is; inventory's claims carry it and never read it."""

from collections.abc import Collection, Iterable

from orders.models import FulfillmentOrder, Order
from orders.selectors.visible import worked_at


def orders_of(demand_refs: Iterable[str]) -> dict[str, str]:
    """Return the order's reference by demand reference; carts and what belongs to no order are left out.

    A fulfillment order's claims carry its own reference, an order's first claims "order:group". Two statements.
    """
    refs = set(demand_refs)
    named = {ref: ref.partition(":")[0] for ref in refs if ref.startswith("O-")}
    work = FulfillmentOrder.objects.filter(ref__in=refs - named.keys()).values_list("ref", "order__ref")
    known = set(Order.objects.filter(ref__in=named.values()).values_list("ref", flat=True))
    return {**dict(work), **{ref: order for ref, order in named.items() if order in known}}


def opened(refs: Iterable[str], node_ids: Collection[int] | None) -> frozenset[str] | None:
    """Return those of the orders that somebody at the nodes may open: the nodes have or had work on them.

    None where `node_ids` is None, who opens every order. One statement, and none for None.
    """
    if node_ids is None:
        return None
    return frozenset(worked_at(Order.objects.filter(ref__in=set(refs)), node_ids).values_list("ref", flat=True))
