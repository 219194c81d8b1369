"""Answers what the cheapest plan is where the best parcels would use one node twice: exact, node by node.

H[k, s] = the cheapest way to have placed state s with k parcels from the nodes looked at so far, each used at most once
(k is not counted where the number of parcels does not matter). The relaxed h of `exact` tells which parcels can be
part of a better plan at all; usually few are left.
"""

import numpy as np

from routing.core.kernels.exact import price_box
from routing.core.kernels.jit import allocating, inner
from routing.core.kernels.shapes import (
    INFINITE,
    Array,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Search,
    Services,
    Stock,
)
from routing.core.kernels.tops import PARTIAL

TABLE_LIMIT = 30_000_000
"""Most entries of the table of choices; beyond, the order is for the large search."""

EFFORT_LIMIT = 400_000_000


@inner
def _extends(pieces: Pieces, search: Search, state: int, part: int) -> bool:
    for p in range(pieces.counts[0]):
        if search.digits[state, p] + search.digits[part, p] > pieces.row[p].want:
            return False
    return True


@inner
def _copy(table: Array, to: Array) -> None:
    for k in range(table.shape[0]):
        for s in range(table.shape[1]):
            to[k, s] = table[k, s]


@inner
def _add_node(
    pieces: Pieces, search: Search, table: Array, old: Array, picks: Array, size: int, states: int, counted: int
) -> int:
    """Offer the parcels in the box of one node to every state reached before it; return the effort."""
    effort = 0
    _copy(table, old)
    for k in range(table.shape[0] - counted):
        for s in range(states):
            if old[k, s] >= INFINITE:
                continue
            for i in range(1, size):
                cost = search.box_cost[i]
                to = s + search.box_state[i]
                effort += 1
                if to >= states or old[k, s] + cost >= table[k + counted, to]:
                    continue
                if _extends(pieces, search, s, search.box_state[i]):
                    table[k + counted, to] = old[k, s] + cost
                    picks[k + counted, to] = search.box_state[i]
    return effort


@inner
def _keep_useful(search: Search, relaxed: Array, size: int, states: int, ceiling: int) -> int:
    """Drop the parcels of a box that no plan below `ceiling` can hold; return how many are left, the empty one too."""
    kept, full = 1, states - 1
    for i in range(1, size):
        t, cost = search.box_state[i], search.box_cost[i]
        if cost >= INFINITE or (ceiling < INFINITE and cost + relaxed[full - t] > ceiling):
            continue
        search.box_state[kept], search.box_cost[kept] = t, cost
        kept += 1
    return kept


@inner
def _choose(search: Search, table: Array, states: int, fewest: bool) -> tuple[int, int]:
    """Return (k, state) of the best end: most units, then fewest parcels if they count first, then least cost."""
    best_k, best_s = 0, 0
    for k in range(table.shape[0]):
        for s in range(states):
            if table[k, s] >= INFINITE or search.state[s].units < search.state[best_s].units:
                continue
            more = search.state[s].units > search.state[best_s].units
            if more or (table[k, s] < table[best_k, best_s] and not (fewest and k > best_k)):
                best_k, best_s = k, s
    return best_k, best_s


@inner
def _retrace(pieces: Pieces, search: Search, picks: Array, used: Array, k: int, s: int, counted: int) -> int:
    parcels = 0
    for stage in range(used.size - 1, -1, -1):
        part = picks[stage, k, s]
        if part:
            search.parcel_node[parcels] = used[stage]
            for p in range(pieces.counts[0]):
                search.parcel_take[parcels, p] = search.digits[part, p]
            parcels += 1
            s -= part
            k -= counted
    return parcels


@allocating
def sequential(
    nodes: Nodes,
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    search: Search,
    states: int,
    max_parcels: int,
    fewest: bool,
    ceiling: int,
) -> tuple[int, int, int, int]:
    """Write the best plan that uses each node once; return (parcels, search cost, units, effort); parcels −1: too big.

    `max_parcels` 0: any number, and then `fewest` tells nothing. `ceiling`: the search cost of a known plan that fills
    everything, INFINITE if none.
    """
    counted, layers, candidates = min(1, max_parcels), max_parcels + 1, 0
    for n in nodes.by_code:
        candidates += options.node[n].reason <= PARTIAL
    if candidates * layers * states > TABLE_LIMIT:
        return -1, INFINITE, 0, 0
    relaxed = search.layers[0]
    table, old = np.full((layers, states), INFINITE, np.int64), np.empty((layers, states), np.int64)
    picks, used = np.zeros((candidates, layers, states), np.int16), np.zeros(candidates, np.int64)
    table[0, 0] = 0
    stage, effort = 0, 0
    for n in nodes.by_code:
        if options.node[n].reason > PARTIAL:
            continue
        size = price_box(services, rules, stock, order, pieces, options, search, n, states)
        size = _keep_useful(search, relaxed, size, states, ceiling)
        if size > 1:
            effort += _add_node(pieces, search, table, old, picks[stage], size, states, counted)
            used[stage] = n
            stage += 1
        if effort > EFFORT_LIMIT:
            return -1, INFINITE, 0, effort
    k, s = _choose(search, table, states, fewest)
    parcels = _retrace(pieces, search, picks[:stage], used[:stage], k, s, counted)
    return parcels, table[k, s], search.state[s].units, effort
