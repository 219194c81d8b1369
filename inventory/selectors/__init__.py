"""What inventory knows: the network, what is free where, what limits it, and why a channel may sell just so much."""

from inventory.selectors.ats import (
    UNLIMITED,
    Available,
    NodeWaterfall,
    Offer,
    Step,
    Waterfall,
    available_to_sell,
    explain_ats,
    offers,
)
from inventory.selectors.ats_rows import LevelChange
from inventory.selectors.capacity import DayUsed, NodeDays, days_used, node_days
from inventory.selectors.claims import (
    Entry,
    HeldUnits,
    OpenClaim,
    QueuedUnits,
    held_units,
    history,
    open_claims,
    queued,
)
from inventory.selectors.levels import QuotaLeft, available, backorders_left, on_hand, owing, quota_left, skus_by_code
from inventory.selectors.network import Network, NetworkChannel, NetworkNode, network
from inventory.selectors.rules import rule_book, withheld

__all__ = [
    "UNLIMITED",
    "Available",
    "DayUsed",
    "Entry",
    "HeldUnits",
    "LevelChange",
    "Network",
    "NetworkChannel",
    "NetworkNode",
    "NodeDays",
    "NodeWaterfall",
    "Offer",
    "OpenClaim",
    "QueuedUnits",
    "QuotaLeft",
    "Step",
    "Waterfall",
    "available",
    "available_to_sell",
    "backorders_left",
    "days_used",
    "explain_ats",
    "held_units",
    "history",
    "network",
    "node_days",
    "offers",
    "on_hand",
    "open_claims",
    "owing",
    "queued",
    "quota_left",
    "rule_book",
    "skus_by_code",
    "withheld",
]
