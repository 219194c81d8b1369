"""Refuses a database server that cannot keep the promises."""

from typing import Any

OLDEST = 180000


def require_postgresql_18(apps: Any, schema_editor: Any) -> None:
    """Stop the first migration on a server older than PostgreSQL 18, in one clear sentence.

    Raises:
        RuntimeError: the server is too old.
    """
    del apps
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    if number < OLDEST:
        raise RuntimeError(f"PostgreSQL 18 or later is needed; this server is version {number // 10000}.")
