"""Reads what the waterfall is made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Sum
from numpy.typing import NDArray

from inventory.models import ChannelQuota, QueuedDemand, Sku
from inventory.selectors.levels import packed
from inventory.selectors.network import Network

Units = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """What rules ask of a SKU, and how many units of it may wait for stock (None: any number) and do."""

    id: int
    code: str
    tags: frozenset[str]
    is_active: bool
    backorder_limit: int | None
    waiting: int

    @property
    def backorders_left(self) -> int | None:
        """How many more units may wait; None: any number."""
        return None if self.backorder_limit is None else max(0, self.backorder_limit - self.waiting)


def skus(codes: Sequence[str]) -> dict[str, SkuFacts]:
    """Return the SKUs by code; unknown ones are left out."""
    names = ("id", "code", "tags", "is_active", "backorder_limit", "backorder_count__waiting")
    rows = Sku.objects.filter(code__in=codes).values_list(*names)
    return {
        code: SkuFacts(id_, code, frozenset(tags), active, limit, waiting or 0)
        for id_, code, tags, active, limit, waiting in rows
    }


@dataclass(frozen=True, slots=True, eq=False)
class SkuLevels:
    """The levels of one SKU at nodes of the network; `place` is the node's row there."""

    place: Units
    on_hand: Units
    unsellable: Units
    reserved: Units
    safety_stock: Units
    unlimited: Units


_COLUMNS = ("sku_id", "node_id", "on_hand", "unsellable", "reserved", "safety_stock", "unlimited")
_LEVELS = """
SELECT sku_id, node_id, on_hand::bigint, unsellable::bigint, reserved::bigint, safety_stock::bigint,
       unlimited::int::bigint
FROM inventory_stock_level WHERE sku_id = ANY(%s::bigint[])
"""
_LEVELS_AT = """
SELECT s.sku_id, s.node_id, s.on_hand - m.on_hand, s.unsellable - m.unsellable, s.reserved - e.reserved,
       s.safety_stock - m.safety_stock, s.unlimited::int::bigint
FROM inventory_stock_level s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(m.on_hand_delta), 0) AS on_hand, coalesce(sum(m.unsellable_delta), 0) AS unsellable,
           coalesce(sum(m.safety_stock_delta), 0) AS safety_stock
    FROM inventory_stock_movement m WHERE m.sku_id = s.sku_id AND m.node_id = s.node_id AND m.at > %s::timestamptz) m
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.delta), 0) AS reserved FROM inventory_reservation_entry e
    WHERE e.sku_id = s.sku_id AND e.node_id = s.node_id AND e.supply_id IS NULL AND e.at > %s::timestamptz) e
WHERE s.sku_id = ANY(%s::bigint[])
"""


def levels(network: Network, sku_ids: Sequence[int]) -> dict[int, SkuLevels]:
    """Return the levels of each SKU at the network's nodes, as they are; one statement."""
    return _by_sku(network, sku_ids, packed(_LEVELS, [list(sku_ids)], _COLUMNS))


def levels_at(network: Network, sku_ids: Sequence[int], instant: datetime) -> dict[int, SkuLevels]:
    """Return the levels as they were at `instant`: today's, less every ledger entry since; one statement."""
    return _by_sku(network, sku_ids, packed(_LEVELS_AT, [instant, instant, list(sku_ids)], _COLUMNS))


