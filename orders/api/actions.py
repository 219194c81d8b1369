"""Endpoints that change an order that stands: cancel, address, hold, release, note, payment."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest import etags
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView
from orders.api.action_shapes import (
    CancelLineShape,
    CancelShape,
    ChangeAddressShape,
    ChangesShape,
    HoldAskShape,
    PaidShape,
    ReleaseShape,
)
from orders.api.examples import ORDER, ORDER_SHOWN
from orders.api.shown import OrderShape
from orders.errors import (
    AlreadyHeld,
    InvalidTransition,
    OrderInvalid,
    OrderNotFound,
    PaymentRefused,
    PickMismatch,
    SkuStillUnknown,
    TooLate,
)
from orders.selectors import documents, visible
from orders.services import cancelling, changes, holds, paying, swapping

_TAG = "Orders"
_EITHER = {200: OrderShape, 202: OrderShape}


class _Action(ApiView):
    """One change of an order. If-Match refuses it when the order has changed since it was read."""

    def may_act(self, ref: str) -> None:
        """Refuse an order that the caller may not see, or has seen in another revision.

        Raises:
            OrderNotFound: there is none that the caller may see.
        """
        rows = visible.orders(self.caller.nodes, self.caller.channels).filter(ref=ref)
        found = rows.values_list("revision", flat=True).first()
        if found is None:
            raise OrderNotFound(f"There is no order {ref[:64]}.", ref=ref[:64])
        self.must_match(found)

    def answer(self, ref: str, status: int = 200) -> Response:
        """Answer the order as it stands, without personal data."""
        shown = documents.without_personal_data(documents.order(ref))
        return Response(shown, status=status, headers={"ETag": etags.of_revision(shown["revision"])})


class CancelOrder(_Action):
    """Cancel every unit that has not left.

    202 where nodes that accepted the work have to agree first: their fulfillment orders are CANCEL_REQUESTED, and end
    CANCELLED or go on (event `fulfillment_order.cancel_refused`).
    """

    @endpoint(
        Scope.ORDERS_WRITE, "Cancel an order", tag=_TAG, body=CancelShape, body_example={"reason": "CUSTOMER"},
        answers=_EITHER, answer_example=ORDER_SHOWN, problems=(OrderNotFound, TooLate, InvalidTransition),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Cancel."""
        del request
        self.may_act(ref)
        done = cancelling.cancel_order(order_ref=ref, reason=self.asked["reason"], at=self.at, actor=self.caller.actor)
        return self.answer(ref, 202 if done.requested else 200)


class CancelLine(_Action):
    """Cancel units of a line, or all of it; a bundle goes with its components. 202 as for whole orders."""

    @endpoint(
        Scope.ORDERS_WRITE, "Cancel a line", tag=_TAG, body=CancelLineShape,
        body_example={"quantity": 1, "reason": "CUSTOMER"}, answers=_EITHER, answer_example=ORDER_SHOWN,
        problems=(OrderNotFound, NotFound, TooLate, PickMismatch, InvalidTransition),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str, line_ref: str) -> Response:
        """Cancel units."""
        del request
        self.may_act(ref)
        done = cancelling.cancel_line(
            order_ref=ref, line_ref=line_ref, quantity=self.asked.get("quantity"), reason=self.asked["reason"],
            at=self.at, actor=self.caller.actor,
        )  # fmt: skip
        return self.answer(ref, 202 if done.requested else 200)


