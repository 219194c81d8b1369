"""Answers who is owed units of levels that have too few: the latest claims, which give way first."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from inventory.models import Reservation, StockLevel

#: So many claims of a level are named.
NAMED = 5
_OWED = """
SELECT k.level, r.demand_ref, r.units FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS k(level, sku, node)
CROSS JOIN LATERAL (
    SELECT c.demand_ref, sum(c.quantity)::integer AS units, max(c.id) AS latest FROM inventory_reservation c
    WHERE c.sku_id = k.sku AND c.node_id = k.node AND c.supply_id IS NULL AND c.kind = 'HARD'
    GROUP BY c.demand_ref ORDER BY max(c.id) DESC LIMIT %s) r
ORDER BY k.level, r.latest DESC
"""


class Owed(NamedTuple):
    """Units of a level that one demand claims."""

    demand_ref: str
    units: int


def hard_claims(level: StockLevel) -> int:
    """Return the units on hand that demands claim for good; carts are not among them. One statement."""
    claims = Reservation.objects.filter(sku=level.sku, node=level.node, supply=None, kind=Reservation.Kind.HARD)
    return int(claims.aggregate(units=Sum("quantity"))["units"] or 0)


def owed(levels: Sequence[StockLevel]) -> dict[int, list[Owed]]:
    """Return the latest claims on each level's units on hand, by its id; one statement, at most `NAMED` a level."""
    found: dict[int, list[Owed]] = {level.id: [] for level in levels}
    with connection.cursor() as cursor:
        keys = [[getattr(level, name) for level in levels] for name in ("id", "sku_id", "node_id")]
        cursor.execute(_OWED, [*keys, NAMED])
        for level_id, demand_ref, units in cursor.fetchall():
            found[level_id].append(Owed(demand_ref, units))
    return found
