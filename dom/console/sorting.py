"""Puts a list in the order that a person chose: which is kept in the address, and paged by key as every other.

A list offers the columns that an index keeps in order, or, where it is small by nature or narrowed to few
(`is_bounded`), whichever people look for.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils import timezone

from dom.console import paging
from dom.console.paging import Page
from dom.kernel.rest.bodies import storable

#: How people call the two directions of a kind of column.
_WORDS = {
    "code": ("A to Z", "Z to A"),
    "text": ("A to Z", "Z to A"),
    "number": ("smallest first", "largest first"),
    "time": ("earliest first", "latest first"),
    "age": ("newest first", "oldest first"),
}
#: Query names that say where in a list one is, and how it stands there.
_PLACE = ("before", "after", "format", "sort")
_MOST = 2**63 - 1

Place = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Sort:
    """One column to order by: its name in the address, its words, and the path that it reads.

    `kind` is how it is compared and called: "code" as it stands, "text" whatever the case, "number", "time", or "age"
    (of a path of instants: the newest is the smallest). Rows without a value, where it `gaps`, stand last either way;
    where the column is `indexed`, too, they count as the largest, which is how an index has them. `down` begins with
    the largest. `value` is compared in the place of a path that nothing holds; `joined` leads rows to a path that is
    another table's.
    """

    name: str
    words: str
    by: str
    kind: str = "code"
    gaps: bool = False
    indexed: bool = False
    down: bool = False
    value: Any = None
    joined: "Callable[[QuerySet[Any]], QuerySet[Any]] | None" = None

    @property
    def expression(self) -> Any:
        """What the database compares."""
        if self.value is not None:
            return self.value
        return Lower(self.by) if self.kind == "text" else F(self.by)

    def keyed(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Return `rows` with what is compared as `sort_key`."""
        keyed: QuerySet[Any] = (self.joined(rows) if self.joined else rows).annotate(sort_key=self.expression)
        return keyed


def is_bounded(rows: "QuerySet[Any]", most: int) -> bool:
    """Say whether there are at most `most` rows, reading no more than these: so few may be put into any order."""
    return not rows.order_by().values_list("pk")[most : most + 1]


@dataclass(frozen=True, slots=True)
class Head:
    """How a column's head leads to another order; `state` is "ascending", "descending" or ""."""

    query: str
    words: str
    state: str


