"""Turns a document into inputs and what was typed back into the document, without losing what has no input.

The name of an input is the path that the document's parser names in a refusal ("groups[2].rules[0].limits.max_splits"),
so a refusal finds its field. What was not touched stays as it was written: saving a page as it stands changes nothing.
The order of rows is the order in which the page sends them.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dom.console.marking import marks
from dom.console.masters import cells
from dom.kernel.ids import row_id

Body = dict[str, Any]
_TOKENS = re.compile(r"\[([^\]]*)\]\.")
#: Stands for the number of a row that is not there yet; the script puts a number in its place.
BLANK = "__n__"
_WAS = "was"


@dataclass(frozen=True, slots=True)
class Section:
    """Fields of one object that stand together."""

    title: str
    about: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """One object with its fields, or a list (`name`) of such objects; `one` is what a row is called.

    `layout` is "table" (a row a line) or "cards". `moves`: the order means something and can be changed. `needed` are
    the paths that the parser refuses to be without.
    """

    sections: tuple[Section, ...]
    children: tuple["Block", ...] = ()
    name: str = ""
    title: str = ""
    about: str = ""
    one: str = "row"
    layout: str = "table"
    moves: bool = False
    needed: tuple[str, ...] = ()

    @property
    def fields(self) -> Iterator[tuple[str, Any]]:
        """Every field with its path in the object."""
        return ((path, cell) for section in self.sections for path, cell in section.fields.items())


class Series(cells.Text):
    """A row of inputs of one name: the steps of a grid, or the prices below them."""

    def __init__(self, label: str, cell: cells.Text, help_text: str = "") -> None:
        super().__init__(label, help_text)
        self.cell = cell


@dataclass(slots=True)
class Posted:
    """What was sent for one object: values by path, and rows by list and number in the order of the page."""

    values: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, dict[str, "Posted"]] = field(default_factory=dict)


def posted(data: QueryDict) -> Posted:
    """Return what a page sent as a tree."""
    root = Posted()
    for key in data:
        *steps, last = _TOKENS.split(key)
        here = root
        for name, number in zip(steps[::2], steps[1::2], strict=True):
            here = here.rows.setdefault(name, {}).setdefault(number, Posted())
        if BLANK not in key:
            here.values[last] = [str(value).replace("\x00", "") for value in data.getlist(key)]
    return root


def read(block: Block, sent: Posted, base: Mapping[str, Any]) -> Body:
    """Return the object that was sent: `base` with what was typed in the place of what stood there."""
    body = copy.deepcopy(dict(base))
    for path, cell in block.fields:
        was = _get(base, path)
        if isinstance(cell, cells.Code) and was is not None:
            continue
        typed = _typed(cell, sent.values.get(path))
        if typed != _shown(cell, was):
            _put(body, path, _value(cell, typed))
    for child in block.children:
        was = _get(base, child.name)
        rows = _rows(child, sent.rows.get(child.name, {}), was or [])
        if rows != (was or []):
            _put(body, child.name, rows, keep=True)
    return body


def _rows(block: Block, sent: Mapping[str, Posted], base: Sequence[Any]) -> list[Body]:
    found = []
    for number, row in sent.items():
        if number == BLANK:
            continue
        was = row_id((row.values.get(_WAS) or [""])[-1])
        old = base[was] if was is not None and was < len(base) else None
        found.append(read(block, row, old if isinstance(old, Mapping) else {}))
    return [row for row in found if row]


def _typed(cell: Any, given: Sequence[str] | None) -> Any:
    if isinstance(cell, cells.Many | Series):
        return [value.strip() for value in given or ()]
    if isinstance(cell, cells.Flag):
        return bool(given)
    return (given or [""])[-1].strip()


def _shown(cell: Any, value: Any) -> Any:
    """Return what stands in the input for a value of the document, in the form in which a page sends it."""
    if isinstance(cell, Series):
        return [_shown(cell.cell, part) for part in value or ()]
    if isinstance(cell, cells.Days):
        return cell.held(value)
    if isinstance(cell, cells.Many):
        held = [value] if isinstance(value, str) else value or ()
        pairs: Any = cell.choices
        choices = [choice for choice, _words in pairs]
        return [choice for choice in choices if choice in held] + [word for word in held if word not in choices]
    if isinstance(cell, cells.Flag):
        return cell.absent if value is None else bool(value)
    return str(cell.typed_of(value)).strip()


def _value(cell: Any, typed: Any) -> Any:
    if isinstance(cell, Series):
        while typed and not typed[-1]:
            typed = typed[:-1]
        return [cell.cell.value_of(part) for part in typed]
    return cell.value_of(typed)


def _get(body: Mapping[str, Any], path: str) -> Any:
    here: Any = body
    for step in path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else None
    return here


def _put(body: Body, path: str, value: Any, *, keep: bool = False) -> None:
    *steps, last = path.split(".")
    above: list[tuple[Body, str]] = []
    here = body
    for step in steps:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        above.append((here, step))
        here = here[step]
    if not keep and (value is None or value in ("", [])):
        here.pop(last, None)
    else:
        here[last] = value
    for parent, step in reversed(above):
        if parent[step] == {}:
            del parent[step]


@dataclass(frozen=True, slots=True)
class Input:
    """One input as the page shows it."""

    name: str
    cell: Any
    value: Any
    wrong: str
    fixed: bool
    mark: str = ""

    @property
    def kind(self) -> str:
        """The sort of cell, for the template and its style."""
        return type(self.cell).__name__.lower()

    @property
    def html(self) -> SafeString:
        """The input itself."""
        attrs: dict[str, Any] = {"id": self.name, "aria-label": str(self.cell.label), **self.cell.widget.attrs}
        if self.fixed:
            attrs["disabled"] = True
        widget = self._widget
        if type(widget) is forms.TextInput:
            # A policy has hundreds of these: Django's renderer loads a template for each.
            return format_html(
                "<input{}>", flatatt({"type": widget.input_type, "name": self.name, **attrs} | self._filled)
            )
        return SafeString(widget.render(self.name, self.value, attrs))

    @property
    def _filled(self) -> dict[str, Any]:
        return {"value": self.value} if self.value not in (None, "") else {}

    @property
    def _widget(self) -> Any:
        """The cell's widget; a list of choices without what the document says offers that, too."""
        widget, choices = copy.copy(self.cell.widget), getattr(self.cell, "choices", ())
        if isinstance(self.cell, cells.Choice) and self.value not in dict(choices):
            widget.choices = [*choices, (self.value, f"{self.value} (unknown)" if self.value else "")]
        return widget

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """The words to tick, each with whether it is ticked; what the document says beyond the choices stays ticked."""
        known = [(str(value), str(words), value in self.value) for value, words in self.cell.choices]
        choices = [value for value, _words, _ticked in known]
        more = [str(value) for value in self.value if value not in choices]
        return [*known, *((value, f"{value} (unknown)", True) for value in more)]

    @property
    def cells(self) -> list[SafeString]:
        """The inputs of a series."""
        one = self.cell.cell.widget
        return [SafeString(one.render(self.name, part, {"aria-label": str(self.cell.label)})) for part in self.value]


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One object as the page shows it; `was` is its number in the document that the page shows."""

    path: str
    was: str
    sections: list[tuple[Section, list[Input]]]
    children: list["DrawnBlock"]

    @property
    def inputs(self) -> list[Input]:
        """All inputs in their order."""
        return [one for _section, inputs in self.sections for one in inputs]

    @property
    def name(self) -> str:
        """What the row is called: what stands in its first input."""
        return str(self.inputs[0].value) if self.inputs else ""


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """A list of objects as the page shows it, with a blank one to copy."""

    block: Block
    path: str
    rows: list[DrawnRow]
    blank: DrawnRow

    @property
    def heads(self) -> list[tuple[Any, str]]:
        """The cells of a table's head, each with what marks it."""
        return [(one.cell, one.mark) for one in self.blank.inputs]


