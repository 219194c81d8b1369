"""Every change of what is where and for whom: one function a verb, all inside the caller's unit of work."""

from inventory.services.catalog import (
    ChannelRow,
    NodeGroupRow,
    NodeRow,
    SkuRow,
    Upserted,
    upsert_channels,
    upsert_node_groups,
    upsert_nodes,
    upsert_skus,
)
from inventory.services.claims import release, reserve
from inventory.values import DayUse, LineClaim, Loss, LossReason, Outcome, QueuedRow, Want, WantLine

__all__ = [
    "ChannelRow",
    "DayUse",
    "LineClaim",
    "Loss",
    "LossReason",
    "NodeGroupRow",
    "NodeRow",
    "Outcome",
    "QueuedRow",
    "SkuRow",
    "Upserted",
    "Want",
    "WantLine",
    "release",
    "reserve",
    "upsert_channels",
    "upsert_node_groups",
    "upsert_nodes",
    "upsert_skus",
]
