"""Endpoints that tell us what is where, and show it."""

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.rest.feed_view import FeedView
from dom.kernel.rest.feeds import TAKEN
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from inventory.api import examples, stock_feeds
from inventory.api.filters import LevelFilter, SupplyFilter
from inventory.api.stock_shapes import AdjustmentShape, IncomingSupplyShape, LevelShape, StockShape
from inventory.models import IncomingSupply, StockLevel


class Stock(FeedView):
    """What is on hand, as absolute counts.

    A row means what was there at `counted_at`: our own movements since then are applied on top, and a count that is
    older than the last one is ignored and reported. A count below what is reserved makes the level short:
    it is listed with the work that claims it until that is routed elsewhere.
    """

    @endpoint(
        Scope.STOCK_READ, "List stock levels", tag="Stock", lists=LevelShape, filters=LevelFilter,
        answer_example=examples.LEVEL,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of levels."""
        del request
        rows = StockLevel.objects.select_related("sku", "node")
        if self.caller.nodes:
            rows = rows.filter(node__code__in=self.caller.nodes)
        return self.page(rows, by=("id",), shape=LevelShape)

    @endpoint(
        Scope.STOCK_WRITE, "Count stock", tag="Stock", rows=StockShape, body_example=examples.STOCK,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(stock_feeds.STOCK)


class Adjustments(FeedView):
    """Signed changes of what is on hand, each with its reason; one that would take a level below zero is refused."""

    @endpoint(
        Scope.STOCK_WRITE, "Adjust stock", tag="Stock", rows=AdjustmentShape,
        body_example=examples.ADJUSTMENTS, answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(stock_feeds.ADJUSTMENTS)


class IncomingSupplies(FeedView):
    """Dated supply that can be promised and reserved before it is there."""

    @endpoint(
        Scope.STOCK_READ, "List incoming supply", tag="Stock", lists=IncomingSupplyShape, filters=SupplyFilter,
        answer_example=examples.SUPPLY_SHOWN,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of open supply."""
        del request
        rows = IncomingSupply.objects.filter(closed_at__isnull=True).select_related("sku", "node")
        if self.caller.nodes:
            rows = rows.filter(node__code__in=self.caller.nodes)
        return self.page(rows, by=("id",), shape=IncomingSupplyShape)

    @endpoint(
        Scope.STOCK_WRITE, "Announce incoming supply", tag="Stock", rows=IncomingSupplyShape,
        body_example=examples.INCOMING_SUPPLY, answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(stock_feeds.INCOMING_SUPPLY)
