"""Keeps long feeds as jobs: chunks in PostgreSQL, each applied in one transaction with the job's progress."""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
import zstandard
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from dom.kernel import jobs
from dom.kernel.errors import NotFound
from dom.kernel.ids import new_ref
from dom.kernel.locks import lock_job, lock_next_feed_job, lock_next_whole_job
from dom.kernel.models import Job, JobChunk, JobFault
from dom.kernel.profiles import FEED
from dom.kernel.rest.errors import Fault, JobEnded
from dom.kernel.rest.feeds import FEEDS, KEPT_FAULTS, MOST_FAULTS, Context, Feed, apply_rows, refused_rows
from dom.kernel.rest.keys import Caller
from dom.kernel.rest.rows import RawRow
from dom.kernel.transactions import in_unit_of_work, unit_of_work

log = structlog.get_logger(__name__)

SWEEP = "dom.kernel.tasks.run_feed_jobs"
#: A feed whose sender went away is given up after this time.
_ABANDONED = timedelta(hours=1)
#: A job that goes through in one and has not ended after this time is begun again.
_LEASE = timedelta(minutes=10)


def begin(feed: Feed, *, caller: Caller | None = None, actor: str = "", at: datetime) -> Job:
    """Return a job that receives rows; workers leave it alone until `seal`. `actor` is who sends without a key."""
    return Job.objects.create(
        ref=new_ref("J"),
        kind=feed.kind,
        status=Job.Status.RECEIVING,
        client_id=caller.client_id if caller else None,
        actor=caller.actor if caller else actor,
        created_at=at,
        result=_limits(caller) if caller else {},
    )


def _limits(caller: Caller) -> dict[str, list[str]]:
    """Return what the key is limited to: its rows are applied later, under the rights that it had when it sent them."""
    limits = {"nodes": sorted(caller.nodes), "channels": sorted(caller.channels)}
    return {name: codes for name, codes in limits.items() if codes}


def keep(job: Job, number: int, rows: Sequence[RawRow]) -> None:
    """Store one chunk."""
    text = json.dumps([[row.number, _packed(row.value)] for row in rows], default=float, separators=(",", ":"))
    JobChunk.objects.create(job=job, number=number, rows=len(rows), body=zstandard.compress(text.encode()))


def _packed(value: Any) -> Any:
    return {"!": value.as_json()} if isinstance(value, Fault) else value


def _unpacked(number: int, value: Any) -> RawRow:
    if isinstance(value, dict) and set(value) == {"!"} and isinstance(value["!"], dict):
        value = Fault(**value["!"])
    return RawRow(number, value)


@in_unit_of_work
def seal(job: Job, *, rows_total: int) -> None:
    """Hand the job to the workers at commit."""
    job.status, job.rows_total = Job.Status.QUEUED, rows_total
    job.save(update_fields=["status", "rows_total"])
    jobs.ring(SWEEP)


def give_up(job: Job) -> None:
    """Forget a job whose feed could not be read to its end, or that an idempotency key had answered before."""
    JobChunk.objects.filter(job=job).delete()
    job.delete()


def run(*, at: datetime, most: int | None = None) -> int:
    """Apply waiting chunks until none is left, or `most`; return how many. Beside itself each job has one worker."""
    autodiscover_modules("api.feeds", "api.stock_feeds", "api.rule_feeds")
    done = 0
    while most is None or done < most:
        working_on: list[str] = []
        try:
            with unit_of_work(FEED):
                if not _apply_next(at, working_on):
                    return done
        except OperationalError:
            # A lock, a deadlock, a lost connection: nothing was changed and the next sweep goes on here.
            raise
        except Exception:
            # The boundary of one job: whatever is wrong with its rows must not keep the others waiting.
            log.exception("feed_job_failed", job=working_on)
            with unit_of_work():
                _fail(Job.objects.filter(ref__in=working_on), at)
        done += 1
    return done


def run_whole(*, at: datetime) -> int:
    """Apply jobs of kinds that go through in one; return how many. A job whose worker died is begun again."""
    autodiscover_modules("api.feeds", "api.stock_feeds")
    done = 0
    while (job := _claim_whole(at)) is not None:
        try:
            _apply_whole(job, at)
        except OperationalError:
            Job.objects.filter(id=job.id).update(status=Job.Status.QUEUED)
            raise
        except Exception:
            # As above: the boundary of one job.
            log.exception("feed_job_failed", job=job.ref)
            with unit_of_work():
                _fail(Job.objects.filter(id=job.id), at)
        done += 1
    return done


def _claim_whole(at: datetime) -> Job | None:
    with unit_of_work():
        job = lock_next_whole_job([kind for kind, feed in FEEDS.items() if feed.whole is not None], at=at)
        if job is not None:
            job.status, job.lease_until = Job.Status.RUNNING, at + _LEASE
            job.save(update_fields=["status", "lease_until"])
        return job


def _apply_whole(job: Job, at: datetime) -> None:
    apply = FEEDS[job.kind].whole
    if apply is None:
        raise TypeError(f"{job.kind} is applied in chunks")
    followed = _Followed(job, at)
    try:
        refused, faults = apply(followed.rows(), _context(job), followed.settled)
    except _Stopped:
        return
    with unit_of_work():
        held = lock_job(job.ref)
        if held is None or held.status != Job.Status.RUNNING:
            return
        finish(job, faults=faults, at=at)
        job.rows_failed = refused
        job.save(update_fields=["rows_failed"])


class _Stopped(Exception):
    """The job was cancelled while its rows were being read; what was applied stays applied."""


