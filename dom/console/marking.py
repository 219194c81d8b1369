"""Answers how a form says what has to be filled in: it marks the fewer, what may be left out or what may not."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

OPTIONAL, REQUIRED = "optional", "required"


def mark(field: BoundField) -> str:
    """Return the word that stands beside a field's label; "" where the others of its form are marked."""
    told: Any = getattr(field.form, "needed", None)
    fields = {one.name: one.field for one in field.form.visible_fields()}
    needed = [name for name, one in fields.items() if one.required] if told is None else told
    return marks(fields, needed)[field.name]


def marks(fields: Mapping[str, Any], needed: Collection[str]) -> dict[str, str]:
    """Return the word beside the label of each of the fields of one form, by its name; `needed` may not be left out."""
    asking = [name for name, one in fields.items() if _asks(one)]
    there = [name for name in asking if name in needed]
    mostly = 2 * len(there) >= len(asking)
    marked = [name for name in asking if (name in needed) != mostly]
    return {name: (OPTIONAL if mostly else REQUIRED) if name in marked else "" for name in fields}


def _asks(one: Any) -> bool:
    """Say whether a field can be left empty at all: a tick is an answer, and so is a choice without an empty one."""
    if isinstance(one, forms.BooleanField):
        return False
    return not isinstance(one, forms.ChoiceField) or isinstance(one, forms.MultipleChoiceField) or _has_empty(one)


def _has_empty(one: Any) -> bool:
    return any(code in {"", None} for code, _words in one.choices)
