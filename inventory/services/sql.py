"""Calls the SQL functions of this application."""

from typing import Any

from django.db import connection

from dom.kernel import arrays


def rows(function: str, *arguments: tuple[str, Any]) -> list[tuple[Any, ...]]:
    """Return what `function` returns for `arguments`, each a (SQL type, value) pair; one statement."""
    places = ", ".join(f"%s::{kind}" for kind, _ in arguments)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({places})", [_parameter(*argument) for argument in arguments])
        return list(cursor.fetchall())


def _parameter(kind: str, value: Any) -> Any:
    return arrays.literal(value) if kind.endswith("[]") else value


def number(function: str, *arguments: tuple[str, Any]) -> int:
    """Return the one integer that `function` returns."""
    return int(rows(function, *arguments)[0][0])