def _by_sku(network: Network, sku_ids: Sequence[int], rows: NDArray[np.void]) -> dict[int, SkuLevels]:
    node_ids = np.array([node.id for node in network.nodes], dtype=np.int64)
    known = rows[np.isin(rows["node_id"], node_ids)]
    order = np.argsort(node_ids)
    place = order[np.searchsorted(node_ids, known["node_id"], sorter=order)] if len(known) else np.zeros(0, np.int64)
    ranked = np.lexsort((place, known["sku_id"]))
    known, place = known[ranked], place[ranked]
    made = {}
    for sku_id in sku_ids:
        low, high = np.searchsorted(known["sku_id"], [sku_id, sku_id + 1])
        part = known[low:high]
        made[sku_id] = SkuLevels(place[low:high], *(part[name].astype(np.int64) for name in _COLUMNS[2:]))
    return made


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What would change at one node: units added, and safety stock or the switch to unlimited set anew if not None."""

    node: str
    on_hand: int = 0
    unsellable: int = 0
    safety_stock: int | None = None
    unlimited: bool | None = None


def changed(levels: SkuLevels, place: int, change: LevelChange) -> SkuLevels:
    """Return the levels of one SKU as they would be after `change` at the node in row `place`. Pure."""
    if place not in levels.place:
        empty = np.append(levels.place, place)
        grown = [np.append(getattr(levels, name), 0) for name in _COLUMNS[2:]]
        levels = SkuLevels(empty, *grown)
    here = levels.place == place
    safety = levels.safety_stock if change.safety_stock is None else change.safety_stock
    unlimited = levels.unlimited if change.unlimited is None else int(change.unlimited)
    return SkuLevels(
        levels.place,
        np.where(here, levels.on_hand + change.on_hand, levels.on_hand),
        np.where(here, levels.unsellable + change.unsellable, levels.unsellable),
        levels.reserved,
        np.where(here, safety, levels.safety_stock),
        np.where(here, unlimited, levels.unlimited),
    )


def limits_of_channels(sku_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Return the queued demand for a SKU by channel id, and what is left of its quotas; two statements."""
    queued = QueuedDemand.objects.filter(sku_id=sku_id).values_list("channel_id").annotate(units=Sum("quantity"))
    quotas = ChannelQuota.objects.filter(sku_id=sku_id).values_list("channel_id", "quota", "used")
    return dict(queued), {channel: max(0, quota - used) for channel, quota, used in quotas}


_LIMITS = """
SELECT k.sku_id,
    (SELECT coalesce(sum(d.quantity), 0) FROM inventory_queued_demand d
     WHERE d.sku_id = k.sku_id AND d.channel_id = ANY(%(sharing)s::bigint[])
       AND d.created_at <= coalesce(%(instant)s::timestamptz, 'infinity')),
    (SELECT greatest(0, q.quota - q.used + CASE WHEN %(instant)s::timestamptz IS NULL THEN 0 ELSE
        (SELECT coalesce(sum(e.delta), 0) FROM inventory_reservation_entry e
         WHERE e.sku_id = k.sku_id AND e.channel_id = q.channel_id AND e.kind <> 'CONSUME'
           AND e.at > %(instant)s::timestamptz) END)
     FROM inventory_channel_quota q WHERE q.channel_id = %(channel)s AND q.sku_id = k.sku_id),
    (SELECT coalesce(sum(i.quantity - i.received - i.reserved), 0) FROM inventory_incoming_supply i
     WHERE i.sku_id = k.sku_id AND i.closed_at IS NULL AND i.node_id = ANY(%(nodes)s::bigint[])
       AND i.expected_at <= %(by)s::timestamptz)
FROM unnest(%(skus)s::bigint[]) AS k(sku_id)
"""


def limits(
    sku_ids: Sequence[int], channel_id: int, sharing: Sequence[int], node_ids: Sequence[int], by: datetime | None,
    instant: datetime | None,
) -> dict[int, tuple[int, int | None, int]]:  # fmt: skip
    """Return (queued demand of the `sharing` channels, quota left if there is one, incoming by `by`) by SKU."""
    asked: dict[str, Any] = {
        "skus": list(sku_ids), "channel": channel_id, "sharing": list(sharing), "nodes": list(node_ids), "by": by,
        "instant": instant,
    }  # fmt: skip
    found: dict[int, tuple[int, int | None, int]] = defaultdict(lambda: (0, None, 0))
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, asked)
        for sku_id, queued, quota_left, incoming in cursor.fetchall():
            found[sku_id] = (int(queued), quota_left, int(incoming))
    return found
