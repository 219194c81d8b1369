"""A person's second factor: set up with an app, recovery codes, remembered browsers, taken off again."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views import View

from dom.console import guessing, sessions
from dom.console.entering import must_have_second_factor
from dom.console.reach import Reach, Reaching
from dom.kernel.transactions import unit_of_work
from stores.models import LogInTry
from stores.selectors.second_factor import second_factor_of
from stores.services import second_factor as services

WRONG_CODE = "That is not the code. Type the one that the app shows now."


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )


class SetUpForm(CodeForm):
    """The first code, and the password: who finds an open session does not take the account over."""

    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ("code", "password")


class MySecondFactor(Reaching, View):
    """Sets up, shows and takes off one's own second factor; guessing codes is slowed as guessing passwords is."""

    permission_required = ()
    reach = Reach.NO_NODE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show how it stands."""
        return self._page(SetUpForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Do what the button says."""
        deeds: dict[str, Callable[[], HttpResponseBase]] = {
            "confirm": self._confirm,
            "codes": self._codes,
            "off": self._off,
            "browsers": self._forget_browsers,
        }
        return deeds.get(request.POST.get("do", ""), lambda: self._page(SetUpForm(), status=400))()

    @property
    def _user(self) -> User:
        return cast("User", self.request.user)  # nobody else was let in

    def _confirm(self) -> HttpResponseBase:
        form = SetUpForm(self.request.POST)
        right = self._proven(form, lambda code: services.confirm(user=self._user, code=code, at=timezone.now()))
        if not right:
            return self._page(form, status=400)
        sessions.second_factor_is_set(self.request)
        return self._fresh_codes()

    def _codes(self) -> HttpResponseBase:
        form = CodeForm(self.request.POST)
        return self._fresh_codes() if self._accepted(form) else self._page(form, status=400)

    def _fresh_codes(self) -> HttpResponseBase:
        with unit_of_work():
            codes = services.fresh_codes(user=self._user, at=timezone.now())
        return self._page(CodeForm(), codes=codes)

    def _off(self) -> HttpResponseBase:
        form = CodeForm(self.request.POST)
        if must_have_second_factor(self._user):
            form.add_error(None, "Your role needs a second factor. Ask a colleague to reset it if you changed phones.")
            return self._page(form, status=409)
        if not self._accepted(form):
            return self._page(form, status=400)
        with unit_of_work():
            services.take_off(user=self._user, at=timezone.now())
        messages.success(self.request, "Your second factor is off: your password alone lets you in.")
        return redirect("console:me")

    def _forget_browsers(self) -> HttpResponseBase:
        with unit_of_work():
            services.forget_browsers(user=self._user)
        messages.success(self.request, "Every browser is asked for a code again.")
        return redirect("console:my-second-factor")

    def _accepted(self, form: CodeForm) -> bool:
        return self._proven(form, lambda code: services.accept(user=self._user, code=code, at=timezone.now()))

    def _proven(self, form: CodeForm, prove: Callable[[str], bool]) -> bool:
        """Return whether what was typed is right; say on the form why not."""
        if not form.is_valid():
            return False
        name = self._user.get_username()
        if wait := guessing.wait_in_words(self.request, name):
            form.add_error("code", wait)
            return False
        if "password" in form.cleaned_data and not self._user.check_password(form.cleaned_data["password"]):
            guessing.note_wrong(self.request, name)
            form.add_error("password", "That is not your password.")
            return False
        with unit_of_work():
            right = prove(form.cleaned_data["code"])
        if not right:
            guessing.note_wrong(self.request, name, LogInTry.Outcome.WRONG_CODE)
            form.add_error("code", WRONG_CODE)
        return right

    def _page(self, form: CodeForm, *, codes: Sequence[str] = (), status: int = 200) -> HttpResponse:
        """Show the page; where there is no second factor yet, with the key to scan."""
        factor = second_factor_of(self._user, at=timezone.now())
        context = {
            **admin.site.each_context(self.request),
            "title": "Your second factor",
            "form": form,
            "factor": factor,
            "codes": codes,
            "must": must_have_second_factor(self._user),
            **({} if factor else self._key()),
        }
        answer = render(self.request, "console/my_second_factor.html", context, status=status)
        answer["Cache-Control"] = "no-store"
        return answer

    def _key(self) -> dict[str, Any]:
        with unit_of_work():
            address, key = services.begin(user=self._user, at=timezone.now())
        return {"picture": _picture(address), "key": [key[at : at + 4] for at in range(0, len(key), 4)]}


def _picture(address: str) -> SafeString:
    """Draw `address` as a QR code within the page: black on white in the dark as well, or no camera reads it."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=3, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308  # segno draws squares and writes no text of ours
