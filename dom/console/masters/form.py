"""The form of one thing of master data: its fields are the API's row, its refusals the API's words at the field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core import signing

from dom.console.acting import ActionForm
from dom.console.masters import cells
from dom.kernel import config
from dom.kernel.errors import ChangedMeanwhile, DomainError
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, apply_rows, checked
from dom.kernel.rest.rows import RawRow
from dom.kernel.words import yes_or_no
from inventory.errors import RowsInvalid

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A group of fields that belong together."""

    title: str
    about: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: what it was, what the other made of it, what was typed here."""

    label: str
    before: str
    theirs: str
    mine: str


class MasterForm(ActionForm):
    """Fields of one row. A subclass names its feed, its parts, and how the current row is found."""

    feed: ClassVar[Feed]
    word: ClassVar[str] = ""
    parts: ClassVar[tuple[Part, ...]] = ()
    #: The field that names the thing.
    named_by: ClassVar[tuple[str, ...]] = ("code",)

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.row: Row = {}

    @cached_property  # the shape is built anew each time it is asked for, and every field of a page asks
    def needed(self) -> frozenset[str]:
        """What the API's row must say."""
        shape: Any = self.feed.shape()
        return frozenset(name for name, one in shape.fields.items() if one.required and not one.allow_null)

    @classmethod
    def current(cls, subject: Any) -> Row | None:
        """Return the row of `subject` (the thing's key) as the API shows it, None where there is no such thing."""
        raise NotImplementedError

    def prepare(self, subject: str) -> None:
        """Fill in the row of `subject`, and keep its name from being changed."""
        row = self.current(subject) if subject else None
        if row is None:
            return
        for name in self.named_by:
            self.fields[name].disabled = True
        self.fill(row)
        self.initial["seen"] = signing.dumps(row, compress=True)

    def fill(self, row: Row) -> None:
        """Put the values of `row` into the inputs."""
        for name, field in self._inputs():
            self.initial[name] = field.typed_of(row.get(name))

    def sections(self) -> Iterator[tuple[Part, list[forms.BoundField]]]:
        """Yield each part with its fields."""
        for part in self.parts:
            yield part, [self[name] for name in part.names]

    def clean(self) -> dict[str, Any]:
        """Check the row by the shape that the API checks it by."""
        told = dict(super().clean() or {})
        self.row = self.asked(told)
        _good, faults = checked(self.feed, [RawRow(1, self.row)])
        self._blame(faults)
        return told

    def asked(self, told: Mapping[str, Any]) -> Row:
        """Return the API's row of what was typed."""
        row = {name: field.value_of(told.get(name, "")) for name, field in self._inputs()}
        shape: Any = self.feed.shape()
        return {name: value for name, value in row.items() if value is not None or shape.fields[name].allow_null}

    def carry_out(self, subject: str, *, at: datetime, actor: str) -> str:
        """Write the row; return what happened, in words.

        Raises:
            ChangedMeanwhile: somebody changed one of the same fields; `conflicts` shows both.
            RowsInvalid: the thing is refused, or is there already.
        """
        config.tick()  # two people who save at once queue up here, so that the second one sees what the first did
        before = self.current(subject or self.feed.key(self.row))
        if subject:
            self._join(before or {})
        elif before is not None:
            self._refuse(self.named_by[-1], f"There is one of this name already. Open it to change the {self.word}.")
        faults = apply_rows(self.feed, [RawRow(1, self.row)], Context(actor, at))
        if faults:
            self._refuse(str(faults[0].field), faults[0].detail)
        return self.told(before)

    def told(self, before: Row | None) -> str:
        """Return what saving did, in words."""
        name = " · ".join(str(self.row[part]) for part in self.named_by)
        if before is None:
            return f"The {self.word} {name} is created."
        changed = [str(self.fields[field].label) for field in self.row if self.row[field] != before.get(field)]
        return f"{name} is saved: {', '.join(changed)}." if changed else f"{name} is as it was; nothing was changed."

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal at the field that it is about."""
        errors: Any = refusal.facts.get("errors")
        if errors:
            self._blame([Fault("", "", str(e["message"]), 1, str(e["field"])) for e in errors])
        else:
            self.add_error(None, str(refusal))

    def _inputs(self) -> Iterator[tuple[str, Any]]:
        return ((name, field) for name, field in self.fields.items() if name != "seen")

    def _join(self, now: Row) -> None:
        """Take over what somebody else changed since the page was opened, unless both changed the same field."""
        seen = self._seen()
        if seen is None:
            return
        theirs = [name for name in self.row if now.get(name) != seen.get(name)]
        both = [name for name in theirs if self.row[name] not in (seen.get(name), now.get(name))]
        self.row |= {name: now[name] for name in theirs if name not in both and name in now}
        if both:
            self.conflicts = [self._conflict(name, seen, now) for name in both]
            self._retype({name: now[name] for name in theirs if name not in both and name in now}, now)
            raise ChangedMeanwhile(
                "Somebody else changed the same while this page was open. Nothing is saved yet: look at both below. "
                "Saving again keeps yours."
            )

    def _retype(self, taken: Row, now: Row) -> None:
        """Put what was taken over into the inputs, so that saving again does not undo it."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for name, value in taken.items():
            field: Any = self.fields[name]
            typed = field.typed_of(value)
            data.setlist(name, typed if isinstance(typed, list) else [typed] if typed is not False else [])
        data["seen"] = signing.dumps(now, compress=True)
        self.data = data

    def _seen(self) -> Row | None:
        try:
            seen: Row = signing.loads(self.cleaned_data["seen"])
        except signing.BadSignature:
            return None
        return seen

    def _conflict(self, name: str, seen: Row, now: Row) -> Conflict:
        field: Any = self.fields[name]
        words = [in_words(field, row.get(name)) for row in (seen, now, self.row)]
        return Conflict(str(field.label), *words)

    def _blame(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            name = fault.field.split("/")[0]
            self.add_error(name if name in self.fields else None, fault.detail)

    def _refuse(self, name: str, message: str) -> None:
        raise RowsInvalid(message, errors=[{"row": 0, "field": name, "message": message}])


def in_words(field: Any, value: Any) -> str:
    """Return `value` of the API's row as people read it beside the field's label."""
    if isinstance(field, cells.Flag):
        return yes_or_no(value)
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(choices.get(part, part)) for part in value) or "none"
    typed = field.typed_of(value)
    if typed in {"", None}:
        return "nothing"
    return f"{choices.get(typed, typed)} {field.unit}".strip()
