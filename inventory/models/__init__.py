"""What is where, for whom, and how much of it."""

from inventory.models.backorder import BackorderCount
from inventory.models.capacity import NodeDay, NodeDayUse
from inventory.models.channel import Channel, ChannelQuota
from inventory.models.count import CountLine, CountSession
from inventory.models.demand import LostSupply, QueuedDemand, Reservation, ReservationEntry
from inventory.models.feed import CountMark, StockFeed
from inventory.models.low_stock import LowStockPass
from inventory.models.network import Node, NodeGroup
from inventory.models.repair import Repair
from inventory.models.sku import Sku
from inventory.models.stock import IncomingSupply, StockLevel, StockMovement
from inventory.models.transfer import Transfer, TransferEntry, TransferLine

__all__ = [
    "BackorderCount",
    "Channel",
    "ChannelQuota",
    "CountLine",
    "CountMark",
    "CountSession",
    "IncomingSupply",
    "LostSupply",
    "LowStockPass",
    "Node",
    "NodeDay",
    "NodeDayUse",
    "NodeGroup",
    "QueuedDemand",
    "Repair",
    "Reservation",
    "ReservationEntry",
    "Sku",
    "StockFeed",
    "StockLevel",
    "StockMovement",
    "Transfer",
    "TransferEntry",
    "TransferLine",
]
