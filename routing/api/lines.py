"""Carries lines of a sheet to the parts of a document and back; what has no column stays as it is written."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dom.kernel import config
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Row
from routing.errors import ConfigRefused
from routing.kinds import ONLY, DocumentKind

Body = Mapping[str, Any]
_NOTHING: tuple[Any, ...] = (None, "", [])
_PLACE = re.compile(r"\w+\[(\d+)\]\.?(.*)")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a line stand in a part of a document: a path ("to.countries") by column."""

    paths: Mapping[str, str]
    lists: frozenset[str] = frozenset()

    def of(self, part: Body) -> dict[str, Any]:
        """Return the cells that `part` fills."""
        found = {name: self._cell(name, part) for name in self.paths}
        return {name: value for name, value in found.items() if value not in _NOTHING}

    def put(self, part: Body, line: Body) -> dict[str, Any]:
        """Return `part` with what `line` says differently; an empty cell takes out what stood there."""
        was, told = self.of(part), copy.deepcopy(dict(part))
        for name, path in self.paths.items():
            value = line.get(name, was.get(name))
            if value not in _NOTHING and value != was.get(name):
                _set(told, path, value)
            elif value in _NOTHING and name in was:
                _drop(told, path)
        return told

    def at(self, path: str) -> str | None:
        """Return the column of what stands at `path`, or within it."""
        names = [name for name, own in self.paths.items() if path == own or path.startswith((f"{own}.", f"{own}["))]
        return names[0] if names else None

    def _cell(self, name: str, part: Body) -> Any:
        here: Any = part
        for step in self.paths[name].split("."):
            here = here.get(step) if isinstance(here, Mapping) else None
        return [here] if name in self.lists and isinstance(here, str) else here


def _set(body: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        body = body.setdefault(step, {})
    body[last] = value


def _drop(body: dict[str, Any], path: str) -> None:
    step, dot, rest = path.partition(".")
    if dot:
        _drop(body[step], rest)
    if not dot or not body[step]:
        del body[step]


def publish_lines(
    rows: Sequence[Row], publish: Callable[[Sequence[Row]], object], blamed: Callable[[str, Sequence[Row]], Fault]
) -> list[Fault]:
    """Publish what `rows` make of a document; a row that is refused is left out, and the others are tried again.

    `blamed` returns the fault of the row that a refusal's path is about.
    """
    left, faults = list(rows), []
    while left:
        try:
            publish(left)
        except ConfigRefused as refusal:
            fault = blamed(str(refusal.facts["path"]), left)
            told = str(refusal.facts["problem"])
            words = f"{told[:1].upper()}{told[1:]}."
            faults.append(Fault(fault.pointer, refusal.code, words, fault.row, fault.field))
            left = [row for row in left if row.number != fault.row]
        else:
            break
    return faults


@dataclass(frozen=True, slots=True)
class ListedParts:
    """A document that is a list of parts, a line each: `find` says which part a line is about, None for another one.

    `blank` is the part that a line begins with, `key` the column by which lines are told apart.
    """

    kind: DocumentKind
    name: str
    key: str
    columns: Columns
    find: Callable[[Sequence[Body], Body], int | None]
    blank: Callable[[Body], dict[str, Any]]
    label: Callable[[int, Body], Any]
    publish: Callable[..., object]

    def lines_of(self, _scope: str, body: Body) -> Iterator[dict[str, Any]]:
        """Yield a line for each part."""
        for number, part in enumerate(body.get(self.name) or (), 1):
            yield {self.key: self.label(number, part), **self.columns.of(part)}

    def apply(self, rows: Sequence[Row], context: Context) -> Sequence[Fault]:
        """Publish the live document with the parts of `rows` in their places, new ones at the end."""
        live = config.live(self.kind.kind, ONLY)
        body: Body = live.body if live else {}

        def publish(left: Sequence[Row]) -> object:
            made = self._made(body, left)[0]
            return self.publish(body=made, actor=context.actor, at=context.at, note="From a file")

        def blamed(path: str, left: Sequence[Row]) -> Fault:
            places, found = self._made(body, left)[1], _PLACE.match(path)
            row = places.get(int(found[1])) if found else None
            column = self.columns.at(found[2]) if found else None
            return (row or left[-1]).fault(column or self.key, "", "")

        return publish_lines(sorted(rows, key=lambda row: self._rank(row.value)), publish, blamed)

    def _rank(self, line: Body) -> Any:
        value = line[self.key]
        return value if isinstance(value, int) else 0

    def _made(self, body: Body, rows: Sequence[Row]) -> tuple[dict[str, Any], dict[int, Row]]:
        parts, places = list(body.get(self.name) or ()), dict[int, Row]()
        for row in rows:
            place = self.find(parts, row.value)
            if place is None:
                place = len(parts)
                parts.append(self.blank(row.value))
            parts[place] = self.columns.put(parts[place], row.value)
            places[place] = row
        return {**body, self.name: parts}, places
