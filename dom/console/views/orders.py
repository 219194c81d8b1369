"""Orders and the work they make, as operations and customer service look at them."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from dom.console.pages import ConsolePage, FreshPage
from dom.console.paging import page_of
from dom.console.possible import possible
from dom.console.why import why
from dom.kernel.errors import NotFound
from inventory.models import Channel
from orders.models import FulfillmentOrder
from orders.selectors import lists
from orders.selectors.story import Moment, story
from stores.selectors.access import within

#: What the story of an order may be narrowed to.
_PARTS = (("", "Short"), ("all", "All"), ("work", "Work"), ("stock", "Stock"), ("money", "Money"))


class Orders(FreshPage):
    """A searchable list; a view narrows it to what is stuck."""

    title = "Orders"
    template_name = "console/orders.html"
    permission_required = "orders.view_order"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of orders."""
        asked, at = self.request.GET, timezone.now()
        view = asked.get("view", "all")
        rows = lists.orders(view=view, search=asked.get("q", ""), channel=asked.get("channel", ""), at=at)
        page = page_of(rows.prefetch_related("lines", "fulfillment_orders__node"), asked)
        return super().get_context_data(
            page=page,
            at=at,
            view=view,
            views=lists.VIEWS.items(),
            asked=asked,
            channels=Channel.objects.order_by("code").values_list("code", "name"),
            **kwargs,
        )


class OrderPage(FreshPage):
    """One page that tells an order's whole story."""

    title = "Order"
    template_name = "console/order.html"
    permission_required = "orders.view_order"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the story."""
        try:
            told = story(kwargs["ref"])
        except NotFound as refusal:
            raise Http404(str(refusal)) from refusal
        self.title = f"Order {told.order.external_ref}"
        show = self.request.GET.get("show", "")
        return super().get_context_data(
            story=told,
            order=told.order,
            moments=[one for one in reversed(told.moments) if _is_shown(one, show)],
            show=show,
            parts=_PARTS,
            why=why(told.order.ref),
            actions=possible(told) if self.request.user.has_perm("orders.change_order") else (),
            at=timezone.now(),
            **kwargs,
        )


def _is_shown(one: Moment, show: str) -> bool:
    return show in {"all", one.about} if show else one.about != "stock"


class Work(ConsolePage):
    """Fulfillment orders by state and node."""

    title = "Fulfillment orders"
    template_name = "console/work.html"
    permission_required = "orders.view_fulfillmentorder"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of fulfillment orders."""
        asked = self.request.GET
        rows = within(FulfillmentOrder.objects.select_related("node", "order").order_by("-id"), self.request.user)
        if asked.get("status"):
            rows = rows.filter(status=asked["status"])
        if asked.get("node"):
            rows = rows.filter(node__code=asked["node"])
        page = page_of(rows.prefetch_related("lines"), asked)
        return super().get_context_data(
            page=page, asked=asked, at=timezone.now(), statuses=FulfillmentOrder.Status.choices, **kwargs
        )
