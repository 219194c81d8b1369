"""Documents of configuration: what is live in words, its versions, and an editor from draft to published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.documents.difference import Line
from dom.console.documents.registry import SORTS
from dom.console.documents.sort import DocumentSort
from dom.console.exporting import csv_answer
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sheet_kinds import SHEET_OF
from dom.console.sorting import Sort, Sorting
from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import unit_of_work

_VERSIONS = 50
_LINES = 6
ORDERS = (
    Sort("name", "Name", "scope"),
    Sort("live", "Live", "live_from", "age", gaps=True),
    Sort("by", "Who", "author", "text", gaps=True),
)
_KEYS: Mapping[str, Callable[["Row"], Any]] = {
    "name": lambda row: row.scope,
    "live": lambda row: row.live.live_from if row.live else None,
    "by": lambda row: row.live.author.lower() if row.live else None,
}


def sort_of(kind: str) -> DocumentSort:
    """Return the kind of document that an address names.

    Raises:
        Http404: there is no such kind.
    """
    if kind not in SORTS:
        raise Http404(f"There are no documents called {kind}.")
    return SORTS[kind]


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the list: the version that is live, what it says, and whether somebody drafts another."""

    scope: str
    live: ConfigVersion | None
    sentences: Sequence[str]
    draft: ConfigVersion | None


class _OfSort(ConsolePage):
    reach = Reach.NETWORK
    verb = "view"

    @property
    def sort(self) -> DocumentSort:
        """The kind that the address names."""
        return sort_of(self.kwargs["kind"])

    def has_permission(self) -> bool:
        """Whoever may see its documents, or change them where that is what the page is for."""
        return self.request.user.has_perm(self.sort.permission.format(self.verb))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the kind, and whether the person may change its documents."""
        may = self.request.user.has_perm(self.sort.permission.format("change"))
        return super().get_context_data(sort=self.sort, may_change=may, **kwargs)


class Documents(_OfSort):
    """Every document of one kind, live or drafted, with what it says."""

    template_name = "console/documents.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the list, or send what is live as a file where the kind has one of its own."""
        flat = self.sort.flat
        if flat is not None and request.GET.get("format") == "csv":
            return csv_answer(self.sort.kind, flat[0], flat[1](config.live_versions(self.sort.kind)))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the documents that the search keeps; two statements however many there are."""
        sort, text = self.sort, self.request.GET.get("q", "").strip().lower()
        self.title = sort.words
        live = config.live_versions(sort.kind)
        drafts = config.drafts(sort.kind)
        briefs = _briefs(sort, live)
        rows = [Row(scope, live.get(scope), briefs.get(scope, ()), drafts.get(scope)) for scope in {*live, *drafts}]
        if text:
            rows = [row for row in rows if text in f"{row.scope} {' '.join(row.sentences)}".lower()]
        sorting = Sorting(self.request.GET, ORDERS, default="name")
        return super().get_context_data(
            rows=sorting.of(rows, _KEYS),
            sorting=sorting,
            asked=self.request.GET,
            sheet=SHEET_OF.get(sort.kind, ""),
            **kwargs,
        )


class FormerPage(_OfSort):
    """An address that people kept of the time before documents had pages of one kind."""

    kind = ""

    @property
    def sort(self) -> DocumentSort:
        """The kind whose pages say what it said."""
        return sort_of(self.kind)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Lead there."""
        return redirect("console:documents", kind=self.kind, permanent=True)


def _briefs(sort: DocumentSort, live: Mapping[str, ConfigVersion]) -> Mapping[str, Sequence[str]]:
    """Return the few lines in which the list says what each document says."""
    if sort.briefs is not None:
        return sort.briefs({scope: value for scope, one in live.items() if (value := sort.value(one.body)) is not None})
    return {scope: sort.sentences(one.body)[:_LINES] for scope, one in live.items()}


@dataclass(frozen=True, slots=True)
class Version:
    """A published version and what it changed."""

    version: ConfigVersion
    changed: Sequence[Line]


class Document(_OfSort):
    """One document: what it says, its versions with what each changed, and the difference between any two."""

    template_name = "console/document.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the versions, newest first; two statements."""
        sort, scope, asked = self.sort, kwargs["scope"], self.request.GET
        told = _versions(sort, scope)
        draft = config.draft(sort.kind, scope)
        if not told and draft is None:
            raise Http404(f"There is no {sort.word} {scope}.")
        self.title = sort.words if sort.one_only else f"{sort.word} {scope}"
        live = next((one.version for one in told if one.version.live_until is None), None)
        return super().get_context_data(
            live=live, versions=told, draft=draft, compared=_compared(sort, told, asked), **_said(sort, live, asked),
            **kwargs,
        )  # fmt: skip


