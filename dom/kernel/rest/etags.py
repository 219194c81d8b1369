"""Answers whether a client's copy is still good, and whether it writes on what it has seen."""

import hashlib
import re

from django.http import HttpRequest
from rest_framework.response import Response

from dom.kernel.rest.problems import PRECONDITION_FAILED, FrameProblem
from dom.kernel.rest.rendering import dump

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def of_revision(revision: int) -> str:
    """Return the ETag of a resource with a revision."""
    return f'"{revision}"'


def _named(header: str) -> set[str]:
    return set(_TAG.findall(header))


def tag(request: HttpRequest, answer: Response) -> None:
    """Give the answer to a GET its ETag (of its content, unless the view set one) and shorten it to 304 if known."""
    if request.method not in {"GET", "HEAD"} or answer.status_code != 200:
        return
    if not answer.has_header("ETag"):
        answer["ETag"] = f'"{hashlib.sha256(dump(answer.data)).hexdigest()[:32]}"'
    seen = request.headers.get("If-None-Match", "")
    if seen.strip() == "*" or answer["ETag"] in _named(seen):
        answer.status_code = 304
        answer.data = None


def require_match(request: HttpRequest, revision: int) -> None:
    """Refuse a write that names another revision in If-Match; without the header it goes through.

    Raises:
        FrameProblem: 412.
    """
    asked = request.headers.get("If-Match", "").strip()
    if asked in {"", "*"} or of_revision(revision) in _named(asked):
        return
    raise FrameProblem(PRECONDITION_FAILED, f"The resource is at revision {revision}; read it again.")
