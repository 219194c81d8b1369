"""Installs the SQL functions that stand in `<app>/sql/<function>.sql`."""

from importlib import import_module
from pathlib import Path

from django.db import migrations


def text(app: str, function: str) -> str:
    """Return the source of one SQL function of `app` (its import path)."""
    file = import_module(app).__file__
    if file is None:
        raise RuntimeError(f"{app} has no folder")
    return (Path(file).parent / "sql" / f"{function}.sql").read_text()


def install(app: str, *functions: str) -> list[migrations.RunSQL]:
    """Return the migration operations that create or replace `functions` of `app` from their files.

    A file says CREATE OR REPLACE, one function a file. A changed signature drops the old one in its own migration.
    """
    return [migrations.RunSQL(text(app, function), reverse_sql=migrations.RunSQL.noop) for function in functions]
