"""Every lock that Python takes here; the SQL functions name theirs in their headers. Order: docs/locking.md."""

from inventory.models import Reservation


def lock_soft_claims(demand_ref: str) -> list[Reservation]:
    """Return the soft claims of `demand_ref`, locked to the end of the transaction, in their natural order."""
    return list(
        Reservation.objects.select_for_update()
        .filter(demand_ref=demand_ref, kind=Reservation.Kind.SOFT)
        .order_by("demand_ref", "line_ref", "sku_id", "node_id", "supply_id")
    )
