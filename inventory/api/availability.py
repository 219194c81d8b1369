"""Endpoints that say what may be sold, and why just that."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest.errors import ChannelForbidden, Fault, NodeForbidden, ShapeInvalid
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from inventory import selectors
from inventory.api import examples
from inventory.api.availability_shapes import AvailabilityAnswer, AvailabilityAsk, ExplainAsk, WaterfallShape
from inventory.selectors.ats import Available


class Availability(ApiView):
    """What a channel may sell: the sum over its nodes less what is accepted already, within its quota.

    Reads, and promises nothing: only a reservation or an order holds units.
    """

    @endpoint(
        Scope.STOCK_READ, "Ask what may be sold", tag="Availability", body=AvailabilityAsk,
        body_example=examples.AVAILABILITY, answers={200: AvailabilityAnswer},
        answer_example=examples.AVAILABILITY_ANSWER, reads=True, problems=(ChannelForbidden,),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Answer one item per SKU."""
        del request
        asked = self.asked
        self.caller.must_sell(asked["channel"])
        network = selectors.network(at=self.at)
        if asked["channel"] not in network.channels:
            raise unknown("channel", asked["channel"])
        offers = selectors.available_to_sell(
            channel=asked["channel"],
            skus=asked["skus"],
            at=self.at,
            method=asked.get("method", ""),
            by=asked.get("at"),
            nodes=sorted(self.caller.nodes),
        )
        return Response({"items": _items(asked["skus"], offers, by_node=asked["by_node"])})


def _items(skus: Sequence[str], offers: Sequence[Available], *, by_node: bool) -> list[dict[str, Any]]:
    known = {offer.sku: offer for offer in offers}
    return [_item(sku, known.get(sku), by_node=by_node) for sku in skus]


def _item(sku: str, offer: Available | None, *, by_node: bool) -> dict[str, Any]:
    if offer is None:
        shown: dict[str, Any] = {"sku": sku, "available_to_sell": 0, "status": "UNKNOWN_SKU", "unlimited": False}
        shown["backorders_left"] = 0
        return shown | ({"nodes": []} if by_node else {})
    shown = {
        "sku": sku,
        "available_to_sell": offer.available_to_sell,
        "status": offer.status,
        "unlimited": offer.unlimited,
        "backorders_left": offer.backorders_left,
    }
    if by_node:
        shown["nodes"] = [{"node": node, "available_to_sell": units} for node, units in offer.nodes.items()]
    return shown


class AvailabilityExplained(ApiView):
    """Why a SKU shows the number it shows: every step with its units and its reason, now or at a past instant."""

    @endpoint(
        Scope.STOCK_READ, "Explain what may be sold", tag="Availability", query=ExplainAsk,
        answers={200: WaterfallShape},
        answer_example=examples.WATERFALL, problems=(NotFound, NodeForbidden, ChannelForbidden),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer the waterfall."""
        del request
        asked = self.query
        self.caller.must_sell(asked["channel"])
        instant = asked.get("at")
        if instant is not None and instant > self.at:
            fault = Fault("#/query/at", "in-future", "The past can be explained, and now.", field="at")
            raise ShapeInvalid("at lies in the future.", faults=[fault])
        if asked["channel"] not in selectors.network(at=self.at).channels:
            raise NotFound(f"There is no channel {asked['channel']}.", channel=asked["channel"])
        found = selectors.explain_ats(
            channel=asked["channel"],
            sku=asked["sku"],
            at=self.at,
            method=asked.get("method", ""),
            nodes=self._nodes(asked.get("node")),
            instant=instant,
        )
        if found is None:
            raise NotFound(f"There is no SKU {asked['sku']}.", sku=asked["sku"])
        return Response(WaterfallShape(found).data)

    def _nodes(self, node: str | None) -> list[str]:
        if node is None:
            return sorted(self.caller.nodes)
        self.caller.must_use(node)
        if node not in selectors.network(at=self.at).node_ids:
            raise NotFound(f"There is no node {node}.", node=node)
        return [node]


def unknown(field: str, code: str) -> ShapeInvalid:
    """Return the refusal of a body whose `field` names nothing."""
    told = f"There is no {field} {code}."
    return ShapeInvalid(told, faults=[Fault(f"#/{field}", f"unknown-{field}", told, field=field)])
