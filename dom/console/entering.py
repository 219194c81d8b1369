"""Lets people in: after the password, and after the code where a person has a second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from dom.console import sessions
from dom.kernel.transactions import unit_of_work
from stores.selectors.second_factor import has_second_factor, is_known
from stores.services import log_in, second_factor

#: So long a right password waits for its code.
_PATIENCE = timedelta(minutes=10)
_WAITING = "waiting_for_code"
#: The browser's own secret; it says only that a code need not be asked for, never who somebody is.
COOKIE = "known_browser"


#: The words of SECOND_FACTOR_FOR that are no role.
_EVERYONE, _ADMINISTRATORS = "everyone", "administrators"


def must_have_second_factor(user: User) -> bool:
    """Return whether the installation asks the person, or one of the person's roles, for a second factor."""
    asked = {name.strip().casefold() for name in settings.SECOND_FACTOR_FOR}
    if _EVERYONE in asked or (user.is_superuser and _ADMINISTRATORS in asked):
        return True
    return bool(asked) and any(name.casefold() in asked for name in user.groups.values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose password was right and whose code is still asked for."""

    user: User
    zone: str
    onward: str


def needs_code(request: HttpRequest, user: User, *, at: datetime) -> bool:
    """Return whether a right password is not enough: there is a second factor, and the browser is not known."""
    if not has_second_factor(user):
        return False
    return not is_known(user, secret=request.COOKIES.get(COOKIE, ""), at=at)


def wait(request: HttpRequest, user: User, *, zone: str, onward: str, at: datetime) -> None:
    """Keep in the stranger's session who gave a right password; the session is nobody's yet."""
    request.session.cycle_key()
    request.session[_WAITING] = {"user": user.pk, "zone": zone, "onward": onward, "at": at.timestamp()}


def waiting(request: HttpRequest, *, at: datetime) -> Waiting | None:
    """Return who waits in this session; None where nobody does, too long ago, or the person has gone meanwhile."""
    kept = request.session.get(_WAITING)
    if not kept or at.timestamp() - kept["at"] > _PATIENCE.total_seconds():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return None if user is None else Waiting(user, kept["zone"], kept["onward"])


def let_in(request: HttpRequest, user: User, *, zone: str, at: datetime) -> None:
    """Begin the session and write down who came in, from where. The session's key changes."""
    request.session.pop(_WAITING, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    with unit_of_work():
        person = log_in.note_success(
            user_id=user.pk,
            username=user.get_username(),
            session_key=str(request.session.session_key),
            zone=zone,
            address=sessions.address_of(request),
            browser=request.headers.get("User-Agent", ""),
            at=at,
        )
    due = must_have_second_factor(user) and not has_second_factor(user)
    sessions.begin(request, person, at=at, second_factor_due=due)


def remember(request: HttpRequest, answer: HttpResponse, user: User, *, at: datetime) -> None:
    """Let `answer` make the browser known for the days that the installation allows."""
    days = settings.SECOND_FACTOR_REMEMBER_DAYS
    with unit_of_work():
        secret = second_factor.remember(user=user, browser=request.headers.get("User-Agent", ""), days=days, at=at)
    answer.set_cookie(
        COOKIE, secret, max_age=days * 86400, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
