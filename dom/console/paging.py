"""Pages lists by key, newest first: the thousandth page costs what the first does, and nothing is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the queries of the pages beside them; None where there is none."""

    rows: Sequence[Any]
    older: str | None
    newer: str | None


def page_of(rows: "QuerySet[Any]", asked: QueryDict) -> Page:
    """Return the page of `rows` (ordered by -id) that `asked` names by `before` or `after` an id; first without.

    What is no number counts as nothing.
    """
    before, after = _number(asked.get("before")), _number(asked.get("after"))
    if after is not None:
        found = list(rows.filter(id__gt=after).order_by("id")[: SIZE + 1])
        more, shown = len(found) > SIZE, found[:SIZE][::-1]
        return Page(shown, _query(asked, before=_id(shown, -1)), _query(asked, after=_id(shown, 0)) if more else None)
    found = list((rows.filter(id__lt=before) if before is not None else rows)[: SIZE + 1])
    more, shown = len(found) > SIZE, found[:SIZE]
    older = _query(asked, before=_id(shown, -1)) if more else None
    return Page(shown, older, _query(asked, after=_id(shown, 0)) if before is not None and shown else None)


def _id(rows: Sequence[Model], place: int) -> int | None:
    return rows[place].pk if rows else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(asked: QueryDict, **keys: int | None) -> str:
    query = asked.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for name, value in keys.items():
        if value is not None:
            query[name] = str(value)
    return "?" + query.urlencode()
