"""Orders and the work they make, as operations and customer service look at them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from dom.console import order_rows
from dom.console.exporting import csv_answer
from dom.console.listing import Listing
from dom.console.pages import ConsolePage, FreshPage
from dom.console.paging import page_of
from dom.console.possible import possible
from dom.console.reach import Reach
from dom.console.views.bulk import WorkBulk
from dom.console.why import why
from dom.kernel.errors import NotFound
from inventory.models import Channel
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, SavedView
from orders.selectors import filtering, lists
from orders.selectors.story import Moment, story

#: Who may change addresses knows customers; everybody else gets them masked in files.
_KNOWS_CUSTOMERS = "orders.change_address"
#: What the story of an order may be narrowed to.
_PARTS = (
    ("", "Short"),
    ("all", "All"),
    ("work", "Work"),
    ("stock", "Stock"),
    ("money", "Money"),
    ("message", "Messages"),
)


class Orders(FreshPage):
    """A searchable, filtered list; views narrow it to what is stuck, and people keep their own."""

    title = "Orders"
    template_name = "console/orders.html"
    permission_required = "orders.view_order"
    reach = Reach.NETWORK

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the page, with a file, or with the person's default view."""
        self.listing = listing = Listing(request, SavedView.List.ORDERS)
        if request.GET.get("format") == "csv":
            found = filtering.orders(listing.filters, at=timezone.now())
            masked = not request.user.has_perm(_KNOWS_CUSTOMERS)
            return csv_answer("orders", order_rows.ORDERS, order_rows.orders(found, masked=masked))
        return listing.opening() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep a view of the list, or remove one."""
        return Listing(request, SavedView.List.ORDERS).keep()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of orders."""
        at, listing = timezone.now(), self.listing
        rows = filtering.orders(listing.filters, at=at)
        related = rows.prefetch_related("lines", "fulfillment_orders__node")
        page = page_of(related, self.request.GET, oldest=listing.is_oldest)
        return super().get_context_data(
            page=page,
            at=at,
            views=lists.VIEWS.items(),
            statuses=Order.Status.choices,
            methods=FulfillmentGroup.Method.choices,
            channels=Channel.objects.order_by("code").values_list("code", "name"),
            **listing.context(),
            **kwargs,
        )


class OrderPage(FreshPage):
    """One page that tells an order's whole story."""

    title = "Order"
    template_name = "console/order.html"
    permission_required = "orders.view_order"
    reach = Reach.NETWORK

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
    return show in {"all", one.about} if show else one.about not in {"stock", "message"} or one.tone == "bad"


class Work(ConsolePage):
    """Fulfillment orders by state, node, method, channel and day."""

    title = "Fulfillment orders"
    template_name = "console/work.html"
    permission_required = "orders.view_fulfillmentorder"
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the page, with a file, or with the person's default view."""
        self.listing = listing = Listing(request, SavedView.List.WORK)
        if request.GET.get("format") == "csv":
            found = self.within(filtering.work(listing.filters, at=timezone.now()))
            return csv_answer("fulfillment-orders", order_rows.WORK, order_rows.work(found))
        return listing.opening() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep a view of the list, or remove one."""
        return Listing(request, SavedView.List.WORK).keep()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of fulfillment orders."""
        at, listing = timezone.now(), self.listing
        rows = self.within(filtering.work(listing.filters, at=at))
        return super().get_context_data(
            page=page_of(rows.prefetch_related("lines"), self.request.GET, oldest=listing.is_oldest),
            at=at,
            views=filtering.WORK_VIEWS.items(),
            may_bulk=WorkBulk.is_open_to(self.request.user) and self.request.user.has_perm("orders.change_order"),
            statuses=FulfillmentOrder.Status.choices,
            methods=FulfillmentGroup.Method.choices,
            channels=Channel.objects.order_by("code").values_list("code", "name"),
            **listing.context(),
            **kwargs,
        )
