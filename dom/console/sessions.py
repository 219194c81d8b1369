"""Ends sessions that are unused or old, asks for a password or second factor that is due, sets the reader's zone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from stores.models import Person
from stores.services import log_in

IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
#: What a session carries beside Django's own: when it began and was used, the reader's zone, and what is due.
_SINCE, _SEEN, _ZONE, _DUE, _FACTOR_DUE = "since", "seen", "zone", "password_due", "second_factor_due"
#: Zones that people live in; the rest of the database are other names of them.
ZONES = frozenset(
    zone
    for zone in available_timezones()
    if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "US/", "SystemV/"))
)


def known_zone(name: str) -> str:
    """Return `name` if it is a zone, else ""."""
    return name if name in ZONES else ""


def begin(request: HttpRequest, person: Person, *, at: datetime, second_factor_due: bool = False) -> None:
    """Mark a fresh session with what PersonFrame looks at."""
    request.session[_SINCE] = request.session[_SEEN] = at.timestamp()
    request.session[_FACTOR_DUE] = second_factor_due
    tell(request, person)


def tell(request: HttpRequest, person: Person) -> None:
    """Let the session know what the person has set."""
    request.session[_ZONE] = person.time_zone
    request.session[_DUE] = person.must_change_password


def second_factor_is_set(request: HttpRequest) -> None:
    """Let the session go on: a second factor that was due is there."""
    request.session[_FACTOR_DUE] = False


def address_of(request: HttpRequest) -> str | None:
    """Return the client's address; behind our own proxy the one that it added last."""
    if settings.BEHIND_TLS_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip() or None
    found: str | None = request.META.get("REMOTE_ADDR") or None
    return found


class PersonFrame:
    """Middleware around every page of a person who is logged in. It asks the database nothing but once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request within the session's limits and in the reader's zone."""
        since = request.session.get(_SINCE)
        if since is None:
            return self.get_response(request)
        at = timezone.now()
        if self._is_over(request, at):
            logout(request)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        self._note(request, at)
        if (due := self._due(request)) and request.path not in {due, reverse("admin:logout")}:
            return redirect(due)
        zone = known_zone(request.session.get(_ZONE, ""))
        with timezone.override(ZoneInfo(zone) if zone else None):
            return self.get_response(request)

    @staticmethod
    def _due(request: HttpRequest) -> str:
        """Return the page that comes before every other: a new password, then a second factor; "" for none."""
        if request.session.get(_DUE):
            return reverse("console:my-password")
        return reverse("console:my-second-factor") if request.session.get(_FACTOR_DUE) else ""

    @staticmethod
    def _is_over(request: HttpRequest, at: datetime) -> bool:
        now, session = at.timestamp(), request.session
        idle, whole = now - session.get(_SEEN, 0), now - session[_SINCE]
        return bool(idle > IDLE.total_seconds() or whole > LONGEST.total_seconds())

    @staticmethod
    def _note(request: HttpRequest, at: datetime) -> None:
        # A page that refreshes itself is nobody at work: it must not keep a session open over night.
        if request.headers.get("X-Part") or at.timestamp() - request.session[_SEEN] < _SEEN_EVERY.total_seconds():
            return
        request.session[_SEEN] = at.timestamp()
        with unit_of_work():
            log_in.note_seen(session_key=str(request.session.session_key), at=at)
