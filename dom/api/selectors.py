"""Reads what partners follow: the event feed and their jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dom.kernel import events as feed
from dom.kernel import retention
from dom.kernel.errors import NotFound
from dom.kernel.models import Event, Job, JobFault
from dom.kernel.rest.keys import Caller


@dataclass(frozen=True, slots=True)
class EventPage:
    """A run of events; `last` is the position up to which nothing was left out."""

    items: list[Event]
    last: int
    more: bool


def events_after(*, caller: Caller, after: int, limit: int, filters: Mapping[str, Any]) -> EventPage:
    """Return up to `limit` events behind position `after` that the caller may see.

    The head is read first: an event placed after that is left to the next call, so no reader steps over one.

    Raises:
        EventsForgotten: events behind `after` are no longer kept.
    """
    retention.require_kept(after)
    head = feed.head()
    rows = Event.objects.filter(position__gt=after, position__lte=head, **filters).order_by("position")
    if caller.nodes:
        rows = rows.filter(node__in=caller.nodes)
    if caller.channels:
        rows = rows.filter(channel__in=caller.channels)
    items = list(rows[: limit + 1])
    if len(items) > limit:
        return EventPage(items[:limit], items[limit - 1].position or head, more=True)
    return EventPage(items, max(head, after), more=False)


def jobs_of(caller: Caller) -> "QuerySet[Job]":
    """Return the jobs that the caller asked for, without their rows."""
    return Job.objects.filter(client_id=caller.client_id).defer("payload")


def job(*, caller: Caller, ref: str) -> Job:
    """Return the caller's own job.

    Raises:
        NotFound: the caller asked for no such job.
    """
    found = jobs_of(caller).filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no job {ref[:64]}.", ref=ref[:64])
    return found


def faults_of(*, caller: Caller, ref: str) -> "QuerySet[JobFault]":
    """Return what is wrong with the rows of the caller's own job.

    Raises:
        NotFound: the caller asked for no such job.
    """
    return JobFault.objects.filter(job_id=job(caller=caller, ref=ref).id)
