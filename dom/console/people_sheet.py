"""Names people as rows: for auditors all that is no secret goes out, and new colleagues come in."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Lower

from dom.console.sheets import Row, Sheet
from dom.kernel.rest.rows import RawRow
from stores.api.feeds import PEOPLE_ROWS
from stores.selectors.people import people, told

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
    there = "1 colleague is" if len(rows) == 1 else f"{len(rows):,} colleagues are"
    link = "Make a password link on each one's page and hand it over: they choose a password with it, within a day."
    return [
        f"{there} added, with roles and nodes as the file says.",
        f"Nobody of them can log in yet, for a file holds no password. {link}",
    ]


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
    },
)
