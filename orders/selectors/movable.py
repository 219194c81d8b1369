"""Answers what of an order may be planned anew, who has it now, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from orders.errors import OrderNotFound, PlanRefused
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Order
from orders.selectors import requests
from orders.selectors.requests import Pending
from orders.states import UNTOUCHED
from orders.wishes import Wish, concerns


@dataclass(frozen=True, slots=True)
class Movable:
    """Units of one group that may be planned anew; `work` is the untouched work among them, with its lines."""

    pending: Pending
    work: tuple[FulfillmentOrder, ...]

    @property
    def planned(self) -> int:
        """The units that untouched work has."""
        return sum(part.to_pick + part.picked for fo in self.work for part in fo.lines.all())

    @property
    def cost_e4(self) -> int:
        """What the engine expects the untouched work to cost."""
        return sum(fo.cost_e4 for fo in self.work)


def movable(order_ref: str, wish: Wish) -> list[Movable]:
    """Return the parts of the order that `wish` is about, in the order of its groups. Reads; holds nothing.

    Raises:
        OrderNotFound: there is no such order.
        PlanRefused: nothing of it may be planned anew.
    """
    order_id = Order.objects.filter(ref=order_ref).values_list("id", flat=True).first()
    if order_id is None:
        raise OrderNotFound(f"There is no order {order_ref}.", ref=order_ref)
    work = _untouched(order_id)
    refs: dict[int, list[str]] = {}
    for fo in work:
        refs.setdefault(fo.group_id, []).append(fo.ref)
    found = [
        Movable(one, tuple(fo for fo in work if fo.group_id == one.group_id))
        for one in requests.movable(order_id, work_refs=refs)
        if concerns(wish, one.request)
    ]
    if not found:
        raise PlanRefused("Nothing of this order can be planned anew: it is on hold, under way, or done.")
    return found


def _untouched(order_id: int) -> Sequence[FulfillmentOrder]:
    lines = FulfillmentOrderLine.objects.select_related("order_line").order_by("order_line_id")
    rows = FulfillmentOrder.objects.filter(order_id=order_id, status__in=UNTOUCHED)
    return list(rows.select_related("node").prefetch_related(Prefetch("lines", lines)).order_by("id"))