class _Followed:
    """Notes how far a job that goes through in one is, and that its worker lives, at every step to its end.

    All rows are read before the first is applied: what was read and what is done are told apart.
    """

    def __init__(self, job: Job, at: datetime) -> None:
        self._job, self._at, self._begun = job, at, time.monotonic()

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows.

        Raises:
            _Stopped: somebody cancelled the job.
        """
        read = 0
        for number in JobChunk.objects.filter(job=self._job).order_by("number").values_list("number", flat=True):
            chunk = JobChunk.objects.filter(job=self._job, number=number).first()
            if chunk is None or not self._note(read, 0):
                raise _Stopped
            yield from _rows_of(chunk)
            read += chunk.rows

    def settled(self, rows: int) -> bool:
        """Note that so many rows are settled; return whether the job goes on: nobody cancelled it."""
        return self._note(self._job.rows_total, rows)

    def _note(self, read: int, done: int) -> bool:
        lease = self._at + timedelta(seconds=time.monotonic() - self._begun) + _LEASE
        held = Job.objects.filter(id=self._job.id, status=Job.Status.RUNNING)
        told = {**self._job.result, Job.READ: read}
        return bool(held.update(rows_done=done, result=told, lease_until=lease))


@in_unit_of_work
def cancel(ref: str, *, client_id: int | None, at: datetime) -> Job:
    """End a job that has not ended; rows that were applied stay, the others are forgotten. Return it.

    `client_id` None means the back office, which may end every job.

    Raises:
        NotFound: the caller has no such job.
        JobEnded: it has ended, or its rows are still being received.
    """
    job = lock_job(ref)
    if job is None or client_id not in (None, job.client_id):
        raise NotFound(f"There is no job {ref[:64]}.", ref=ref[:64])
    if job.status not in {Job.Status.QUEUED, Job.Status.RUNNING}:
        raise JobEnded(f"The job is {job.get_status_display().lower()}.", status=str(job.status))
    JobChunk.objects.filter(job=job).delete()
    _end(job, Job.Status.CANCELLED, at)
    return job


def _kept_rows(job: Job) -> Iterator[RawRow]:
    for number in JobChunk.objects.filter(job=job).order_by("number").values_list("number", flat=True):
        yield from _rows_of(JobChunk.objects.get(job=job, number=number))


def rows_of(job: Job) -> Iterator[RawRow]:
    """Return the rows of a job that wait to be applied."""
    return _kept_rows(job)


def finish(job: Job, *, faults: Sequence[Fault], at: datetime) -> None:
    """End a job whose rows were applied by the caller, in the caller's unit of work."""
    job.errors, job.rows_failed = [], 0
    _tell(job, faults)
    job.rows_done, job.rows_failed = job.rows_total, refused_rows(faults)
    job.save(update_fields=["rows_done", "rows_failed", "errors"])
    JobChunk.objects.filter(job=job).delete()
    _end(job, Job.Status.DONE, at)


def _tell(job: Job, faults: Sequence[Fault]) -> None:
    """Keep what is wrong with rows: the first with the job itself, and all of them page by page."""
    job.errors = [*job.errors, *(fault.as_json() for fault in faults)][:KEPT_FAULTS]
    kept = faults[: max(0, MOST_FAULTS - job.rows_failed)]
    JobFault.objects.bulk_create(
        [JobFault(job=job, row=f.row, pointer=f.pointer, field=f.field, code=f.code, detail=f.detail) for f in kept],
        batch_size=1_000,
    )


def _rows_of(chunk: JobChunk) -> list[RawRow]:
    # Fractions are Decimals, as the reader of bodies has them: fields refuse floats.
    kept = json.loads(zstandard.decompress(bytes(chunk.body)), parse_float=Decimal)
    return [_unpacked(number, value) for number, value in kept]


def _context(job: Job) -> Context:
    nodes, channels = (frozenset(job.result.get(name, ())) for name in ("nodes", "channels"))
    return Context(job.actor, job.created_at, nodes, channels)


@in_unit_of_work
def _apply_next(at: datetime, working_on: list[str]) -> bool:
    job = lock_next_feed_job([kind for kind, feed in FEEDS.items() if feed.whole is None])
    if job is None:
        return False
    working_on.append(job.ref)
    chunk = JobChunk.objects.filter(job=job).order_by("number").first()
    if chunk is None:
        _end(job, Job.Status.DONE, at)
        return True
    feed = FEEDS[job.kind]
    faults = apply_rows(feed, _rows_of(chunk), _context(job))
    job.status = Job.Status.RUNNING
    _tell(job, faults)
    job.rows_done += chunk.rows
    job.rows_failed += refused_rows(faults)
    job.save(update_fields=["status", "rows_done", "rows_failed", "errors"])
    chunk.delete()
    return True


def _end(job: Job, status: str, at: datetime) -> None:
    job.status, job.finished_at = status, at
    job.save(update_fields=["status", "finished_at"])


def give_up_abandoned(*, at: datetime) -> int:
    """End jobs that have been receiving for an hour: their sender is gone. Return how many."""
    return _fail(Job.objects.filter(status=Job.Status.RECEIVING, created_at__lt=at - _ABANDONED), at)


def _fail(jobs_to_end: QuerySet[Job], at: datetime) -> int:
    """End jobs as failed. Their rows go: the sender has them, and they may hold what we must not keep."""
    JobChunk.objects.filter(job__in=jobs_to_end).delete()
    return jobs_to_end.update(status=Job.Status.FAILED, finished_at=at)
