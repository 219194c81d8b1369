"""Names people as rows: for auditors all that is no secret goes out, and colleagues come in, new or changed."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Lower

from dom.console.sheets import Row, Sheet
from dom.kernel.rest.rows import RawRow
from stores.api.feeds import PEOPLE_ROWS
from stores.selectors.people import named, people, told

_AT_ONCE = 500


def _rows(found: "QuerySet[User]") -> Iterable[Row]:
    shape: Any = PEOPLE_ROWS.shape()
    return map(shape.to_representation, told(found).iterator(chunk_size=_AT_ONCE))


def _every(asked: Mapping[str, str]) -> Iterable[Row]:
    text = asked.get("q", "").replace("\x00", "")
    return _rows(people(search=text, role=asked.get("role", "").replace("\x00", ""), gone="gone" in asked))


def _known(keys: Sequence[Any]) -> Mapping[Hashable, Row]:
    found = {}
    for gone in (False, True):
        named = people(gone=gone).annotate(lower=Lower("username")).filter(lower__in=keys)
        found.update({PEOPLE_ROWS.key(row): row for row in _rows(named)})
    return found


def _effect(rows: Sequence[RawRow]) -> list[str]:
    there = {user.username.lower(): user for user in named(row.value["username"] for row in rows)}
    new = [row for row in rows if row.value["username"].lower() not in there]
    pairs = [(row.value, there[name]) for row in rows if (name := row.value["username"].lower()) in there]
    gone = sum(user.is_active and value.get("works_here") == "no" for value, user in pairs)
    back = sum(not user.is_active and value.get("works_here") == "yes" for value, user in pairs)
    link = "Make a password link on each one's page and hand it over: they choose a password with it, within a day."
    sentences = [
        (len(new), f"{_are(len(new))} added, with roles and nodes as the file says."),
        (len(new), f"Nobody of them can log in yet, for a file holds no password. {link}"),
        (len(pairs), f"{_are(len(pairs))} changed; what they may see and do changes with the next page they open."),
        (gone, f"{_are(gone)} let go: logged out everywhere, and unable to log in again."),
        (back, f"{_are(back)} let come back, with the password of before."),
    ]
    return [words for count, words in sentences if count]


def _are(count: int) -> str:
    return "1 colleague is" if count == 1 else f"{count:,} colleagues are"


PEOPLE_SHEET = Sheet(
    slug="people",
    words="People",
    feed=PEOPLE_ROWS,
    every=_every,
    known=_known,
    permission="auth.{}_user",
    bringing="auth.add_user",
    page="console:people",
    effect=_effect,
    labels={
        "Username": "username",
        "First name": "first_name",
        "Last name": "last_name",
        "E-mail": "email",
        "Roles": "roles",
        "Nodes": "nodes",
        "Works here": "works_here",
    },
)
