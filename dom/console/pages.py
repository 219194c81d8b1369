"""Answers who may open a console page, and puts it into the back office's frame."""

import hashlib
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.generic import TemplateView

from dom.console.reach import Reaching


class ConsolePage(Reaching, TemplateView):
    """A page of ours inside the shell; `title` names it, `permission_required` and `reach` guard it."""

    title = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the shell's context with the page's own; `everywhere` tells whether nodes limit the person."""
        frame = admin.site.each_context(self.request)
        return super().get_context_data(**frame, title=self.title, everywhere=self.allowed is None, **kwargs)


class FreshPage(ConsolePage):
    """A page whose parts are fetched again while somebody looks: an unchanged page answers 304."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with a tag over the words of the page when a part is asked for."""
        answer = super().dispatch(request, *args, **kwargs)
        if request.headers.get("X-Part") and isinstance(answer, HttpResponse) and answer.status_code == 200:
            return _unless_same(request, answer)
        return answer


def _unless_same(request: HttpRequest, answer: Any) -> HttpResponse:
    if hasattr(answer, "render"):
        answer.render()
    # The CSRF token differs in every answer; only the page's own block counts.
    body: bytes = answer.content
    begin = body.find(b'<div class="q">')
    tag = '"' + hashlib.sha256(body[begin:]).hexdigest()[:24] + '"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    answer["ETag"] = tag
    result: HttpResponse = answer
    return result
