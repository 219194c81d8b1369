"""Answers whether the monthly tables have room for the months to come, and makes it."""

from datetime import date

from django.db import connection
from psycopg import sql

from dom.kernel.transactions import in_unit_of_work

#: The running month and the next two: a job that fails for weeks still loses nothing.
_MONTHS = 3

_PARTITIONED = """
SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
WHERE p.partstrat = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""


def tables() -> list[str]:
    """Return the names of the tables that are partitioned by month."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONED)
        return [name for (name,) in cursor.fetchall()]


@in_unit_of_work
def ensure(table: str, *, today: date) -> int:
    """Make the partitions of `table` for this month and the next two; return how many were missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_ensure_partitions(%s, %s, %s)", [table, today, _MONTHS])
        return int(cursor.fetchone()[0])


def strays() -> list[str]:
    """Return the tables whose default partition holds rows: a month was missing when they came."""
    return [table for table in tables() if _holds_rows(f"{table}_default")]


def _holds_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        return bool(cursor.fetchone()[0])
