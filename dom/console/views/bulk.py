"""Does one thing to many orders: what would happen first, then the result of each row, or a job with its progress."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from dom.console import order_rows
from dom.console.deciding import decides, decides_each
from dom.console.exporting import csv_answer
from dom.console.orderforms.cancelling import REASONS
from dom.console.orderforms.working import NODE_REASONS
from dom.console.pages import FreshPage
from dom.console.reach import Reach, Reaching
from dom.kernel.errors import NotFound
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentGroup, FulfillmentOrder, Order
from orders.reports import Reason
from orders.selectors import filtering, lists
from orders.selectors.previewing import orders_of, preview
from orders.selectors.previewing_work import preview_work
from orders.services import bulk

#: What each deed is called, and the words on its button.
_WORDS = {
    "hold": ("Put on hold", "Hold them"),
    "release": ("Release", "Release them"),
    "decline": ("Decline the swap", "Keep their items"),
    "cancel": ("Cancel", "Cancel them"),
    "reroute": ("Route again", "Route them again"),
    "wait": ("Change how long they wait", "Set it"),
    "assign": ("Change who looks after them", "Assign them"),
    "give-back": ("Give back for the nodes", "Give it back"),
    "release-work": ("Let the nodes begin", "Let them begin"),
    "cancel-work": ("End the work", "End it"),
}
_FILTER_WORDS = {
    "view": "is in the view",
    "status": "has the state",
    "method": "goes by",
    "q": "matches",
    "since": "was placed from",
    "until": "was placed up to",
    "least": "costs at least",
    "most": "costs at most",
}
#: And what is called in words what the filter holds as a code.
_SAID: Mapping[str, Mapping[str, str]] = {
    "view": {**filtering.WORK_VIEWS, **lists.VIEWS},
    "status": {**dict(FulfillmentOrder.Status.choices), **dict(Order.Status.choices)},
    "method": dict(FulfillmentGroup.Method.choices),
}
#: So many rows may be named one by one; more of them are found by their filter.
MOST = 1_000


class HoldThem(forms.Form):
    """Why they wait, who looks after them and by when."""

    reason = forms.CharField(label="Why", max_length=500)
    owner = forms.CharField(label="Who looks after it", max_length=64, initial="Customer service")
    hours = forms.IntegerField(label="Due in hours", min_value=1, max_value=720, required=False, initial=24)


class ReleaseThem(forms.Form):
    """What settled it."""

    reason = forms.CharField(label="What settled it", max_length=200, required=False)


class DeclineThem(forms.Form):
    """Why the items stay."""

    reason = forms.CharField(label="Why", max_length=200, required=False)


class CancelThem(forms.Form):
    """Why they are cancelled."""

    reason = forms.ChoiceField(label="Reason", choices=REASONS)


class RerouteThem(forms.Form):
    """Why the engine decides again."""

    reason = forms.CharField(label="Why", max_length=200, required=False)


class LetThemWait(forms.Form):
    """How long what is missing waits."""

    days = forms.IntegerField(
        label="Days from today", min_value=0, max_value=365, initial=7, help_text="0 is without end."
    )


class AssignThem(forms.Form):
    """Who looks after them."""

    assignee = forms.CharField(
        label="Person", max_length=150, required=False, help_text="A user name; empty is nobody."
    )
    owner = forms.CharField(label="Group", max_length=64, required=False, help_text="Empty leaves it.")


class GiveBack(forms.Form):
    """Why the nodes do not do it."""

    reason = forms.ChoiceField(
        label="Reason", choices=NODE_REASONS, initial=Reason.OTHER,
        help_text="“Not found” takes the units off the node's books, “Damaged” makes them unsellable there.",
    )  # fmt: skip


class LetBegin(forms.Form):
    """Why the nodes need not wait for the time to release it."""

    reason = forms.CharField(label="Why", max_length=200, required=False)


class EndWork(forms.Form):
    """Why the nodes stop."""

    reason = forms.CharField(label="Why", max_length=200)


class Bulk(Reaching, View):
    """Shows what a deed would do to a selection, and does it once that is confirmed. Only by POST."""

    permission_required: str | tuple[str, ...] = ()
    reach = Reach.NETWORK
    http_method_names = ("post",)
    #: What is selected: the words for one and for all, its page, and what may be done to it.
    of, one, every, page, here = bulk.ORDERS, "Order", "order", "console:orders", "console:bulk"
    deeds: Mapping[str, type[forms.Form]] = {
        "hold": HoldThem,
        "release": ReleaseThem,
        "decline": DeclineThem,
        "cancel": CancelThem,
        "reroute": RerouteThem,
        "wait": LetThemWait,
        "assign": AssignThem,
    }

    def has_permission(self) -> bool:
        """Whoever may settle something; whether this is theirs is asked of its rows."""
        return bool(decides(self.request.user))

    def must_decide(self, deed: str, rows: Sequence[str]) -> None:
        """Let nobody do to many what they may not do to each.

        Raises:
            PermissionDenied: one of the rows, or everything that matches, is not theirs to settle.
        """
        if "all" in self.request.POST and not self.request.user.has_perm("orders.change_order"):
            raise PermissionDenied("Who changes orders settles everything that matches.")
        if not decides_each(self.request.user, deed, rows):
            raise PermissionDenied("Somebody else settles some of this.")

    def preview(self, rows: list[str], deed: str, at: datetime) -> Sequence[Any]:
        """Return what the deed would do to each row; without one, what the rows are."""
        return preview(rows, deed or "assign", at=at)

    def names(self, rows: list[str]) -> Mapping[str, tuple[str, str]]:
        """Return what each row is called and the order whose page shows it, also once it is settled."""
        return {row: (order.external_ref, order.ref) for row, order in orders_of(rows, settled=True).items()}

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Preview, or carry out what was previewed."""
        deed = request.POST.get("deed", "")
        if deed not in self.deeds:
            raise Http404("There is no such deed.")
        rows = list(dict.fromkeys(request.POST.getlist("row")))[:MOST]
        self.must_decide(deed, rows)
        sure = "confirmed" in request.POST
        me = {"assignee": request.user.get_username()}
        form = self.deeds[deed](request.POST) if sure else self.deeds[deed](initial=me)
        if not sure or not form.is_valid():
            return self._preview(request, deed, rows, form)
        options = {name: str(value) for name, value in form.cleaned_data.items() if value not in {None, ""}}
        return self._carry_out(request, deed, rows, options)

    def _carry_out(self, request: HttpRequest, deed: str, rows: list[str], options: dict[str, str]) -> HttpResponse:
        at, actor = timezone.now(), request.user.get_username()
        if "all" not in request.POST and len(rows) <= bulk.AT_ONCE:
            done = bulk.run_now(rows=rows, deed=deed, options=options, at=at, actor=actor)
            names = self.names(rows)
            return self._page(request, deed, done=[(row, names.get(row.row)) for row in done], rows=rows)
        filters = (
            {name: request.POST.get(f"f_{name}", "") for name in filtering.NAMES} if "all" in request.POST else None
        )
        with unit_of_work():
            # What matches is found by the job; the page's own rows would be no count of it.
            chosen = rows if filters is None else []
            job = bulk.begin(deed=deed, options=options, rows=chosen, filters=filters, of=self.of, at=at, actor=actor)
        return redirect("console:bulk-job", ref=job.ref)

    def _preview(self, request: HttpRequest, deed: str, rows: list[str], form: forms.Form) -> HttpResponse:
        shown = self.preview(rows[: bulk.AT_ONCE], deed, timezone.now())
        return self._page(request, deed, form=form, shown=shown, rows=rows)

    def _page(self, request: HttpRequest, deed: str, **more: Any) -> HttpResponse:
        filters = [(f"f_{name}", request.POST.get(f"f_{name}", "")) for name in filtering.NAMES]
        context = {
            **admin.site.each_context(request),
            "title": _WORDS[deed][0],
            "submit": _WORDS[deed][1],
            "deed": deed,
            "dangerous": deed in {"cancel", "give-back", "cancel-work"},
            "here": reverse(self.here),
            "one_word": self.one,
            "every": self.every,
            "filters": filters,
            "filter_words": [
                (_FILTER_WORDS.get(name[2:], f"has {name[2:]}"), _SAID.get(name[2:], {}).get(value, value))
                for name, value in filters
                if value and (name, value) != ("f_view", "all")
            ],
            "is_all": "all" in request.POST,
            "back": self._back(request),
            **more,
        }
        return render(request, "console/bulk.html", context)

    def _back(self, request: HttpRequest) -> str:
        if request.POST.get("from") == "workbench":
            return reverse("console:workbench")
        if request.POST.get("from") == "short":
            return f"{reverse('console:stock')}?view=short"
        query = {name: value for name in filtering.NAMES if (value := request.POST.get(f"f_{name}"))}
        return f"{reverse(self.page)}?{urlencode(query)}"


