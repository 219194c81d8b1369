"""Master data: lists, and one form a thing, for whoever keeps the network and the catalog."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.changed import Told, told
from dom.console.masters.form import MasterForm
from dom.console.masters.master import Master, Switch, drawn, narrowed
from dom.console.masters.registry import MASTERS
from dom.console.pages import ConsolePage
from dom.console.reach import Reach
from dom.console.sorting import Sorting
from dom.kernel import config
from dom.kernel.changes import changes_of
from dom.kernel.rest.feeds import Context, apply_rows
from dom.kernel.rest.rows import RawRow
from inventory.errors import RowsInvalid

_LATEST = 12


def master_of(slug: str) -> Master:
    """Return the kind of master data that an address names.

    Raises:
        Http404: there is no such kind.
    """
    if slug not in MASTERS:
        raise Http404(f"There is no master data called {slug}.")
    return MASTERS[slug]


def address(slug: str, code: str) -> str:
    """Return the address of one thing: of master data, or of a document of configuration."""
    return reverse("console:master" if slug in MASTERS else "console:document", args=[slug, code])


def _seen_by(slug: str) -> str:
    """Return the permission that opens what `address` leads to."""
    return MASTERS[slug].permission("view") if slug in MASTERS else "kernel.view_configversion"


class Masters(ConsolePage):
    """The list of one kind, in the order of its codes."""

    reach = Reach.NETWORK
    template_name = "console/masters.html"

    def has_permission(self) -> bool:
        """Whoever may see the kind may see its list."""
        return self.request.user.has_perm(master_of(self.kwargs["slug"]).permission("view"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of rows."""
        master, asked = master_of(kwargs["slug"]), self.request.GET
        self.title = master.words
        sorting = Sorting(asked, master.sorts, default="code")
        page = sorting.page(narrowed(master, asked))
        return super().get_context_data(
            master=master,
            page=page,
            sorting=sorting,
            rows=[drawn(master, row) for row in page.rows],
            filters=[(one, list(one.choices()), asked.get(one.name, "")) for one in master.filters],
            narrowed=bool(asked.get("q") or any(asked.get(one.name) for one in master.filters)),
            asked=asked,
            may_change=self.request.user.has_perm(master.permission("change")),
            **kwargs,
        )


class _Keeping(ConsoleAction):
    """What the pages of one thing share."""

    reach = Reach.NETWORK
    audited_as = ""
    subject_name = "code"

    @property
    def master(self) -> Master:
        """The kind that the address names."""
        return master_of(self.kwargs["slug"])

    def has_permission(self) -> bool:
        """Looking asks for less than changing, and there is nothing to look at in what is yet to be."""
        verb = "view" if self.request.method == "GET" and self.subject else "change"
        return self.request.user.has_perm(self.master.permission(verb))

    def back(self) -> str:
        """Return the list, or the thing itself once it is there."""
        if self.subject:
            return address(self.master.slug, self.subject)
        return reverse("console:masters", args=[self.master.slug])


