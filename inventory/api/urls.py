"""Addresses below /api/v1/."""

from django.urls import path

from inventory.api.availability import Availability, AvailabilityExplained
from inventory.api.counts import CancelCount, Counts, EnterCount, OneCount, PostCount, RecountCount, SubmitCount
from inventory.api.network import Channels, NodeGroups, Nodes, OneNodeGroup, Skus
from inventory.api.quotas import OneQuota, Quotas
from inventory.api.reservations import OneReservation, ReservationExtended, Reservations
from inventory.api.rules import (
    Capacities,
    ChannelRules,
    LowStocks,
    OneCapacity,
    OneChannelRule,
    OneLowStock,
    OneSafetyStock,
    SafetyStocks,
)
from inventory.api.stock import Adjustments, IncomingSupplies, Stock
from inventory.api.transfers import (
    ApproveTransfer,
    CancelTransfer,
    OneTransfer,
    ReceiveTransfer,
    RejectTransfer,
    ShipTransfer,
    Transfers,
)

urlpatterns = [
    path("skus", Skus.as_view()),
    path("nodes", Nodes.as_view()),
    path("node-groups", NodeGroups.as_view()),
    path("node-groups/<str:code>", OneNodeGroup.as_view()),
    path("channels", Channels.as_view()),
    path("stock", Stock.as_view()),
    path("stock/adjustments", Adjustments.as_view()),
    path("availability", Availability.as_view()),
    path("availability/explain", AvailabilityExplained.as_view()),
    path("reservations", Reservations.as_view()),
    path("reservations/<str:ref>", OneReservation.as_view()),
    path("reservations/<str:ref>/extend", ReservationExtended.as_view()),
    path("safety-stock", SafetyStocks.as_view()),
    path("safety-stock/<str:code>", OneSafetyStock.as_view()),
    path("low-stock", LowStocks.as_view()),
    path("low-stock/<str:code>", OneLowStock.as_view()),
    path("channel-rules", ChannelRules.as_view()),
    path("channel-rules/<str:code>", OneChannelRule.as_view()),
    path("quotas", Quotas.as_view()),
    path("quotas/<str:channel>/<path:sku>", OneQuota.as_view()),
    path("capacities", Capacities.as_view()),
    path("capacities/<str:node>", OneCapacity.as_view()),
    path("incoming-supply", IncomingSupplies.as_view()),
    path("counts", Counts.as_view()),
    path("counts/<str:ref>", OneCount.as_view()),
    path("counts/<str:ref>/enter", EnterCount.as_view()),
    path("counts/<str:ref>/submit", SubmitCount.as_view()),
    path("counts/<str:ref>/recount", RecountCount.as_view()),
    path("counts/<str:ref>/post", PostCount.as_view()),
    path("counts/<str:ref>/cancel", CancelCount.as_view()),
    path("transfers", Transfers.as_view()),
    path("transfers/<str:ref>", OneTransfer.as_view()),
    path("transfers/<str:ref>/approve", ApproveTransfer.as_view()),
    path("transfers/<str:ref>/reject", RejectTransfer.as_view()),
    path("transfers/<str:ref>/ship", ShipTransfer.as_view()),
    path("transfers/<str:ref>/receive", ReceiveTransfer.as_view()),
    path("transfers/<str:ref>/cancel", CancelTransfer.as_view()),
]
