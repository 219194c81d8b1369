"""Carries out what a person asks of a page: a form, a look at what would happen, one unit of work, an answer."""

import abc
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from dom.console.reach import Reaching
from dom.kernel.changes import note_change
from dom.kernel.errors import DomainError
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work

#: The name of the button that confirms what was foreseen.
CONFIRMED = "confirmed"
#: What the record keeps of an action's words.
_LONGEST = 500


class ActionForm(forms.Form):
    """What a person asks for; a subclass declares the fields and says what carrying it out means.

    `title` heads the form's own page, `help_text` says what happens, `submit` is the word on the button, and
    `dangerous` paints it as something that is not undone. `foresees` asks for a second look before anything happens.
    """

    title: ClassVar[str] = ""
    help_text: ClassVar[str] = ""
    submit: ClassVar[str] = "Save"
    dangerous: ClassVar[bool] = False
    foresees: ClassVar[bool] = False
    #: What it does writes down by itself who changed what from what to what.
    writes_itself: ClassVar[bool] = False
    #: A template that stands between the words and the fields, and the fields that it draws itself.
    panel_template: ClassVar[str] = ""
    panelled: ClassVar[tuple[str, ...]] = ()

    #: Who looks at the form or sends it.
    person: Any = None
    #: What came of it, where the address names nothing yet.
    made: str = ""

    def prepare(self, subject: str) -> None:
        """Fill choices and initial values from what `subject` is; reads only.

        Raises:
            DomainError: the subject cannot be acted on so; the page says why and shows no field.
        """

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Return what carrying it out would do, a sentence each; reads only.

        Raises:
            DomainError: it would be refused.
        """
        raise NotImplementedError

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Do it within the caller's unit of work; return what happened, in words.

        Raises:
            DomainError: it is refused; nothing has changed then.
        """
        raise NotImplementedError

    def refuse(self, refusal: DomainError) -> None:
        """Show why it was refused; a form that knows the field puts the sentence there."""
        self.add_error(None, str(refusal))


def in_short(title: str, done: str, typed: Mapping[str, Any]) -> str:
    """Return an action as the record tells it: what was asked, what came of it, and the reason that was given."""
    reason = str(typed.get("reason") or "")
    words = f"{title}: {done}" + (f" Reason: {reason}." if reason else "")
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


class ConsoleAction(Reaching, View):
    """Shows one form on a page of its own, and carries it out by POST alone.

    What was typed is kept when the form is refused. `permission_required` and `reach` guard it.
    """

    form_class: type[ActionForm] = ActionForm
    #: The forms by what the address calls them, where there are several.
    forms: ClassVar[Mapping[str, type[ActionForm]]] = {}
    template_name = "console/act.html"
    #: The name in the address that says what the form is about.
    subject_name = "ref"
    #: Under which kind of thing it is written down who did what; "" where what is carried out writes that itself.
    audited_as: ClassVar[str] = "other"
    #: What was carried out has made this.
    made = ""

    def back(self) -> str:
        """Return the address that the person goes back to."""
        raise NotImplementedError

    def form_type(self) -> type[ActionForm]:
        """Return the class of the form, or of the one among several that the address names."""
        return self.forms[self.kwargs.get("action", "new")] if self.forms else self.form_class

    def get(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Show the form."""
        form = self.form_type()(initial=request.GET.dict())
        refused = self._refusal(form)
        return self._page(form, refused=refused)

    def post(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Check the form, show what would happen where that is asked for, act, and say what came of it."""
        form = self.form_type()(request.POST)
        refused = self._refusal(form)
        if refused:
            return self._page(form, refused=refused, status=409)
        if not form.is_valid():
            return self._page(form, status=400)
        at = timezone.now()
        try:
            if form.foresees and CONFIRMED not in request.POST:
                return self._page(form, foreseen=form.foresee(self.subject, at=at))
            with unit_of_work():
                done = form.carry_out(self.subject, at=at, actor=request.user.get_username())
                self.made = form.made
                self._write_down(form, done, at)
        except DomainError as refusal:
            form.refuse(refusal)
            return self._page(form, status=409)
        return self.done(request, done)

    def _write_down(self, form: ActionForm, done: str, at: datetime) -> None:
        """Keep who did what, in the transaction that did it: Who changed what finds it by person, thing and day."""
        if not self.audited_as or form.writes_itself:
            return
        note_change(
            kind=self.audited_as, code=(self.subject or form.made)[:130], verb=Change.Verb.CHANGED,
            actor=self.request.user.get_username(), at=at, note=in_short(form.title, done, form.cleaned_data),
        )  # fmt: skip

    def done(self, request: HttpRequest, answer: str) -> HttpResponseBase:
        """Answer a form that was carried out: say so, and go back."""
        messages.success(request, answer)
        return redirect(self.back())

    def frame(self) -> dict[str, Any]:
        """Return what the frame around every page needs."""
        return dict(admin.site.each_context(self.request))

    def _refusal(self, form: ActionForm) -> str:
        """Prepare the form; return why it cannot be offered, "" where it can."""
        form.person = self.request.user
        try:
            form.prepare(self.subject)
        except DomainError as refusal:
            return str(refusal)
        return ""

    @property
    def subject(self) -> str:
        """What the form is about, as the address names it; empty where it names nothing."""
        return str(self.kwargs.get(self.subject_name, ""))

    def more(self, form: ActionForm) -> dict[str, Any]:
        """Return what else the page shows."""
        del form
        return {}

    def _page(
        self, form: ActionForm, *, foreseen: Sequence[str] = (), refused: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            **self.frame(),
            "title": form.title,
            "form": form,
            "foreseen": foreseen,
            "refused": refused,
            "confirmed": CONFIRMED,
            "back": self.back(),
            **self.more(form),
        }
        return render(self.request, self.template_name, context, status=status)


class OneOfForms(ConsoleAction, abc.ABC):
    """An action that the address names, about one thing (`subject_forms`) or on their list (`general`)."""

    subject_forms: ClassVar[Mapping[str, type[ActionForm]]] = {}
    general: ClassVar[Mapping[str, type[ActionForm]]] = {}
    #: The names of the addresses of one thing and of the list.
    page, listing = "", ""

    def form_type(self) -> type[ActionForm]:
        """Return the form that the address names."""
        return (self.subject_forms if self.subject else self.general)[self.kwargs["action"]]

    def back(self) -> str:
        """Return the page that the form stands on, or that of what it made."""
        one = self.subject or self.made
        return reverse(self.page, args=[one]) if one else reverse(self.listing)

    def find(self) -> None:
        """Look for the thing before anything is typed; from what on two persons are needed counts for every node.

        Raises:
            Http404: there is no such thing, or none within reach.
            PermissionDenied: it is there, and not this person's to act on.
        """
        if self.subject:
            self.find_one()
        elif self.kwargs["action"] == "approval" and self.allowed is not None:
            raise PermissionDenied("This counts for every node: somebody who sees them all sets it.")

    @abc.abstractmethod
    def find_one(self) -> None:
        """Refuse a thing that nobody knows, or beyond reach."""
