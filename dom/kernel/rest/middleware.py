"""Gives every API request an id, and every API failure the form of a problem, whoever raised it."""

import re
from collections.abc import Callable
from http import HTTPStatus
from secrets import token_hex

from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dom.kernel.rest import problems
from dom.kernel.rest.rendering import dump
from dom.kernel.rest.rows import LARGEST

API = "/api/v1/"
_ID = re.compile(r"[0-9A-Za-z_.:-]{8,64}")


class ApiFrame:
    """Stands outermost: what the router, other middleware or Django's own 500 page answer passes here too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; outside the API nothing is touched."""
        if not request.path_info.startswith(API):
            return self.get_response(request)
        asked = request.headers.get("X-Request-ID", "")
        request_id = asked if _ID.fullmatch(asked) else token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]  # Django's request takes any attribute
        _accept_chunks(request)
        answer = self.get_response(request)
        if answer.status_code >= 400 and "json" not in answer.headers.get("Content-Type", ""):
            answer = _as_problem(request, answer.status_code, request_id)
        answer.headers["X-Request-ID"] = request_id
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def _accept_chunks(request: HttpRequest) -> None:
    """Let a body without a length be read: Django takes it for an empty one, though the server has unwrapped it.

    Who reads it bounds it (rest.bodies, rest.rows).
    """
    stream = request.META.get("wsgi.input")
    chunked = request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    if chunked and not request.META.get("CONTENT_LENGTH") and stream is not None:
        request._stream = LimitedStream(stream, LARGEST + 1)  # type: ignore[assignment]  # noqa: SLF001  # Django offers no other way


def _as_problem(request: HttpRequest, status: int, request_id: str) -> HttpResponse:
    known = (problem for problem in problems.FRAME_PROBLEMS if problem.status == status)
    problem = next(known, problems.INTERNAL if status >= 500 else problems.BAD_REQUEST)
    body = problems.body_of(problem, HTTPStatus(status).phrase + ".", instance=request.path, request_id=request_id)
    return HttpResponse(dump(body), status=problem.status, content_type=problems.MEDIA_TYPE)
