"""Endpoints of a node's work: the queue, and each step from accepting to handing over."""

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest import etags
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from orders.api.examples_of_work import HAND_OVER, PICK, REJECT, SHIP, WORK
from orders.api.filters import WorkFilter
from orders.api.fulfillment_shapes import GiveUpShape, HandOverShape, PickShape, RejectShape, ShipShape
from orders.api.shown import FulfillmentOrderShape
from orders.errors import (
    AlreadyClaimed,
    FulfillmentOrderNotFound,
    HandOverRefused,
    InvalidTransition,
    PickMismatch,
)
from orders.selectors import documents, visible
from orders.services import fulfillment, releasing, shipping

_TAG = "Fulfillment"
_REFUSALS = (FulfillmentOrderNotFound, InvalidTransition, AlreadyClaimed)


class FulfillmentOrders(ApiView):
    """The work of nodes; a key that is limited to nodes or channels sees theirs alone."""

    @endpoint(
        Scope.FULFILLMENT_READ,
        "List fulfillment orders",
        tag=_TAG,
        lists=FulfillmentOrderShape,
        filters=WorkFilter,
        answer_example=WORK,
        channels=ForChannels.OWN,
    )
    def get(self, request: Request) -> Response:
        """Answer one page of fulfillment orders, the latest first."""
        del request
        rows = visible.fulfillment_orders(self.caller.nodes, self.caller.channels)
        return self.page(rows.only("id"), by=("-id",), shape=FulfillmentOrderShape)


class OneFulfillmentOrder(ApiView):
    """The work of one node for one order, with the address it goes to."""

    @endpoint(
        Scope.FULFILLMENT_READ, "Read a fulfillment order", tag=_TAG, answers={200: FulfillmentOrderShape},
        answer_example=WORK, problems=(FulfillmentOrderNotFound,),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer the fulfillment order."""
        del request
        _revision(self, ref)
        shown = documents.fulfillment_order(ref)
        return Response(shown, headers={"ETag": etags.of_revision(shown["revision"])})


def _revision(view: ApiView, ref: str) -> int:
    """Return the revision of work that the caller may see; what belongs to other nodes is not found.

    Raises:
        FulfillmentOrderNotFound: there is none that the caller may see.
    """
    rows = visible.fulfillment_orders(view.caller.nodes, view.caller.channels).filter(ref=ref)
    revision = rows.values_list("revision", flat=True).first()
    if revision is None:
        raise FulfillmentOrderNotFound(f"There is no fulfillment order {ref[:64]}.", ref=ref[:64])
    return revision


class _Step(ApiView):
    """One step of the work: If-Match keeps two people from taking it on what one of them saw before the other."""

    def take(self, service: Callable[..., object], ref: str, **asked: Any) -> Response:
        """Take the step and answer the work as it stands after it, without personal data."""
        revision = _revision(self, ref)
        self.must_match(revision)
        seen = revision if "If-Match" in self.http.headers else None
        service(ref=ref, at=self.at, actor=self.caller.actor, seen_revision=seen, **asked)
        shown = documents.without_personal_data(documents.fulfillment_order(ref))
        return Response(shown, headers={"ETag": etags.of_revision(shown["revision"])})


class LetBegin(_Step):
    """Let the node begin before its time: its planned work waits for `release_minutes` before it has to leave."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Release a fulfillment order", tag=_TAG, answers={200: FulfillmentOrderShape},
        answer_example=WORK, problems=_REFUSALS,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Release."""
        del request
        return self.take(releasing.release_work, ref)


class Accept(_Step):
    """Take the work on. While a cancellation is asked for, accepting refuses it."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Accept a fulfillment order", tag=_TAG, answers={200: FulfillmentOrderShape},
        answer_example=WORK, problems=_REFUSALS,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Accept."""
        del request
        return self.take(fulfillment.accept, ref)


class Reject(_Step):
    """Give units back: stock is corrected by the reason, and the units are routed to other nodes at once."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Reject units of a fulfillment order", tag=_TAG, body=RejectShape, body_example=REJECT,
        answers={200: FulfillmentOrderShape}, answer_example=WORK, problems=(*_REFUSALS, PickMismatch, NotFound),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Reject."""
        del request
        return self.take(fulfillment.reject, ref, lines=RejectShape.read(self.asked))


class Pick(_Step):
    """Say what was picked; what is missing is shorted and routed to other nodes at once."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Pick a fulfillment order", tag=_TAG, body=PickShape, body_example=PICK,
        answers={200: FulfillmentOrderShape}, answer_example=WORK, problems=(*_REFUSALS, PickMismatch, NotFound),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Pick."""
        del request
        return self.take(fulfillment.pick, ref, lines=PickShape.read(self.asked))


class Pack(_Step):
    """Say that everything picked is packed."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Pack a fulfillment order", tag=_TAG, answers={200: FulfillmentOrderShape},
        answer_example=WORK, problems=_REFUSALS,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Pack."""
        del request
        return self.take(fulfillment.pack, ref)


class Ship(_Step):
    """Send packages of picked units; the shipment's amount is their exact share of the order's total."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Ship packages", tag=_TAG, body=ShipShape, body_example=SHIP,
        answers={200: FulfillmentOrderShape}, answer_example=WORK, problems=(*_REFUSALS, PickMismatch, NotFound),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Ship."""
        del request
        return self.take(shipping.ship, ref, boxes=ShipShape.read(self.asked))


class Ready(_Step):
    """Say that everything picked waits for the customer."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Make a pickup ready", tag=_TAG, answers={200: FulfillmentOrderShape},
        answer_example=WORK, problems=_REFUSALS,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Make ready."""
        del request
        return self.take(fulfillment.ready, ref)


class HandOver(_Step):
    """Give a pickup to the customer, who shows a code or says a name."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Hand a pickup over", tag=_TAG, body=HandOverShape, body_example=HAND_OVER,
        answers={200: FulfillmentOrderShape}, answer_example=WORK, problems=(*_REFUSALS, HandOverRefused),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Hand over."""
        del request
        return self.take(shipping.hand_over, ref, **self.asked)


class GiveUp(_Step):
    """Agree to a cancellation that was asked for, or hand the open units back to be routed to other nodes."""

    @endpoint(
        Scope.FULFILLMENT_WRITE, "Cancel a fulfillment order", tag=_TAG, body=GiveUpShape,
        body_example={"reason": "CONVEYOR_DOWN"}, answers={200: FulfillmentOrderShape}, answer_example=WORK,
        problems=_REFUSALS,
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Cancel."""
        del request
        return self.take(fulfillment.cancel_work, ref, reason=self.asked["reason"])
