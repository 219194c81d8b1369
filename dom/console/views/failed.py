"""What somebody sees when the database is busy or away, or something of ours broke: what it means, and what to do.

Drawn without the database, the session or the person: any of them may be what failed.
"""

import logging
import sys
from http import HTTPStatus
from secrets import token_hex

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 503 where trying again helps (a lock, a restart of the database), else 500 with a number to ask by.

    Nothing was changed either way: what a page does is one unit of work.
    """
    wrong = sys.exception()
    again = request.get_full_path() if request.method == "GET" else ""
    if isinstance(wrong, OperationalError | InterfaceError):
        log.warning("The database was busy or away", extra={"cause": type(wrong.__cause__).__name__})
        words = "Somebody else is changing the same thing, or the database is being restarted. Nothing was changed."
        answer = _page(request, HTTPStatus.SERVICE_UNAVAILABLE, "Busy just now", words, again)
        answer.headers["Retry-After"] = "2"
        return answer
    number = token_hex(4)
    log.error("A page failed", extra={"number": number}, exc_info=wrong)  # whoever looks for the number finds why
    words = f"Something broke on our side. Nothing was changed. Tell operations the number {number}: it is in the log."
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, "This did not work", words, again)


def _page(request: HttpRequest, status: HTTPStatus, title: str, words: str, again: str) -> HttpResponse:
    stranger = HttpRequest()
    stranger.META, stranger.path, stranger.user = request.META, request.path, AnonymousUser()
    told = {**admin.site.each_context(stranger), "title": title, "words": words, "again": again}
    return HttpResponse(render_to_string("console/failed.html", told), status=status)