def draw(
    block: Block,
    body: Mapping[str, Any],
    wrong: Mapping[str, str],
    *,
    path: str = "",
    was: str = "",
    fixed: bool = False,
) -> DrawnRow:
    """Return the inputs for `body`; `wrong` maps a path to what is wrong there, `fixed` keeps its code as it is."""
    marked = marks(dict(block.fields), block.needed)
    sections = [
        (
            section,
            [
                replace(_input(f"{path}{name}", cell, _get(body, name), wrong, fixed=fixed), mark=marked[name])
                for name, cell in section.fields.items()
            ],
        )
        for section in block.sections
    ]
    children = [
        _draw_rows(child, _get(body, child.name) or (), wrong, f"{path}{child.name}") for child in block.children
    ]
    return DrawnRow(path, was, sections, children)


def _draw_rows(block: Block, rows: Sequence[Any], wrong: Mapping[str, str], path: str) -> DrawnBlock:
    drawn = [
        draw(block, row, wrong, path=f"{path}[{number}].", was=str(number))
        for number, row in enumerate(rows)
        if isinstance(row, Mapping)
    ]
    return DrawnBlock(block, path, drawn, draw(block, {}, {}, path=f"{path}[{BLANK}]."))


def _input(name: str, cell: Any, value: Any, wrong: Mapping[str, str], *, fixed: bool) -> Input:
    found = [words for path, words in wrong.items() if path == name or path.startswith((f"{name}[", f"{name}."))]
    return Input(name, cell, _shown(cell, value), found[0] if found else "", fixed and isinstance(cell, cells.Code))


def homeless(block: Block, body: Mapping[str, Any], wrong: Mapping[str, str]) -> list[str]:
    """Return what is wrong where the page has no input."""
    shown = set(_wrong_words(draw(block, body, wrong)))
    return [f"{path}: {words}" if path else words for path, words in wrong.items() if words not in shown]


def _wrong_words(row: DrawnRow) -> Iterator[str]:
    yield from (one.wrong for one in row.inputs)
    for child in row.children:
        for inner in child.rows:
            yield from _wrong_words(inner)
