"""Endpoints of the platform itself, its description, and the page that explains problems."""

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from dom.api import selectors
from dom.api.shapes import EventPageShape, EventQuery, JobFilter, JobInListShape, JobShape
from dom.kernel.errors import EventsForgotten, NotFound
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.errors import JobEnded
from dom.kernel.rest.feeds import RowFaultShape
from dom.kernel.rest.problems import registry
from dom.kernel.rest.scopes import Scope
from dom.kernel.rest.spec import ForChannels, endpoint
from dom.kernel.rest.view import ApiView

EVENT_EXAMPLE = {
    "items": [
        {
            "position": 4711,
            "at": "2026-11-24T20:15:00Z",
            "kind": "order.placed",
            "entity": "order",
            "entity_ref": "O-7K3MQ9XWD2T",
            "revision": 1,
            "channel": "WEB",
            "node": "",
            "data": {},
        }
    ],
    "next": None,
    "last": 4711,
}


class Events(ApiView):
    """Everything that happened, in one order for every reader.

    Positions are dense and final. Start with `after=0`, keep `last`, and ask again with `after=<last>`: nothing is
    missed and nothing comes twice, however often the reader or we restart. Events are kept for two years unless the
    installation says otherwise; a reader that was away longer is told so (410) and does not skip them unknowingly.
    """

    @endpoint(
        Scope.EVENTS_READ,
        "Read the event feed",
        tag="Events",
        query=EventQuery,
        answers={200: EventPageShape},
        problems=(EventsForgotten,),
        answer_example=EVENT_EXAMPLE,
        channels=ForChannels.OWN,
    )
    def get(self, request: Request) -> Response:
        """Answer the events behind `after`."""
        del request
        after, limit = self.query.pop("after"), self.query.pop("limit")
        found = selectors.events_after(caller=self.caller, after=after, limit=limit, filters=self.query)
        following = str(found.last) if found.more else None
        return Response(EventPageShape({"items": found.items, "next": following, "last": found.last}).data)


REFUSED = {"pointer": "#/7/sku", "row": 8, "field": "sku", "code": "unknown-sku", "detail": "There is no SKU TEA."}
JOB_EXAMPLE = {
    "ref": "J-7K3MQ9XWD2T",
    "kind": "stock",
    "status": "RUNNING",
    "rows_total": 1_000_000,
    "rows_done": 412_000,
    "rows_failed": 1,
    "errors": [REFUSED],
    "result": {},
    "created_at": "2026-11-24T20:15:00Z",
    "finished_at": None,
}


JOB_IN_LIST = {name: value for name, value in JOB_EXAMPLE.items() if name not in {"errors", "result"}}


class Jobs(ApiView):
    """Long work that the key asked for, the newest first."""

    @endpoint(
        None,
        "List jobs",
        tag="Jobs",
        lists=JobInListShape,
        filters=JobFilter,
        answer_example=JOB_IN_LIST,
        channels=ForChannels.SHARED,
    )
    def get(self, request: Request) -> Response:
        """Answer a page of jobs."""
        del request
        return self.page(selectors.jobs_of(self.caller), by=("-id",), shape=JobInListShape)


class CancelJob(ApiView):
    """Ends a job; rows that were applied stay applied, the others are forgotten."""

    @endpoint(
        None,
        "Cancel a job",
        tag="Jobs",
        answers={200: JobShape},
        answer_example={**JOB_EXAMPLE, "status": "CANCELLED", "finished_at": "2026-11-24T20:15:20Z"},
        problems=(NotFound, JobEnded),
        channels=ForChannels.SHARED,
    )
    def post(self, request: Request, ref: str) -> Response:
        """Cancel it."""
        del request
        return Response(JobShape(feed_jobs.cancel(ref, client_id=self.caller.client_id, at=self.at)).data)


class OneJob(ApiView):
    """How far long work is; a key sees the jobs it asked for."""

    @endpoint(
        None,
        "Read a job",
        tag="Jobs",
        answers={200: JobShape},
        answer_example=JOB_EXAMPLE,
        problems=(NotFound,),
        channels=ForChannels.SHARED,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer one job."""
        del request
        return Response(JobShape(selectors.job(caller=self.caller, ref=ref)).data)


class JobErrors(ApiView):
    """What is wrong with the rows of a feed, in their order: every wrong place, up to 100,000 of a job."""

    @endpoint(
        None,
        "List what is wrong with a job's rows",
        tag="Jobs",
        lists=RowFaultShape,
        answer_example=REFUSED,
        problems=(NotFound,),
        channels=ForChannels.SHARED,
    )
    def get(self, request: Request, ref: str) -> Response:
        """Answer a page of wrong places."""
        del request
        return self.page(selectors.faults_of(caller=self.caller, ref=ref), by=("row", "id"), shape=RowFaultShape)


def problems_page(request: HttpRequest) -> HttpResponse:
    """Show every problem code with its status and meaning: what the `type` of a problem points to."""
    return render(request, "api/problems.html", {"problems": registry()})


class Schema(SpectacularAPIView):
    """Answers the OpenAPI document, which a process draws up once: it takes seconds and says the same to everybody."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer it in the form that was asked for."""
        del args, kwargs
        asked: Any = request.accepted_renderer
        answer = HttpResponse(_schema_as(asked.format), content_type=asked.media_type)
        answer["Content-Disposition"] = f'inline; filename="{spectacular_settings.TITLE}.{asked.format}"'
        return answer


@functools.cache
def _schema_as(form: str) -> Any:
    generator: Any = SchemaGenerator
    drawn = generator().get_schema(request=None, public=True)
    return (OpenApiJsonRenderer() if form == "json" else OpenApiYamlRenderer()).render(drawn, renderer_context={})
