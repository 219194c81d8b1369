"""Answers what a node has free to a request, and how far away it is: the numbers that words about nodes need."""

import math
from typing import Protocol

from routing.core.compiled import unit_vector
from routing.core.facts import Facts
from routing.core.kernels.distances import EARTH_RADIUS_KM
from routing.core.types import RoutingRequest


class Located(Protocol):
    """A place on the map; without coordinates it is nowhere."""

    @property
    def latitude(self) -> float | None:
        """Degrees north."""

    @property
    def longitude(self) -> float | None:
        """Degrees east."""


def kilometers(here: Located, there: Located) -> int | None:
    """Return the great-circle distance in whole kilometers, None where a place is unknown."""
    if here.latitude is None or there.latitude is None:
        return None
    ends = (unit_vector(place.latitude, place.longitude) for place in (here, there))
    return round(EARTH_RADIUS_KM * 2 * math.asin(min(1.0, math.dist(*ends) / 2)))


def free_units(request: RoutingRequest, facts: Facts, row: int, n: int) -> int:
    """Return the units of SKU `row` that `request` may take at node `n`: what it holds there is free to it; 0 or more.

    What a rule has every node keep back is not counted: another rule keeps something else.
    """
    units, channel = int(facts.available[row, n]), facts.channels.get(request.channel)
    if channel is not None and channel.withhold is not None:
        units -= int(channel.withhold[row, n])
    key = (facts.network.nodes[n].code, facts.skus[row].code)
    return max(0, units + sum(held.quantity for held in request.held if (held.node, held.sku) == key))
