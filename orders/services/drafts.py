"""Turns an asked order into the JSON that `orders_insert` writes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from orders.holds import OWNERS, AskedHold
from orders.models import Order
from orders.priority import priority
from orders.services.coverage import Coverage
from orders.services.intake_facts import ChannelFound, Facts
from orders.values import AskedGroup, AskedOrder

_PREPAID = frozenset({"CAPTURED", "PAID"})


@dataclass(frozen=True, slots=True)
class Draft:
    """An order about to be written."""

    ref: str
    place: int
    asked: AskedOrder
    channel: ChannelFound
    holds: tuple[AskedHold, ...]
    coverage: Coverage

    @property
    def status(self) -> str:
        """What `orders_status` will say of it."""
        if self.holds and self.asked.routed_lines:
            return Order.Status.HELD
        return Order.Status.QUEUED if self.asked.routed_lines else Order.Status.SHIPPED


def group_demand(order_ref: str, *, group_ref: str) -> str:
    """Return the demand reference of what a fulfillment group waits for: its request, its claims, its queued demand."""
    return f"{order_ref}:{group_ref}"


def document(draft: Draft, *, facts: Facts, at: datetime) -> dict[str, Any]:
    """Return the order as `orders_insert` reads it."""
    order = draft.asked
    soonest = min((group.promised_by for group in order.groups if group.promised_by), default=None)
    return {
        "ref": draft.ref,
        "channel_id": draft.channel.id,
        "external_ref": order.external_ref,
        "body_hash": order.digest(),
        "status": draft.status,
        "priority": priority(tier=order.customer_tier, placed_at=order.placed_at, promised_by=soonest, at=at),
        **({"customer": asdict(order.customer)} if order.customer else {}),
        "customer_tier": order.customer_tier,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "charges_minor": order.charges_minor,
        "tags": list(order.tags),
        "attributes": order.attributes,
        "placed_at": order.placed_at.isoformat(),
        "not_before": order.not_before and order.not_before.isoformat(),
        "groups": [_group(group, facts) for group in order.groups],
        "lines": [
            {**asdict(line), "sku_id": facts.skus[line.sku].id if line.sku in facts.skus else None}
            for line in order.lines
        ],
        "payments": list(_payments(order)),
        "holds": [_hold(hold, at) for hold in draft.holds],
    }


def _group(group: AskedGroup, facts: Facts) -> Mapping[str, Any]:
    return {
        "group_ref": group.group_ref,
        "method": group.method,
        "node_id": facts.nodes[group.node] if group.node else None,
        "service_level": group.service_level,
        "promised_by": group.promised_by and group.promised_by.isoformat(),
        "allow_split": group.allow_split,
        **({"ship_to": asdict(group.ship_to)} if group.ship_to else {}),
        **({"pickup_person": asdict(group.pickup_person)} if group.pickup_person else {}),
    }


def _payments(order: AskedOrder) -> Iterator[Mapping[str, Any]]:
    amount = order.total_minor if order.authorized_minor is None else order.authorized_minor
    if order.payment_status in {"AUTHORIZED", *_PREPAID}:
        yield {"kind": "AUTHORIZE", "amount_minor": amount}
    if order.payment_status in _PREPAID:
        yield {"kind": "CAPTURE", "amount_minor": amount}


def _hold(hold: AskedHold, at: datetime) -> Mapping[str, Any]:
    owner, patience = OWNERS[hold.kind]
    return {"kind": hold.kind, "owner": owner, "reason": hold.reason, "due_at": (at + patience).isoformat()}