def _said(sort: DocumentSort, live: ConfigVersion | None, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what is live as its page draws it: in a form of its own, or in sentences."""
    value = sort.value(live.body) if live and sort.face else None
    if sort.face is None or value is None:
        return {"sentences": sort.outlined(live.body) if live else []}
    return {"face": sort.face(value, None, asked)}


def _versions(sort: DocumentSort, scope: str) -> list[Version]:
    rows = list(config.versions(sort.kind, scope)[: _VERSIONS + 1])
    return [
        Version(row, sort.differ(rows[place + 1].body, row.body) if place + 1 < len(rows) else [])
        for place, row in enumerate(rows[:_VERSIONS])
    ]


def _compared(sort: DocumentSort, told: Sequence[Version], asked: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the difference between the two versions that were asked for, if both are there."""
    by_number = {str(one.version.number): one.version for one in told}
    first, second = by_number.get(asked.get("from", "")), by_number.get(asked.get("to", ""))
    if first is None or second is None:
        return None
    face = sort.face(sort.value(second.body), sort.value(first.body), {}) if sort.face else {}
    return {"from": first, "to": second, "lines": sort.differ(first.body, second.body), "face": face}


class NoteForm(ActionForm):
    """Why something is done to a document; the note stays in its history."""

    foresees = True
    sort: DocumentSort

    note = forms.CharField(label="Why", max_length=400, help_text="Colleagues read it in the history.")


class RollBackForm(NoteForm):
    """Makes an earlier version live again, as the next one."""

    number: int

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what changes, and what it does."""
        held, old = config.live(self.sort.kind, subject), self._old(subject)
        changed = self.sort.in_text(held.body if held else None, old.body)
        return [*changed, *self.sort.foresees(old.body, at)] or ["It says what is live already; nothing would change."]

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Publish the old body."""
        note = f"Back to version {self.number}: {self.cleaned_data['note']}"
        version = self.sort.publish(self._old(subject).body, note=note, at=at, actor=actor)
        return f"Version {version.number} is live: it says what version {self.number} said."

    def _old(self, subject: str) -> ConfigVersion:
        old = config.versions(self.sort.kind, subject).filter(number=self.number).first()
        if old is None:
            raise NotFound(f"There is no version {self.number} of {subject}.")
        return old


class RetireForm(NoteForm):
    """Ends a document; its versions stay."""

    dangerous = True

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what no longer holds."""
        held = config.live(self.sort.kind, subject)
        return self.sort.in_text(held.body if held else None, None)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """End it."""
        ended = self.sort.end(scope=subject, note=self.cleaned_data["note"], at=at, actor=actor)
        return f"{subject} has ended. Version {ended.number} can be made live again from its history."


class DocumentAction(ConsoleAction):
    """Rolls a document back or ends it, after a look at what comes of it."""

    reach = Reach.NETWORK
    audited_as = ""
    subject_name = "scope"

    def has_permission(self) -> bool:
        """Whoever may change its documents."""
        return self.request.user.has_perm(sort_of(self.kwargs["kind"]).permission.format("change"))

    def form_type(self) -> type[ActionForm]:
        """Return the form of what was asked for."""
        sort = sort_of(self.kwargs["kind"])
        if "number" in self.kwargs:
            number = self.kwargs["number"]
            named: dict[str, Any] = {"title": f"Back to version {number}", "submit": "Make it live", "number": number}
            return type("RollBack", (RollBackForm,), {**named, "sort": sort})
        return type("Retire", (RetireForm,), {"title": f"End {self.subject}", "submit": "End it", "sort": sort})

    def back(self) -> str:
        """Return the document's page."""
        return reverse("console:document", args=[self.kwargs["kind"], self.subject])


def to_page(request: HttpRequest, sort: DocumentSort, scope: str, words: str) -> HttpResponseBase:
    """Go to a document's page with a sentence of what happened."""
    messages.success(request, words)
    return redirect("console:document", sort.kind, scope)


def drop_draft(request: HttpRequest, sort: DocumentSort, scope: str) -> HttpResponseBase:
    """Forget a draft."""
    with unit_of_work():
        config.drop_draft(kind=sort.kind, scope=scope)
    live = config.live(sort.kind, scope)
    if live is None:
        messages.success(request, "The draft is forgotten.")
        return redirect("console:documents", sort.kind)
    return to_page(request, sort, scope, f"The draft is forgotten; version {live.number} is live as before.")


def packed(body: Mapping[str, Any]) -> str:
    """Return a body signed, to travel through a page."""
    return signing.dumps(body, compress=True)


def unpacked(text: str) -> dict[str, Any]:
    """Return the body that `packed` signed; empty where it was tampered with."""
    try:
        body: dict[str, Any] = signing.loads(text)
    except signing.BadSignature:
        return {}
    return body
