"""A proof costs what its tables hold: whatever statistics say, no check walks a table once for each row of another."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work

pytestmark = pytest.mark.django_db(transaction=True)
#: Nodes that read rows again for each row of the other side; a list of values is no table.
_TABLES = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _plan(sql: str) -> dict[str, Any]:
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute(prove.FENCES)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _walks_again(plan: dict[str, Any]) -> bool:
    """Whether the plan reads a table once a row: under a nested loop, or in a subplan that depends on the row."""
    loops = [node for node in _nodes(plan) if node["Node Type"] == "Nested Loop"]
    inner = [node for loop in loops for node in _nodes(loop["Plans"][1])]
    subplans = [node for node in _nodes(plan) if node.get("Parent Relationship") == "SubPlan"]
    return bool(subplans) or any(node["Node Type"] in _TABLES for node in inner)


@pytest.mark.parametrize("check", prove.checks(), ids=lambda check: check.name)
def test_a_check_reads_each_table_once(check: prove.Check) -> None:
    assert not _walks_again(_plan(check.sql))


_LATERAL = """
SELECT o.ref, l.units FROM orders_order o CROSS JOIN LATERAL (
    SELECT count(*) AS units FROM orders_order_line x WHERE x.order_id = o.id) l WHERE l.units = 0
"""
_SUBPLAN = """
SELECT o.ref FROM orders_order o WHERE o.ref = 'x' OR NOT EXISTS (
    SELECT FROM orders_order_line x WHERE x.order_id = o.id AND x.quantity > o.revision)
"""


@pytest.mark.parametrize("sql", [_LATERAL, _SUBPLAN])
def test_what_asks_once_a_row_is_recognized(sql: str) -> None:
    assert _walks_again(_plan(sql))
