"""Does one thing to many orders: a few at once, many as a job with progress that somebody may stop.

Law: a row is done in the transaction that counts it, so a worker that dies leaves no row half done and none done twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from dom.kernel import jobs
from dom.kernel.errors import DomainError, NotFound
from dom.kernel.ids import new_ref
from dom.kernel.locks import lock_next_whole_job
from dom.kernel.models import Job
from dom.kernel.transactions import in_unit_of_work, unit_of_work
from orders.errors import BulkStopped
from orders.models import FulfillmentOrder, Order
from orders.selectors import filtering
from orders.services.deeds import Options, do

KIND = "orders.bulk"
ORDERS, WORK = "orders", "work"
RUN_BULK = "orders.tasks.run_bulk"
#: More rows than this become a job.
AT_ONCE = 50
_STEP = 20
_LEASE = timedelta(minutes=2)
_KEPT = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one row."""

    row: str
    is_done: bool
    words: str


def run_now(*, rows: Sequence[str], deed: str, options: Options, at: datetime, actor: str) -> list[Row]:
    """Do `deed` to each row in a unit of work of its own; a refusal of one leaves the others alone."""
    return [_one(row, deed, options, at, actor) for row in rows]


def _one(row: str, deed: str, options: Options, at: datetime, actor: str) -> Row:
    try:
        with unit_of_work():
            return Row(row, True, do(row=row, deed=deed, options=options, at=at, actor=actor))
    except DomainError as refusal:
        return Row(row, False, str(refusal))


@in_unit_of_work
def begin(
    *, deed: str, options: Options, rows: Sequence[str] = (), filters: Mapping[str, str] | None = None,
    of: str = ORDERS, at: datetime, actor: str,
) -> Job:  # fmt: skip
    """Ask for `deed` on `rows`, or on every one that `filters` find and that is there now; return the job.

    `of` says what filters find: ORDERS, or the WORK of nodes.
    """
    model: Any = FulfillmentOrder if of == WORK else Order
    top = model.objects.order_by("-id").values_list("id", flat=True).first() or 0
    asked = {"deed": deed, "options": dict(options), "rows": list(rows), "filters": filters, "top": top, "of": of}
    job = Job.objects.create(
        ref=new_ref("J"), kind=KIND, actor=actor, rows_total=len(rows), payload=json.dumps(asked).encode(),
        created_at=at, result={"deed": deed, "after": 0},
    )  # fmt: skip
    jobs.ring(RUN_BULK)
    return job


@in_unit_of_work
def stop(*, ref: str, at: datetime) -> None:
    """Stop a job; what is done stays done.

    Raises:
        NotFound: there is no such job, or it has ended.
    """
    alive = Job.objects.filter(ref=ref, kind=KIND, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    if not alive.update(status=Job.Status.CANCELLED, finished_at=at):
        raise NotFound("This has ended already.", ref=ref)


def step(*, at: datetime) -> bool:
    """Do some rows of the oldest job; return whether there was one. Opens its own units of work."""
    with unit_of_work():
        job = lock_next_whole_job([KIND], at=at)
        if job is None:
            return False
        job.status, job.lease_until = Job.Status.RUNNING, at + _LEASE
        job.save(update_fields=["status", "lease_until"])
    asked = json.loads(bytes(Job.objects.get(id=job.id).payload or b"{}"))
    rows = _next_rows(job, asked, at)
    try:
        for place, row in rows:
            _count(job, place, row, asked, at)
    except BulkStopped:
        return True
    _put_back(job, is_over=len(rows) < _STEP, at=at)
    return True


def _next_rows(job: Job, asked: Mapping[str, Any], at: datetime) -> list[tuple[int, str]]:
    """Return the next rows, each with where the job stands once it is done."""
    after = int(job.result.get("after", 0))
    if asked["filters"] is None:
        rows = asked["rows"][after : after + _STEP]
        return [(after + n, row) for n, row in enumerate(rows, start=1)]
    find: Any = filtering.work if asked.get("of") == WORK else filtering.orders
    found = find(filtering.read(asked["filters"]), at=at).filter(id__gt=after, id__lte=asked["top"])
    return list(found.order_by("id").values_list("id", "ref")[:_STEP])


def _count(job: Job, place: int, row: str, asked: Mapping[str, Any], at: datetime) -> None:
    """Do one row and count it in one transaction; a refusal is counted in one of its own.

    Raises:
        BulkStopped: somebody stopped the job; this row is as it was.
    """
    try:
        with unit_of_work():
            do(row=row, deed=asked["deed"], options=asked["options"], at=at, actor=job.actor)
            _advance(job, place, failed=0)
    except BulkStopped:
        raise
    except DomainError as refusal:
        with unit_of_work():
            if len(job.errors) < _KEPT:
                job.errors = [*job.errors, {"row": row, "detail": str(refusal)}]
            _advance(job, place, failed=1)


def _advance(job: Job, place: int, *, failed: int) -> None:
    result = {**job.result, "after": place}
    alive = Job.objects.filter(id=job.id, status=Job.Status.RUNNING)
    counted = {"rows_done": F("rows_done") + 1, "rows_failed": F("rows_failed") + failed}
    if not alive.update(**counted, result=result, errors=job.errors):
        raise BulkStopped("Somebody stopped it.", ref=job.ref)
    job.result = result


def _put_back(job: Job, *, is_over: bool, at: datetime) -> None:
    status = Job.Status.DONE if is_over else Job.Status.QUEUED
    with unit_of_work():
        Job.objects.filter(id=job.id, status=Job.Status.RUNNING).update(
            status=status, finished_at=at if is_over else None, lease_until=None
        )
