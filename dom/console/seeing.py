"""Keeps two people who change the same thing in forms from undoing each other without a word.

What stood in the form when it was opened travels with it, signed. When it is sent, what somebody else changed meanwhile
is taken over; where both changed the same field nothing is saved, and both values are shown with who made the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core import signing

from dom.console.acting import ActionForm
from dom.kernel import config
from dom.kernel.errors import ChangedMeanwhile
from dom.kernel.models import Change


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed: what it was, what the other made of it, what was typed here."""

    label: str
    before: str
    theirs: str
    mine: str


class SeenForm(ActionForm):
    """A form that writes a whole thing. A subclass says what stands in its fields, how to lock it, and who changed it.

    `now` and `hold` are asked for things that are there; a subclass for new ones returns nothing from `now`.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: Sequence[Difference] = ()
        self.other = ""

    def now(self, subject: str) -> Mapping[str, Any]:
        """Return what stands in each field; reads only."""
        raise NotImplementedError

    def hold(self, subject: str) -> None:
        """Lock the thing until the end of the unit of work."""
        raise NotImplementedError

    def changed_by(self, subject: str) -> str:
        """Return who changed it last, "" where nobody knows."""
        raise NotImplementedError

    def begin(self, subject: str) -> None:
        """Fill in what stands there, and remember it."""
        now = self.now(subject)
        self.initial = {**self.initial, **now}
        if now:
            self.initial["seen"] = signing.dumps(_row(now), compress=True)

    def join(self, subject: str) -> None:
        """Take over what somebody else changed meanwhile; call it first of all when carrying out.

        Raises:
            ChangedMeanwhile: both changed the same field; `conflicts` shows both.
        """
        self.hold(subject)
        raw = self.now(subject)
        seen, now, mine = self._seen(), _row(raw), _row({name: self.cleaned_data.get(name) for name in raw})
        if seen is None:
            return
        theirs = [name for name in now if now[name] != seen.get(name)]
        both = [name for name in theirs if mine[name] not in (seen.get(name), now[name])]
        taken = {name: raw[name] for name in theirs if name not in both and mine[name] == seen.get(name)}
        if both:
            self.other = self.changed_by(subject) or "Somebody else"
            self.conflicts = [self._difference(name, seen, now, mine) for name in both]
            self._retype(taken, now)
            raise ChangedMeanwhile(
                f"{self.other} changed the same while this page was open. Nothing is saved yet: look at both below. "
                "Saving again keeps yours."
            )
        self.cleaned_data.update(taken)

    def _seen(self) -> dict[str, str | list[str]] | None:
        try:
            return dict(signing.loads(self.cleaned_data["seen"]))
        except signing.BadSignature:
            return None

    def _retype(self, taken: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for name, value in taken.items():
            data.setlist(name, list(value) if isinstance(value, list | tuple) else ["" if value is None else value])
        data["seen"] = signing.dumps(dict(now), compress=True)
        self.data = data

    def _difference(self, name: str, *rows: Mapping[str, Any]) -> Difference:
        field: Any = self.fields[name]
        choices = {str(code): str(words) for code, words in getattr(field, "choices", ())}
        choices |= {"True": "yes", "False": "no"} if isinstance(field, forms.BooleanField) else {}
        before, theirs, mine = (_words(row.get(name), choices) for row in rows)
        return Difference(str(field.label), before, theirs, mine)


class SeenSetting(SeenForm):
    """A form that writes a setting of the whole network: the one document of its kind, which has no page of its own."""

    kind: ClassVar[str] = ""
    scope: ClassVar[str] = "all"

    def prepare(self, subject: str) -> None:
        """Begin with what counts now."""
        self.begin(subject)

    def hold(self, subject: str) -> None:
        """Let two who publish queue up."""
        config.tick()

    def changed_by(self, subject: str) -> str:
        """Return who published it."""
        live = config.live(self.kind, self.scope)
        return live.author if live else ""


def last_change(kind: str, code: str) -> str:
    """Return who changed a thing last as the record has it."""
    found = Change.objects.filter(kind=kind, code=code).order_by("-id").values_list("actor", flat=True).first()
    return found or ""


def _row(values: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return `values` so that equal ones are equal, however they were typed: sets in order, all else as text."""
    return {
        name: sorted(map(str, value)) if isinstance(value, list | tuple) else _text(value)
        for name, value in values.items()
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    # A form reads wall-clock time in the reader's zone and means the thing's own: the zone says nothing here.
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="minutes")
    return str(value).strip()


def _words(value: Any, choices: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(choices.get(part, part) for part in value) or "none"
    return choices.get(value, value) or "nothing"
