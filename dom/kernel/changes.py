"""Answers who changed master data and configuration: signs transactions, and reads what the triggers wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dom.kernel.models import Change
from dom.kernel.transactions import in_unit_of_work


@in_unit_of_work
def sign(*, actor: str, at: datetime) -> None:
    """Put `actor` and `at` below every change that the rest of this transaction makes to master data.

    The triggers read both; what nobody signed is recorded without an actor, at the transaction's time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('dom.actor', %s, true), set_config('dom.at', %s, true)", [actor, at.isoformat()]
        )


@in_unit_of_work
def note_published(
    *, kind: str, scope: str, numbers: tuple[int | None, int | None], actor: str, at: datetime, note: str
) -> None:
    """Record that version `numbers[1]` of a document took the place of version `numbers[0]` (None: the first).

    Without a `numbers[1]` the document ended.
    """
    Change.objects.create(
        at=at,
        actor=actor,
        kind=kind,
        code=scope,
        verb=Change.Verb.PUBLISHED,
        fields={"version": list(numbers)},
        note=note,
    )


@in_unit_of_work
def note_change(
    *,
    kind: str,
    code: str,
    verb: str,
    actor: str,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Record a change of something that services alone write, such as an API key; `fields` holds no secret."""
    shown = dict(fields or {})
    Change.objects.create(at=at, actor=actor, kind=kind, code=code, verb=verb, fields=shown, note=note)


def changes_of(kind: str, code: str) -> "QuerySet[Change]":
    """Return what happened to one thing, newest first."""
    return Change.objects.filter(kind=kind, code=code).order_by("-id")
