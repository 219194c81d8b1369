"""Pages lists by key: the thousandth page costs what the first does, and nothing is counted."""

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


def page_of(rows: "QuerySet[Any]", asked: QueryDict, *, oldest: bool = False) -> Page:
    """Return the page of `rows` that `asked` names by `before` or `after` an id; the first one without.

    Newest first, or `oldest` first; `before` goes on in reading order, `after` goes back. What is no number counts as
    nothing.
    """
    on, back, order, turned = ("gt", "lt", "id", "-id") if oldest else ("lt", "gt", "-id", "id")
    before, after = _number(asked.get("before")), _number(asked.get("after"))
    if after is not None:
        found = list(rows.filter(**{f"id__{back}": after}).order_by(turned)[: SIZE + 1])
        more, shown = len(found) > SIZE, found[:SIZE][::-1]
        return Page(shown, _query(asked, before=_id(shown, -1)), _query(asked, after=_id(shown, 0)) if more else None)
    found = list((rows.filter(**{f"id__{on}": before}) if before is not None else rows).order_by(order)[: SIZE + 1])
    more, shown = len(found) > SIZE, found[:SIZE]
    older = _query(asked, before=_id(shown, -1)) if more else None
    return Page(shown, older, _query(asked, after=_id(shown, 0)) if before is not None and shown else None)


def page_by(rows: "QuerySet[Any]", asked: QueryDict, *, by: str) -> Page:
    """Return the page of `rows` in the order of the unique column `by`, ahead of or behind the value `asked` names."""
    before, after = asked.get("before"), asked.get("after")
    if after:
        found = list(rows.filter(**{f"{by}__lt": after}).order_by(f"-{by}")[: SIZE + 1])
        more, shown = len(found) > SIZE, found[:SIZE][::-1]
        back = _query(asked, after=_key(shown, 0, by)) if more else None
        return Page(shown, _query(asked, before=_key(shown, -1, by)), back)
    found = list((rows.filter(**{f"{by}__gt": before}) if before else rows).order_by(by)[: SIZE + 1])
    more, shown = len(found) > SIZE, found[:SIZE]
    back = _query(asked, after=_key(shown, 0, by)) if before and shown else None
    return Page(shown, _query(asked, before=_key(shown, -1, by)) if more else None, back)


def _key(rows: Sequence[Any], place: int, by: str) -> Any:
    return getattr(rows[place], by) if rows else None


def _id(rows: Sequence[Model], place: int) -> int | None:
    return rows[place].pk if rows else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(asked: QueryDict, **keys: Any) -> str:
    query = asked.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for name, value in keys.items():
        if value is not None:
            query[name] = str(value)
    return "?" + query.urlencode()
