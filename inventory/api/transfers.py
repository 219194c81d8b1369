"""Endpoints of transfers between nodes: asked for, approved, sent, received, ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from dom.kernel.errors import NotFound
from dom.kernel.rest import etags
from dom.kernel.rest.errors import NodeForbidden
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import endpoint
from dom.kernel.rest.view import ApiView
from inventory.api import examples
from inventory.api.codes import sku_ids
from inventory.api.transfer_shapes import (
    ReceiveTransferAsk,
    ShipTransferAsk,
    TransferAsk,
    TransferReasonAsk,
    TransferShape,
)
from inventory.errors import ApprovalRefused, InsufficientStock, TransferMismatch, TransferRefused
from inventory.models import Transfer
from inventory.services import transfers

_TAG = "Transfers"
_REFUSALS = (NotFound, NodeForbidden, TransferRefused)
_SHOWN = {200: TransferShape}


class TransferFilter(django_filters.FilterSet):
    """Narrows transfers."""

    status = django_filters.ChoiceFilter(choices=Transfer.Status.choices, label="Where it stands")
    from_node = django_filters.CharFilter(field_name="from_node__code", label="Sent by this node")
    to_node = django_filters.CharFilter(field_name="to_node__code", label="Received by this node")

    class Meta:
        model = Transfer
        fields: list[str] = []


def _visible(view: ApiView) -> "QuerySet[Transfer]":
    rows = Transfer.objects.select_related("from_node", "to_node").prefetch_related("lines__sku")
    if view.caller.nodes:
        rows = rows.filter(Q(from_node__code__in=view.caller.nodes) | Q(to_node__code__in=view.caller.nodes))
    return rows


def _found(view: ApiView, ref: str) -> Transfer:
    found = _visible(view).filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no transfer {ref[:64]}.", ref=ref[:64])
    return found


def _shown(view: ApiView, ref: str, status: int = 200) -> Response:
    transfer = _found(view, ref)
    headers = {"ETag": etags.of_revision(transfer.revision), "Location": f"/api/v1/transfers/{ref}"}
    return Response(TransferShape(transfer).data, status=status, headers=headers)


def _ids(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return sku_ids([line["sku"] for line in lines], place="lines/{n}/sku", once=True)


class Transfers(ApiView):
    """Goods that go from one node to another."""

    @endpoint(
        Scope.STOCK_READ, "List transfers", tag=_TAG, lists=TransferShape, filters=TransferFilter,
        answer_example=examples.TRANSFER_ANSWER,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answer one page of transfers, the latest first."""
        del request
        return self.page(_visible(self), by=("-id",), shape=TransferShape)

    @endpoint(
        Scope.STOCK_WRITE, "Ask for a transfer", tag=_TAG, body=TransferAsk, body_example=examples.TRANSFER,
        answers={201: TransferShape}, answer_example=examples.TRANSFER_ANSWER,
        problems=(NodeForbidden, TransferRefused),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Ask for it; a large one waits for somebody's approval."""
        del request
        asked = self.asked
        if not (self.caller.may_use(asked["from_node"]) or self.caller.may_use(asked["to_node"])):
            raise NodeForbidden("This key may act for neither node.", node=asked["from_node"])
        ids = _ids(asked["lines"])
        transfer = transfers.request_transfer(
            from_node=asked["from_node"],
            to_node=asked["to_node"],
            units={ids[line["sku"]]: line["quantity"] for line in asked["lines"]},
            expected_at=asked["expected_at"],
            note=asked.get("note", ""),
            at=self.at,
            actor=self.caller.actor,
        )
        return _shown(self, transfer.ref, 201)


class OneTransfer(ApiView):
    """One transfer."""

    @endpoint(
        Scope.STOCK_READ, "Read a transfer", tag=_TAG, answers=_SHOWN, answer_example=examples.TRANSFER_ANSWER,
        problems=(NotFound,),
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Answer the transfer."""
        del request
        return _shown(self, ref)


class _Step(ApiView):
    """One step; If-Match keeps two people from taking it on what one of them saw before the other."""

    #: Whose step it is: the key has to be for that node.
    side = "from_node"

    def take(self, service: Callable[..., object], ref: str, **asked: Any) -> Response:
        """Take the step and answer the transfer as it stands after it."""
        transfer = _found(self, ref)
        self.caller.must_use(getattr(transfer, self.side).code)
        self.must_match(transfer.revision)
        service(ref=ref, at=self.at, actor=self.caller.actor, **asked)
        return _shown(self, ref)

    def lines(self, ref: str, left: str) -> list[Mapping[str, Any]]:
        """Return the lines that were named, or all that have any units `left`."""
        if "lines" in self.asked:
            return list(self.asked["lines"])
        found = _found(self, ref).lines.all()
        return [{"sku": line.sku.code, "quantity": getattr(line, left)} for line in found if getattr(line, left)]


class ApproveTransfer(_Step):
    """Let a transfer be sent."""

    @endpoint(
        Scope.STOCK_WRITE, "Approve a transfer", tag=_TAG, answers=_SHOWN, answer_example=examples.TRANSFER_ANSWER,
        problems=(*_REFUSALS, ApprovalRefused),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Approve; whoever asked for it may not."""
        del request
        return self.take(transfers.approve_transfer, ref)


class RejectTransfer(_Step):
    """Say no to a transfer that waits for approval."""

    @endpoint(
        Scope.STOCK_WRITE, "Reject a transfer", tag=_TAG, body=TransferReasonAsk,
        body_example={"reason": "The sale needs it here"}, answers=_SHOWN, answer_example=examples.TRANSFER_ANSWER,
        problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Reject."""
        del request
        return self.take(transfers.reject_transfer, ref, reason=self.asked["reason"])


class ShipTransfer(_Step):
    """Send goods off: they leave stock here and are incoming supply there at once. What is reserved cannot be sent."""

    @endpoint(
        Scope.STOCK_WRITE, "Send a transfer", tag=_TAG, body=ShipTransferAsk,
        body_example={"lines": [{"sku": "TEE-BLACK-M", "quantity": 40}]}, answers=_SHOWN,
        answer_example=examples.TRANSFER_ANSWER, problems=(*_REFUSALS, TransferMismatch, InsufficientStock),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Send."""
        del request
        lines = self.lines(ref, "to_ship")
        ids = _ids(lines)
        units = {ids[line["sku"]]: line["quantity"] for line in lines}
        return self.take(transfers.ship_transfer, ref, units=units, final=self.asked.get("final", False))


class ReceiveTransfer(_Step):
    """Take goods in, in full or short; damaged units come on hand and are not sold."""

    side = "to_node"

    @endpoint(
        Scope.STOCK_WRITE, "Receive a transfer", tag=_TAG, body=ReceiveTransferAsk,
        body_example={"lines": [{"sku": "TEE-BLACK-M", "quantity": 38, "damaged": 1}], "final": True, "reason": "Lost"},
        answers=_SHOWN, answer_example=examples.TRANSFER_ANSWER, problems=(*_REFUSALS, TransferMismatch),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Receive."""
        del request
        lines = self.lines(ref, "in_transit")
        ids = _ids(lines)
        if any(line.get("damaged", 0) > line["quantity"] for line in lines):
            raise TransferMismatch("No more units are damaged than came in.")
        arrived = [
            transfers.Arrived(ids[line["sku"]], line["quantity"] - line.get("damaged", 0), line.get("damaged", 0))
            for line in lines
        ]
        final, reason = self.asked.get("final", False), self.asked.get("reason", "")
        return self.take(transfers.receive_transfer, ref, arrived=arrived, final=final, reason=reason)


class CancelTransfer(_Step):
    """Send nothing (more); what has left is received as before."""

    @endpoint(
        Scope.STOCK_WRITE, "Cancel a transfer", tag=_TAG, body=TransferReasonAsk,
        body_example={"reason": "Not needed any more"}, answers=_SHOWN, answer_example=examples.TRANSFER_ANSWER,
        problems=_REFUSALS,
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Cancel."""
        del request
        return self.take(transfers.cancel_transfer, ref, reason=self.asked["reason"])
