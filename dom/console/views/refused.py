"""What somebody sees where a page is not theirs, or not there: in our own look, with a way on."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from dom.console import shell

_API = "/api/"


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is somebody else's, why where that was told, and who can change it."""
    if request.path.startswith(_API):
        return defaults.permission_denied(request, exception)
    home = shell.home(request.user) if request.user.is_authenticated else None
    if request.user.is_authenticated and home is None:
        words = "No role of yours opens a page here. Whoever manages people can give you one."
        return _page(request, 403, "Nothing here for you yet", words)
    words = str(exception) or "Your roles do not open it. Whoever manages people can change that."
    return _page(request, 403, "This is not yours to open", words, home)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such thing, by its name where that was told."""
    if request.path.startswith(_API):
        return defaults.page_not_found(request, exception)
    told = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    home = shell.home(request.user) if request.user.is_authenticated else "/"
    return _page(request, 404, "There is no such page", told or "The address may be mistyped, or old.", home)


def _page(request: HttpRequest, status: int, title: str, words: str, home: str | None = None) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": title, "words": words, "home": home, "status": status}
    return render(request, "console/refused.html", frame, status=status)