class Sorting:
    """A person's order of a list: one of `sorts`; `default` (a name, "-" before it turns it) where none is asked."""

    def __init__(self, asked: QueryDict, sorts: Sequence[Sort], *, default: str) -> None:
        self.asked, self.sorts = asked, {one.name: one for one in sorts}
        wanted = asked.get("sort", "")
        self.token = wanted if wanted.removeprefix("-") in self.sorts else default
        self.chosen, self.turned = self.sorts[self.token.removeprefix("-")], self.token.startswith("-")

    @property
    def _falls(self) -> bool:
        """Whether the column's values fall down the list: the smallest age is the largest instant."""
        return self.turned != (self.chosen.kind == "age")

    def rows(self, rows: "QuerySet[Any]", *, back: bool = False) -> "QuerySet[Any]":
        """Return `rows` in the order, ties by their ids; `back` from the end."""
        falls = self._falls != back
        if self.chosen.by == "id":
            return rows.order_by("-id" if falls else "id")
        key: Any = F("sort_key")
        gaps = {"nulls_last" if self._empty_last(back=back) else "nulls_first": True} if self.chosen.gaps else {}
        ordered = key.desc(**gaps) if falls else key.asc(**gaps)
        return self.chosen.keyed(rows).order_by(ordered, "-id" if falls else "id")

    def _empty_last(self, *, back: bool) -> bool:
        return self._falls == back if self.chosen.indexed else not back

    def page(self, rows: "QuerySet[Any]") -> Page:
        """Return the page of `rows` that the address names by `before` or `after`; what is no place counts as none."""
        before, after = self._place(rows, "before"), self._place(rows, "after")
        back = after is not None
        here = after if back else before
        ordered = self.rows(rows, back=back)
        found = list((ordered.filter(self._beyond(here, back=back)) if here else ordered)[: paging.SIZE + 1])
        more, shown = len(found) > paging.SIZE, found[: paging.SIZE]
        shown = shown[::-1] if back else shown
        older = self._query(before=self._token(shown[-1])) if shown and (more or back) else None
        newer = self._query(after=self._token(shown[0])) if shown and (more if back else before) else None
        return Page(shown, older, newer)

    def of(self, rows: Sequence[Any], keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
        """Return `rows`, which are all there are, in the order; `keys` read what stands in each column."""
        key = keys[self.chosen.name]
        there = [row for row in rows if key(row) is not None]
        there.sort(key=key, reverse=self._falls)
        return [*there, *(row for row in rows if key(row) is None)]

    def _beyond(self, place: Place, *, back: bool) -> Q:
        value, number = place
        falls = self._falls != back
        by_id = Q(id__lt=number) if falls else Q(id__gt=number)
        if self.chosen.by == "id":
            return by_id
        last = self._empty_last(back=back)
        if value is None:
            empty = Q(sort_key__isnull=True) & by_id
            return empty if last else empty | Q(sort_key__isnull=False)
        here = Func(F("sort_key"), F("id"), function="ROW")
        there = Func(Value(value), Value(number), function="ROW")
        compared = Q(Func(here, there, template="(%(expressions)s)", arg_joiner=" < " if falls else " > ",
                          output_field=BooleanField()))  # fmt: skip
        if self.chosen.joined:
            # Keys of two tables are no key of an index: this alone lets a late page begin where it begins.
            compared &= Q(sort_key__lte=value) if falls else Q(sort_key__gte=value)
        return compared | Q(sort_key__isnull=True) if self.chosen.gaps and last else compared

    def _token(self, row: Any) -> str:
        if self.chosen.by == "id":
            return str(row.pk)
        value = row.sort_key
        return json.dumps([value.isoformat() if isinstance(value, date | datetime) else value, row.pk])

    def _place(self, rows: "QuerySet[Any]", name: str) -> Place | None:
        try:
            told = json.loads(self.asked.get(name) or "null")
        except (ValueError, RecursionError):
            return None
        paired = isinstance(told, list) and len(told) == 2
        if paired == (self.chosen.by == "id"):
            return None
        value, number = told if paired else (told, told)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MOST:
            return None
        if self.chosen.by == "id" or (value is None and self.chosen.gaps):
            return value, number
        keyed = self.chosen.keyed(rows)
        read = _value(keyed.query.annotations["sort_key"].output_field, value)
        return None if read is None else (read, number)

    def _query(self, **more: str) -> str:
        query = self.asked.copy()
        for name in ("before", "after"):
            query.pop(name, None)
        for name, value in more.items():
            query[name] = value
        return "?" + query.urlencode()

    # --- what templates show --------------------------------------------------------------------------

    def head(self, name: str) -> Head | None:
        """Return how the head of the column `name` leads on; None where the list is not ordered by it."""
        one = self.sorts.get(name)
        if one is None:
            return None
        here = one is self.chosen
        turned = not self.turned if here else one.down
        state = ("descending" if self.turned else "ascending") if here else ""
        query = self.asked.copy()
        for place in _PLACE:
            query.pop(place, None)
        query["sort"] = f"-{name}" if turned else name
        return Head("?" + query.urlencode(), f"{one.words}, {_WORDS[one.kind][turned]}", state)

    @property
    def options(self) -> Iterator[tuple[str, str, bool]]:
        """Every order as (value, words, chosen)."""
        for name, one in self.sorts.items():
            for token, words in zip((name, f"-{name}"), _WORDS[one.kind], strict=True):
                yield token, f"{one.words}: {words}", token == self.token

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """Everything else that the address says of the list."""
        for name, values in self.asked.lists():
            if name not in _PLACE:
                yield from ((name, value) for value in values if value)


def _value(field: "Field[Any, Any]", told: Any) -> Any:
    """Return what an address told as the column holds it; None where it cannot be held."""
    if isinstance(told, str) and not storable(told):
        return None
    try:
        value = field.to_python(told)
    except (ValidationError, TypeError, ValueError, OverflowError):
        return None
    if isinstance(value, int) and not -_MOST <= value <= _MOST:
        return None
    return None if isinstance(value, datetime) and timezone.is_naive(value) else value
