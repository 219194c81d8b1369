"""Speaks for a node that cannot be reached: gives units back, agrees to stop, or goes on."""

from collections.abc import Sequence
from datetime import datetime

from django import forms

from dom.console.acting import ActionForm
from dom.kernel.words import many
from orders import states
from orders.models import FulfillmentOrder
from orders.reports import Reason, Returned
from orders.selectors.story import story
from orders.services import fulfillment

NODE_REASONS = (
    (Reason.NOT_FOUND, "Not found"),
    (Reason.DAMAGED, "Damaged"),
    (Reason.NO_CAPACITY, "No time for it"),
    (Reason.STORE_CLOSED, "The node is closed"),
    (Reason.OTHER, "Something else"),
)
S = FulfillmentOrder.Status


class RejectForm(ActionForm):
    """Whose work, which line, how many units, and why."""

    title = "Give back for the node"
    help_text = (
        "The units leave the node's work, its stock is corrected where the reason says so, and they route again."
    )
    submit = "Give them back"
    dangerous = True
    foresees = True

    work = forms.ChoiceField(label="Line of the node's work")
    quantity = forms.IntegerField(label="Units", min_value=1)
    reason = forms.ChoiceField(label="Reason", choices=NODE_REASONS)

    def prepare(self, subject: str) -> None:
        """Offer each open line of work that may be rejected."""
        choices = [
            (f"{fo.ref}:{part.order_line.line_ref}", _named(fo, part.order_line.sku_code, part.to_pick + part.picked))
            for fo in story(subject).open_work
            if states.may_move(fo.status, S.REJECTED)
            for part in fo.lines.all()
            if part.to_pick + part.picked
        ]
        self.fields["work"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the node loses and what its books say then."""
        asked = self.cleaned_data
        words = [f"{many(int(asked['quantity']), 'unit')} taken back and routed again, without this node."]
        if asked["reason"] == Reason.NOT_FOUND:
            words.append("Its on hand falls by as much: what cannot be found is not there.")
        if asked["reason"] == Reason.DAMAGED:
            words.append("They stay on hand there as unsellable.")
        return words

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Reject for the node; return what happened, in words."""
        ref, _colon, line_ref = self.cleaned_data["work"].partition(":")
        back = Returned(line_ref, self.cleaned_data["quantity"], Reason(self.cleaned_data["reason"]))
        fulfillment.reject(ref=ref, lines=[back], at=at, actor=actor)
        return "The node's work is given back; the units are routed again."


def _named(fo: FulfillmentOrder, sku: str, units: int) -> str:
    return f"{fo.node.name or fo.node.code}: {units} × {sku} ({fo.ref})"


class AnswerForm(ActionForm):
    """What the node says to the cancellation that was asked for."""

    title = "Answer for the node"
    help_text = "The node was asked to stop and has not answered. Ask it before you answer in its place."
    submit = "Answer"
    foresees = True

    work = forms.ChoiceField(label="Work")
    answer = forms.ChoiceField(
        label="The node",
        choices=(("stop", "stops: the units are cancelled"), ("go-on", "goes on: the cancellation is refused")),
    )

    def prepare(self, subject: str) -> None:
        """Offer the work that was asked to stop."""
        asked = [fo for fo in story(subject).open_work if fo.status == S.CANCEL_REQUESTED]
        choices = [(fo.ref, f"{fo.node.name or fo.node.code} ({fo.ref})") for fo in asked]
        self.fields["work"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what the answer means."""
        if self.cleaned_data["answer"] == "stop":
            return ["What was asked for is cancelled at the node; its stock is free again."]
        return ["The node goes on where it was; the order is told that the cancellation was refused."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Answer; return what happened, in words."""
        ref = self.cleaned_data["work"]
        if self.cleaned_data["answer"] == "stop":
            fulfillment.cancel_work(ref=ref, at=at, actor=actor)
            return "The cancellation is done."
        fulfillment.accept(ref=ref, at=at, actor=actor)
        return "The node goes on; the cancellation is refused."
