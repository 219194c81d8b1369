"""Answers one page of a list and where the next one starts: by key, never by offset or count."""

import hashlib
from collections.abc import Mapping
from functools import reduce
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from dom.kernel.rest.errors import CursorInvalid, Fault, ShapeInvalid

Row = TypeVar("Row", bound=Model)

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
_SALT = "dom.page"


def limit_of(query: Mapping[str, str]) -> int:
    """Return how many items were asked for.

    Raises:
        ShapeInvalid: not a whole number from 1 to MAX_LIMIT.
    """
    text = query.get("limit", "") or str(DEFAULT_LIMIT)
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if 1 <= limit <= MAX_LIMIT:
        return limit
    fault = Fault("#/query/limit", "invalid", f"A whole number from 1 to {MAX_LIMIT}.", field="limit")
    raise ShapeInvalid("limit is out of range.", faults=[fault])


def _digest(query: Mapping[str, str], by: tuple[str, ...]) -> str:
    asked = sorted((name, value) for name, value in query.items() if name not in {"limit", "cursor"})
    return hashlib.sha256(repr((asked, by)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _after(by: tuple[str, ...], values: list[Any]) -> Q:
    """Return the condition "behind these values"; a leading minus in `by` turns a column's direction."""

    def step(rest: Q, pair: tuple[str, Any]) -> Q:
        name, value = pair
        column = name.removeprefix("-")
        beyond = Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        return beyond | (Q(**{column: value}) & rest) if rest else beyond

    # An OR alone hides the index from the planner; the bound on the first column shows it.
    first = by[0].removeprefix("-")
    bound = Q(**{f"{first}__{'lte' if by[0].startswith('-') else 'gte'}": values[0]})
    return bound & reduce(step, reversed(list(zip(by, values, strict=True))), Q())


def page(rows: "QuerySet[Row]", *, by: tuple[str, ...], query: Mapping[str, str]) -> tuple[list[Row], str | None]:
    """Return the asked-for page of `rows` ordered by the columns `by`, and the cursor of the next or None.

    `by` ends in a unique column. The cursor is signed and belongs to these filters.

    Raises:
        CursorInvalid: the cursor is forged, damaged or from another list.
    """
    limit = limit_of(query)
    cursor = query.get("cursor", "")
    digest = _digest(query, by)
    ordered = rows.order_by(*by)
    if cursor:
        ordered = ordered.filter(_after(by, _opened(cursor, digest, len(by))))
    found = list(ordered[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    values = [_plain(getattr(last, name.removeprefix("-"))) for name in by]
    return found[:limit], signing.dumps([digest, values], salt=_SALT)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _opened(cursor: str, digest: str, width: int) -> list[Any]:
    try:
        made_for, values = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise CursorInvalid("Send a cursor as the list gave it.") from None
    if made_for != digest or len(values) != width:
        raise CursorInvalid("The filters differ from those the cursor was made with.")
    return list(values)
