"""Answers whether a node may and can give anything to an order under a rule, before any way or price is looked at.

The reasons are asked in the order of this file.
"""

from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.shapes import (
    COUNTER_METHODS,
    COUNTER_NODE,
    KEEP_UNITS,
    PIECE_BITS,
    RULE,
    SOURCE_METHODS,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Stock,
)

PAUSED, METHOD, BY_RULE, TOO_FAR = 10, 14, 20, 21
LANE, HAZMAT, TEMPERATURE, TOO_HEAVY, OVERSIZE = 30, 31, 32, 33, 34
NO_STOCK = 50


@inlined
def _bar(nodes: Nodes, rules: Rules, order: Order, options: Options, n: int) -> int:
    """Return why node `n` is out whatever its stock, 0 where it is not."""
    rule, node = order.numbers[RULE], nodes.row[n]
    methods = order.numbers[COUNTER_METHODS] if n == order.numbers[COUNTER_NODE] else order.numbers[SOURCE_METHODS]
    if node.paused:
        return PAUSED
    if order.blocked[n]:
        return int(order.blocked[n])
    if not node.methods & methods:
        return METHOD
    if not rules.mask[rule, n]:
        return BY_RULE
    return TOO_FAR if options.km[n] > rules.within_km[rule] else 0


@inlined
def _unfit(nodes: Nodes, pieces: Pieces, n: int, p: int) -> int:
    """Return why node `n` may not handle piece `p`, 0 if it may."""
    piece, node = pieces.row[p], nodes.row[n]
    if piece.hazmat & ~node.hazmat:
        return HAZMAT
    if piece.temperature & ~node.temperature:
        return TEMPERATURE
    if piece.heaviest > node.max_grams:
        return TOO_HEAVY
    if piece.oversize and not node.oversize:
        return OVERSIZE
    return 0


@inlined
def free(stock: Stock, order: Order, keep: int, sku: int, n: int) -> int:
    """Return the units of `sku` that this order may take at node `n`, 0 or more."""
    units = stock.available[sku, n] - keep
    if order.withhold.size:
        units -= order.withhold[sku, n]
    return max(0, units)


@inlined
def _steps(stock: Stock, order: Order, pieces: Pieces, keep: int, n: int, p: int) -> int:
    """Return how many steps of piece `p` the stock of node `n` allows."""
    piece = pieces.row[p]
    if piece.sku >= 0:
        units = free(stock, order, keep, piece.sku, n)
        return int(min(piece.want, units if piece.need == 1 else units // piece.need))
    steps = piece.want
    for j in range(pieces.counts[1]):
        need = pieces.need[j, p]
        if need:
            steps = min(steps, free(stock, order, keep, pieces.sku_of[j], n) // need)
    return int(steps)


@inlined
def _close_lanes(order: Order, pieces: Pieces, options: Options, n: int) -> None:
    """Mark the pieces that node `n` may not send to the destination."""
    for line in range(order.sku.size):
        if order.lanes[order.lane[line], n]:
            options.part[n, pieces.of_line[line]].can = -LANE


@inlined
def _supply(nodes: Nodes, stock: Stock, order: Order, pieces: Pieces, options: Options, keep: int, n: int) -> int:
    """Fill what node `n` can give; return why it can give nothing, 0 if it can give something."""
    unfit, bits, fit = 0, 0, False
    for p in range(pieces.counts[0]):
        part = options.part[n, p]
        why = -part.can
        if not why:
            why = _unfit(nodes, pieces, n, p)
        steps = 0 if why else _steps(stock, order, pieces, keep, n, p)
        part.can = steps
        bits |= (steps > 0) << min(p, PIECE_BITS)
        fit = fit or not why
        if why and not unfit:
            unfit = why
    if not bits:
        return NO_STOCK if fit else unfit
    # The pieces that share the last bit are told apart by `can` alone.
    options.node[n].bits = bits | (1 << PIECE_BITS if pieces.counts[0] > PIECE_BITS else 0)
    return 0


@inner
def has_closed_lanes(order: Order) -> bool:
    """Say whether any node may not send any line to the destination."""
    closed = False
    for line in range(order.sku.size):
        closed = closed or order.lane[line] != 0
    return closed


@inlined
def fit(
    nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, closed: bool, n: int
) -> int:
    """Fill what node `n` can give (`bits`: which pieces); return why it can give nothing, 0 if it can."""
    why = _bar(nodes, rules, order, options, n)
    if why:
        return why
    for p in range(pieces.counts[0]):
        options.part[n, p].can = 0
    if closed:
        _close_lanes(order, pieces, options, n)
    return _supply(nodes, stock, order, pieces, options, rules.limits[order.numbers[RULE], KEEP_UNITS], n)
