"""Makes the migration operations that index a full table beside its traffic."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation

from dom.kernel.profiles import MIGRATE


def index_concurrently(model: str, index: models.Index) -> list[Operation]:
    """Return operations that add `index` to `model` while others write; the migration says `atomic = False`.

    What an attempt that was cut off left behind is dropped first, so the migration may simply be run again. The index
    waits for transactions that are older than itself, without holding anybody up, so it waits without a limit.
    """
    return [
        RunSQL("SET lock_timeout = 0", RunSQL.noop),
        RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS "{index.name}"', RunSQL.noop),
        AddIndexConcurrently(model, index),
        RunSQL(f"SET lock_timeout = '{MIGRATE.lock_timeout}'", RunSQL.noop),
    ]
