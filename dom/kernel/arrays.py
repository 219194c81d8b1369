"""Writes PostgreSQL array literals: a batch of thousands of values becomes one parameter.

The driver would adapt every element by itself; for the arrays of a routing batch that costs more than the statement.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any


def literal(values: Iterable[Any]) -> str:
    r"""Return `values` (int, bool, str, date, aware datetime or None) as the text of an array, such as {1,NULL,3}.

    The statement names the type (`%s::bigint[]`). Quotes and backslashes are escaped, so any text survives.
    """
    return "{" + ",".join(map(_element, values)) + "}"


def literals(rows: Sequence[Sequence[Any]], *, width: int) -> list[str]:
    """Return one array literal a column of `rows`, each of which has `width` values."""
    return [literal(column) for column in zip(*rows, strict=True)] if rows else ["{}"] * width


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):  # True and False are integers; PostgreSQL reads both words as booleans
        return str(value)
    text = value.isoformat() if isinstance(value, datetime | date) else value
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
