"""Answers what happened: writers add events in their own transaction, one sequencer gives them positions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from dom.kernel import arrays, jobs
from dom.kernel.models import EventSequence, WebhookEndpoint
from dom.kernel.transactions import in_unit_of_work, unit_of_work

SEQUENCER = "dom.kernel.tasks.sequence_events"
#: Rung when events have got their positions: what is read from the feed can go on.
FOLLOWER = "dom.kernel.tasks.dispatch_webhooks"
_BATCH = 5_000
_APPEND = """
INSERT INTO kernel_event (at, kind, entity, entity_ref, revision, channel, node, data)
SELECT %s, kind, entity, entity_ref, revision, channel, node, data
FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::text[], %s::text[], %s::jsonb[])
     WITH ORDINALITY AS t(kind, entity, entity_ref, revision, channel, node, data, ord)
ORDER BY ord
"""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One thing that happened; `revision` is the entity's revision after it. `data` carries no personal data."""

    kind: str
    entity: str
    entity_ref: str
    revision: int
    data: dict[str, Any] = field(default_factory=dict)
    channel: str = ""
    node: str = ""


@in_unit_of_work
def append_events(events: Sequence[NewEvent], *, at: datetime) -> None:
    """Write `events` in the given order, one statement for all; the sequencer is rung at commit."""
    if not events:
        return
    rows = [(e.kind, e.entity, e.entity_ref, e.revision, e.channel, e.node, json.dumps(e.data)) for e in events]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [at, *arrays.literals(rows, width=7)])
    jobs.ring(SEQUENCER)


@in_unit_of_work
def append_event(event: NewEvent, *, at: datetime) -> None:
    """Write one event."""
    append_events([event], at=at)


def head() -> int:
    """Return the last position that was given; 0 where nothing has happened yet."""
    return EventSequence.objects.values_list("position", flat=True).first() or 0


def sequence_events() -> int:
    """Give all committed events their positions; return how many were placed. Safe beside itself: one works."""
    placed = 0
    while True:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute("SELECT kernel_sequence_events(%s)", [_BATCH])
            count = int(cursor.fetchone()[0])
            if count and WebhookEndpoint.objects.filter(deleted_at__isnull=True).exists():
                jobs.ring(FOLLOWER)
        placed += count
        if count < _BATCH:
            return placed
