"""What a person may do to an order from its page: cancel it, hold it, let it go on, leave a note."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views import View

from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from orders.models import Hold
from orders.services import cancelling, changes, holds

REASONS = (
    ("CUSTOMER", "The customer wants it"),
    ("FRAUD", "Fraud"),
    ("PRICING", "Wrong price"),
    ("OTHER", "Something else"),
)


class CancelForm(forms.Form):
    """Why everything that has not left shall be cancelled."""

    reason = forms.ChoiceField(choices=REASONS)

    def carry_out(self, ref: str, *, at: datetime, actor: str) -> str:
        """Cancel; return what happened, in words."""
        done = cancelling.cancel_order(order_ref=ref, reason=self.cleaned_data["reason"], at=at, actor=actor)
        if done.requested:
            return f"{len(done.requested)} nodes that work on it have been asked to stop; the rest is cancelled."
        return f"{done.units} units are cancelled."


class HoldForm(forms.Form):
    """Why the order shall wait, and who looks after it."""

    reason = forms.CharField(max_length=500)
    owner = forms.CharField(max_length=64, initial="Customer service")

    def carry_out(self, ref: str, *, at: datetime, actor: str) -> str:
        """Hold; return what happened, in words."""
        holds.hold(scope=holds.Scope(ref), at=at, actor=actor, **self.cleaned_data)
        return "The order is on hold; nothing of it moves until the hold is released."


class ReleaseForm(forms.Form):
    """Which hold of the whole order ends."""

    kind = forms.ChoiceField(choices=Hold.Kind.choices)

    def carry_out(self, ref: str, *, at: datetime, actor: str) -> str:
        """Release; return what happened, in words."""
        holds.release_hold(scope=holds.Scope(ref), kind=self.cleaned_data["kind"], at=at, actor=actor)
        return "The hold is released; what waited goes on."


class NoteForm(forms.Form):
    """What colleagues should know; it names nobody."""

    note = forms.CharField(max_length=200)

    def carry_out(self, ref: str, *, at: datetime, actor: str) -> str:
        """Write the note; return what happened, in words."""
        changes.note(order_ref=ref, text=self.cleaned_data["note"], at=at, actor=actor)
        return "The note stands in the order's story."


FORMS: Mapping[str, Callable[[Any], Any]] = {
    "cancel": CancelForm,
    "hold": HoldForm,
    "release": ReleaseForm,
    "note": NoteForm,
}


class OrderAction(LoginRequiredMixin, PermissionRequiredMixin, View):
    """Carries out one form of the order page, by POST alone, and goes back to the page with the answer in words."""

    permission_required = "orders.change_order"
    raise_exception = True

    def post(self, request: HttpRequest, ref: str, action: str) -> HttpResponse:
        """Check the form, act in one unit of work, and say what came of it. A refusal changes nothing."""
        form = FORMS[action](request.POST)
        if form.is_valid():
            _act(request, form, ref)
        else:
            messages.error(request, " ".join(f"{name}: {' '.join(wrong)}" for name, wrong in form.errors.items()))
        return redirect("console:order", ref=ref)


def _act(request: HttpRequest, form: Any, ref: str) -> None:
    try:
        with unit_of_work():
            done = form.carry_out(ref, at=timezone.now(), actor=request.user.get_username())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
