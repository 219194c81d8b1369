"""The second step of logging in: a code of the person's app, or a recovery code."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from dom.console import entering, guessing
from dom.console.views.second_factor import WRONG_CODE, CodeForm
from dom.kernel.transactions import unit_of_work
from stores.models import LogInTry
from stores.services import second_factor


class LogInCode(View):
    """Asks whoever has given a right password for a code; only then does the session begin."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Ask, or lead back to the password where none was given just now."""
        waiting = entering.waiting(request, at=timezone.now())
        return redirect("admin:login") if waiting is None else self._page(CodeForm(), waiting.user)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Check the code and let the person in."""
        at, form = timezone.now(), CodeForm(request.POST)
        waiting = entering.waiting(request, at=at)
        if waiting is None:
            return redirect("admin:login")
        if not form.is_valid():
            return self._page(form, waiting.user, status=400)
        name = waiting.user.get_username()
        if wait := guessing.wait_in_words(request, name):
            form.add_error("code", wait)
            return self._page(form, waiting.user, status=429)
        with unit_of_work():
            right = second_factor.accept(user=waiting.user, code=form.cleaned_data["code"], at=at)
        if not right:
            guessing.note_wrong(request, name, LogInTry.Outcome.WRONG_CODE)
            form.add_error("code", WRONG_CODE)
            return self._page(form, waiting.user, status=400)
        entering.let_in(request, waiting.user, zone=waiting.zone, at=at)
        answer = redirect(waiting.onward)
        if request.POST.get("remember") and settings.SECOND_FACTOR_REMEMBER_DAYS:
            entering.remember(request, answer, waiting.user, at=at)
        return answer

    def _page(self, form: CodeForm, user: User, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            **admin.site.each_context(self.request),
            "title": "One more step",
            "form": form,
            "who": user.get_username(),
            "days": settings.SECOND_FACTOR_REMEMBER_DAYS,
        }
        answer = render(self.request, "console/log_in_code.html", context, status=status)
        answer["Cache-Control"] = "no-store"
        return answer
