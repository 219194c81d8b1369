"""Adds people, gives them roles, lets them go; writes down who did."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import Group, User

from dom.kernel.errors import NotFound
from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work
from stores.errors import AdministratorsAlone, NotOneself, PasswordLinkSpent, UsernameTaken
from stores.models import KnownBrowser, PasswordLink, Person
from stores.services.access import PEOPLE, set_nodes
from stores.services.log_in import end_sessions

LINK_LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a colleague says about a person."""

    first_name: str
    last_name: str
    email: str
    roles: Sequence[str]
    nodes: Sequence[str]


@in_unit_of_work
def add_person(*, username: str, profile: Profile, at: datetime, actor: str) -> User:
    """Add a person who cannot log in before setting a password by a link (make_link).

    Raises:
        UsernameTaken: somebody has the name, however it is spelt; nothing has changed.
        UnknownNodes: as set_nodes.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(f"Somebody is called {username} already.", username=username)
    user = User.objects.create_user(username, profile.email, first_name=profile.first_name, last_name=profile.last_name)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    Person.objects.create(user=user)
    _write(user, Change.Verb.CREATED, {}, at, actor)
    _give(user, profile, at=at, actor=actor)
    return user


@in_unit_of_work
def change_person(*, username: str, profile: Profile, at: datetime, actor: str) -> None:
    """Give the person exactly the roles and nodes named, and write down from what to what.

    Raises:
        NotFound, NotOneself, AdministratorsAlone, UnknownNodes: nothing has changed.
    """
    user = person_to_change(username=username, actor=actor)
    fields = {
        name: [getattr(user, name), getattr(profile, name)]
        for name in ("first_name", "last_name", "email")
        if getattr(user, name) != getattr(profile, name)
    }
    for name, (_before, after) in fields.items():
        setattr(user, name, after)
    user.save(update_fields=["first_name", "last_name", "email"])
    if fields:
        _write(user, Change.Verb.CHANGED, fields, at, actor)
    _give(user, profile, at=at, actor=actor)


@in_unit_of_work
def set_active(*, username: str, active: bool, at: datetime, actor: str) -> None:
    """Let a person go, whose sessions end at once, or come back.

    Raises:
        NotFound, NotOneself, AdministratorsAlone: nothing has changed.
    """
    user = person_to_change(username=username, actor=actor)
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user_id=user.id)
        PasswordLink.objects.filter(user=user, used_at__isnull=True).delete()
    _write(user, Change.Verb.CHANGED, {"active": [not active, active]}, at, actor)


@in_unit_of_work
def make_link(*, username: str, at: datetime, actor: str) -> str:
    """Return the secret of a link with which the person sets a password once within LINK_LIVES; older ones end.

    Raises:
        NotFound, NotOneself, AdministratorsAlone: nothing has changed.
    """
    user = person_to_change(username=username, actor=actor)
    secret = secrets.token_urlsafe(32)
    PasswordLink.objects.filter(user=user, used_at__isnull=True).delete()
    PasswordLink.objects.create(user=user, digest=_digest(secret), made_by=actor, expires_at=at + LINK_LIVES)
    _write(user, Change.Verb.CHANGED, {"password_link": ["", "made"]}, at, actor)
    return secret


def person_of_link(*, secret: str, at: datetime) -> User:
    """Return the person whom the link is for. Reads only.

    Raises:
        PasswordLinkSpent: it is of no use any more.
    """
    found = _unused(secret, at)
    if found is None:
        raise PasswordLinkSpent("This link was used or is too old. Ask whoever gave it to you for another.")
    return found.user


@in_unit_of_work
def use_link(*, secret: str, password: str, at: datetime) -> str:
    """Set the password that the link is for, end the person's sessions, and return the username.

    Raises:
        PasswordLinkSpent: it is of no use any more; nothing has changed.
    """
    user = person_of_link(secret=secret, at=at)
    if not PasswordLink.objects.filter(digest=_digest(secret), used_at__isnull=True).update(used_at=at):
        raise PasswordLinkSpent("This link was used just now.")
    set_password(user=user, password=password, at=at, actor=user.username)
    return str(user.username)


@in_unit_of_work
def set_password(*, user: User, password: str, at: datetime, actor: str, except_key: str = "") -> None:
    """Set a checked password; sessions of the person but `except_key` end, and every browser is asked for a code."""
    user.set_password(password)
    user.save(update_fields=["password"])
    Person.objects.update_or_create(user=user, defaults={"must_change_password": False})
    KnownBrowser.objects.filter(user=user).delete()
    end_sessions(user_id=user.id, except_key=except_key)
    _write(user, Change.Verb.CHANGED, {"password": ["", "set"]}, at, actor)


@in_unit_of_work
def end_sessions_of(*, username: str, at: datetime, actor: str) -> int:
    """End all sessions of somebody; return how many.

    Raises:
        NotFound, AdministratorsAlone: nothing has changed.
    """
    user = _found(username)
    if user.username != actor:
        person_to_change(username=username, actor=actor)
    ended = end_sessions(user_id=user.id)
    if ended:
        _write(user, Change.Verb.CHANGED, {"sessions": [ended, 0]}, at, actor)
    return ended


@in_unit_of_work
def set_zone(*, user_id: int, zone: str) -> None:
    """Keep in which zone a person reads times."""
    Person.objects.update_or_create(user_id=user_id, defaults={"time_zone": zone})


def _found(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(f"Nobody is called {username}.", username=username)
    return user


def person_to_change(*, username: str, actor: str) -> User:
    """Return the person if `actor` may change somebody else's access. Reads only.

    Raises:
        NotFound, NotOneself, AdministratorsAlone: so `actor` may not.
    """
    user = _found(username)
    if user.username == actor:
        raise NotOneself("Nobody changes their own access. Ask a colleague.")
    if user.is_superuser and not User.objects.filter(username=actor, is_superuser=True).exists():
        raise AdministratorsAlone(f"{username} is an administrator; only an administrator may change that.")
    return user


def _give(user: User, profile: Profile, *, at: datetime, actor: str) -> None:
    before = sorted(user.groups.values_list("name", flat=True))
    after = sorted(profile.roles)
    if before != after:
        user.groups.set(Group.objects.filter(name__in=after))
        _write(user, Change.Verb.CHANGED, {"roles": [before, after]}, at, actor)
    set_nodes(user_id=user.id, username=user.username, node_codes=_codes(profile.nodes), at=at, actor=actor)


def _codes(nodes: Collection[str]) -> Sequence[str]:
    return sorted(set(nodes))


def _unused(secret: str, at: datetime) -> PasswordLink | None:
    rows = PasswordLink.objects.filter(digest=_digest(secret), used_at__isnull=True, expires_at__gt=at)
    return rows.filter(user__is_active=True).select_related("user").first()


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _write(user: User, verb: str, fields: Mapping[str, object], at: datetime, actor: str) -> None:
    Change.objects.create(at=at, actor=actor, kind=PEOPLE, code=user.username, verb=verb, fields=dict(fields))
