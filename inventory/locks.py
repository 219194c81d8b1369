"""Every lock that Python takes here; the SQL functions name theirs in their headers. Order: docs/locking.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from dom.kernel.errors import NotFound
from inventory.models import (
    BackorderCount,
    ChannelQuota,
    CountSession,
    IncomingSupply,
    LowStockPass,
    NodeDay,
    Repair,
    Reservation,
    StockLevel,
    Transfer,
)


def lock_soft_claims(demand_ref: str) -> list[Reservation]:
    """Return the soft claims of `demand_ref`, locked to the end of the transaction, in their natural order."""
    return list(
        Reservation.objects.select_for_update()
        .filter(demand_ref=demand_ref, kind=Reservation.Kind.SOFT)
        .order_by("demand_ref", "line_ref", "sku_id", "node_id", "supply_id")
    )


def lock_transfer(ref: str) -> Transfer:
    """Return the transfer `ref` with its nodes, locked to the end of the transaction; before any claim or level.

    Two people who send or receive the same goods queue up here, before either reads what is left.

    Raises:
        NotFound: there is none.
    """
    rows = Transfer.objects.select_related("from_node", "to_node").select_for_update(no_key=True, of=("self",))
    transfer = rows.filter(ref=ref).first()
    if transfer is None:
        raise NotFound(f"There is no transfer {ref[:64]}.", ref=ref[:64])
    return transfer


def lock_count(ref: str) -> CountSession:
    """Return the count `ref` with its node, locked to the end of the transaction; before any claim or level.

    Raises:
        NotFound: there is none.
    """
    rows = CountSession.objects.select_related("node").select_for_update(no_key=True, of=("self",))
    session = rows.filter(ref=ref).first()
    if session is None:
        raise NotFound(f"There is no count {ref[:64]}.", ref=ref[:64])
    return session


def lock_repair(repair_id: int) -> Repair | None:
    """Return a proposed entry, locked before anything that it would mend; None where there is none."""
    return Repair.objects.select_for_update(no_key=True).filter(id=repair_id).first()


def lock_subject(subject: Mapping[str, Any]) -> None:
    """Lock the rows whose books a repair changes: claims, then level, supply, quota and node-day, one of each at most.

    Whoever claims or releases has locked the level, the supply, the quota or the day as well: their sums stand still.
    """
    at = {key: subject[key] for key in ("sku_id", "node_id") if key in subject}
    if "demand_ref" in subject:
        list(Reservation.objects.select_for_update().filter(**subject))
    if len(at) > 1:
        list(StockLevel.objects.select_for_update(no_key=True).filter(**at))
    if subject.get("supply_id") is not None:
        list(IncomingSupply.objects.select_for_update(no_key=True).filter(id=subject["supply_id"]))
    if "channel_id" in subject:
        list(ChannelQuota.objects.select_for_update(no_key=True).filter(**subject))
    if "node_day_id" in subject:
        list(NodeDay.objects.select_for_update(no_key=True).filter(id=subject["node_day_id"]))


def lock_low_stock_pass() -> LowStockPass | None:
    """Return how far thresholds are brought to the rules, locked before any level; None while somebody is at it."""
    return LowStockPass.objects.select_for_update(skip_locked=True, no_key=True).filter(id=1).first()


def lock_backorder_counts(sku_ids: Sequence[int]) -> None:
    """Lock how many units of SKUs wait, by SKU id; after everything else."""
    rows = BackorderCount.objects.select_for_update(no_key=True)
    list(rows.filter(sku_id__in=sku_ids).order_by("sku_id").values_list("id", flat=True))
