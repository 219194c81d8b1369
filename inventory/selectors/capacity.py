"""Answers how much work a node can take on its days, and how much of that is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dom.kernel import config
from inventory.models import NodeDayUse
from inventory.rules import parse_capacity
from inventory.selectors.levels import packed
from inventory.selectors.network import Network

UNITS = ("ORDERS", "LINES", "UNITS", "MINUTES")
Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class NodeDays:
    """`limit`, `left` and `over` by [node, day, unit]: nodes in network order, days from `first`, units as UNITS.

    `NO_LIMIT` where the published capacities say nothing. A limit lowered below its use leaves 0; `over` says how far.
    `work_seconds[node]`: what an order, a line and a unit take.
    """

    first: date
    limit: Matrix
    left: Matrix
    over: Matrix
    work_seconds: Matrix


NO_LIMIT = 1 << 40

_USED = """
SELECT node_id, (day - %s::date)::bigint,
       array_position(ARRAY['ORDERS', 'LINES', 'UNITS', 'MINUTES'], unit)::bigint - 1, used::bigint
FROM inventory_node_day
WHERE node_id = ANY(%s::bigint[]) AND day >= %s::date AND day < %s::date AND slot = '' AND used > 0
  AND unit IN ('ORDERS', 'LINES', 'UNITS', 'MINUTES') AND "limit" IS NOT NULL
"""


def node_days(network: Network, *, first: date, days: int) -> NodeDays | None:
    """Return limits and what is left of them for `days` days from `first`; None where nothing is limited.

    One statement; a second after each change of the configuration.
    """
    known = _limits(network, first, days)
    if known is None:
        return None
    limit, work_seconds = known
    used = np.zeros_like(limit)
    node_ids = np.array([node.id for node in network.nodes], dtype=np.int64)
    until = first + timedelta(days=days)
    rows = packed(_USED, [first, node_ids.tolist(), first, until], ("node_id", "day", "unit", "used"))
    order = np.argsort(node_ids)
    places = order[np.searchsorted(node_ids, rows["node_id"], sorter=order)]
    used[places, rows["day"], rows["unit"]] = rows["used"]
    left = np.where(limit == NO_LIMIT, NO_LIMIT, np.maximum(0, limit - used))
    return NodeDays(first, limit, left, np.maximum(0, used - limit), work_seconds)


class DayUsed(NamedTuple):
    """What a demand takes of a node's day, in one of UNITS."""

    demand_ref: str
    node: str
    day: date
    unit: str
    quantity: int


def days_used(demand_refs: Sequence[str]) -> list[DayUsed]:
    """Return what is used of whole days under `demand_refs`, in natural order. One statement."""
    rows = NodeDayUse.objects.filter(demand_ref__in=demand_refs, node_day__slot="", node_day__unit__in=UNITS)
    ordered = rows.order_by("demand_ref", "node_day_id")
    names = ("demand_ref", "node_day__node__code", "node_day__day", "node_day__unit", "quantity")
    return [DayUsed(*row) for row in ordered.values_list(*names)]


_held: dict[tuple[tuple[int, str], date, int], tuple[Matrix, Matrix] | None] = {}


def _limits(network: Network, first: date, days: int) -> tuple[Matrix, Matrix] | None:
    key = (network.stamp, first, days)
    if key not in _held:
        _held.clear()
        bodies = {scope: version.body for scope, version in config.live_versions("capacity").items()}
        _held[key] = _matrix(network, first, days, bodies) if bodies else None
    return _held[key]


def _matrix(network: Network, first: date, days: int, bodies: Mapping[str, Mapping[str, Any]]) -> tuple[Matrix, Matrix]:
    work = np.zeros((len(network.nodes), 3), dtype=np.int64)
    matrix = np.full((len(network.nodes), days, len(UNITS)), NO_LIMIT, dtype=np.int64)
    for row, node in enumerate(network.nodes):
        if node.code not in bodies:
            continue
        capacity = parse_capacity(bodies[node.code])
        work[row] = capacity.work_seconds
        for day in range(days):
            for place, unit in enumerate(UNITS):
                limit = capacity.limit_on(first + timedelta(days=day), unit)
                matrix[row, day, place] = NO_LIMIT if limit is None else limit
    return matrix, work
