"""Long work of everybody: feeds, imports, bulk actions; how far each is, what it refused, and a way to end it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from dom.console.acting import ActionForm, ConsoleAction
from dom.console.exporting import csv_answer
from dom.console.pages import FreshPage
from dom.console.reach import Reach
from dom.console.sheet_kinds import SHEETS
from dom.console.sorting import Sort, Sorting
from dom.kernel.models import Job
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.feeds import MOST_FAULTS
from dom.kernel.words import many

_OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
VIEWS: Mapping[str, str] = {"": "All", "open": "Under way", "refused": "With refused rows", "failed": "Failed"}
_SHOWN = 200
SORTS = (
    Sort("begun", "Begun", "id", "age"),
    Sort("who", "Asked by", "actor", "text"),
    Sort("refused", "Refused rows", "rows_failed", "number", down=True),
)


_WORDS: Mapping[str, str] = {
    "stock": "Stock counts", "skus": "SKUs", "stock-adjustments": "Stock adjustments", "orders": "Orders",
}  # fmt: skip


def words_for(kind: str) -> str:
    """Return the kind of a job as people read it."""
    return _WORDS.get(kind) or kind.replace("-", " ").replace("_", " ").replace(".", ": ").capitalize()


def _undecided(job: Job) -> bool:
    """Say whether it is a file that somebody brought in by hand, and looks at before it is applied."""
    return job.status == Job.Status.RECEIVING and job.client_id is None


def _preview(job: Job, person: str) -> str:
    """Return where `person` says whether their file is applied; "" where it is nobody's, or somebody else's."""
    sheet = next((one for one in SHEETS.values() if one.feed.kind == job.kind), None)
    if sheet is None or job.actor != person or not _undecided(job):
        return ""
    return reverse("console:master-preview", args=[sheet.slug, job.ref])


def _asked(asked: QueryDict) -> "QuerySet[Job]":
    narrowed = {
        "open": Q(status__in=_OPEN),
        "refused": Q(rows_failed__gt=0),
        "failed": Q(status=Job.Status.FAILED),
    }.get(asked.get("view", ""), Q())
    words = asked.get("q", "").strip().replace("\x00", "")
    found = Q(ref=words) | Q(kind__icontains=words) | Q(actor__icontains=words) if words else Q()
    return Job.objects.filter(narrowed, found).defer("payload", "errors").order_by("-id")


class Jobs(FreshPage):
    """Every job, newest first; moves while somebody looks."""

    title = "Jobs"
    template_name = "console/jobs.html"
    permission_required = "kernel.view_job"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of jobs."""
        asked = self.request.GET
        sorting = Sorting(asked, SORTS, default="begun")
        page = sorting.page(_asked(asked))
        person = self.request.user.get_username()
        return super().get_context_data(
            page=page, sorting=sorting, views=VIEWS.items(), asked=asked,
            rows=[(job, words_for(job.kind), _undecided(job), _preview(job, person)) for job in page.rows],
            at=timezone.now(), narrowed=bool(asked.get("q") or asked.get("view")), **kwargs,
        )  # fmt: skip


def _job(ref: str) -> Job:
    job = Job.objects.filter(ref=ref).defer("payload").first()
    if job is None:
        raise Http404("There is no such job.")
    return job


class JobPage(FreshPage):
    """One job: its progress and the rows that it refused."""

    template_name = "console/job.html"
    permission_required = "kernel.view_job"
    reach = Reach.NETWORK

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the job, or send its refused rows as CSV."""
        if request.GET.get("format") == "csv":
            job = _job(kwargs["ref"])
            return csv_answer(f"{job.kind}-{job.ref}-refused", ("row", "column", "code", "what is wrong"), _faults(job))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the job."""
        job = _job(kwargs["ref"])
        self.title = words_for(job.kind)
        return super().get_context_data(
            job=job, is_open=job.status in _OPEN, faults=job.errors[:_SHOWN], shown=_SHOWN, kept=MOST_FAULTS,
            applied=job.rows_done - job.rows_failed, at=timezone.now(), undecided=_undecided(job),
            preview=_preview(job, self.request.user.get_username()), **kwargs,
        )  # fmt: skip


def _faults(job: Job) -> Iterator[Sequence[object]]:
    told = job.faults.order_by("row", "id").values_list("row", "field", "code", "detail")
    yield from told.iterator(chunk_size=2_000)


class CancelForm(ActionForm):
    """The job ends."""

    title = "Cancel the job"
    help_text = "Rows that were applied stay applied; the others are forgotten."
    submit = "Cancel it"
    dangerous = True

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Cancel; return what happened, in words."""
        job = feed_jobs.cancel(subject, client_id=None, at=at)
        return f"The job is cancelled; {many(job.rows_done - job.rows_failed, 'row')} applied before."


class JobAction(ConsoleAction):
    """Ends a job and goes back to it."""

    permission_required = "kernel.change_job"
    reach = Reach.NETWORK
    audited_as = "jobs"
    form_class = CancelForm

    def back(self) -> str:
        """Return the job's page."""
        return reverse("console:job", args=[self.subject])
