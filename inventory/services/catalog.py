"""Sets up what is sold, where, and for whom: bulk upserts by code. A row replaces all facts of its code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Manager

from dom.kernel import changes, config
from dom.kernel.errors import NotFound
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import NodeGroupInUse, refuse_rows, row_error
from inventory.models import Channel, Node, NodeGroup, Sku
from inventory.selectors.group_uses import uses_of_group
from inventory.services import sql

_NAMED = 5


@dataclass(frozen=True, slots=True)
class SkuRow:
    """All facts of a SKU; grams, millimeters, minor units."""

    code: str
    name: str = ""
    gtin: str = ""
    weight_grams: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    handling_class: str = ""
    hazmat_class: str = ""
    temperature_class: str = "AMBIENT"
    minimum_age: int = 0
    export_controlled: bool = False
    value_minor: int = 0
    currency: str = "USD"
    tags: tuple[str, ...] = ()
    is_active: bool = True
    backorder_limit: int | None = None


@dataclass(frozen=True, slots=True)
class NodeRow:
    """All facts of a node; see inventory.models.Node for units."""

    code: str
    kind: str
    name: str = ""
    status: str = "ACTIVE"
    paused_until: datetime | None = None
    line1: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = "US"
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str = "UTC"
    calendar: str = ""
    methods: tuple[str, ...] = ("SHIP",)
    hazmat_classes: tuple[str, ...] = ()
    temperature_classes: tuple[str, ...] = ("AMBIENT",)
    max_piece_grams: int | None = None
    handles_oversize: bool = True
    must_acknowledge: bool = False
    release_minutes: int | None = None
    accept_minutes: int | None = None
    feed_basis: str = "ON_HAND"
    fulfillment_cost_e4: int = 0
    line_cost_e4: int = 0
    unit_cost_e4: int = 0
    failed_pick_ppm: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeGroupRow:
    """A group and all its members, by node code."""

    code: str
    name: str = ""
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """All facts of a channel; `node_group` is a group's code, None means every node."""

    code: str
    name: str = ""
    currency: str = "USD"
    country: str = "US"
    time_zone: str = "UTC"
    accept: str = "ALWAYS"
    fraud_screening: bool = True
    fraud_score: int = 75
    node_group: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many rows were created and how many replaced (unchanged ones included)."""

    created: int
    updated: int


@in_unit_of_work
def upsert_skus(*, rows: Sequence[SkuRow], at: datetime, actor: str) -> Upserted:
    """Create or replace SKUs by code. A backorder limit below what waits stops further units; what waits stays.

    Raises:
        RowsInvalid: a code is given twice.
    """
    changes.sign(actor=actor, at=at)
    done = _upsert(Sku.objects, rows, [_facts(row) for row in rows])
    sql.rows("inventory_set_backorder_limits", ("text[]", [row.code for row in rows]))
    return done


@in_unit_of_work
def upsert_nodes(*, rows: Sequence[NodeRow], at: datetime, actor: str) -> Upserted:
    """Create or replace nodes by code; moves the configuration clock.

    Raises:
        RowsInvalid: a code is given twice.
    """
    changes.sign(actor=actor, at=at)
    done = _upsert(Node.objects, rows, [_facts(row) for row in rows])
    config.tick()
    return done


@in_unit_of_work
def upsert_node_groups(*, rows: Sequence[NodeGroupRow], at: datetime, actor: str) -> Upserted:
    """Create or replace groups with exactly the nodes they name; moves the configuration clock.

    Raises:
        RowsInvalid: a code is given twice, or a node is unknown.
    """
    changes.sign(actor=actor, at=at)
    config.tick()  # first: its row lock lets two writers of one group's members queue up
    ids = dict(Node.objects.filter(code__in={code for row in rows for code in row.nodes}).values_list("code", "id"))
    refuse_rows(
        [
            row_error(n, "nodes", f"There is no node {code}.")
            for n, row in enumerate(rows)
            for code in row.nodes
            if code not in ids
        ]
    )
    done = _upsert(NodeGroup.objects, rows, [{"code": row.code, "name": row.name} for row in rows])
    groups = {group.code: group for group in NodeGroup.objects.filter(code__in=[row.code for row in rows])}
    for row in rows:
        groups[row.code].nodes.set([ids[code] for code in row.nodes])
    return done


@in_unit_of_work
def retire_node_group(*, code: str, at: datetime, actor: str) -> None:
    """Take a group away that nothing speaks of; its nodes stay. The record of changes keeps who did it.

    Raises:
        NotFound: there is no such group.
        NodeGroupInUse: a channel or a live document names it.
    """
    changes.sign(actor=actor, at=at)
    config.tick()  # first: whoever publishes or keeps a channel that names the group has done so, or waits here
    group = NodeGroup.objects.filter(code=code).first()
    if group is None:
        raise NotFound(f"There is no node group {code[:64]}.", code=code[:64])
    named_by = [use.words for use in uses_of_group(code)]
    if named_by:
        more = f" and {len(named_by) - _NAMED} more" if len(named_by) > _NAMED else ""
        told = f"{', '.join(named_by[:_NAMED])}{more}"
        raise NodeGroupInUse(f"Group {code} is named by {told}. Change that first.", named_by=named_by[:100])
    group.delete()


@in_unit_of_work
def upsert_channels(*, rows: Sequence[ChannelRow], at: datetime, actor: str) -> Upserted:
    """Create or replace channels by code; moves the configuration clock.

    Raises:
        RowsInvalid: a code is given twice, or a node group is unknown.
    """
    changes.sign(actor=actor, at=at)
    ids = dict(
        NodeGroup.objects.filter(code__in={r.node_group for r in rows if r.node_group}).values_list("code", "id")
    )
    refuse_rows(
        [
            row_error(n, "node_group", f"There is no node group {row.node_group}.")
            for n, row in enumerate(rows)
            if row.node_group and row.node_group not in ids
        ]
    )
    facts = [_facts(row) for row in rows]
    for fact in facts:
        group = fact.pop("node_group")
        fact["node_group_id"] = ids[group] if group else None
    done = _upsert(Channel.objects, rows, facts)
    config.tick()
    return done


def _facts(row: Any) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in row.__slots__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


#: Rows that say what is known are left alone: a feed mostly repeats itself, and a row that is written over with the
#: same values costs as much as a change. In code order: two bulk upserts cannot lock each other's rows crosswise.
_UPSERT = """
INSERT INTO {table} AS known ({columns})
SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) ORDER BY code
ON CONFLICT (code) DO UPDATE SET ({facts}) = ROW ({told})
WHERE ({known}) IS DISTINCT FROM ({told})
"""


def _upsert(manager: Manager[Any], rows: Sequence[Any], facts: Sequence[dict[str, Any]]) -> Upserted:
    """Write `facts`, one statement for all; columns that are no facts keep their values, or get their defaults."""
    codes = [row.code for row in rows]
    first = {code: n for n, code in reversed(list(enumerate(codes)))}
    refuse_rows([row_error(n, "code", f"{code} is given twice.") for n, code in enumerate(codes) if first[code] < n])
    if not facts:
        return Upserted(0, 0)
    known = manager.filter(code__in=codes).count()
    meta = manager.model._meta  # noqa: SLF001  # what Django documents of a model is reached by no other way
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    blank = {field.column: field.get_default() for field in fields if field.column not in facts[0]}
    names = [name for name in facts[0] if name != "code"]
    statement = _UPSERT.format(
        table=meta.db_table,
        columns=", ".join(["code", *names, *blank]),
        facts=", ".join(names),
        told=", ".join(f"excluded.{name}" for name in names),
        known=", ".join(f"known.{name}" for name in names),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps([blank | fact for fact in facts], default=str)])
    return Upserted(created=len(codes) - known, updated=known)
