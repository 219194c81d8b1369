"""Mends books of stock: proposes the entries that would compensate differences, and posts what a person reviewed.

Laws: nothing is mended without a person and a note; an entry is posted only while the difference is exactly the one
that was reviewed, read under the lock of what it changes; every decision stands in the repair and in the audit.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from dom.kernel.changes import note_change
from dom.kernel.models import Change
from dom.kernel.prove import FENCES
from dom.kernel.transactions import in_unit_of_work
from inventory import locks
from inventory.books import BOOKS, Book
from inventory.errors import RepairRefused
from inventory.models import Channel, IncomingSupply, Node, NodeDay, Repair, Sku

S = Repair.Status
KIND = "repairs"
#: The task that looks for differences beside the day's traffic.
PROPOSE = "inventory.tasks.propose_repairs"
#: At most so many proposals a book: more are a reason to look for the cause first.
_LIMIT = 500


@in_unit_of_work
def propose(*, at: datetime, limit: int = _LIMIT) -> list[Repair]:
    """Look for differences in every book, and return the open proposals, one for each; nothing is mended.

    A proposal whose difference is another one now is replaced, one whose difference went away is GONE.
    """
    with connection.cursor() as cursor:
        cursor.execute(FENCES)
    found = {(name, key): entry for name, book in BOOKS.items() for key, entry in _differences(book, limit=limit)}
    standing = {(one.book, _key(one.subject)): one for one in Repair.objects.filter(status=S.PROPOSED)}
    stale = [one.id for key, one in standing.items() if found.get(key) != one.entry]
    Repair.objects.filter(id__in=stale).update(status=S.GONE, reviewed_at=at)
    fresh = {key: entry for key, entry in found.items() if key not in standing or standing[key].id in stale}
    Repair.objects.bulk_create(_proposals(fresh, at=at))
    return list(Repair.objects.filter(status=S.PROPOSED).order_by("id"))


@in_unit_of_work
def post(*, repair_id: int, note: str, at: datetime, actor: str) -> Repair:
    """Post the entry of a proposal that `actor` has reviewed; `note` says why it is right.

    Raises:
        RepairRefused: there is no such open proposal, no note, the difference is another one now, or the database
            would not hold what the entry brings about; nothing was changed.
    """
    repair = _reviewed(repair_id, note)
    book = BOOKS[repair.book]
    locks.lock_subject(repair.subject)
    _require_standing(repair)
    values = {**repair.subject, **repair.entry, "at": at, "actor": actor, "reference": f"repair {repair.id}"}
    with connection.cursor() as cursor:
        cursor.execute(book.mend, values)
        if cursor.rowcount != 1:
            raise RepairRefused("There is nothing there that this entry could mend.", repair=repair_id)
    return _end(repair, S.POSTED, note=note, at=at, actor=actor)


def require_standing(*, repair_id: int) -> None:
    """Look whether a proposal could be posted as it stands; locks nothing, so posting looks again.

    Raises:
        RepairRefused: there is no such open proposal, or the difference is another one now.
    """
    repair = Repair.objects.filter(id=repair_id, status=S.PROPOSED).first()
    if repair is None:
        raise RepairRefused("There is no such open proposal.", repair=repair_id)
    _require_standing(repair)


def _require_standing(repair: Repair) -> None:
    found = dict(_differences(BOOKS[repair.book], subject=repair.subject))
    if found.get(_key(repair.subject)) != repair.entry:
        raise RepairRefused("The difference is another one now; look for it again.", repair=repair.id)


@in_unit_of_work
def dismiss(*, repair_id: int, note: str, at: datetime, actor: str) -> Repair:
    """End a proposal without an entry: its difference has another cause, and will be proposed again while it lasts.

    Raises:
        RepairRefused: there is no such open proposal, or no note.
    """
    return _end(_reviewed(repair_id, note), S.DISMISSED, note=note, at=at, actor=actor)


def _reviewed(repair_id: int, note: str) -> Repair:
    repair = locks.lock_repair(repair_id)
    if repair is None or repair.status != S.PROPOSED:
        raise RepairRefused("There is no such open proposal.", repair=repair_id)
    if not note.strip():
        raise RepairRefused("A note says why.", repair=repair_id)
    return repair


def _end(repair: Repair, status: str, *, note: str, at: datetime, actor: str) -> Repair:
    repair.status, repair.reviewed_at, repair.reviewed_by, repair.note = status, at, actor, note.strip()[:200]
    repair.save()
    note_change(
        kind=KIND, code=f"{repair.book} {repair.id}", verb=Change.Verb.CHANGED, actor=actor, at=at,
        fields={"status": [S.PROPOSED, status], **{name: [None, units] for name, units in repair.entry.items()}},
        note=repair.note,
    )  # fmt: skip
    return repair


def _key(subject: Mapping[str, Any]) -> str:
    return json.dumps(subject, sort_keys=True)


def _differences(
    book: Book, *, subject: Mapping[str, Any] | None = None, limit: int = 1
) -> Sequence[tuple[str, dict[str, Any]]]:
    """Return what differs as (key, entry), of everything or of one subject."""
    sql = book.differences.format(where="true" if subject is None else book.where)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) d ORDER BY {', '.join(book.keys)} LIMIT {limit}", subject or None)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(_key({key: row[key] for key in book.keys}), _entry(book, row)) for row in rows]


def _entry(book: Book, row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{fact: row[fact] for fact in book.facts}, **{unit: int(row[unit]) for unit in book.units}}


def _proposals(found: Mapping[tuple[str, str], dict[str, Any]], *, at: datetime) -> list[Repair]:
    subjects = {key: json.loads(key[1]) for key in found}
    names = _names(list(subjects.values()))
    return [
        Repair(
            book=name,
            subject=subjects[name, key],
            entry=entry,
            words=_words(BOOKS[name], subjects[name, key], entry, names),
            proposed_at=at,
        )
        for (name, key), entry in found.items()
    ]


def _words(
    book: Book, subject: Mapping[str, Any], entry: Mapping[str, Any], names: Mapping[tuple[str, int], str]
) -> str:
    named = [names.get((key, subject[key]), str(subject[key])) for key in book.keys if subject[key] is not None]
    return f"{book.title}, {' '.join(named)}: {book.words.format(**entry)}."[:300]


def _names(subjects: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Return what subjects name in words, by (key, id); a statement a kind."""

    def ids(key: str) -> set[int]:
        return {one[key] for one in subjects if one.get(key) is not None}

    skus = Sku.objects.filter(id__in=ids("sku_id")).values_list("id", "code")
    nodes = Node.objects.filter(id__in=ids("node_id")).values_list("id", "code")
    channels = Channel.objects.filter(id__in=ids("channel_id")).values_list("id", "code")
    supplies = IncomingSupply.objects.filter(id__in=ids("supply_id")).values_list("id", "source_ref", "sku__code")
    days = NodeDay.objects.filter(id__in=ids("node_day_id")).values_list("id", "node__code", "day", "unit")
    return {
        **{("sku_id", id_): code for id_, code in skus},
        **{("node_id", id_): code for id_, code in nodes},
        **{("channel_id", id_): code for id_, code in channels},
        **{("supply_id", id_): f"{source} of {sku}" for id_, source, sku in supplies},
        **{("node_day_id", id_): f"{node} on {day} in {unit.lower()}" for id_, node, day, unit in days},
    }
