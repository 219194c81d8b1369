"""What was decided, from what, and why: append-only."""

from routing.models.decision import RoutingDecision
from routing.models.network import RoutingNetwork
from routing.models.run import RoutingRun

__all__ = ["RoutingDecision", "RoutingNetwork", "RoutingRun"]
