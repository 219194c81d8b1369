"""Answers what is claimed and queued."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from inventory.models import QueuedDemand, Reservation, ReservationEntry


class OpenClaim(NamedTuple):
    """Units claimed for a demand line at a node; `supply_id` None means on hand, `expires_at` None means HARD."""

    demand_ref: str
    line_ref: str
    sku_id: int
    node_id: int
    supply_id: int | None
    quantity: int
    expires_at: datetime | None


def open_claims(demand_refs: Sequence[str]) -> list[OpenClaim]:
    """Return the open claims under `demand_refs`, in natural order; lapsed carts included until they are swept."""
    rows = Reservation.objects.filter(demand_ref__in=demand_refs).order_by(
        "demand_ref", "line_ref", "sku_id", "node_id", "supply_id"
    )
    return [OpenClaim(*row) for row in rows.values_list(*OpenClaim._fields)]


class HeldUnits(NamedTuple):
    """Units that a demand has claimed, by the codes of SKU and node; `supply_id` None means on hand."""

    demand_ref: str
    sku: str
    node: str
    supply_id: int | None
    quantity: int


def held_units(demand_refs: Sequence[str]) -> list[HeldUnits]:
    """Return what is claimed under `demand_refs`, one row a claim, in natural order."""
    rows = Reservation.objects.filter(demand_ref__in=demand_refs)
    ordered = rows.order_by("demand_ref", "sku_id", "node_id", "line_ref", "supply_id")
    codes = ("demand_ref", "sku__code", "node__code", "supply_id", "quantity")
    return [HeldUnits(*row) for row in ordered.values_list(*codes)]


class QueuedUnits(NamedTuple):
    """Units of a SKU that a demand line waits for without a claim."""

    demand_ref: str
    line_ref: str
    sku_id: int
    channel_id: int
    quantity: int


def queued(demand_refs: Sequence[str]) -> list[QueuedUnits]:
    """Return what is queued under `demand_refs`, in natural order."""
    rows = QueuedDemand.objects.filter(demand_ref__in=demand_refs).order_by("demand_ref", "line_ref", "sku_id")
    return [QueuedUnits(*row) for row in rows.values_list(*QueuedUnits._fields)]


class Entry(NamedTuple):
    """One line of the ledger of claims."""

    at: datetime
    kind: str
    line_ref: str
    sku_id: int
    node_id: int
    delta: int
    reason: str
    actor: str
    channel_id: int


def history(demand_ref: str) -> list[Entry]:
    """Return everything that happened to the claims of `demand_ref`, oldest first."""
    rows = ReservationEntry.objects.filter(demand_ref=demand_ref).order_by("id")
    return [Entry(*row) for row in rows.values_list(*Entry._fields)]


class Told(NamedTuple):
    """One line of the ledger of claims, by codes, for a person."""

    at: datetime
    demand_ref: str
    kind: str
    sku: str
    node: str
    delta: int
    reason: str
    actor: str


def told(demand_refs: Sequence[str], *, limit: int) -> list[Told]:
    """Return what happened to the claims of `demand_refs`, newest first, at most `limit`. One statement."""
    rows = ReservationEntry.objects.filter(demand_ref__in=demand_refs).order_by("-id")[:limit]
    codes = ("at", "demand_ref", "kind", "sku__code", "node__code", "delta", "reason", "actor")
    return [Told(*row) for row in rows.values_list(*codes)]
