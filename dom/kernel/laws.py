"""The laws of events and of configuration that SQL can check (invariants 11 and 12)."""

from dom.kernel.prove import Check, register

_CHECKS = (
    Check(
        "every position up to the last one given has its one event",
        11,
        """
        SELECT * FROM (
            SELECT max(given) AS given, max(forgotten) AS forgotten, max(events) AS events,
                   max(positions) AS positions, max(highest) AS highest
            FROM (
                SELECT position AS given, forgotten, 0 AS events, 0 AS positions, 0 AS highest
                FROM kernel_event_sequence
                UNION ALL
                SELECT 0, 0, coalesce(sum(events), 0), count(*), coalesce(max(position), 0)
                FROM (SELECT position, count(*) AS events FROM kernel_event
                      -- Of the months that are no longer kept, some events may be left in others.
                      WHERE position > coalesce((SELECT max(forgotten) FROM kernel_event_sequence), 0)
                      GROUP BY position) p) u) b
        WHERE events <> positions OR positions <> given - forgotten OR highest > given
        """,
    ),
    Check(
        "published versions are numbered without a gap, and no two are live at once",
        12,
        """
        SELECT kind, scope, number, place, live_from, live_until, next_from FROM (
            SELECT kind, scope, number, live_from, live_until, row_number() OVER versions AS place,
                   lead(live_from) OVER versions AS next_from
            FROM kernel_config_version WHERE status = 'PUBLISHED'
            WINDOW versions AS (PARTITION BY kind, scope ORDER BY number)) v
        WHERE number <> place OR live_until < live_from OR coalesce(live_until, 'infinity') > next_from
        """,
    ),
)


def register_all() -> None:
    """Register the checks of the kernel."""
    register(*_CHECKS)
