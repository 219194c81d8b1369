"""Answers which units of a node's work somebody asked to cancel; the change log remembers."""

from collections import Counter

from orders.models import FulfillmentOrder, OrderChange
from orders.services.case import Case


def outstanding(case: Case, fo: FulfillmentOrder) -> Counter[str]:
    """Return the units by line reference whose cancellation this work was asked for and has not answered."""
    if fo.status != FulfillmentOrder.Status.CANCEL_REQUESTED:
        return Counter()
    asked = OrderChange.objects.filter(order_id=case.order.id, data__requests__has_key=fo.ref)
    last = asked.order_by("-id").values_list("data", flat=True).first()
    return Counter(last["requests"][fo.ref] if last else {})
