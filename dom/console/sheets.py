"""Answers what a sheet of rows would change: reads a CSV as a spreadsheet writes it, and compares it cell by cell.

A column that the file does not have stays as it is; an empty cell empties its field. Every row is checked by the shape
that the API checks it by, so both say the same.
"""

import codecs
import csv
import difflib
import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from dom.kernel.errors import DomainError, Kind
from dom.kernel.rest.bodies import storable
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Feed, checked
from dom.kernel.rest.fields import MoneyShape
from dom.kernel.rest.rows import RawRow, as_cell, converter
from dom.kernel.words import many, yes_or_no

Row = dict[str, Any]
MOST = 20_000
_FORMULA = ("'=", "'+", "'-", "'@")


class SheetUnreadable(DomainError):
    """The file as a whole is no sheet of this kind; nothing was looked at further."""

    code = "sheet-unreadable"
    title = "The file cannot be read"
    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of rows that goes out and comes in as CSV.

    `every` yields the rows that a query asks for, as the API shows them, `known` those with the keys given.
    `page` names the list that shows them where it is none of master data's, `home` the kind of documents whose list
    does; `effect` says what rows would do altogether. `labels` are what the form calls the columns: a sheet may name
    them so, too. `permission` has a place for "view" or "change"; `bringing` is the one to bring rows in where that
    asks for another. `noted_as` is the kind under which a file is written down whose rows do not write it themselves.
    """

    slug: str
    words: str
    feed: Feed
    every: Callable[[Mapping[str, str]], Iterable[Row]]
    known: Callable[[Sequence[Any]], Mapping[Hashable, Row]]
    permission: str
    page: str = ""
    effect: Callable[[Sequence[RawRow]], Sequence[str]] | None = None
    home: str = ""
    bringing: str = ""
    noted_as: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    #: Takes back what spreadsheets do to cells by themselves.
    tidy: Callable[[Row], Row] = dict

    def needs(self, verb: str) -> str:
        """Return the permission to "view" the rows or to "change" them."""
        return self.bringing if verb == "change" and self.bringing else self.permission.format(verb)

    @property
    def columns(self) -> list[str]:
        """The columns in the order of the API's shape."""
        shape: Any = self.feed.shape()
        return list(shape.fields)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that would change."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the rows of a file would do."""

    added: Sequence[RawRow]
    changed: Sequence[tuple[RawRow, str, Sequence[Cell]]]
    unchanged: int
    faults: Sequence[Fault]

    @property
    def to_apply(self) -> list[RawRow]:
        """The rows that do something, in the order of the file."""
        return sorted([*self.added, *(row for row, _name, _cells in self.changed)], key=lambda row: row.number)

    @property
    def digest(self) -> str:
        """A digest of everything that would be done; another one means that something changed meanwhile."""
        told = [(row.number, row.value) for row in self.added]
        told += [(row.number, [(c.column, c.before, c.after) for c in cells]) for row, _name, cells in self.changed]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def cells_of(sheet: Sheet, row: Row) -> list[Any]:
    """Return a row as it stands in the file."""
    return ["" if row.get(name) is None else as_cell(row[name]) for name in sheet.columns]


def read_sheet(sheet: Sheet, data: bytes) -> list[RawRow]:
    """Return the rows of a file, each complete: what the file leaves out is what is there now.

    Raises:
        SheetUnreadable: it is no CSV with columns of this kind, or has more than `MOST` rows.
    """
    told = list(_told(sheet, data))
    current = sheet.known([key for key in (_key(sheet, raw.value) for raw in told) if key is not None])
    return [_complete(sheet, raw, current) for raw in told]


