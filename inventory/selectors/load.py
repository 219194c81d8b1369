"""Answers where nodes are and how full their day is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """One node that is not closed, with the fullest limit of its own today: `used` of `limit` `unit`.

    `limit` is None where nothing limits the node; `used` then says nothing.
    """

    id: int
    code: str
    name: str
    kind: str
    status: str
    city: str
    region: str
    time_zone: str
    latitude: float | None
    longitude: float | None
    used: int | None
    limit: int | None
    unit: str | None

    @property
    def percent(self) -> int | None:
        """How full the day is; None without a limit. A limit of none is full."""
        if self.limit is None or self.used is None:
            return None
        return round(100 * self.used / self.limit) if self.limit else 100


_LOADS = """
SELECT n.id, n.code, n.name, n.kind, n.status, n.city, n.region, n.time_zone, n.latitude, n.longitude,
       d.used, d."limit", lower(d.unit)
FROM inventory_node n LEFT JOIN LATERAL (
    SELECT used, "limit", unit FROM inventory_node_day
    WHERE node_id = n.id AND day = (%(at)s AT TIME ZONE n.time_zone)::date AND "limit" IS NOT NULL
    ORDER BY used::float8 / greatest("limit", 1) DESC LIMIT 1
) d ON true
WHERE n.status <> 'CLOSED' AND (%(nodes)s::bigint[] IS NULL OR n.id = ANY (%(nodes)s)) ORDER BY n.code
"""


def node_loads(*, at: datetime, node_ids: Collection[int] | None = None) -> Sequence[NodeLoad]:
    """Return the nodes (None: all) that are not closed, by code, with how full their day is.

    One statement, a look a node.
    """
    nodes = None if node_ids is None else list(node_ids)
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, {"at": at, "nodes": nodes})
        return [NodeLoad(*row) for row in cursor.fetchall()]
