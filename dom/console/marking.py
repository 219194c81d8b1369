"""Answers how a form says what has to be filled in: it marks the fewer, what may be left out or what may not."""

from typing import Any

from django import forms
from django.forms import BoundField

OPTIONAL, REQUIRED = "optional", "required"


def mark(field: BoundField) -> str:
    """Return the word that stands beside a field's label; "" where the others of its form are marked."""
    fields = [one for one in field.form.visible_fields() if _asks(one)]
    needed = [one for one in fields if _needed(one)]
    if not _asks(field):
        return ""
    if 2 * len(needed) >= len(fields):
        return "" if _needed(field) else OPTIONAL
    return REQUIRED if _needed(field) else ""


def _asks(field: BoundField) -> bool:
    """Say whether a field can be left empty at all: a tick is an answer, and so is a choice without an empty one."""
    one: Any = field.field
    if isinstance(one, forms.BooleanField):
        return False
    return not isinstance(one, forms.ChoiceField) or isinstance(one, forms.MultipleChoiceField) or _has_empty(one)


def _has_empty(one: Any) -> bool:
    return any(code in {"", None} for code, _words in one.choices)


def _needed(field: BoundField) -> bool:
    needed = getattr(field.form, "needed", None)
    return field.field.required if needed is None else field.name in needed
