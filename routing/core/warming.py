"""Answers how a process gets its kernels before its first order: compiled once per machine, then read from a cache."""

from datetime import UTC, datetime

import numpy as np

from routing.core.deciding import decide
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Method, RequestLine, RoutingRequest

_MANY = 12
"""Enough half-stocked lines to go through the exact and the large search."""


def warm_up() -> None:
    """Compile or load every kernel by deciding two small orders; takes a minute once, then about a second."""
    nodes = tuple(NodeFacts(code=f"N{n}", kind="DC", country="US") for n in range(3))
    skus = tuple(SkuFacts(code=f"S{s}", weight_grams=100) for s in range(_MANY))
    available = np.array([[1, 0, 1] if s % 2 else [0, 1, 1] for s in range(_MANY)], np.int64)
    available[:, 2] = np.arange(_MANY) % 3 == 0
    facts = Facts(network=NetworkFacts(nodes), skus=skus, available=available)
    lines = tuple(RequestLine(f"l{s}", sku.code, 1) for s, sku in enumerate(skus))
    place = Destination("US")
    for count in (2, _MANY):
        request = RoutingRequest("warm", "", Method.SHIP, lines[:count], place)
        decide(request, facts, at=datetime(2026, 1, 5, 12, tzinfo=UTC))
