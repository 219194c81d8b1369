"""Endpoints that set up and list the network."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest.feed_view import FeedView
from dom.kernel.rest.feeds import TAKEN
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, ForNodes, endpoint
from dom.kernel.rest.view import ApiView
from inventory import services
from inventory.api import examples, feeds, filters, shapes
from inventory.errors import NodeGroupInUse
from inventory.models import Channel, Node, NodeGroup, Sku

_READ, _WRITE = Scope.NETWORK_READ, Scope.NETWORK_WRITE


class Skus(FeedView):
    """What can be sold. A row replaces all facts of its code; a fact left out goes back to its default."""

    @endpoint(
        _READ, "List SKUs", tag="Network", lists=shapes.SkuShape, filters=filters.SkuFilter, channels=ForChannels.SHARED
    )
    def get(self, request: Request) -> Response:
        """Answer one page of SKUs."""
        del request
        return self.page(Sku.objects.all(), by=("code",), shape=shapes.SkuShape)

    @endpoint(
        _WRITE, "Create or replace SKUs", tag="Network", rows=shapes.SkuShape, body_example=examples.SKUS,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(feeds.SKUS)


class Nodes(FeedView):
    """Where stock is. A row replaces all facts of its code; a fact left out goes back to its default."""

    @endpoint(
        _READ,
        "List nodes",
        tag="Network",
        lists=shapes.NodeShape,
        filters=filters.NodeFilter,
        channels=ForChannels.SHARED,
    )
    def get(self, request: Request) -> Response:
        """Answer one page of nodes."""
        del request
        return self.page(self._own(Node.objects.all()), by=("code",), shape=shapes.NodeShape)

    @endpoint(
        _WRITE, "Create or replace nodes", tag="Network", rows=shapes.NodeShape, body_example=examples.NODES,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True, nodes=ForNodes.OWN,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(feeds.NODES)

    def _own(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(code__in=self.caller.nodes) if self.caller.nodes else rows


class NodeGroups(FeedView):
    """Named sets of nodes; a row names all members of its group."""

    @endpoint(_READ, "List node groups", tag="Network", lists=shapes.NodeGroupShape, filters=filters.NodeGroupFilter)
    def get(self, request: Request) -> Response:
        """Answer one page of groups."""
        del request
        return self.page(NodeGroup.objects.prefetch_related("nodes"), by=("code",), shape=shapes.NodeGroupShape)

    @endpoint(
        _WRITE, "Create or replace node groups", tag="Network", rows=shapes.NodeGroupShape,
        body_example=examples.NODE_GROUPS, answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(feeds.NODE_GROUPS)


class OneNodeGroup(ApiView):
    """One group, which nothing speaks of."""

    @endpoint(_WRITE, "Retire a node group", tag="Network", answers={204: None}, problems=(NotFound, NodeGroupInUse))
    def delete(self, request: Request, code: str) -> Response:
        """Take it away; its nodes stay. What names it stands in the way, and is named."""
        del request
        services.retire_node_group(code=code, at=self.at, actor=self.caller.actor)
        return Response(status=204)


class Channels(FeedView):
    """For whom stock is: shops, marketplaces, apps."""

    @endpoint(
        _READ,
        "List channels",
        tag="Network",
        lists=shapes.ChannelShape,
        filters=filters.ChannelFilter,
        channels=ForChannels.OWN,
    )
    def get(self, request: Request) -> Response:
        """Answer one page of channels."""
        del request
        rows = Channel.objects.select_related("node_group")
        if self.caller.channels:
            rows = rows.filter(code__in=self.caller.channels)
        return self.page(rows, by=("code",), shape=shapes.ChannelShape)

    @endpoint(
        _WRITE, "Create or replace channels", tag="Network", rows=shapes.ChannelShape, body_example=examples.CHANNELS,
        answers=TAKEN, answer_example=examples.SUMMARY, own_units=True,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        """Apply the rows."""
        del request
        return self.take(feeds.CHANNELS)
