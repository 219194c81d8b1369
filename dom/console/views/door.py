"""Where strangers come in: the log-in page, and the page on which a link leads to a password."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from dom.console import entering, guessing, sessions
from dom.kernel.transactions import unit_of_work
from stores.errors import PasswordLinkSpent
from stores.services import people

#: One answer whether the name or the password is wrong, or the person has left: nobody learns which names exist.
_WRONG = "That is not a username and password that go together. Capitals matter in passwords."


class LogInForm(AuthenticationForm):
    """Asks for name and password, and writes each try down."""

    def clean(self) -> dict[str, Any]:
        """Check both, unless too many tries have failed."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password or self.request is None:
            return self.cleaned_data
        if wait := guessing.wait_in_words(self.request, username):
            raise ValidationError(wait, code="throttled")
        self.user_cache = authenticate(self.request, username=username, password=password)
        if self.user_cache is None:
            guessing.note_wrong(self.request, username)
            raise ValidationError(_WRONG, code="invalid_login")
        return self.cleaned_data


class LogIn(LoginView):
    """The page that everybody sees first. The session's key changes with the log-in."""

    form_class = LogInForm
    template_name = "admin/login.html"
    redirect_authenticated_user = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the frame's words."""
        frame = {**admin.site.each_context(self.request), "title": "Log in", "app_path": self.request.get_full_path()}
        return super().get_context_data(**frame, next=self.get_redirect_url(), **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in, or go on to the code where the password alone is not enough."""
        user, at = form.get_user(), timezone.now()
        zone = sessions.known_zone(self.request.POST.get("zone", ""))
        if entering.needs_code(self.request, user, at=at):
            entering.wait(self.request, user, zone=zone, onward=self.get_success_url(), at=at)
            return redirect("log-in-code")
        entering.let_in(self.request, user, zone=zone, at=at)
        return redirect(self.get_success_url())


class Welcome(View):
    """Lets somebody with a link choose a password, once."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """Show the form, or say that the link is spent."""
        try:
            user = people.person_of_link(secret=secret, at=timezone.now())
        except PasswordLinkSpent as refusal:
            return self._page(request, refused=str(refusal), status=410)
        return self._page(request, form=SetPasswordForm(user), username=user.username)

    def post(self, request: HttpRequest, secret: str) -> HttpResponseBase:
        """Set the password and lead to the log-in page."""
        at = timezone.now()
        try:
            form: SetPasswordForm[User] = SetPasswordForm(people.person_of_link(secret=secret, at=at), request.POST)
            if not form.is_valid():
                return self._page(request, form=form, username=form.user.get_username(), status=400)
            with unit_of_work():
                username = people.use_link(secret=secret, password=form.cleaned_data["new_password1"], at=at)
        except PasswordLinkSpent as refusal:
            return self._page(request, refused=str(refusal), status=410)
        return self._page(request, done=username)

    @staticmethod
    def _page(request: HttpRequest, *, status: int = 200, **words: Any) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "title": "Your password",
            "log_in": reverse("admin:login"),
            **words,
        }
        answer = render(request, "console/welcome.html", context, status=status)
        answer["Cache-Control"] = "no-store"
        return answer
