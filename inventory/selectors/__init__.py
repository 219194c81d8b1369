"""What inventory knows: the network, what is free where, and what limits it."""

from inventory.selectors.capacity import node_days
from inventory.selectors.levels import QuotaLeft, available, quota_left, skus_by_code
from inventory.selectors.network import Network, NetworkChannel, NetworkNode, network

__all__ = [
    "Network",
    "NetworkChannel",
    "NetworkNode",
    "QuotaLeft",
    "available",
    "network",
    "node_days",
    "quota_left",
    "skus_by_code",
]
