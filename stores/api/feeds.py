"""People as rows: new ones come in from a file; of those who are there everything is told but what is secret."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import Group, User
from rest_framework import serializers

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from dom.kernel.rest.fields import Code, Text
from dom.kernel.words import yes_or_no
from inventory.models import Node
from stores.selectors.people import taken
from stores.services.joining import add_people
from stores.services.people import Profile

_MOST = 200


class PersonShape(serializers.Serializer[Any]):
    """Somebody who works here. What is read alone tells auditors of those who are there; files may leave it out."""

    username = serializers.RegexField(r"^[\w.@+-]+$", max_length=150)
    first_name = Text(max_length=150, allow_blank=True)
    last_name = Text(max_length=150, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    roles = serializers.ListField(child=Text(max_length=150), max_length=_MOST, required=False)
    nodes = serializers.ListField(child=Code(), max_length=20_000, required=False)
    administrator = serializers.CharField(read_only=True)
    works_here = serializers.CharField(read_only=True)
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
    faults = [
        *_taken(rows),
        *_unnamed(rows),
        *_unknown(rows, "roles", _role_names()),
        *_unknown(rows, "nodes", _node_codes(rows)),
    ]
    wrong = {fault.row for fault in faults}
    good = [row for row in rows if row.number not in wrong]
    profiles = {row.value["username"]: _profile(row.value) for row in good}
    add_people(profiles=profiles, at=context.at, actor=context.actor)
    return faults


def _taken(rows: Sequence[Row]) -> Iterator[Fault]:
    there = taken(row.value["username"] for row in rows)
    words = "Somebody has this username already; what they may do is changed on their page."
    return (row.fault("username", "username-taken", words) for row in rows if row.value["username"].lower() in there)


def _unnamed(rows: Sequence[Row]) -> Iterator[Fault]:
    """Yield who comes in without a name; some who have long been there have none."""
    for row in rows:
        for field in ("first_name", "last_name"):
            if not row.value[field].strip():
                yield row.fault(field, "blank", "A new person has a name.")


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


def _profile(value: dict[str, Any]) -> Profile:
    return Profile(
        first_name=value["first_name"],
        last_name=value["last_name"],
        email=User.objects.normalize_email(value.get("email", "")),
        roles=tuple(value.get("roles") or ()),
        nodes=tuple(value.get("nodes") or ()),
    )


PEOPLE_ROWS = register(
    Feed(kind="people", shape=PersonShape, key=lambda value: str(value["username"]).lower(), apply=_apply)
)
