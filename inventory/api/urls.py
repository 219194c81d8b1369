"""Addresses below /api/v1/."""

from django.urls import path

from inventory.api.network import Channels, NodeGroups, Nodes, Skus

urlpatterns = [
    path("skus", Skus.as_view()),
    path("nodes", Nodes.as_view()),
    path("node-groups", NodeGroups.as_view()),
    path("channels", Channels.as_view()),
]
