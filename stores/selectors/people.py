"""Answers who there is, what they may do, where they are logged in and how they came in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from inventory.models import Node
from stores.models import LogInTry, NodeAccess, PersonSession, SecondFactor

_SHOWN = 20


def people(*, search: str = "", role: str = "", gone: bool = False) -> "QuerySet[User]":
    """Return the people, newest first, with roles and nodes; `gone` those who were let go."""
    nodes = Prefetch("node_access", NodeAccess.objects.select_related("node").order_by("node__code"))
    rows = User.objects.filter(is_active=not gone).prefetch_related("groups", nodes).order_by("-id")
    if search:
        words = Q(username__icontains=search) | Q(email__icontains=search)
        rows = rows.filter(words | Q(first_name__icontains=search) | Q(last_name__icontains=search))
    return rows.filter(groups__name=role) if role else rows


def named(usernames: Iterable[str]) -> "QuerySet[User]":
    """Return who has one of `usernames`, in whatever case it is spelt, gone or not, with roles and nodes."""
    nodes = Prefetch("node_access", NodeAccess.objects.select_related("node").order_by("node__code"))
    rows = User.objects.annotate(lower=Lower("username")).filter(lower__in={name.lower() for name in usernames})
    return rows.prefetch_related("groups", nodes).order_by("id")


def told(rows: "QuerySet[User]") -> "QuerySet[User]":
    """Return `rows` with whether each has a second factor that counts (`has_second_factor`)."""
    factors = SecondFactor.objects.filter(user_id=OuterRef("id"), confirmed_at__isnull=False)
    return rows.annotate(has_second_factor=Exists(factors))


def taken(usernames: Iterable[str]) -> set[str]:
    """Return those of `usernames`, in lower case, that somebody has, however it is spelt. One statement."""
    wanted = {name.lower() for name in usernames}
    named = User.objects.annotate(lower=Lower("username")).filter(lower__in=wanted)
    return set(named.values_list("lower", flat=True))


def nodes_of(user_id: int) -> Sequence[Node]:
    """Return the nodes that a person was given, by code."""
    rows = NodeAccess.objects.filter(user_id=user_id).select_related("node").order_by("node__code")
    return [access.node for access in rows]


def sessions_of(user_id: int, *, at: datetime) -> Sequence[PersonSession]:
    """Return where a person is logged in, the latest used first."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return list(PersonSession.objects.filter(user_id=user_id, session_key__in=alive).order_by("-seen_at")[:_SHOWN])


def tries_of(username: str) -> Sequence[LogInTry]:
    """Return the latest tries to log in by this name."""
    return list(LogInTry.objects.filter(username=username).order_by("-id")[:_SHOWN])
