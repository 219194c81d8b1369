"""Endpoints that publish and show what keeps stock and capacity back."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.models import ConfigVersion
from dom.kernel.rest.errors import NodeForbidden
from dom.kernel.rest.feed_view import FeedView
from dom.kernel.rest.feeds import TAKEN
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForNodes, endpoint
from dom.kernel.rest.view import ApiView
from inventory import services
from inventory.api import examples, rule_feeds
from inventory.api.rule_shapes import CapacityShape, ChannelRuleShape, LowStockShape, SafetyStockShape
from inventory.services.low_stock import retire_low_stock

_READ, _WRITE = Scope.NETWORK_READ, Scope.NETWORK_WRITE


class _Live(FeedView):
    def live(self, kind: str, shape: type[serializers.Serializer[Any]]) -> Response:
        """Answer one page of the live documents of `kind`, each as it was put."""

        class Document(shape):  # type: ignore[misc, valid-type]  # the document stands in the version's body
            def to_representation(self, instance: ConfigVersion) -> dict[str, Any]:
                return dict(instance.body)

        rows = ConfigVersion.objects.filter(kind=kind, status=ConfigVersion.Status.PUBLISHED, live_until__isnull=True)
        return self.page(rows, by=("scope",), shape=Document)


class SafetyStocks(_Live):
    """Units that are never promised, by tag or SKU, node group and channel. Publishing takes effect at once."""

    @endpoint(_READ, "List safety stock rules", tag="Rules", lists=SafetyStockShape)
    def get(self, request: Request) -> Response:
        """Answer one page of live rules."""
        del request
        return self.live("safety-stock", SafetyStockShape)

    @endpoint(
        _WRITE, "Publish safety stock rules", tag="Rules", rows=SafetyStockShape, body_example=examples.SAFETY_STOCK,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the rows."""
        del request
        return self.take(rule_feeds.SAFETY_STOCK)


class ChannelRules(_Live):
    """What a channel may not sell: thresholds, and switches by SKU, tag, node group and method."""

    @endpoint(_READ, "List channel rules", tag="Rules", lists=ChannelRuleShape)
    def get(self, request: Request) -> Response:
        """Answer one page of live rules."""
        del request
        return self.live("channel-rules", ChannelRuleShape)

    @endpoint(
        _WRITE, "Publish channel rules", tag="Rules", rows=ChannelRuleShape, body_example=examples.CHANNEL_RULES,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the rows."""
        del request
        return self.take(rule_feeds.CHANNEL_RULES)


class LowStocks(_Live):
    """Thresholds below which stock is low, by tag or SKU and node group; each crossing is an event."""

    @endpoint(_READ, "List low stock rules", tag="Rules", lists=LowStockShape)
    def get(self, request: Request) -> Response:
        """Answer one page of live rules."""
        del request
        return self.live("low-stock", LowStockShape)

    @endpoint(
        _WRITE, "Publish low stock rules", tag="Rules", rows=LowStockShape, body_example=examples.LOW_STOCK,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the rows."""
        del request
        return self.take(rule_feeds.LOW_STOCK)


class Capacities(_Live):
    """How much work a node takes on a day; what is used beyond a lowered limit stays and is shown as excess."""

    @endpoint(_READ, "List capacities", tag="Rules", lists=CapacityShape)
    def get(self, request: Request) -> Response:
        """Answer one page of live capacities."""
        del request
        return self.live("capacity", CapacityShape)

    @endpoint(
        _WRITE, "Publish capacities", tag="Rules", rows=CapacityShape, body_example=examples.CAPACITIES,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True, nodes=ForNodes.OWN,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Publish the rows."""
        del request
        return self.take(rule_feeds.CAPACITIES)


class _One(ApiView):
    def end(self, kind: str, code: str) -> Response:
        """End the live document of a name."""
        services.retire_rule(kind=kind, scope=code, at=self.at, actor=self.caller.actor)
        return Response(status=204)


class OneSafetyStock(_One):
    """One safety stock rule."""

    @endpoint(_WRITE, "End a safety stock rule", tag="Rules", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Keep nothing back by it from here on; its versions stay, and publishing the code again brings it back."""
        del request
        return self.end("safety-stock", code)


class OneChannelRule(_One):
    """One channel rule."""

    @endpoint(_WRITE, "End a channel rule", tag="Rules", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Keep nothing back by it from here on; its versions stay, and publishing the code again brings it back."""
        del request
        return self.end("channel-rules", code)


class OneLowStock(ApiView):
    """One low-stock threshold."""

    @endpoint(_WRITE, "End a low stock rule", tag="Rules", answers={204: None}, problems=(NotFound,))
    def delete(self, request: Request, code: str) -> Response:
        """Mark nothing low by it from here on; its versions stay, and publishing the code again brings it back."""
        del request
        retire_low_stock(scope=code, at=self.at, actor=self.caller.actor)
        return Response(status=204)


class OneCapacity(_One):
    """The limits of a node's day."""

    @endpoint(
        _WRITE, "End a node's capacity", tag="Rules", answers={204: None}, problems=(NotFound, NodeForbidden),
        nodes=ForNodes.OWN,
    )  # fmt: skip
    def delete(self, request: Request, node: str) -> Response:
        """Let the node take any amount of work; its versions stay, and publishing it again brings it back."""
        del request
        if self.caller.nodes and node not in self.caller.nodes:
            raise NodeForbidden(f"This key may not act for node {node}.", node=node)
        return self.end("capacity", node)