class WorkBulk(Bulk):
    """The same for the work of nodes."""

    permission_required = "orders.change_order"
    of, one, every = bulk.WORK, "Fulfillment order", "fulfillment order"
    page, here = "console:fulfillment-orders", "console:work-bulk"
    deeds = {
        "release-work": LetBegin, "hold": HoldThem, "release": ReleaseThem, "give-back": GiveBack,
        "cancel-work": EndWork,
    }  # fmt: skip

    def has_permission(self) -> bool:
        """Whoever changes orders."""
        return self.request.user.has_perm("orders.change_order")

    def preview(self, rows: list[str], deed: str, at: datetime) -> Sequence[Any]:
        """Return what the deed would do to each row."""
        return preview_work(rows, deed)

    def names(self, rows: list[str]) -> Mapping[str, tuple[str, str]]:
        """Return what each row is called and its order."""
        return {one.row: (one.label, one.order_ref) for one in preview_work(rows, "")}


class WorkPaper(Reaching, View):
    """The chosen work on paper, a sheet each, or as a file."""

    permission_required = "orders.view_fulfillmentorder"
    reach = Reach.OWN_NODES
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Answer sheets that print, or lines."""
        refs = list(dict.fromkeys(request.POST.getlist("row")))[:MOST]
        found = self.within(FulfillmentOrder.objects.filter(ref__in=refs)).select_related("node", "order__channel")
        if "csv" in request.POST:
            return csv_answer("fulfillment-orders", order_rows.WORK, order_rows.work(found))
        sheets = found.prefetch_related("lines__order_line__sku").order_by("node__code", "id")
        context = {**admin.site.each_context(request), "title": "Picking lists", "sheets": list(sheets)}
        return render(request, "console/work_paper.html", context)


class BulkJob(FreshPage):
    """A job over many orders, how far it is, and what was refused."""

    title = "Many orders"
    template_name = "console/bulk_job.html"
    permission_required = "orders.view_order"
    reach = Reach.NETWORK

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the job."""
        job = Job.objects.defer("payload").filter(ref=kwargs["ref"], kind=bulk.KIND).first()
        if job is None:
            raise Http404("There is no such job.")
        is_open = job.status in {Job.Status.QUEUED, Job.Status.RUNNING}
        words = _WORDS.get(job.result.get("deed", ""), ("", ""))[0]
        mine = job.actor == self.request.user.get_username()
        named = orders_of([one["row"] for one in job.errors], settled=True)
        refs = {row: order.ref for row, order in named.items()}
        refused = [(refs.get(one["row"], one["row"]), one["detail"]) for one in job.errors]
        return super().get_context_data(
            job=job, is_open=is_open, words=words, refused=refused, done=job.rows_done - job.rows_failed,
            may_stop=mine or self.request.user.has_perm("orders.change_order"), **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, ref: str) -> HttpResponseBase:
        """Stop the job: who began it may, and who changes orders."""
        begun = Job.objects.filter(ref=ref, kind=bulk.KIND, actor=request.user.get_username())
        if not request.user.has_perm("orders.change_order") and not begun.exists():
            return HttpResponse(status=403)
        try:
            with unit_of_work():
                bulk.stop(ref=ref, at=timezone.now())
        except NotFound:
            pass
        return redirect("console:bulk-job", ref=ref)