class ChangeAddress(_Action):
    """Send the order elsewhere while no node has begun to work on it; it is planned again."""

    @endpoint(
        Scope.ORDERS_WRITE, "Change the address", tag=_TAG, body=ChangeAddressShape,
        body_example={"ship_to": ORDER["ship_to"]}, answers={200: OrderShape}, answer_example=ORDER_SHOWN,
        problems=(OrderNotFound, NotFound, TooLate, InvalidTransition),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Change it."""
        del request
        self.may_act(ref)
        changes.change_address(
            order_ref=ref, ship_to=ChangeAddressShape.read(self.asked["ship_to"]), group_ref=self.asked["group"],
            reason=self.asked["reason"], at=self.at, actor=self.caller.actor,
        )  # fmt: skip
        return self.answer(ref)


class HoldOrder(_Action):
    """Stop an order, one line or one fulfillment order until somebody releases the hold."""

    @endpoint(
        Scope.ORDERS_WRITE, "Hold an order", tag=_TAG, body=HoldAskShape,
        body_example={"kind": "FRAUD", "reason": "Card check", "owner": "Risk", "due_at": "2026-11-25T12:00:00Z"},
        answers={200: OrderShape}, answer_example=ORDER_SHOWN,
        problems=(OrderNotFound, NotFound, AlreadyHeld, InvalidTransition),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Hold."""
        del request
        self.may_act(ref)
        asked = self.asked
        holds.hold(
            scope=HoldAskShape.scope(ref, asked), kind=asked["kind"], owner=asked["owner"], reason=asked["reason"],
            due_at=asked["due_at"], at=self.at, actor=self.caller.actor,
        )  # fmt: skip
        return self.answer(ref)


class ReleaseOrder(_Action):
    """End holds; what they stopped goes on where it was, and waiting units are routed.

    Releasing a hold SWAP makes the swap that it proposes; with `decline` the line keeps its item and goes on.
    """

    @endpoint(
        Scope.ORDERS_WRITE, "Release a hold", tag=_TAG, body=ReleaseShape, body_example={"kind": "FRAUD"},
        answers={200: OrderShape}, answer_example=ORDER_SHOWN,
        problems=(OrderNotFound, NotFound, TooLate, InvalidTransition, SkuStillUnknown), channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Release, or decline a swap."""
        del request
        self.may_act(ref)
        scope = ReleaseShape.scope(ref, self.asked)
        told: dict[str, Any] = {"at": self.at, "actor": self.caller.actor}
        reason = self.asked["reason"]
        if self.asked["decline"]:
            swapping.decline_swap(order_ref=ref, line_ref=scope.line_ref, reason=reason, **told)
        else:
            holds.release_hold(scope=scope, kind=self.asked["kind"], reason=reason, **told)
        return self.answer(ref)


class ChangeOrder(_Action):
    """Change an order while no node has begun: another item, another way to the customer; or write a note to it."""

    @endpoint(
        Scope.ORDERS_WRITE, "Change an order", tag=_TAG, body=ChangesShape,
        body_example={"fulfillment": {"method": "PICKUP", "node": "store-soho"}, "reason": "CUSTOMER"},
        answers={200: OrderShape}, answer_example=ORDER_SHOWN,
        problems=(OrderNotFound, NotFound, OrderInvalid, TooLate, InvalidTransition, AlreadyHeld),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Change it."""
        del request
        self.may_act(ref)
        told: dict[str, Any] = {"order_ref": ref, "at": self.at, "actor": self.caller.actor}
        if "swap" in self.asked:
            self._swap(**self.asked["swap"], **told)
        elif "fulfillment" in self.asked:
            asked = self.asked["fulfillment"]
            ship_to = ChangeAddressShape.read(asked["ship_to"]) if "ship_to" in asked else None
            way = changes.Way(asked["method"], asked["node"], ship_to)
            changes.change_method(way=way, group_ref=asked["group"], reason=self.asked["reason"], **told)
        else:
            changes.note(text=self.asked["note"], **told)
        return self.answer(ref)

    def _swap(self, *, line_ref: str, sku: str, propose: bool, owner: str, **told: Any) -> None:
        reason = self.asked["reason"]
        if propose:
            swapping.propose_swap(swap=swapping.Swap(line_ref, sku, owner), reason=reason, **told)
        else:
            swapping.swap_item(line_ref=line_ref, sku=sku, reason=reason, **told)


class RecordPayment(_Action):
    """Tell what happened to the order's money: authorized, captured, voided or refunded.

    Nothing is asked of a provider by this. A capture or refund may name the shipment it is for: captured in parts up
    to its `amount`, which is its exact share of the order, and refunded in parts up to what was captured for it. An
    order that waits for its payment goes on once everything is authorized.
    """

    @endpoint(
        Scope.ORDERS_WRITE, "Record a payment", tag=_TAG, body=PaidShape,
        body_example={"kind": "CAPTURE", "amount": "42.90", "reference": "ch_3P", "shipment": "S-4H2K8QW1ZTM"},
        answers={200: OrderShape}, answer_example=ORDER_SHOWN, problems=(OrderNotFound, NotFound, PaymentRefused),
        channels=ForChannels.OWN,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Record it."""
        del request
        self.may_act(ref)
        payment = PaidShape.read(self.asked, documents.currency_of(ref))
        paying.record_payment(order_ref=ref, payment=payment, at=self.at, actor=self.caller.actor)
        return self.answer(ref)
