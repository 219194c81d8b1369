"""Answers what a plan made outside the exact search costs: the entry for `large`."""

from routing.core.kernels.finish import finish
from routing.core.kernels.jit import entry
from routing.core.kernels.shapes import (
    Dates,
    Nodes,
    Options,
    Order,
    Pieces,
    Result,
    Rules,
    Search,
    Services,
    Stock,
)


@entry
def price_plan(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    search: Search,
    result: Result,
    parcels: int,
) -> None:
    """Fill `result` from the nodes and steps in `search.parcel_node` and `search.parcel_take`."""
    finish(nodes, services, dates, rules, stock, order, pieces, options, search, result, parcels)
