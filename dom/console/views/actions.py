"""What a person may do to an order from its page: cancel it, hold it, let it go on, leave a note."""

from collections.abc import Mapping
from datetime import datetime

from django import forms
from django.urls import reverse

from dom.console.acting import ActionForm, ConsoleAction
from orders.models import Hold
from orders.services import cancelling, changes, holds

REASONS = (
    ("CUSTOMER", "The customer wants it"),
    ("FRAUD", "Fraud"),
    ("PRICING", "Wrong price"),
    ("OTHER", "Something else"),
)


class CancelForm(ActionForm):
    """Why everything that has not left shall be cancelled."""

    title = "Cancel the order"
    help_text = "What has not left is cancelled and its stock is free again. Nodes that have begun are asked to stop."
    submit = "Cancel the order"
    dangerous = True

    reason = forms.ChoiceField(label="Reason", choices=REASONS)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Cancel; return what happened, in words."""
        done = cancelling.cancel_order(order_ref=subject, reason=self.cleaned_data["reason"], at=at, actor=actor)
        if done.requested:
            return f"{len(done.requested)} nodes that work on it have been asked to stop; the rest is cancelled."
        return f"{done.units} units are cancelled."


class HoldForm(ActionForm):
    """Why the order shall wait, and who looks after it."""

    title = "Hold the order"
    help_text = "Routing and work stop until somebody releases the hold."
    submit = "Hold the order"

    reason = forms.CharField(label="Why", max_length=500)
    owner = forms.CharField(label="Who looks after it", max_length=64, initial="Customer service")

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Hold; return what happened, in words."""
        holds.hold(scope=holds.Scope(subject), at=at, actor=actor, **self.cleaned_data)
        return "The order is on hold; nothing of it moves until the hold is released."


class ReleaseForm(ActionForm):
    """Which hold of the whole order ends."""

    title = "Release a hold"
    submit = "Release"

    kind = forms.ChoiceField(choices=Hold.Kind.choices)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Release; return what happened, in words."""
        holds.release_hold(scope=holds.Scope(subject), kind=self.cleaned_data["kind"], at=at, actor=actor)
        return "The hold is released; what waited goes on."


class NoteForm(ActionForm):
    """What colleagues should know; it names nobody."""

    title = "Leave a note"
    help_text = "Colleagues read it in the order's story. Name no customer in it."
    submit = "Write it"

    note = forms.CharField(max_length=200)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write the note; return what happened, in words."""
        changes.note(order_ref=subject, text=self.cleaned_data["note"], at=at, actor=actor)
        return "The note stands in the order's story."


FORMS: Mapping[str, type[ActionForm]] = {
    "cancel": CancelForm,
    "hold": HoldForm,
    "release": ReleaseForm,
    "note": NoteForm,
}


class OrderAction(ConsoleAction):
    """Carries out one form of the order page and goes back to it."""

    permission_required = "orders.change_order"

    def form_type(self) -> type[ActionForm]:
        """Return the form that the address names."""
        return FORMS[self.kwargs["action"]]

    def back(self) -> str:
        """Return the order's page."""
        return reverse("console:order", args=[self.subject])
