"""Answers whether the books add up: each application registers its checks, `manage.py prove` runs them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from dom.kernel.profiles import REPORT
from dom.kernel.transactions import unit_of_work

# Note [Fences]: after a bulk load, or where autovacuum lags, PostgreSQL takes a full table for an empty one, and walks
# all of it for every row of another: minutes for some thousand orders. Whatever it believes, a hash or merge join reads
# each table once, and so does a proof, which wants every row anyway.
FENCES = "SET LOCAL enable_nestloop = off; SET LOCAL jit = off"

#: A broken book is shown by its first differences; the number of all of them is told.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One law of one invariant (DESIGN §4). `sql` returns a row for each thing that breaks it, none when it holds.

    One statement is one snapshot, so a check is true under full traffic. It joins sums by equality and asks nothing a
    row (no LATERAL over tables, no EXISTS under an OR): what it costs grows as the tables do, see Note [Fences].
    """

    name: str
    invariant: int
    sql: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a check found: its first rows, as column-value mappings, and how many there are in all."""

    check: Check
    rows: Sequence[dict[str, Any]]
    total: int


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Add `checks` to what is proven; a name twice is a mistake.

    Raises:
        ValueError: another check has the name.
    """
    for check in checks:
        if _checks.setdefault(check.name, check) != check:
            raise ValueError(f"Two checks are called {check.name}.")


def checks() -> list[Check]:
    """Return every registered check, by invariant and name."""
    return sorted(_checks.values(), key=lambda check: (check.invariant, check.name))


def differences(only: Sequence[int] = ()) -> list[Difference]:
    """Run every check (or those of the invariants `only`) and return those that found something. Repairs nothing."""
    asked = [check for check in checks() if not only or check.invariant in only]
    found = [_run(check) for check in asked]
    return [difference for difference in found if difference.total]


def _run(check: Check) -> Difference:
    with unit_of_work(REPORT), connection.cursor() as cursor:
        cursor.execute(FENCES)
        cursor.execute(f"SELECT *, count(*) OVER () AS total FROM ({check.sql}) AS broken LIMIT {SHOWN}")
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    total = int(rows[0]["total"]) if rows else 0
    return Difference(check, [{key: row[key] for key in names[:-1]} for row in rows], total)
