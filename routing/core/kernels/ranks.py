"""Answers in which order a ranked rule wants its nodes: strictly by its first criterion, then by the next."""

import numpy as np

from routing.core.kernels.jit import allocating, inner
from routing.core.kernels.shapes import (
    CAPACITY_OFFSET,
    INFINITE,
    NO_LIMIT,
    RULE,
    Array,
    Options,
    Order,
    Pieces,
    Rules,
    Stock,
)
from routing.core.kernels.tops import PARTIAL

MOST_RANKS = 4_000
NEAREST, CHEAPEST, EARLIEST, FEWEST_LATE_HOURS, MOST_CAPACITY_LEFT, MOST_STOCK, PREFERRED = range(7)


@inner
def _best_way(options: Options, table: Array, n: int) -> int:
    """Return the least of `table` over the open ways of node `n`."""
    least = INFINITE
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] < INFINITE:
            least = min(least, table[n, v])
    return least


@inner
def _key(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, criterion: int, n: int) -> int:
    """Return what node `n` is compared by; less is better."""
    if criterion == NEAREST:
        return int(options.km[n])
    if criterion == CHEAPEST:
        return int(options.top_cost[n])
    if criterion == EARLIEST:
        return _best_way(options, options.arrives, n)
    if criterion == FEWEST_LATE_HOURS:
        return _best_way(options, options.late_hours, n)
    if criterion == MOST_CAPACITY_LEFT:
        at = _best_way(options, options.day, n) - order.numbers[CAPACITY_OFFSET]
        within = stock.left.size > 0 and 0 <= at < stock.left.shape[1]
        return -int(stock.left[n, at, 0]) if within else -NO_LIMIT
    if criterion == MOST_STOCK:
        units = 0
        for j in range(pieces.counts[1]):
            units -= stock.available[pieces.sku_of[j], n]
        return units
    return int(rules.parcel[order.numbers[RULE], n])


@allocating
def rank_nodes(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill the rank of every candidate, 0 for the best; equals share a rank, and cost decides between them."""
    size = options.reason.size
    rank, key = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for criterion in rules.ranks[order.numbers[RULE]]:
        if criterion < 0:
            break
        for n in range(size):
            known = options.reason[n] <= PARTIAL
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
        options.rank[n] = min(rank[n], MOST_RANKS)
