"""What the pages of one kind of master data need to know: its columns, filters, search, form and switches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dom.console.masters.form import MasterForm
from dom.console.sorting import Sort

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its title, what of a row stands in it, and the path that the list is ordered by, if any."""

    title: str
    draw: Callable[[Any], "str | SafeString"]
    number: bool = False
    by: str = ""

    @property
    def name(self) -> str:
        """What an address calls the order by this column; "" where there is none."""
        return self.title.lower() if self.by else ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list: its name in the address, its choices, and what it keeps."""

    name: str
    label: str
    choices: Callable[[], Iterable[tuple[str, str]]]
    keeps: Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Link:
    """Something related: its words, and the kind and code of the page that shows it."""

    words: str
    slug: str
    code: str


@dataclass(frozen=True, slots=True)
class Switch:
    """One click that sets one field; `foresees` says beforehand what comes of it, `fits` whether it is offered."""

    verb: str
    words: str
    field: str
    value: Any
    foresees: Callable[[str], list[str]]
    fits: Callable[[dict[str, Any]], bool]


class Retire(Protocol):
    """Takes one thing away in the caller's unit of work."""

    def __call__(self, *, code: str, at: datetime, actor: str) -> None:
        """Do it.

        Raises:
            DomainError: something still needs it.
        """


@dataclass(frozen=True, slots=True)
class Master:
    """One kind of master data. `slug` names it in addresses, in feeds and in the record of changes."""

    slug: str
    words: str
    about: str
    form: type[MasterForm]
    model: type[Model]
    rows: Callable[[], Rows]
    found: Callable[[Rows, str], Rows]
    search: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    related: Callable[[str], list[Link]] = lambda _code: []
    switches: Sequence[Switch] = ()
    #: How one of them is taken away, and what comes of it or stands in the way; None where it can only be closed.
    retire: Retire | None = None
    retiring: Callable[[str], list[str]] = lambda _code: []
    #: What people call the one of a subject.
    called: Callable[[str], str] = str
    subject_of: Callable[[Any], str] = lambda row: str(row.code)
    recorded_as: Callable[[dict[str, Any]], str] = lambda row: str(row["code"])
    order: str = "code"
    #: What a new one begins with.
    blank: Mapping[str, Any] = field(default_factory=dict)

    @property
    def can_retire(self) -> bool:
        """Whether one of them can be taken away."""
        return self.retire is not None

    @property
    def sorts(self) -> list[Sort]:
        """The orders in which the list can be read; the first is how it opens."""
        opening = Sort("code", "Made", "id", "time") if self.order == "id" else Sort("code", "Code", self.order)
        return [
            opening,
            *(
                Sort(one.name, one.title, one.by, "number" if one.number else "text", down=one.number)
                for one in self.columns
                if one.by
            ),
        ]

    @property
    def word(self) -> str:
        """What one of them is called."""
        return self.form.word

    def permission(self, verb: str) -> str:
        """Return the name of the permission to "view" or to "change" them."""
        return f"inventory.{verb}_{self.model.__name__.lower()}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the list: what it is about, and its cells beside their titles."""

    subject: str
    name: str
    cells: Sequence[tuple[Column, Any]]


def drawn(master: Master, row: Any) -> Drawn:
    """Return `row` as the list shows it."""
    name = " · ".join(str(getattr(row, part)) for part in master.form.named_by)
    return Drawn(master.subject_of(row), name, [(column, column.draw(row)) for column in master.columns])


def narrowed(master: Master, asked: Mapping[str, str]) -> Rows:
    """Return the rows that a search and filters keep; what has no meaning keeps all."""
    rows = master.rows()
    for one in master.filters:
        if asked.get(one.name):
            rows = rows.filter(one.keeps(asked[one.name].replace("\x00", "")))
    text = asked.get("q", "").strip().replace("\x00", "")
    return master.found(rows, text) if text else rows


def tags(words: Iterable[str], tone: str = "") -> SafeString:
    """Draw words as small signs."""
    return format_html_join(" ", '<span class="tag {}">{}</span>', ((tone, word) for word in words))


def named(name: str, beside: str) -> SafeString:
    """Draw a name with what is less important below it."""
    return format_html('<span>{}<br><span class="mute">{}</span></span>', name, beside)
