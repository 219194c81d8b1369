"""Answers how a refusal reads on the wire: RFC 9457 problem details with stable codes; the one table of statuses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dom.kernel.errors import DomainError, Kind
from dom.kernel.rest.errors import Fault

MEDIA_TYPE = "application/problem+json"

#: The one place where a refusal becomes a status.
REFUSAL_STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 400,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.REFUSED: 409,
    Kind.GONE: 410,
    Kind.TOO_LARGE: 413,
    Kind.MISMATCH: 422,
}


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One documented problem: `code` is a promise to partners."""

    code: str
    title: str
    status: int


#: Problems that HTTP itself or the platform raises, by status.
BAD_REQUEST = ProblemType("bad-request", "The request cannot be understood", 400)
UNAUTHENTICATED = ProblemType("unauthenticated", "Send a valid API key", 401)
NOT_FOUND = ProblemType("not-found", "Not found", 404)
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", "The address does not know this method", 405)
NOT_ACCEPTABLE = ProblemType("not-acceptable", "Only JSON can be answered", 406)
IN_PROGRESS = ProblemType("idempotency-in-progress", "The same key is being worked on", 409)
PRECONDITION_FAILED = ProblemType("precondition-failed", "The resource has changed", 412)
UNSUPPORTED_MEDIA_TYPE = ProblemType("unsupported-media-type", "The content type is not taken here", 415)
RATE_LIMITED = ProblemType("rate-limited", "Too many requests", 429)
INTERNAL = ProblemType("internal", "Something failed on our side", 500)
BUSY = ProblemType("busy", "Busy; try again in a moment", 503)

FRAME_PROBLEMS = (
    BAD_REQUEST,
    UNAUTHENTICATED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    IN_PROGRESS,
    PRECONDITION_FAILED,
    UNSUPPORTED_MEDIA_TYPE,
    RATE_LIMITED,
    INTERNAL,
    BUSY,
)


class FrameProblem(Exception):
    """A problem of HTTP or the platform, raised inside a view with the headers it needs."""

    def __init__(self, problem: ProblemType, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.problem = problem
        self.headers = dict(headers or {})


def type_of(refusal: DomainError | type[DomainError]) -> ProblemType:
    """Return the documented problem of a refusal."""
    return ProblemType(refusal.code, refusal.title, REFUSAL_STATUS[refusal.kind])


def _refusals(parent: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _refusals(child)


def registry() -> list[ProblemType]:
    """Return every problem a client can meet, by status and code; two refusals may share one code and status."""
    found: Iterable[ProblemType] = (*FRAME_PROBLEMS, *(type_of(refusal) for refusal in _refusals()))
    return sorted({(p.status, p.code): p for p in found}.values(), key=lambda p: (p.status, p.code))


def body_of(
    problem: ProblemType,
    detail: str,
    *,
    instance: str,
    request_id: str,
    faults: Sequence[Fault] = (),
    facts: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return the members of one problem; `facts` are plain values a program can act on."""
    body: dict[str, Any] = {
        "type": f"/api/docs/problems/#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": instance,
        "code": problem.code,
        "request_id": request_id,
    }
    if faults:
        body["errors"] = [fault.as_json() for fault in faults]
    if facts:
        body["facts"] = dict(facts)
    return body
