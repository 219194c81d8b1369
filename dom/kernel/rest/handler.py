"""Turns whatever a view raised into the one answer partners know: a problem."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404
from psycopg import errors as pg
from rest_framework import exceptions
from rest_framework.response import Response

from dom.kernel.errors import DomainError
from dom.kernel.rest import problems
from dom.kernel.rest.errors import Fault, ShapeInvalid
from dom.kernel.rest.problems import FrameProblem, ProblemType

log = structlog.get_logger(__name__)

_BY_STATUS: Mapping[int, ProblemType] = {problem.status: problem for problem in problems.FRAME_PROBLEMS} | {
    413: ProblemType("body-too-large", "The body is too large", 413),
    403: ProblemType("scope-missing", "The key may not do this", 403),
}


def faults_of(detail: Any, pointer: str = "#", row: int = 0) -> Iterator[Fault]:
    """Yield the wrong places of a DRF error tree, deepest first named by their JSON pointer."""
    if isinstance(detail, Mapping):
        for name, child in detail.items():
            # DRF files what concerns a whole object under a name of its own.
            here = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from faults_of(child, here, row)
    elif isinstance(detail, list):
        for index, child in enumerate(detail):
            nested = isinstance(child, (Mapping, list))
            yield from faults_of(child, f"{pointer}/{index}" if nested else pointer, row)
    else:
        field = "" if pointer == "#" else pointer.removeprefix("#/")
        yield Fault(pointer, str(getattr(detail, "code", "invalid")), str(detail), row, field)


def problem_of(wrong: Exception) -> tuple[ProblemType, str, dict[str, Any], dict[str, str]] | None:
    """Return (problem, sentence, faults and facts, headers) of `wrong`, or None when it is a failure of ours."""
    for kind, words in _WORDS:
        if isinstance(wrong, kind):
            return words(wrong)
    return None


Words = tuple[ProblemType, str, dict[str, Any], dict[str, str]]


def _frame(wrong: Any) -> Words:
    return wrong.problem, str(wrong), {}, wrong.headers


def _shape(wrong: Any) -> Words:
    return problems.type_of(wrong), str(wrong), {"faults": wrong.faults}, {}


def _refusal(wrong: Any) -> Words:
    return problems.type_of(wrong), str(wrong), {"facts": wrong.facts, "faults": tuple(places_of(wrong))}, {}


def places_of(wrong: Any) -> Iterator[Fault]:
    """Yield the places in the body that a refusal names among its facts.

    `errors` names them by field; `path` is a place (groups[2].rules[0]) in a document that is the body, or `within` it.
    `row` counts from 0 where the body is a list.
    """
    told = wrong.facts.get("errors", ())
    if "path" in wrong.facts:
        path = f"{wrong.facts.get('within', '')}.{wrong.facts['path']}"
        steps = path.replace("[", ".").replace("]", "").strip(".").replace(".", "/")
        told = [{**wrong.facts, "field": steps, "message": wrong.facts["problem"]}]
    for one in told:
        row, field = one.get("row"), str(one["field"])
        pointer = "/".join(str(step) for step in ("#", row, field) if step not in {None, ""})
        yield Fault(pointer, str(one.get("code", wrong.code)), one["message"], 0 if row is None else row + 1, field)


def _validation(wrong: Any) -> Words:
    faults = tuple(faults_of(wrong.detail))
    first = faults[0] if faults else Fault("#", "invalid", "The body is not valid.")
    return problems.type_of(ShapeInvalid), f"{first.pointer}: {first.detail}", {"faults": faults}, {}


def _http(wrong: Any) -> Words:
    problem = _BY_STATUS.get(wrong.status_code, problems.BAD_REQUEST)
    return problem, str(wrong.detail), {}, {}


def _absent(_wrong: Any) -> Words:
    return problems.NOT_FOUND, "Nothing has this address.", {}, {}


def _denied(_wrong: Any) -> Words:
    return _BY_STATUS[403], "This is not allowed.", {}, {}


def _suspicious(_wrong: Any) -> Words:
    return problems.BAD_REQUEST, HTTPStatus.BAD_REQUEST.description + ".", {}, {}


def _out_of_range(wrong: Any) -> Words:
    # A value that fits its type but no column: the shape check was too wide, which is ours to mend; not a 500.
    log.warning("value_out_of_range", error=str(wrong).splitlines()[0])
    return problems.type_of(ShapeInvalid), "A value is outside the range that can be stored.", {}, {}


def _busy(wrong: Any) -> Words:
    cause = wrong.__cause__
    names = (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure, pg.QueryCanceled)
    log.warning("busy", cause=type(cause).__name__, lock=isinstance(cause, names))
    return problems.BUSY, "The request changed nothing; send it again.", {}, {"Retry-After": "1"}


_WORDS: tuple[tuple[type[Exception], Callable[[Any], Words]], ...] = (
    (FrameProblem, _frame),
    (ShapeInvalid, _shape),
    (DomainError, _refusal),
    (exceptions.ValidationError, _validation),
    (exceptions.APIException, _http),
    (Http404, _absent),
    (PermissionDenied, _denied),
    (SuspiciousOperation, _suspicious),
    (DataError, _out_of_range),
    (OperationalError, _busy),
)


def answer_problem(wrong: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the problem for `wrong`; None lets a failure of ours travel on to the log and the plain 500 problem."""
    found = problem_of(wrong)
    if found is None:
        return None
    problem, detail, more, headers = found
    request = context["request"]
    body = problems.body_of(
        problem, detail, instance=request.path, request_id=getattr(request, "request_id", ""), **more
    )
    return Response(body, status=problem.status, headers=headers, content_type=problems.MEDIA_TYPE)
