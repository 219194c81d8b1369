"""Endpoints that take orders in and show them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.rest import bodies, etags
from dom.kernel.rest.errors import ChannelForbidden
from dom.kernel.rest.feed_view import FeedView
from dom.kernel.rest.feeds import FeedSummary, QueuedShape
from dom.kernel.rest.keys import Caller
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from inventory.errors import ReservationLapsed
from orders.api import examples, feeds
from orders.api.asked import OrderAskedShape
from orders.api.filters import OrderFilter
from orders.api.shown import OrderShape
from orders.canonical import read_order
from orders.errors import OrderExists, OrderInvalid, OrderNotFound, ReservationRequired
from orders.selectors import documents, visible
from orders.services.intake import Arrival, place_order


def require_visible(caller: Caller, ref: str) -> None:
    """Refuse an order that the caller may not see, as one that is not there.

    Raises:
        OrderNotFound: there is none that the caller may see.
    """
    limited = caller.nodes or caller.channels
    if limited and not visible.orders(caller.nodes, caller.channels).filter(ref=ref).exists():
        raise OrderNotFound(f"There is no order {ref[:64]}.", ref=ref[:64])


class Orders(ApiView):
    """Orders of all channels. One is taken once per (channel, external_ref), however often it is sent."""

    @endpoint(
        Scope.ORDERS_READ, "List orders", tag="Orders", lists=OrderShape, filters=OrderFilter,
        answer_example=examples.ORDER_SHOWN,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of orders, the latest first: by when they came in, or by `placed_at` where that is asked."""
        rows: QuerySet[Any] = visible.orders(self.caller.nodes, self.caller.channels)
        dated = {"placed_from", "placed_until"} & set(request.GET)
        return self.page(
            rows.only("id", "placed_at"), by=("-placed_at", "-id") if dated else ("-id",), shape=OrderShape
        )

    @endpoint(
        Scope.ORDERS_WRITE, "Place an order", tag="Orders", body=OrderAskedShape, body_example=examples.ORDER,
        answers={201: OrderShape, 200: OrderShape}, answer_example=examples.ORDER_SHOWN,
        problems=(OrderInvalid, OrderExists, ReservationLapsed, ReservationRequired, ChannelForbidden),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Place it: 201, or 200 where the same body placed it before."""
        del request
        asked = read_order(self.asked, at=self.at)
        self.caller.must_sell(asked.channel)
        if self.caller.nodes:
            for group in asked.groups:
                self.caller.must_use(group.node)
        arrival = Arrival(asked, bodies.read_bytes(self.http), self.caller.actor)
        placed = place_order(arrival=arrival, at=self.at, actor=self.caller.actor)
        shown = documents.without_personal_data(documents.orders_by_id([placed.id])[0])
        headers = {"Location": f"/api/v1/orders/{placed.ref}", "ETag": etags.of_revision(shown["revision"])}
        return Response(shown, status=201 if placed.created else 200, headers=headers)


class OrdersInBulk(FeedView):
    """Many orders at once, each accepted or refused for itself; up to 1,000 are answered at once, more as a job."""

    @endpoint(
        Scope.ORDERS_WRITE, "Place orders in bulk", tag="Orders", rows=OrderAskedShape, body_example=[examples.ORDER],
        answers={200: FeedSummary, 202: QueuedShape},
        answer_example={"received": 1, "applied": 1, "failed": 0, "errors": []}, own_units=True,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Place the rows: `{"orders": [...]}`, an array, or NDJSON."""
        del request
        return self.take(feeds.ORDERS)


class OneOrder(ApiView):
    """An order with everything that belongs to it."""

    @endpoint(
        Scope.ORDERS_READ, "Read an order", tag="Orders", answers={200: OrderShape},
        answer_example=examples.ORDER_SHOWN, problems=(OrderNotFound,),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer the order with its lines by fate, its holds and its work."""
        del request
        require_visible(self.caller, ref)
        shown = documents.order(ref)
        return Response(shown, headers={"ETag": etags.of_revision(shown["revision"])})
