"""Holds the events that were written against what partners are told of them."""

from django.db import connection

import inventory.event_kinds  # noqa: F401  # declares its kinds
import orders.event_kinds  # noqa: F401  # as above
from dom.kernel.event_kinds import KINDS

_WRITTEN = """
SELECT DISTINCT kind, ARRAY(SELECT jsonb_object_keys(data) ORDER BY 1) FROM kernel_event ORDER BY 1, 2
"""


def assert_events_are_as_documented() -> None:
    """Check that every event of the database is of a known kind and has the fields of its kind, no more and no less."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        written = [(kind, frozenset(fields)) for kind, fields in cursor.fetchall()]
    wrong = [
        (kind, sorted(fields))
        for kind, fields in written
        if kind not in KINDS or not KINDS[kind].always <= fields <= KINDS[kind].always | KINDS[kind].at_times
    ]
    assert wrong == [], "an event differs from <app>/event_kinds.py"
