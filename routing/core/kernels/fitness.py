"""Answers whether a node may and can give anything to an order under a rule, before any way or price is looked at.

The reasons are asked in the order of this file.
"""

import math

from routing.core.kernels.jit import inner
from routing.core.kernels.shapes import (
    COUNTER_METHODS,
    COUNTER_NODE,
    KEEP_UNITS,
    LOCATED,
    RULE,
    SOURCE_METHODS,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Stock,
)

EARTH_RADIUS_KM = 6_371.0
PAUSED, METHOD, BY_RULE, TOO_FAR = 10, 14, 20, 21
LANE, HAZMAT, TEMPERATURE, TOO_HEAVY, OVERSIZE = 30, 31, 32, 33, 34
NO_STOCK = 50


@inner
def distances(nodes: Nodes, order: Order, km: object) -> None:
    """Fill the great-circle distance of every node in whole km; 0 where a place is unknown."""
    for n in range(nodes.paused.size):
        km[n] = 0  # type: ignore[index]  # an array
        if order.numbers[LOCATED] and nodes.located[n]:
            square = 0.0
            for axis in range(3):
                square += (nodes.xyz[n, axis] - order.xyz[axis]) ** 2
            angle = 2.0 * math.asin(min(1.0, math.sqrt(square) / 2.0))
            km[n] = int(EARTH_RADIUS_KM * angle + 0.5)  # type: ignore[index]  # an array


@inner
def fixed_reason(nodes: Nodes, rules: Rules, order: Order, options: Options, n: int) -> int:
    """Return why node `n` falls out whatever its stock, 0 if it does not."""
    rule = order.numbers[RULE]
    if nodes.paused[n]:
        return PAUSED
    if order.blocked[n]:
        return int(order.blocked[n])
    at_counter = n == order.numbers[COUNTER_NODE]
    wanted = order.numbers[COUNTER_METHODS] if at_counter else order.numbers[SOURCE_METHODS]
    if not nodes.methods[n] & wanted:
        return METHOD
    if not rules.mask[rule, n]:
        return BY_RULE
    if options.km[n] > rules.within_km[rule]:
        return TOO_FAR
    return 0


@inner
def _unfit(nodes: Nodes, pieces: Pieces, n: int, p: int) -> int:
    """Return why node `n` may not handle piece `p`, 0 if it may."""
    if pieces.hazmat[p] & ~nodes.hazmat[n]:
        return HAZMAT
    if pieces.temperature[p] & ~nodes.temperature[n]:
        return TEMPERATURE
    if pieces.heaviest[p] > nodes.max_grams[n]:
        return TOO_HEAVY
    if pieces.oversize[p] and not nodes.oversize[n]:
        return OVERSIZE
    return 0


@inner
def free(stock: Stock, order: Order, keep: int, sku: int, n: int) -> int:
    """Return the units of `sku` that this order may take at node `n`, 0 or more."""
    units = stock.available[sku, n] - keep
    if order.withhold.size:
        units -= order.withhold[sku, n]
    return max(0, units)


@inner
def _steps(stock: Stock, order: Order, pieces: Pieces, keep: int, n: int, p: int) -> int:
    """Return how many steps of piece `p` the stock of node `n` allows."""
    steps = pieces.want[p]
    for j in range(pieces.counts[1]):
        need = pieces.need[j, p]
        if need:
            steps = min(steps, free(stock, order, keep, pieces.sku_of[j], n) // need)
    return int(steps)


@inner
def supply(nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, n: int) -> int:
    """Fill what node `n` can give and return why it can give nothing, 0 if it can give something."""
    keep = rules.limits[order.numbers[RULE], KEEP_UNITS]
    options.can[n, : pieces.counts[0]] = 0
    for line in range(order.sku.size):
        if order.lanes[order.lane[line], n]:
            options.can[n, pieces.of_line[line]] = -LANE
    unfit, given, fit = 0, 0, False
    for p in range(pieces.counts[0]):
        why = -options.can[n, p]
        if not why:
            why = _unfit(nodes, pieces, n, p)
        options.can[n, p] = 0 if why else _steps(stock, order, pieces, keep, n, p)
        given += options.can[n, p]
        fit = fit or not why
        if why and not unfit:
            unfit = why
    if given:
        return 0
    return NO_STOCK if fit else unfit
