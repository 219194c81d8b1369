"""Says in words who changed what from what to what."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from dom.console.documents.registry import SORTS
from dom.console.masters.form import in_words
from dom.console.masters.registry import MASTERS
from dom.kernel.models import Change
from dom.kernel.words import yes_or_no
from inventory.models import NodeGroup

#: Columns whose name in the form differs.
_COLUMNS = {
    "fulfillment_cost_e4": "fulfillment_cost", "line_cost_e4": "line_cost", "unit_cost_e4": "unit_cost",
    "node_group_id": "node_group", "value_minor": "value",
}  # fmt: skip
_NOBODY = "not recorded"
#: The column that counts changes: no change by itself.
_COUNTER = "revision"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:[\d.]+)?([+-]\d\d:\d\d|Z)")
#: The page of a thing that is no master data, and how its codes begin: some changes are of many things at once.
_PAGES: Mapping[str, tuple[str, str]] = {
    "orders": ("console:order", "O-"), "transfers": ("console:transfer", "T-"), "counts": ("console:count", ""),
    "webhooks": ("console:webhook", ""), "jobs": ("console:job", ""), "people": ("console:person", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FromTo:
    """One field: its label, what it was and what it is; either may be nothing to say."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; `version` is what a publication made live, with the one before."""

    at: datetime
    actor: str
    kind: str
    code: str
    verb: str
    words: str
    fields: list[FromTo]
    note: str
    address: str = ""


def told(rows: Iterable[Change]) -> list[Told]:
    """Return changes as people read them; one statement more where a channel's group changed."""
    found = list(rows)
    groups = _groups(found)
    return [_told(row, groups) for row in found]


def _groups(rows: Iterable[Change]) -> Mapping[int, str]:
    ids = {value for row in rows for value in row.fields.get("node_group_id", ()) if value is not None}
    return dict(NodeGroup.objects.filter(id__in=ids).values_list("id", "code")) if ids else {}


def _told(row: Change, groups: Mapping[int, str]) -> Told:
    published = row.verb == Change.Verb.PUBLISHED
    return Told(
        at=row.at,
        actor=row.actor or _NOBODY,
        kind=row.kind,
        code=row.code,
        verb=row.verb,
        words=_sentence(row),
        fields=[]
        if published
        else [_field(row.kind, name, pair, groups) for name, pair in row.fields.items() if name != _COUNTER],
        note="" if _is_deed(row) else row.note,
        address=_address(row),
    )


def _is_deed(row: Change) -> bool:
    """Whether the note says it all: somebody did something, and no field stands for it."""
    return row.verb == Change.Verb.CHANGED and not row.fields and bool(row.note)


def _address(row: Change) -> str:
    """Return where to look further: the thing, or the difference that a publication made."""
    if row.kind in _PAGES:
        page, beginning = _PAGES[row.kind]
        return reverse(page, args=[row.code]) if row.code and row.code.startswith(beginning) else ""
    if row.verb != Change.Verb.PUBLISHED:
        return (
            reverse("console:master", args=[row.kind, row.code]) if row.kind in MASTERS and row.kind != "quotas" else ""
        )
    if row.kind not in SORTS:
        return ""
    before, after = row.fields["version"]
    asked = f"?from={before}&to={after}#compared" if before and after else ""
    return reverse("console:document", args=[row.kind, row.code]) + asked


def _sentence(row: Change) -> str:
    if _is_deed(row):
        return row.note
    if row.verb == Change.Verb.PUBLISHED:
        before, after = row.fields["version"]
        if after is None:
            return f"Ended version {before}"
        return f"Published version {after}" + (f" in the place of {before}" if before else "")
    return {"CREATED": "Created", "CHANGED": "Changed", "REMOVED": "Removed"}[row.verb]


def _field(kind: str, column: str, pair: list[Any], groups: Mapping[int, str]) -> FromTo:
    name = _COLUMNS.get(column, column)
    field: Any = MASTERS[kind].form.base_fields.get(name) if kind in MASTERS else None
    if column == "nodes" and kind == "node-groups":
        left, joined = pair
        return FromTo(
            "Members", f"without {', '.join(left)}" if left else "", f"with {', '.join(joined)}" if joined else ""
        )
    before, after = (_words(field, column, value, groups) for value in pair)
    return FromTo(str(field.label) if field is not None else column.replace("_", " ").capitalize(), before, after)


def _words(field: Any, column: str, value: Any, groups: Mapping[int, str]) -> str:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%d %b %Y %H:%M %Z}"
    if column == "node_group_id":
        return "every node" if value is None else groups.get(value, f"group {value}")
    if column.endswith("_e4"):
        return f"{value / 10_000:.4f}".rstrip("0").rstrip(".")
    if column == "value_minor":
        return f"{value:,} minor units"
    if field is None:
        return _plain(value)
    return in_words(field, value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "nothing" if value in (None, "") else str(value)
