"""Master data as files: CSV out, and CSV in after a look at what it would change, row by row and cell by cell."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.exporting import csv_answer
from dom.console.pages import ConsolePage, FreshPage
from dom.console.reach import Reach
from dom.console.sheet_kinds import sheet_of
from dom.console.sheets import Difference, Sheet, cells_of, compare, read_sheet
from dom.kernel.changes import note_change
from dom.kernel.errors import DomainError
from dom.kernel.models import Change, Job
from dom.kernel.profiles import FEED
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, apply_rows, chunks
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many

#: From so many rows on a worker applies them while the page shows how far it is.
AS_JOB = 2_000
LARGEST = 10 * 1024 * 1024
_SHOWN = 200


class _OfSheet(ConsolePage):
    reach = Reach.NETWORK
    verb = "view"

    @property
    def sheet(self) -> Sheet:
        """The kind of rows that the address names."""
        return sheet_of(self.kwargs["slug"])

    def has_permission(self) -> bool:
        """Whoever may see the rows may take them out; to bring some in asks for more."""
        return self.request.user.has_perm(self.sheet.needs(self.verb))


class MasterExport(_OfSheet):
    """Sends every row, or those that the list was narrowed to, in the form that can be brought in again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send the file."""
        sheet = self.sheet
        return csv_answer(sheet.slug, sheet.columns, (cells_of(sheet, row) for row in sheet.every(request.GET)))


class ImportForm(ActionForm):
    """A file of rows."""

    submit = "Look at what it would change"
    sheet: Sheet

    file = forms.FileField(label="CSV file", help_text="As a spreadsheet saves it: the first line names the columns.")

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse what is too large to look at in one go."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("A file may have 10 MB here; send more over the API, or in parts.")
        return file

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Keep the rows until somebody has looked at them; return the reference of the job."""
        rows = read_sheet(self.sheet, self.cleaned_data["file"].read())
        job = feed_jobs.begin(self.sheet.feed, actor=actor, at=at)
        for number, run in enumerate(chunks(iter(rows))):
            feed_jobs.keep(job, number, run)
        job.rows_total = len(rows)
        job.save(update_fields=["rows_total"])
        return job.ref


class MasterImport(ConsoleAction):
    """Takes a file and goes on to the look at what it would change."""

    reach = Reach.NETWORK
    audited_as = ""
    template_name = "console/import.html"

    @property
    def sheet(self) -> Sheet:
        """The kind of rows that the address names."""
        return sheet_of(self.kwargs["slug"])

    def has_permission(self) -> bool:
        """Whoever may change the rows."""
        return self.request.user.has_perm(self.sheet.needs("change"))

    def form_type(self) -> type[ActionForm]:
        """Return the form for this kind of rows."""
        return type("Import", (ImportForm,), {"title": f"Import {_mid(self.sheet.words)}", "sheet": self.sheet})

    def post(self, request: HttpRequest, **_named: str) -> HttpResponseBase:
        """Keep the rows and show what they would change; nothing is applied."""
        form = self.form_type()(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=400)
        try:
            with unit_of_work():
                ref = form.carry_out("", at=timezone.now(), actor=request.user.get_username())
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return self._page(form, status=400)
        return redirect("console:master-preview", self.sheet.slug, ref)

    def more(self, form: ActionForm) -> dict[str, Any]:
        """Name the columns."""
        return {"sheet": self.sheet}

    def back(self) -> str:
        """Return the list."""
        return list_of(self.sheet)


