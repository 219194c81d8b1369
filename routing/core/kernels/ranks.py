"""Answers in which order a ranked rule wants its nodes: strictly by its first criterion, then by the next."""

import numpy as np

from routing.core.kernels.jit import allocating, inlined, inner
from routing.core.kernels.shapes import (
    CAPACITY_OFFSET,
    INFINITE,
    NO_LIMIT,
    RULE,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Stock,
)
from routing.core.kernels.tops import PARTIAL, is_complete, target_units

MOST_RANKS = 4_000
NEAREST, CHEAPEST, EARLIEST, FEWEST_LATE_HOURS, MOST_CAPACITY_LEFT, MOST_STOCK, PREFERRED = range(7)


@inlined
def _best_way(options: Options, criterion: int, n: int) -> int:
    """Return the earliest arrival, the fewest late hours or else the first day among the open ways of node `n`."""
    least = INFINITE
    for v in range(options.way.shape[1]):
        way = options.way[n, v]
        if way.fix < INFINITE:
            if criterion == EARLIEST:
                least = min(least, way.arrives)
            else:
                least = min(least, way.late_hours if criterion == FEWEST_LATE_HOURS else way.day)
    return int(least)


@inlined
def _key(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, criterion: int, n: int) -> int:
    """Return what node `n` is compared by; less is better."""
    if criterion == NEAREST:
        return int(options.km[n])
    if criterion == CHEAPEST:
        return int(options.node[n].top_cost)
    if criterion in (EARLIEST, FEWEST_LATE_HOURS):
        return _best_way(options, criterion, n)
    if criterion == MOST_CAPACITY_LEFT:
        at = _best_way(options, criterion, n) - order.numbers[CAPACITY_OFFSET]
        within = 0 <= at < stock.left.shape[1]
        return -int(stock.left[n, at, 0]) if within else -NO_LIMIT
    if criterion == MOST_STOCK:
        units = 0
        for j in range(pieces.counts[1]):
            units -= stock.available[pieces.sku_of[j], n]
        return units
    return int(rules.cost[order.numbers[RULE], n].parcel)


@allocating
def rank_nodes(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill the rank of every candidate, 0 for the best; equals share a rank, and cost decides between them."""
    size = options.node.size
    rank, key = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for criterion in rules.ranks[order.numbers[RULE]]:
        if criterion < 0:
            break
        for n in range(size):
            known = options.node[n].reason <= PARTIAL
            key[n] = _key(rules, stock, order, pieces, options, criterion, n) if known else INFINITE
        turn = np.argsort(key, kind="mergesort")
        turn = turn[np.argsort(rank[turn], kind="mergesort")]
        finer, last = 0, turn[0]
        before = rank[last]
        for n in turn:
            # The rank of `last` was overwritten already, so its old one is carried along.
            if rank[n] != before or key[n] != key[last]:
                finer += 1
            before, last = rank[n], n
            rank[n] = finer
    for n in range(size):
        options.node[n].rank = min(rank[n], MOST_RANKS)


@inner
def _keep_least(
    rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, criterion: int, size: int
) -> int:
    """Keep the nodes of `turn` that are best by a criterion, in their order; return how many."""
    kept, least = 0, INFINITE
    for k in range(size):
        key = _key(rules, stock, order, pieces, options, criterion, options.turn[k])
        if key < least:
            kept, least = 0, key
        if key == least:
            options.turn[kept] = options.turn[k]
            kept += 1
    return kept


@inner
def first_complete(nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> int:
    """Return the node that fills all that any plan could, alone: best by the rule's criteria, then by cost, then code.

    −1: none. The same node as `best_complete` finds among ranked nodes, at a small part of the price of ranking them.
    """
    size, target = 0, target_units(pieces)
    for n in nodes.by_code:
        if is_complete(options, n, target):
            options.turn[size] = n
            size += 1
    for criterion in rules.ranks[order.numbers[RULE]]:
        if criterion < 0 or size < 2:
            break
        size = _keep_least(rules, stock, order, pieces, options, criterion, size)
    size = _keep_least(rules, stock, order, pieces, options, CHEAPEST, size)
    return int(options.turn[0]) if size else -1
