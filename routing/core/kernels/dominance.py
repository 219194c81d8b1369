"""Answers which nodes the exact search prices: those for which no other node stands in.

Node m stands in for node n where it can give no less of every piece, for picks and steps that cost no more, and for
every way out of n has the same way out: it carries and holds all that n can send by it, for no higher a price at any
weight. The cheapest parcel of every state is then the same without n. Where prices may be equal, m must come first by
code, so that ties still fall to the lower code.
"""

from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.pieces import holds, lines_of
from routing.core.kernels.pricing import weighed
from routing.core.kernels.shapes import (
    INFINITE,
    RANK_SHIFT,
    RULE,
    W_FREIGHT,
    Array,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Services,
)
from routing.core.kernels.tops import PARTIAL


@inlined
def _bits_set(bits: int) -> int:
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@inner
def _list_broadest_first(nodes: Nodes, pieces: Pieces, options: Options, base_limit: int) -> int:
    """List in `turn` the places by code of the nodes that may be used, those that give most pieces first.

    A node that stands in for another gives all of its pieces: it comes before it, or beside it.
    """
    end, most = options.broad, pieces.counts[0]
    end[: most + 1] = 0
    for n in nodes.by_code:
        if options.node[n].reason <= PARTIAL and options.node[n].base < base_limit:
            end[most - _bits_set(options.node[n].bits)] += 1
    listed = 0
    for fewer in range(most + 1):
        listed, end[fewer] = listed + end[fewer], listed
    for place in range(nodes.by_code.size):
        n = nodes.by_code[place]
        if options.node[n].reason <= PARTIAL and options.node[n].base < base_limit:
            fewer = most - _bits_set(options.node[n].bits)
            options.turn[end[fewer]] = place
            end[fewer] += 1
    return listed


@inlined
def _saved(services: Services, v: int, zone: int, other: int, weight: int) -> int:
    """Return the least that a parcel by `v` pays less in `zone` than in zone `other`, −1 where it may pay more.

    Rates of different weight steps are not compared: −1.
    """
    if zone == other or v == services.row.size:
        return 0
    mine, theirs = services.rate[v, zone], services.rate[v, other]
    if mine.steps != theirs.steps or mine.per_kg > theirs.per_kg:
        return -1
    least = INFINITE
    for step in range(mine.steps):
        least = min(least, services.prices[v, other, step] - services.prices[v, zone, step])
        if least < 0 or services.up_to[v, zone, step] != services.up_to[v, other, step]:
            return -1
    return weighed(least, weight)


@inlined
def _stands_in(services: Services, pieces: Pieces, options: Options, weight: int, m: int, n: int, more: int) -> bool:
    """Say whether node `m` stands in for node `n`; `more`: how much more a parcel from `m` costs before all else."""
    lines = units = 0
    for p in range(pieces.counts[0]):
        part, from_n = options.part[m, p], options.part[n, p]
        steps = min(from_n.can, pieces.row[p].want)
        if steps:
            if part.can < steps or part.pick_cost > from_n.pick_cost or part.step_cost > from_n.step_cost:
                return False
            lines += lines_of(pieces, p, steps)
            units += steps * pieces.row[p].units
    for v in range(options.way.shape[1]):
        way, out_of_n = options.way[m, v], options.way[n, v]
        if out_of_n.fix < INFINITE:
            if way.fix >= INFINITE or out_of_n.mask & ~way.mask or not holds(options, m, v, lines, units):
                return False
            saved = _saved(services, v, way.zone, out_of_n.zone, weight)
            if saved < 0 or way.fix + more > out_of_n.fix + saved:
                return False
    return True


@inlined
def _has_stand_in(
    nodes: Nodes, services: Services, pieces: Pieces, options: Options, weight: int, kept: int, place: int
) -> bool:
    """Say whether one of the first `kept` nodes of `turn` stands in for the node at `place` by code."""
    n = nodes.by_code[place]
    node = options.node[n]
    for k in range(kept):
        m = nodes.by_code[options.turn[k]]
        other = options.node[m]
        if other.base <= node.base and node.bits & ~other.bits == 0:
            more = other.fixed - node.fixed + (other.rank - node.rank) * RANK_SHIFT + (options.turn[k] > place)
            if _stands_in(services, pieces, options, weight, m, n, more):
                return True
    return False


@inlined
def _sort(turn: Array, size: int) -> None:
    for k in range(1, size):
        place, to = turn[k], k
        while to > 0 and turn[to - 1] > place:
            turn[to] = turn[to - 1]
            to -= 1
        turn[to] = place


@inner
def list_nodes(
    nodes: Nodes, services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options, base_limit: int
) -> int:
    """List in `turn` the places by code, in that order, of the nodes that must be priced; return how many.

    Left out: nodes whose base is not below `base_limit`, and those for which a listed one stands in. Where pieces share
    the stock of a SKU nobody does: what a node can give of each piece does not say what it can give of all.
    """
    listed = _list_broadest_first(nodes, pieces, options, base_limit)
    weight, kept = rules.weights[order.numbers[RULE], W_FREIGHT], 0
    for k in range(listed):
        place = options.turn[k]
        if pieces.counts[2] or not _has_stand_in(nodes, services, pieces, options, weight, kept, place):
            options.turn[kept] = place
            kept += 1
    _sort(options.turn, kept)
    return kept
