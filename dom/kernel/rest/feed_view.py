"""The base of endpoints that take rows in bulk."""

import itertools
from collections.abc import Iterator
from hashlib import sha256

from django.http import HttpRequest
from rest_framework.response import Response

from dom.kernel.models import Job
from dom.kernel.profiles import FEED
from dom.kernel.rest import feed_jobs, idempotency
from dom.kernel.rest.feeds import AT_ONCE, Context, Feed, apply_rows, chunks, refused_rows
from dom.kernel.rest.rows import RawRow, read_rows
from dom.kernel.rest.view import ApiView


class _Hashed:
    """A request that remembers the SHA-256 of what was read from it, for the idempotency key of a streamed body."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._sum = sha256(f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass"))

        self.content_type = request.content_type
        self.headers = request.headers
        self.META = request.META

    def read(self, size: int) -> bytes:
        block = self._request.read(size)
        self._sum.update(block)
        return block

    @property
    def body(self) -> bytes:
        self._sum.update(self._request.body)
        return self._request.body

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


class FeedView(ApiView):
    """Takes the rows of one feed; a subclass declares `put` with `own_units=True` and calls `take`."""

    def take(self, feed: Feed) -> Response:
        """Apply up to 1,000 rows at once (200), or queue them as a job (202)."""
        idempotency.key_of(self.http.headers, required=self.http.method == "POST")  # before a long body is read
        request = _Hashed(self.http)
        rows = read_rows(request, feed.shape())
        first = list(itertools.islice(rows, AT_ONCE + 1))
        if len(first) <= AT_ONCE and "respond-async" not in self.http.headers.get("Prefer", ""):
            claim = self._claim_of(request)
            return idempotency.answer_once(claim, lambda: self._apply(feed, first), at=self.at, profile=FEED)
        return self._queue(feed, itertools.chain(first, rows), request)

    def _claim_of(self, request: _Hashed) -> idempotency.Claim | None:
        key = idempotency.key_of(self.http.headers, required=self.http.method == "POST")
        return idempotency.Claim(self.caller.client_id, key, request.hexdigest()) if key else None

    def _apply(self, feed: Feed, rows: list[RawRow]) -> Response:
        faults = apply_rows(feed, rows, Context(self.caller.actor, self.at, self.caller.nodes, self.caller.channels))
        failed = refused_rows(faults)
        return Response(
            {
                "received": len(rows),
                "applied": len(rows) - failed,
                "failed": failed,
                "errors": [fault.as_json() for fault in faults],
            }
        )

    def _queue(self, feed: Feed, rows: Iterator[RawRow], request: _Hashed) -> Response:
        job = feed_jobs.begin(feed, caller=self.caller, at=self.at)
        try:
            total = 0
            for number, run in enumerate(chunks(rows)):
                feed_jobs.keep(job, number, run)
                total += len(run)
            claim = self._claim_of(request)
            answer = idempotency.answer_once(claim, lambda: _sealed(job, total), at=self.at)
        except BaseException:
            feed_jobs.give_up(job)
            raise
        if answer.has_header(idempotency.REPLAYED):
            feed_jobs.give_up(job)
        return answer


def _sealed(job: Job, total: int) -> Response:
    feed_jobs.seal(job, rows_total=total)
    address = f"/api/v1/jobs/{job.ref}"
    body = {"ref": job.ref, "status": job.status, "rows_total": total, "href": address}
    return Response(body, status=202, headers={"Location": address, "Retry-After": "1"})
