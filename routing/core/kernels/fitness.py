"""Answers whether a node may and can give anything to an order under a rule, before any way or price is looked at.

The reasons are asked in the order of this file.
"""

import math

from routing.core.kernels.jit import inner
from routing.core.kernels.shapes import (
    COUNTER_METHODS,
    COUNTER_NODE,
    KEEP_UNITS,
    NO_LIMIT,
    PIECE_BITS,
    RULE,
    SOURCE_METHODS,
    Array,
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
UNKNOWN = -1


@inner
def know_distance(km: Array, xyz: Array, to: Array, n: int) -> int:
    """Return the great-circle distance of node `n` in whole km, worked out when first asked; `km[n]` keeps it."""
    if km[n] == UNKNOWN:
        square = 0.0
        for axis in range(3):
            square += (xyz[n, axis] - to[axis]) ** 2
        angle = 2.0 * math.asin(min(1.0, math.sqrt(square) / 2.0))
        km[n] = int(EARTH_RADIUS_KM * angle + 0.5)
    return int(km[n])


@inner
def forget_distances(nodes: Nodes, located: bool, km: Array) -> None:
    """Make every distance unknown; 0 where a place is."""
    for n in range(km.size):
        km[n] = UNKNOWN if located and nodes.located[n] else 0


@inner
def fill_reasons(nodes: Nodes, rules: Rules, order: Order, options: Options) -> None:
    """Fill why each node falls out whatever its stock, 0 where it does not."""
    rule, counter = order.numbers[RULE], order.numbers[COUNTER_NODE]
    here, there, reach = order.numbers[COUNTER_METHODS], order.numbers[SOURCE_METHODS], rules.within_km[rule]
    for n in range(nodes.paused.size):
        why = 0
        if nodes.paused[n]:
            why = PAUSED
        elif order.blocked[n]:
            why = int(order.blocked[n])
        elif not nodes.methods[n] & (here if n == counter else there):
            why = METHOD
        elif not rules.mask[rule, n]:
            why = BY_RULE
        elif reach < NO_LIMIT and know_distance(options.km, nodes.xyz, order.xyz, n) > reach:
            why = TOO_FAR
        options.reason[n] = why


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
        if need == 1:
            steps = min(steps, free(stock, order, keep, pieces.sku_of[j], n))
        elif need:
            steps = min(steps, free(stock, order, keep, pieces.sku_of[j], n) // need)
    return int(steps)


@inner
def _close_lanes(order: Order, pieces: Pieces, options: Options, n: int) -> None:
    """Mark the pieces that node `n` may not send to the destination."""
    for line in range(order.sku.size):
        if order.lanes[order.lane[line], n]:
            options.can[n, pieces.of_line[line]] = -LANE


@inner
def _supply(nodes: Nodes, stock: Stock, order: Order, pieces: Pieces, options: Options, keep: int, n: int) -> int:
    """Fill what node `n` can give; return why it can give nothing, 0 if it can give something."""
    unfit, bits, given, fit = 0, 0, False, False
    for p in range(pieces.counts[0]):
        why = -options.can[n, p]
        if not why:
            why = _unfit(nodes, pieces, n, p)
        steps = 0 if why else _steps(stock, order, pieces, keep, n, p)
        options.can[n, p] = steps
        if steps:
            given = True
            bits |= 1 << min(p, PIECE_BITS)
        fit = fit or not why
        if why and not unfit:
            unfit = why
    # The pieces that share the last bit are told apart by `can` alone.
    options.bits[n] = bits | (1 << PIECE_BITS if pieces.counts[0] > PIECE_BITS else 0)
    if given:
        return 0
    return NO_STOCK if fit else unfit


@inner
def fill_supply(nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill what each node can give, and why it can give nothing; `bits` has one for each piece that it can give."""
    keep = rules.limits[order.numbers[RULE], KEEP_UNITS]
    closed = False
    for line in range(order.sku.size):
        closed = closed or order.lane[line] != 0
    for n in range(nodes.paused.size):
        for p in range(pieces.counts[0]):
            options.can[n, p] = 0
        if options.reason[n]:
            continue
        if closed:
            _close_lanes(order, pieces, options, n)
        options.reason[n] = _supply(nodes, stock, order, pieces, options, keep, n)