def _told(sheet: Sheet, data: bytes) -> Iterator[RawRow]:
    text = _text(data)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=False)
    names = _header(sheet, next(lines, []))
    shape: Any = sheet.feed.shape()
    fields = [shape.fields[name] for name in names]
    for number, cells in enumerate((cells for cells in lines if any(cell.strip() for cell in cells)), 1):
        if number > MOST:
            raise SheetUnreadable(f"A file may have {MOST:,} rows here; send more over the API, or in parts.")
        value = _value(names, fields, cells, number)
        yield RawRow(number, sheet.tidy(value) if isinstance(value, dict) else value)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return codecs.decode(data, encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable("The file is no text. Save the sheet as CSV (UTF-8) and send that.")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(sheet: Sheet, cells: Sequence[str]) -> list[str]:
    labels = {label.lower(): name for label, name in sheet.labels.items()}
    names = [labels.get(cell.strip().lower(), cell.strip()) for cell in cells]
    for name in names:
        if name not in sheet.columns:
            near = difflib.get_close_matches(name, sheet.columns, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sheet.columns)}."
            raise SheetUnreadable(f"The first line names a column “{name[:60]}” that is not known.{hint}")
    shape: Any = sheet.feed.shape()
    missing = [name for name, one in shape.fields.items() if one.required and name not in names]
    if missing or len(set(names)) != len(names):
        raise SheetUnreadable(
            f"The first line names each column once, and among them {', '.join(missing) or 'no two'}."
        )
    return names


def _value(names: Sequence[str], fields: Sequence[Any], cells: Sequence[str], number: int) -> Any:
    if len(cells) != len(names):
        told = f"The row has {many(len(cells), 'cell')}, the first line {len(names)}."
        return Fault(f"#/{number - 1}", "malformed-csv", told, number)
    found: Row = {}
    for name, one, cell in zip(names, fields, cells, strict=True):
        if one.read_only:
            continue
        text = cell.strip()
        text = text[1:] if text.startswith(_FORMULA) else text
        if not storable(text):
            return Fault(f"#/{number - 1}/{name}", "unstorable-character", "The cell is no plain text.", number, name)
        value = converter(one)(text) if text else _empty(one)
        if value is not ...:
            found[name] = value
    return found


def _empty(one: Any) -> Any:
    """Return what an empty cell means to a field; an ellipsis where it means the default."""
    if isinstance(one, serializers.ListField):
        return []
    if one.allow_null:
        return None
    if isinstance(one, MoneyShape):
        return {"amount": "0", "currency": "USD"}
    return "" if getattr(one, "allow_blank", False) else ...


def _key(sheet: Sheet, value: Any) -> Hashable | None:
    try:
        return sheet.feed.key(value) if isinstance(value, dict) else None
    except KeyError:
        return None


def _complete(sheet: Sheet, raw: RawRow, current: Mapping[Hashable, Row]) -> RawRow:
    key = _key(sheet, raw.value)
    there = current.get(key) if key is not None else None
    return raw if there is None else RawRow(raw.number, {**there, **raw.value})


def compare(sheet: Sheet, rows: Sequence[RawRow]) -> Difference:
    """Return what `rows` would add and change; reads alone, a bounded number of statements."""
    good, faults = checked(sheet.feed, rows)
    fine = {row.number for row in good}
    last = {sheet.feed.key(raw.value): raw for raw in rows if raw.number in fine}
    twice = [raw for raw in rows if raw.number in fine and last[sheet.feed.key(raw.value)] is not raw]
    faults += [
        Fault("", "twice", "A later row of the file says the same thing again.", raw.number, "") for raw in twice
    ]
    current = sheet.known(list(last))
    added, changed, unchanged = [], [], 0
    for key, raw in last.items():
        if key not in current:
            added.append(raw)
        elif cells := _cells(current[key], raw.value):
            changed.append((raw, name_of(key), cells))
        else:
            unchanged += 1
    return Difference(added, changed, unchanged, sorted(faults, key=lambda fault: fault.row))


def name_of(key: Hashable) -> str:
    """Return a key as people read it."""
    return " · ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _cells(before: Row, after: Row) -> list[Cell]:
    pairs = [(name, _shown(before.get(name)), _shown(value)) for name, value in after.items()]
    return [Cell(name, was, now) for name, was, now in pairs if was != now]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return yes_or_no(value)
    return "" if value is None else str(as_cell(list(value) if isinstance(value, tuple) else value))
