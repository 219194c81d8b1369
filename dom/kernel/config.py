"""Answers which configuration is live: publishes, reads and rolls back versioned documents."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from dom.kernel.changes import note_published
from dom.kernel.errors import ChangedMeanwhile, NotFound
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of `body` in canonical form; equal documents have equal digests."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@in_unit_of_work
def publish(
    *, kind: str, scope: str, body: Mapping[str, Any], author: str, at: datetime, note: str = ""
) -> ConfigVersion:
    """Publish `body` as the next version of (kind, scope), live from `at`; the same body again changes nothing.

    The caller has parsed `body` already: this module knows no kind's rules. Two publishers of one document queue up
    on the row of the clock, so numbers are dense and exactly one version is live. Whoever read its clock first and came
    second begins when the other began: no two versions are live at one instant.
    """
    tick()
    last, at = _after_all(kind, scope, at)
    live_one = ConfigVersion.objects.filter(
        kind=kind, scope=scope, status=ConfigVersion.Status.PUBLISHED, live_until__isnull=True
    ).first()
    if live_one is not None:
        if live_one.digest == digest(body):
            return live_one
        ConfigVersion.objects.filter(id=live_one.id).update(live_until=at)
    replaced = None if live_one is None else live_one.number
    note_published(kind=kind, scope=scope, numbers=(replaced, last + 1), actor=author, at=at, note=note)
    return ConfigVersion.objects.create(
        kind=kind,
        scope=scope,
        number=last + 1,
        status=ConfigVersion.Status.PUBLISHED,
        body=body,
        digest=digest(body),
        live_from=at,
        author=author,
        note=note,
        created_at=at,
    )


def _after_all(kind: str, scope: str, at: datetime) -> tuple[int, datetime]:
    """Return the last version's number (0 before the first), and the first instant from `at` on that is after all."""
    begun = ConfigVersion.objects.filter(kind=kind, scope=scope).aggregate(
        last=Max("number"), began=Max("live_from"), ended=Max("live_until")
    )
    return begun["last"] or 0, max(at, begun["began"] or at, begun["ended"] or at)


@in_unit_of_work
def roll_back(*, kind: str, scope: str, number: int, author: str, at: datetime) -> ConfigVersion:
    """Publish the body of version `number` again, as the next version.

    Raises:
        NotFound: there is no such published version.
    """
    old = ConfigVersion.objects.filter(
        kind=kind, scope=scope, number=number, status=ConfigVersion.Status.PUBLISHED
    ).first()
    if old is None:
        raise NotFound(f"{kind} {scope} has no published version {number}.", kind=kind, scope=scope, number=number)
    return publish(kind=kind, scope=scope, body=old.body, author=author, at=at, note=f"Back to version {number}")


@in_unit_of_work
def retire(*, kind: str, scope: str, author: str, at: datetime, note: str = "") -> ConfigVersion:
    """End the live version of (kind, scope): nothing is live then until somebody publishes it again.

    Raises:
        NotFound: nothing is live.
    """
    tick()
    ended = live(kind, scope)
    if ended is None:
        raise NotFound(f"{kind} {scope} has no live version.", kind=kind, scope=scope)
    _last, at = _after_all(kind, scope, at)
    ConfigVersion.objects.filter(id=ended.id).update(live_until=at)
    note_published(kind=kind, scope=scope, numbers=(ended.number, None), actor=author, at=at, note=note)
    return ended


@in_unit_of_work
def require_unchanged(*, kind: str, scope: str, live_number: int, draft_digest: str) -> None:
    """Go on only if the live version and the draft are still those that were looked at (0 and "" where there is none).

    Takes the clock's row lock, so that two publishers who looked at the same version cannot both go on.

    Raises:
        ChangedMeanwhile: one of them is another.
    """
    tick()
    held, drafted = live(kind, scope), draft(kind, scope)
    if (held.number if held else 0) == live_number and (drafted.digest if drafted else "") == draft_digest:
        return
    raise ChangedMeanwhile(
        "Somebody else changed it while this page was open. Nothing is saved yet.", kind=kind, scope=scope
    )


#: A document's one draft has this number; published versions count from 1, without gaps.
DRAFT_NUMBER = 0


@in_unit_of_work
def save_draft(
    *, kind: str, scope: str, body: Mapping[str, Any], author: str, at: datetime, note: str = ""
) -> ConfigVersion:
    """Keep `body` as the draft of (kind, scope), in the place of the one before; nothing reads a draft to decide."""
    saved, _created = ConfigVersion.objects.update_or_create(
        kind=kind,
        scope=scope,
        number=DRAFT_NUMBER,
        defaults={
            "status": ConfigVersion.Status.DRAFT,
            "body": body,
            "digest": digest(body),
            "author": author,
            "note": note,
            "created_at": at,
        },
    )
    return saved


def draft(kind: str, scope: str) -> ConfigVersion | None:
    """Return the draft of (kind, scope), if any."""
    return ConfigVersion.objects.filter(kind=kind, scope=scope, number=DRAFT_NUMBER).first()


@in_unit_of_work
def drop_draft(*, kind: str, scope: str) -> None:
    """Forget the draft of (kind, scope), if any."""
    ConfigVersion.objects.filter(kind=kind, scope=scope, number=DRAFT_NUMBER).delete()


def drafts(kind: str) -> dict[str, ConfigVersion]:
    """Return the drafts of `kind`, by scope."""
    return {row.scope: row for row in ConfigVersion.objects.filter(kind=kind, number=DRAFT_NUMBER)}


def versions(kind: str, scope: str) -> "QuerySet[ConfigVersion]":
    """Return all published versions of a document, newest first."""
    published = ConfigVersion.objects.filter(kind=kind, scope=scope, status=ConfigVersion.Status.PUBLISHED)
    return published.order_by("-number")


def live(kind: str, scope: str) -> ConfigVersion | None:
    """Return the live version of (kind, scope), if any."""
    return live_versions(kind).get(scope)


def live_versions(kind: str) -> dict[str, ConfigVersion]:
    """Return the live version of each scope of `kind`, by scope."""
    rows = ConfigVersion.objects.filter(
        kind=kind, status=ConfigVersion.Status.PUBLISHED, live_until__isnull=True
    ).order_by("scope")
    return {row.scope: row for row in rows}


def clock() -> int:
    """Return the configuration clock; caches built at an older value are stale. One cheap statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tick FROM kernel_config_clock WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def stamp() -> tuple[int, str]:
    """Return the clock with the transaction that moved it last: the key of caches. One cheap statement.

    The clock alone would not do: a cache filled inside a transaction that is rolled back would be taken for the state
    that another transaction gives the same number later.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tick, xmin::text FROM kernel_config_clock WHERE id = 1")
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


@in_unit_of_work
def tick() -> None:
    """Move the configuration clock: call it with every change of configuration or master data.

    Takes the clock's row lock to the end of the transaction, so changes of configuration queue up. Buyers and
    routing only read the clock and never wait for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_config_clock (id, tick) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET tick = kernel_config_clock.tick + 1"
        )