def _mid(words: str) -> str:
    """Return `words` as they stand amid a title: "Counts of stock" is "counts of stock", "SKUs" stays."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def list_of(sheet: Sheet) -> str:
    """Return the address of the list that shows the rows of a sheet."""
    if sheet.page:
        return reverse(sheet.page)
    if sheet.home:
        return reverse("console:documents", args=[sheet.home])
    return reverse("console:masters", args=[sheet.slug])


def _job_of(request: HttpRequest, sheet: Sheet, ref: str) -> Job:
    """Return the person's own job of this kind.

    Raises:
        Http404: there is none.
    """
    job = Job.objects.filter(ref=ref, kind=sheet.feed.kind, actor=request.user.get_username()).first()
    if job is None:
        raise Http404("There is no such import of yours.")
    return job


class MasterPreview(_OfSheet, FreshPage):
    """Shows what a file would change and applies it; afterwards, what became of it."""

    template_name = "console/preview.html"
    verb = "change"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the rows would do, or did."""
        sheet, job = self.sheet, _job_of(self.request, self.sheet, kwargs["ref"])
        self.title = f"Import {_mid(sheet.words)}"
        waits = job.status == Job.Status.RECEIVING
        found = foreseen(sheet, job, at=timezone.now()) if waits else None
        return super().get_context_data(
            sheet=sheet, job=job, waits=waits, found=found, effect=_effect(sheet, found), shown=_SHOWN,
            back=list_of(sheet), under_way=job.status in {Job.Status.QUEUED, Job.Status.RUNNING},
            as_job=job.rows_total >= AS_JOB, **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, **named: str) -> HttpResponseBase:
        """Apply the rows at once, or hand them to a worker; forget them, or stop the worker, when asked to."""
        sheet, job = self.sheet, _job_of(request, self.sheet, named["ref"])
        if job.status == Job.Status.RECEIVING and "forget" in request.POST:
            feed_jobs.give_up(job)
            return redirect(list_of(sheet))
        if "stop" in request.POST:
            _stop(job, at=timezone.now())
        elif job.status == Job.Status.RECEIVING:
            with unit_of_work(FEED):
                _write_down(sheet, job, at=timezone.now())
                _apply(sheet, job, seen=request.POST.get("seen", ""), at=timezone.now())
        return redirect("console:master-preview", sheet.slug, job.ref)


def _stop(job: Job, *, at: datetime) -> None:
    """End a job that is under way; one that has ended meanwhile stays as it ended."""
    with suppress(DomainError), unit_of_work():
        feed_jobs.cancel(job.ref, client_id=None, at=at)


def _write_down(sheet: Sheet, job: Job, *, at: datetime) -> None:
    """Keep who brought stock in; of master data, documents and people each change is written down by itself."""
    if sheet.noted_as:
        note_change(
            kind=sheet.noted_as, code=job.ref, verb=Change.Verb.CHANGED, actor=job.actor, at=at,
            note=f"{sheet.words}: {many(job.rows_total, 'row')} of a file.",
        )  # fmt: skip


def _effect(sheet: Sheet, found: Difference | None) -> Sequence[str]:
    return sheet.effect(found.to_apply) if sheet.effect and found and found.to_apply else ()


def foreseen(sheet: Sheet, job: Job, *, at: datetime) -> Difference:
    """Return what a job's rows would do. A short one is tried and taken back, so that nothing stays unforeseen."""
    found = compare(sheet, list(feed_jobs.rows_of(job)))
    if job.rows_total >= AS_JOB or not found.to_apply:
        return found
    with unit_of_work(FEED):
        faults = apply_rows(sheet.feed, found.to_apply, Context(job.actor, at))
        transaction.set_rollback(True)
    return without(found, faults)


def without(found: Difference, faults: Sequence[Fault]) -> Difference:
    """Return `found` less the rows that the service refused."""
    wrong = {fault.row for fault in faults}
    return Difference(
        [row for row in found.added if row.number not in wrong],
        [one for one in found.changed if one[0].number not in wrong],
        found.unchanged,
        sorted([*found.faults, *faults], key=lambda fault: fault.row),
    )


def _apply(sheet: Sheet, job: Job, *, seen: str, at: datetime) -> None:
    if job.rows_total >= AS_JOB:
        feed_jobs.seal(job, rows_total=job.rows_total)
        return
    found = compare(sheet, list(feed_jobs.rows_of(job)))
    faults = apply_rows(sheet.feed, found.to_apply, Context(job.actor, at))
    if without(found, faults).digest == seen:
        feed_jobs.finish(job, faults=[*found.faults, *faults], at=at)
    else:
        # What would be done is no longer what was looked at: the page comes again with what it would be.
        transaction.set_rollback(True)


class ImportFaults(_OfSheet):
    """Sends what is wrong with the rows of an import, a line each, to be mended and sent again."""

    verb = "change"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send the file."""
        sheet, job = self.sheet, _job_of(request, self.sheet, kwargs["ref"])
        return csv_answer(f"{sheet.slug}-wrong", ("row", "column", "what is wrong"), self._lines(sheet, job))

    def _lines(self, sheet: Sheet, job: Job) -> Iterator[Sequence[object]]:
        if job.status == Job.Status.RECEIVING:
            faults = foreseen(sheet, job, at=timezone.now()).faults
            yield from ((fault.row, fault.field, fault.detail) for fault in faults)
        else:
            yield from ((one.get("row", ""), one.get("field", ""), one["detail"]) for one in job.errors)
