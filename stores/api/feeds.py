"""People as rows: they come in from a file, new or changed; everything is told of them but what is secret."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import Group, User
from rest_framework import serializers

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from dom.kernel.rest.fields import Code, Text
from dom.kernel.words import yes_or_no
from inventory.models import Node
from stores.errors import AdministratorsAlone, NotOneself, UsernameTaken
from stores.selectors.people import named
from stores.services.changing import Wanted, change_people
from stores.services.joining import add_people
from stores.services.people import Profile

_MOST = 200


class PersonShape(serializers.Serializer[Any]):
    """Somebody who works here. What is read alone tells auditors of those who are there; files may leave it out."""

    username = serializers.RegexField(r"^[\w.@+-]+$", max_length=150)
    first_name = Text(max_length=150, required=False, allow_blank=True)
    last_name = Text(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    roles = serializers.ListField(child=Text(max_length=150), max_length=_MOST, required=False)
    nodes = serializers.ListField(child=Code(), max_length=20_000, required=False)
    administrator = serializers.CharField(read_only=True)
    works_here = serializers.ChoiceField(choices=("yes", "no"), required=False)
    second_factor = serializers.CharField(read_only=True)
    last_log_in = serializers.CharField(read_only=True)
    added = serializers.CharField(read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the person; `has_second_factor` stands on the row (stores.selectors.people.told)."""
        return {
            "username": instance.username,
            "first_name": instance.first_name,
            "last_name": instance.last_name,
            "email": instance.email,
            "roles": sorted(group.name for group in instance.groups.all()),
            "nodes": [access.node.code for access in instance.node_access.all()],
            "administrator": yes_or_no(instance.is_superuser),
            "works_here": yes_or_no(instance.is_active),
            "second_factor": yes_or_no(instance.has_second_factor),
            "last_log_in": instance.last_login.isoformat(timespec="seconds") if instance.last_login else "",
            "added": instance.date_joined.isoformat(timespec="seconds"),
        }


def _apply(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    there = {user.username.lower(): user for user in named(row.value["username"] for row in rows)}
    faults = [
        *_refused(rows, there, context.actor),
        *_unnamed(rows, there),
        *_unknown(rows, "roles", _role_names()),
        *_unknown(rows, "nodes", _node_codes(rows)),
    ]
    wrong = {fault.row for fault in faults}
    good = {row.value["username"]: row.value for row in rows if row.number not in wrong}
    new = {name: _profile(value) for name, value in good.items() if name.lower() not in there}
    old = {name: _wanted(value, there[name.lower()]) for name, value in good.items() if name.lower() in there}
    away = {name: Wanted(one, is_active=False) for name, one in new.items() if good[name].get("works_here") == "no"}
    add_people(profiles=new, at=context.at, actor=context.actor)
    change_people(wanted={**old, **away}, at=context.at, actor=context.actor)
    return faults


def _refused(rows: Sequence[Row], there: Mapping[str, User], actor: str) -> Iterator[Fault]:
    """Yield whom `actor` may not change, by the rules of a person's page."""
    me = User.objects.filter(username=actor).first()
    for row in rows:
        user = there.get(row.value["username"].lower())
        if user is None:
            continue
        if user.username != row.value["username"]:
            words = f"Somebody is called {user.username} already; a username never changes."
            yield row.fault("username", UsernameTaken.code, words)
        elif me is None or not me.has_perm("auth.change_user"):
            yield row.fault("username", UsernameTaken.code, "Somebody has this username, and you may add people alone.")
        elif user == me:
            yield row.fault("username", NotOneself.code, "Nobody changes their own access. Ask a colleague.")
        elif user.is_superuser and not me.is_superuser:
            words = f"{user.username} is an administrator; only an administrator may change that."
            yield row.fault("username", AdministratorsAlone.code, words)


def _unnamed(rows: Sequence[Row], there: Mapping[str, User]) -> Iterator[Fault]:
    """Yield who would be without a name; some who have long been there have none, and may stay so."""
    for row in rows:
        user = there.get(row.value["username"].lower())
        for field in ("first_name", "last_name"):
            if not row.value.get(field, "").strip() and (user is None or getattr(user, field)):
                yield row.fault(field, "blank", "A person has a name.")


def _unknown(rows: Sequence[Row], field: str, known: set[str]) -> Iterator[Fault]:
    word = field.removesuffix("s")
    for row in rows:
        if missing := sorted(set(row.value.get(field) or ()) - known):
            yield row.fault(field, f"unknown-{word}", f"No {word} is called {', '.join(missing)}.")


def _role_names() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def _node_codes(rows: Iterable[Row]) -> set[str]:
    named = {code for row in rows for code in row.value.get("nodes") or ()}
    return set(Node.objects.filter(code__in=named).values_list("code", flat=True))


def _wanted(value: dict[str, Any], user: User) -> Wanted:
    """Return what somebody who is there shall be; an address that the file leaves alone stays to the letter."""
    profile = _profile(value)
    same = value.get("email", "") == user.email
    works_here = value.get("works_here", yes_or_no(user.is_active)) == "yes"
    return Wanted(replace(profile, email=user.email) if same else profile, is_active=works_here)


def _profile(value: dict[str, Any]) -> Profile:
    return Profile(
        first_name=value.get("first_name", ""),
        last_name=value.get("last_name", ""),
        email=User.objects.normalize_email(value.get("email", "")),
        roles=tuple(value.get("roles") or ()),
        nodes=tuple(value.get("nodes") or ()),
    )


PEOPLE_ROWS = register(
    Feed(kind="people", shape=PersonShape, key=lambda value: str(value["username"]).lower(), apply=_apply)
)