class MasterPage(_Keeping):
    """One thing: its form, what is related to it, and who changed it. Without a code it makes a new one."""

    template_name = "console/master.html"

    def form_type(self) -> type[ActionForm]:
        """Return the form of the kind."""
        return self.master.form

    def get(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Show the form; `?like=` fills it with another one's facts."""
        form = self.master.form()
        form.prepare(self.subject)
        if self.subject and "seen" not in form.initial:
            raise Http404(f"There is no {self.master.word} {self.subject}.")
        if not self.subject:
            form.fill(self._pattern(form))
        return self._page(form)

    def _pattern(self, form: MasterForm) -> dict[str, Any]:
        """Return the facts a new one begins with: those of the one it shall be like, or the API's defaults."""
        like = self.request.GET.get("like", "")
        row = form.current(like) if like else None
        if row is None:
            return dict(self.master.blank)
        return {name: value for name, value in row.items() if name not in form.named_by}

    def more(self, form: Any) -> dict[str, Any]:
        """Add what stands beside the form."""
        row = form.current(self.subject) if self.subject else None
        return {
            "master": self.master,
            "subject": self.subject,
            "title": f"{self.master.word} {self._name(row)}" if row else f"New {self.master.word}",
            "name": self._name(row) or "New",
            "may_change": self.request.user.has_perm(self.master.permission("change")),
            "list": reverse("console:masters", args=[self.master.slug]),
            "related": [(link.words, address(link.slug, link.code)) for link in self._related()],
            "switches": [one for one in self.master.switches if row is not None and one.fits(row)],
            "history": self._history(row),
        }

    def _name(self, row: dict[str, Any] | None) -> str:
        return " · ".join(str(row[part]) for part in self.master.form.named_by) if row else ""

    def _related(self) -> Sequence[Any]:
        related = self.master.related(self.subject) if self.subject else ()
        return [link for link in related if self.request.user.has_perm(_seen_by(link.slug))]

    def _history(self, row: dict[str, Any] | None) -> list[Told]:
        if row is None or not self.request.user.has_perm("kernel.view_change"):
            return []
        return told(changes_of(self.master.slug, self.master.recorded_as(row))[:_LATEST])


class SwitchForm(ActionForm):
    """Sets one field of one thing, after a look at what comes of it."""

    foresees = True
    dangerous = True
    master: ClassVar[Master]
    switch: ClassVar[Switch]

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what comes of it."""
        return self.switch.foresees(subject)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Set the field, all others as they are now."""
        config.tick()
        row = self.master.form.current(subject)
        if row is None:
            raise Http404(f"There is no {self.master.word} {subject}.")
        changed = {**row, self.switch.field: self.switch.value}
        faults = apply_rows(self.master.form.feed, [RawRow(1, changed)], Context(actor, at))
        if faults:
            raise RowsInvalid(faults[0].detail, errors=[])
        return f"{subject}: {self.switch.words.lower()}, done. It counts from now on."


class RetireForm(ActionForm):
    """Takes one thing away, after a look at what speaks of it."""

    foresees = True
    dangerous = True
    submit = "Retire it"
    master: ClassVar[Master]

    def foresee(self, subject: str, *, at: datetime) -> Sequence[str]:
        """Say what comes of it, or what stands in the way."""
        return self.master.retiring(subject)

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Take it away."""
        if self.master.retire is None:
            raise Http404(f"A {self.master.word} cannot be retired.")
        name = self.master.called(subject)
        self.master.retire(code=subject, at=at, actor=actor)
        return f"{name} is retired."


class _Asking(_Keeping):
    """A question with nothing to fill in: it shows at once what would come of it."""

    def has_permission(self) -> bool:
        """Only who may change it is shown the question."""
        return self.request.user.has_perm(self.master.permission("change"))

    def get(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Show what would come of it."""
        form = self.form_type()({})
        return self._page(form, foreseen=form.foresee(self.subject, at=timezone.now()))


class MasterRetire(_Asking):
    """Takes one thing away; shows first what speaks of it."""

    def form_type(self) -> type[ActionForm]:
        """Return the form, where the kind can be retired."""
        if self.master.retire is None:
            raise Http404(f"A {self.master.word} cannot be retired.")
        return type(
            "Retire", (RetireForm,), {"title": f"Retire {self.master.called(self.subject)}", "master": self.master}
        )

    def back(self) -> str:
        """Return the list: the thing itself may be gone."""
        return reverse("console:masters", args=[self.master.slug])


class MasterSwitch(_Asking):
    """Closes or opens, stops or starts one thing; shows first what comes of it."""

    def form_type(self) -> type[ActionForm]:
        """Return the form of the switch that the address names."""
        found = [one for one in self.master.switches if one.verb == self.kwargs["verb"]]
        if not found:
            raise Http404("There is no such switch.")
        named = {"title": f"{found[0].words}: {self.subject}", "submit": found[0].words}
        return type("Switch", (SwitchForm,), {**named, "switch": found[0], "master": self.master})
