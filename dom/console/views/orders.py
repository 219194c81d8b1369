"""Orders and the work they make, as operations and customer service look at them."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from dom.console import order_rows
from dom.console.deciding import decides
from dom.console.exporting import csv_answer
from dom.console.listing import Listing
from dom.console.offering import Offer, offer, offer_decisions
from dom.console.pages import ConsolePage, FreshPage
from dom.console.reach import Reach
from dom.console.sorting import Sort
from dom.console.views.bulk import WorkBulk
from dom.console.why import why
from dom.kernel.errors import NotFound
from inventory.models import Channel
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, SavedView
from orders.selectors import filtering, lists, parts
from orders.selectors.filtering import Filters
from orders.selectors.story import Moment, Story, story

#: Who may change addresses knows customers; everybody else gets them masked in files.
_KNOWS_CUSTOMERS = "orders.change_address"
_TOTAL = Sort("total", "Total", "total_minor", "number", down=True)
_FIRST_DUE = Sort("due", "Ship by", "fulfillment_orders__ship_by", "time", joined=lists.by_due)
_DUE = Sort("due", "Ship by", "ship_by", "time", gaps=True, indexed=True)
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
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the page, with a file, or with the person's default view."""
        self.listing = listing = self._list()
        if request.GET.get("format") == "csv":
            return self._file()
        return listing.opening() or super().get(request, *args, **kwargs)

    def _file(self) -> HttpResponseBase:
        nodes = self.among(None)
        found = filtering.orders(self.listing.filters, at=timezone.now(), node_ids=nodes)
        if nodes is not None:
            return csv_answer("orders", order_rows.PARTS, order_rows.parts(parts.with_own_work(found, nodes)))
        masked = not self.request.user.has_perm(_KNOWS_CUSTOMERS)
        return csv_answer("orders", order_rows.ORDERS, order_rows.orders(found, masked=masked))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep a view of the list, or remove one."""
        return self._list().keep()

    def _list(self) -> Listing:
        sorts = _order_sorts if self.allowed is None else lambda _filters: ()
        return Listing(self.request, SavedView.List.ORDERS, sorts)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of orders."""
        at, listing = timezone.now(), self.listing
        nodes = self.among(None)
        rows = filtering.orders(listing.filters, at=at, node_ids=nodes)
        if nodes is None:
            related = rows.prefetch_related("lines", "fulfillment_orders__node")
        else:
            related = parts.with_own_work(rows, nodes)
        page = listing.sorting.page(related)
        return super().get_context_data(
            page=page,
            at=at,
            views=(lists.VIEWS if nodes is None else lists.OWN_VIEWS).items(),
            may_bulk=nodes is None and self.request.user.has_perm("orders.change_order"),
            statuses=Order.Status.choices,
            methods=FulfillmentGroup.Method.choices,
            channels=Channel.objects.order_by("code").values_list("code", "name"),
            **listing.context(),
            **kwargs,
        )


class OrderPage(FreshPage):
    """One page that tells an order's whole story; who is limited to nodes reads of the work there."""

    title = "Order"
    template_name = "console/order.html"
    permission_required = "orders.view_order"
    reach = Reach.OWN_NODES

    def get_template_names(self) -> list[str]:
        """Name the page of the whole order, or of a part of it."""
        return [self.template_name if self.allowed is None else "console/order_part.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the story, or the part."""
        nodes = self.among(None)
        try:
            return self._whole(**kwargs) if nodes is None else self._part(nodes, **kwargs)
        except NotFound as refusal:
            raise Http404(str(refusal)) from refusal

    def _part(self, nodes: Collection[int], **kwargs: Any) -> dict[str, Any]:
        told = parts.part(kwargs["ref"], nodes)
        self.title = f"Order {told.order.external_ref}"
        return super().get_context_data(part=told, order=told.order, at=timezone.now(), **kwargs)

    def _whole(self, **kwargs: Any) -> dict[str, Any]:
        told = story(kwargs["ref"])
        self.title = f"Order {told.order.external_ref}"
        show = self.request.GET.get("show", "")
        return super().get_context_data(
            story=told,
            order=told.order,
            moments=[one for one in reversed(told.moments) if _is_shown(one, show)],
            show=show,
            parts=_PARTS,
            why=why(told.order.ref),
            offer=self._offer(told),
            at=timezone.now(),
            **kwargs,
        )

    def _offer(self, told: Story) -> Offer | None:
        user = self.request.user
        return offer(told) if user.has_perm("orders.change_order") else offer_decisions(told, decides(user))


def _order_sorts(filters: Filters) -> Sequence[Sort]:
    """Return what an index orders; totals are for who sees whole orders, as are all the times at which they leave."""
    return (_TOTAL, _FIRST_DUE) if filters.view in lists.DUE_VIEWS and not filters.q else (_TOTAL,)


def _is_shown(one: Moment, show: str) -> bool:
    return show in {"all", one.about} if show else one.about not in {"stock", "message"} or one.tone == "bad"


def _work_sorts(filters: Filters) -> Sequence[Sort]:
    """Return what an index orders: by when it has to leave, what has not left."""
    is_open = filters.view in {"open", "late"} or (filters.status and filters.status not in FulfillmentOrder.CLOSED)
    return (_DUE,) if is_open else ()


class Work(ConsolePage):
    """Fulfillment orders by state, node, method, channel and day."""

    title = "Fulfillment orders"
    template_name = "console/work.html"
    permission_required = "orders.view_fulfillmentorder"
    reach = Reach.OWN_NODES

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the page, with a file, or with the person's default view."""
        self.listing = listing = self._list()
        if request.GET.get("format") == "csv":
            found = self.within(filtering.work(listing.filters, at=timezone.now()))
            return csv_answer("fulfillment-orders", order_rows.WORK, order_rows.work(found))
        return listing.opening() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep a view of the list, or remove one."""
        return self._list().keep()

    def _list(self) -> Listing:
        return Listing(self.request, SavedView.List.WORK, _work_sorts, opening="open")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of fulfillment orders."""
        at, listing = timezone.now(), self.listing
        rows = self.within(filtering.work(listing.filters, at=at))
        return super().get_context_data(
            page=listing.sorting.page(rows.prefetch_related("lines")),
            at=at,
            views=filtering.WORK_VIEWS.items(),
            may_bulk=WorkBulk.is_open_to(self.request.user) and self.request.user.has_perm("orders.change_order"),
            statuses=FulfillmentOrder.Status.choices,
            methods=FulfillmentGroup.Method.choices,
            channels=Channel.objects.order_by("code").values_list("code", "name"),
            **listing.context(),
            **kwargs,
        )
