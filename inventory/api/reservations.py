"""Endpoints that hold stock for carts."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest.errors import ChannelForbidden, Fault, NodeForbidden, ShapeInvalid
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from inventory import selectors, services
from inventory.api import examples
from inventory.api.availability import unknown
from inventory.api.availability_shapes import ExtendAsk, ReservationAsk, ReservationShape
from inventory.api.codes import codes_of
from inventory.errors import InsufficientStock, ReservationLapsed
from inventory.services.carts import CartLine, Placed, hold


def _shown(ref: str, expires_at: Any, lines: Sequence[Placed | Mapping[str, Any]]) -> Any:
    return ReservationShape({"ref": ref, "expires_at": expires_at, "lines": lines}).data


class Reservations(ApiView):
    """Hold stock for a cart until `ttl_seconds` are over: every line, or nothing."""

    @endpoint(
        Scope.STOCK_WRITE, "Hold a cart", tag="Reservations", body=ReservationAsk, body_example=examples.RESERVATION,
        answers={201: ReservationShape}, answer_example=examples.RESERVATION_ANSWER,
        problems=(InsufficientStock, NodeForbidden, ChannelForbidden),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Hold every line, or refuse."""
        del request
        asked = self.asked
        self.caller.must_sell(asked["channel"])
        nodes = self._nodes(asked)
        self._require_known(asked)
        cart = hold(
            channel=asked["channel"],
            lines=[CartLine(line["line_ref"], line["sku"], line["quantity"]) for line in asked["lines"]],
            expires_at=self.at + timedelta(seconds=asked["ttl_seconds"]),
            at=self.at,
            actor=self.caller.actor,
            nodes=nodes,
        )
        address = {"Location": f"/api/v1/reservations/{cart.ref}"}
        return Response(_shown(cart.ref, cart.expires_at, cart.placed), status=201, headers=address)

    def _nodes(self, asked: Mapping[str, Any]) -> list[str]:
        if "node" not in asked:
            return sorted(self.caller.nodes)
        self.caller.must_use(asked["node"])
        return [asked["node"]]

    def _require_known(self, asked: Mapping[str, Any]) -> None:
        network = selectors.network(at=self.at)
        if asked["channel"] not in network.channels or not network.channels[asked["channel"]].is_active:
            raise unknown("channel", asked["channel"])
        if "node" in asked and asked["node"] not in network.node_ids:
            raise unknown("node", asked["node"])
        known = selectors.skus_by_code([line["sku"] for line in asked["lines"]])
        faults = [
            Fault(f"#/lines/{n}/sku", "unknown-sku", f"There is no SKU {line['sku']}.", field=f"lines/{n}/sku")
            for n, line in enumerate(asked["lines"])
            if line["sku"] not in known
        ]
        if faults:
            raise ShapeInvalid(faults[0].detail, faults=faults)


class OneReservation(ApiView):
    """One held cart."""

    @endpoint(
        Scope.STOCK_READ, "Read a reservation", tag="Reservations", answers={200: ReservationShape},
        answer_example=examples.RESERVATION_ANSWER, problems=(NotFound,),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer what is held."""
        del request
        return Response(_held(self, ref))

    @endpoint(
        Scope.STOCK_WRITE,
        "Give a reservation back",
        tag="Reservations",
        answers={204: None},
        problems=(NotFound,),
        channels=ForChannels.OWN,
    )
    def delete(self, request: Request, ref: str) -> Response:
        """Release everything it holds; a second time changes nothing."""
        del request
        _require_own(self, ref)
        services.release(demand_refs=[ref], reason="GIVEN_BACK", at=self.at, actor=self.caller.actor)
        return Response(status=204)


class ReservationExtended(ApiView):
    """Keep a held cart for longer."""

    @endpoint(
        Scope.STOCK_WRITE, "Extend a reservation", tag="Reservations", body=ExtendAsk,
        body_example={"ttl_seconds": 900}, answers={200: ReservationShape}, answer_example=examples.RESERVATION_ANSWER,
        problems=(NotFound, ReservationLapsed),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Hold on, counted from now."""
        del request
        _require_own(self, ref)
        until = self.at + timedelta(seconds=self.asked["ttl_seconds"])
        services.extend(demand_ref=ref, expires_at=until, at=self.at, actor=self.caller.actor)
        return Response(_held(self, ref))


def _missing(ref: str) -> NotFound:
    return NotFound(f"There is no reservation {ref[:64]}.", ref=ref[:64])


def _require_own(view: ApiView, ref: str) -> None:
    """Refuse a reference that never was a cart, or that is of nodes or a channel that the key is not for."""
    entries = selectors.history(ref) if ref.startswith("R-") else []
    caller, network = view.caller, selectors.network(at=view.at)
    nodes = {network.node_ids.get(node) for node in caller.nodes}
    channels = {channel.id for code, channel in network.channels.items() if code in caller.channels}
    elsewhere = caller.nodes and any(entry.node_id not in nodes for entry in entries)
    others = caller.channels and any(entry.channel_id not in channels for entry in entries)
    if not entries or elsewhere or others:
        raise _missing(ref)


def _held(view: ApiView, ref: str) -> Any:
    _require_own(view, ref)
    claims = [claim for claim in selectors.open_claims([ref]) if claim.expires_at and claim.expires_at > view.at]
    if not claims:
        raise _missing(ref)
    skus, nodes = codes_of([claim.sku_id for claim in claims], [claim.node_id for claim in claims])
    lines = [
        {
            "line_ref": claim.line_ref,
            "sku": skus[claim.sku_id],
            "node": nodes[claim.node_id],
            "quantity": claim.quantity,
        }
        for claim in claims
    ]
    return _shown(ref, claims[0].expires_at, lines)
