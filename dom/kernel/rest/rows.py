"""Reads the rows of a feed as they arrive: a JSON array, NDJSON or CSV; a bad row is a fault, not the end."""

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from django.http import UnreadablePostError
from rest_framework import serializers

from dom.kernel.errors import DomainError
from dom.kernel.rest.bodies import Body, parse_json, read_bytes, storable
from dom.kernel.rest.errors import BodyTooLarge, Fault, JsonMalformed, ShapeInvalid
from dom.kernel.rest.fields import MoneyShape
from dom.kernel.rest.problems import BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, FrameProblem
from dom.kernel.words import many

LARGEST = 1024**3
_LONGEST_LINE = 1024**2
_BLOCK = 64 * 1024
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it came, counted from 1; `value` is a Fault where the row could not even be read."""

    number: int
    value: Any


class Source(Body, Protocol):
    """What rows are read from: a request, or a file that stands in for one."""

    @property
    def content_type(self) -> str | None:
        """The media type."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the request."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of rows on this machine."""

    file: BinaryIO
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    META: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """Everything at once."""
        return self.file.read()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        return self.file.read(size)


def read_rows(request: Source, shape: serializers.BaseSerializer[Any]) -> Iterator[RawRow]:
    """Yield the rows of the body; `shape` says which columns a CSV may have and what they hold.

    JSON is read whole (≤ 10 MB), the others as a stream (≤ 1 GB, lines ≤ 1 MB).

    Raises:
        BodyTooLarge, JsonMalformed, ShapeInvalid, FrameProblem: the feed as a whole cannot be read.
    """
    reader = _READERS.get((request.content_type or "").lower())
    if reader is None or request.headers.get("Content-Encoding", "identity") != "identity":
        raise FrameProblem(UNSUPPORTED_MEDIA_TYPE, f"Send {', '.join(_READERS)}, without compression.")
    return reader(request, shape)


def _json(request: Source, _shape: Any) -> Iterator[RawRow]:
    value = parse_json(read_bytes(request))
    if isinstance(value, dict):
        value = _unwrapped(value)
    if not isinstance(value, list):
        raise ShapeInvalid("Send an array of rows.", faults=[Fault("#", "not_a_list", "This is no array.")])
    return (RawRow(number, row) for number, row in enumerate(value, 1))


def _unwrapped(value: dict[str, Any]) -> list[Any]:
    """Return the rows of `{"orders": [...]}` and its like, or of what a list answered; any other object is one row."""
    lists = [child for name, child in value.items() if isinstance(child, list) and (len(value) == 1 or name == "items")]
    return lists[0] if lists else [value]


def _ndjson(request: Source, _shape: Any) -> Iterator[RawRow]:
    lines = (line for line in _lines(request) if not line.isspace())
    return (RawRow(number, _parsed(line, number)) for number, line in enumerate(lines, 1))


def _parsed(line: bytes, number: int) -> Any:
    try:
        return parse_json(line)
    except JsonMalformed as wrong:
        return Fault(f"#/{number - 1}", wrong.code, str(wrong), number)
    except ShapeInvalid as wrong:
        first = wrong.faults[0]
        return Fault(f"#/{number - 1}{first.pointer[1:]}", first.code, first.detail, number, first.pointer[2:])


def _blocks(request: Source) -> Iterator[bytes]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise BodyTooLarge(f"A feed may have {LARGEST} bytes.", limit=LARGEST)
    total = 0
    try:
        while block := request.read(_BLOCK):
            total += len(block)
            if total > LARGEST:
                raise BodyTooLarge(f"A feed may have {LARGEST} bytes.", limit=LARGEST)
            yield block
    except UnreadablePostError:
        raise FrameProblem(BAD_REQUEST, "The body could not be read to its end; nothing was queued.") from None


def _lines(request: Source) -> Iterator[bytes]:
    rest = b""
    for block in _blocks(request):
        *whole, rest = (rest + block).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > _LONGEST_LINE:
            raise BodyTooLarge(f"A line may have {_LONGEST_LINE} bytes.", limit=_LONGEST_LINE)
    if rest:
        yield rest


def _csv(request: Source, shape: Any) -> Iterator[RawRow]:
    reader = csv.reader(codecs.iterdecode(_lines(request), "utf-8-sig", "replace"), strict=True)
    names = _header(reader, shape)
    kinds = [converter(shape.fields[name]) for name in names]
    return _csv_rows(reader, names, kinds)


def _header(reader: Iterator[list[str]], shape: Any) -> list[str]:
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error:
        names = []
    wanted = {name for name, field in shape.fields.items() if field.required}
    unknown = [name for name in names if name not in shape.fields]
    if unknown or len(set(names)) != len(names) or not wanted <= set(names):
        told = f"The first line names columns: {', '.join(sorted(wanted))} and, if you like, others of the schema."
        raise ShapeInvalid(told, faults=[Fault("#/0", "header", f"Found {', '.join(names)[:200] or 'nothing'}.")])
    return names


def _csv_rows(
    reader: Iterator[list[str]], names: Sequence[str], kinds: Sequence[Callable[[str], Any]]
) -> Iterator[RawRow]:
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as wrong:
            number += 1
            yield RawRow(number, Fault(f"#/{number - 1}", "malformed-csv", f"{wrong}.", number))
            continue
        if cells is None:
            return
        if cells:
            number += 1
            yield RawRow(number, _cells(cells, names, kinds, number))


def _cells(cells: list[str], names: Sequence[str], kinds: Sequence[Callable[[str], Any]], number: int) -> Any:
    if len(cells) != len(names):
        told = f"The row has {many(len(cells), 'cell')}, the header {len(names)}."
        return Fault(f"#/{number - 1}", "malformed-csv", told, number)
    found = {}
    for name, kind, cell in zip(names, kinds, cells, strict=True):
        text = cell.strip()
        if not storable(text) or "\N{REPLACEMENT CHARACTER}" in text:
            return Fault(f"#/{number - 1}/{name}", "unstorable-character", "The cell is not UTF-8 text.", number, name)
        if text:
            found[name] = kind(text)
    return found


def converter(column: Any) -> Callable[[str], Any]:
    """Return how a cell becomes a value of `column`; what does not convert stays text and fails the shape check."""
    if isinstance(column, serializers.IntegerField):
        return lambda text: int(text) if _INTEGER.fullmatch(text) else text
    if isinstance(column, serializers.BooleanField):
        return lambda text: _TRUTHS.get(text.lower(), text)
    if isinstance(column, MoneyShape):
        return _money
    if isinstance(column, serializers.ListSerializer):
        return _nested
    if isinstance(column, serializers.ListField):
        return lambda text: [part.strip() for part in text.split(";") if part.strip()]
    return str


def _nested(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except DomainError:
        return text


def _money(text: str) -> Any:
    amount, _, currency = text.partition(" ")
    return {"amount": amount, "currency": currency}


def as_ndjson(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return `rows` as NDJSON."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV in the form that is read here: lists joined by ";", money as "12.34 USD"."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows({name: as_cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def as_cell(value: Any) -> Any:
    """Return a value of a row as it stands in a CSV cell."""
    if isinstance(value, Mapping):
        return " ".join(value.values())
    if isinstance(value, list):
        return json.dumps(value) if any(isinstance(part, Mapping) for part in value) else ";".join(value)
    return value


_READERS: Mapping[str, Callable[[Source, Any], Iterator[RawRow]]] = {
    "application/json": _json,
    "application/x-ndjson": _ndjson,
    "text/csv": _csv,
}
