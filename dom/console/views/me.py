"""A person's own page: zone, theme, password, where one is logged in."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from dom.console import sessions
from dom.console.reach import Reach, Reaching
from dom.console.roles import ROLES
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many
from stores.models import Person
from stores.selectors.people import sessions_of
from stores.selectors.second_factor import second_factor_of
from stores.services import log_in, people

_ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(sessions.ZONES)]


class ZoneForm(forms.Form):
    """In which zone times are shown."""

    time_zone = forms.ChoiceField(label="Time zone", choices=[("", "UTC"), *_ZONES], required=False)


class Me(Reaching, View):
    """Shows and keeps what a person sets; everybody may, whatever their role."""

    permission_required = ()
    reach = Reach.NO_NODE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show it."""
        person = Person.objects.filter(user=_user(request)).first()
        zone = person.time_zone if person else ""
        return self._page(request, ZoneForm(initial={"time_zone": zone}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the zone, or end the other sessions."""
        if "end" in request.POST:
            with unit_of_work():
                ended = log_in.end_sessions(user_id=_user(request).id, except_key=str(request.session.session_key))
            messages.success(request, f"{many(ended, 'other session')} ended.")
            return redirect("console:me")
        form = ZoneForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        with unit_of_work():
            people.set_zone(user_id=_user(request).id, zone=form.cleaned_data["time_zone"])
        sessions.tell(request, Person.objects.get(user=_user(request)))
        messages.success(request, "Times are shown in your zone.")
        return redirect("console:me")

    @staticmethod
    def _page(request: HttpRequest, form: ZoneForm, status: int = 200) -> HttpResponse:
        names = list(_user(request).groups.values_list("name", flat=True))
        context = {
            **admin.site.each_context(request),
            "title": "You",
            "form": form,
            "roles": [(name, ROLES[name].words) for name in sorted(names) if name in ROLES],
            "factor": second_factor_of(_user(request), at=timezone.now()),
            "sessions": sessions_of(_user(request).id, at=timezone.now()),
            "this": request.session.session_key,
            "at": timezone.now(),
        }
        return render(request, "console/me.html", context, status=status)


class MyPassword(Reaching, View):
    """Changes one's own password; the person's other sessions end, this one gets a fresh key."""

    permission_required = ()
    reach = Reach.NO_NODE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show the form."""
        return self._page(request, PasswordChangeForm(_user(request)))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Change it."""
        user = _user(request)
        form = PasswordChangeForm(user, request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        at, before = timezone.now(), str(request.session.session_key)
        password = form.cleaned_data["new_password1"]
        with unit_of_work():
            people.set_password(user=user, password=password, at=at, actor=user.username, except_key=before)
        update_session_auth_hash(request, user)
        with unit_of_work():
            log_in.move_session(before=before, after=str(request.session.session_key))
        sessions.tell(request, Person.objects.get(user=user))
        messages.success(request, "Your password is changed. You are logged out everywhere else.")
        return redirect("console:me")

    @staticmethod
    def _page(request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        context = {**admin.site.each_context(request), "title": "Your password", "form": form}
        return render(request, "console/my_password.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # the mixin has let nobody else in
