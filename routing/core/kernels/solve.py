"""Answers one order under one rule: screens every node, then searches only as hard as the order needs.

Where one node can serve all of it below the floor of every plan of several parcels, nothing is searched.
"""

from routing.core.kernels.exact import (
    best_state,
    count_states,
    fill_layer,
    fill_states,
    find_best_parcels,
    first_unmet,
    follow,
    lay_out_states,
)
from routing.core.kernels.finish import finish
from routing.core.kernels.jit import inner
from routing.core.kernels.pieces import build_pieces
from routing.core.kernels.ranks import MOST_RANKS, first_complete, rank_nodes
from routing.core.kernels.screen import screen
from routing.core.kernels.sequential import sequential
from routing.core.kernels.shapes import (
    ABLE,
    BOUND,
    COST,
    EFFORT,
    INFINITE,
    KEEP_TOGETHER,
    KEPT,
    LARGE,
    MAX_PARCELS,
    MOST,
    MOST_LAYERS,
    PROVEN,
    RULE,
    STATES,
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
from routing.core.kernels.tops import best_complete, cap_wants, floor_of_many, target_units


@inner
def _take_all(pieces: Pieces, options: Options, search: Search, n: int) -> None:
    search.parcel_node[0] = n
    for p in range(pieces.counts[0]):
        search.parcel_take[0, p] = min(options.part[n, p].can, pieces.row[p].want)


@inner
def most_parcels(rules: Rules, order: Order) -> int:
    """Return how many parcels the rule and the order allow, beyond those that earlier rules placed."""
    return min(rules.limits[order.numbers[RULE], MAX_PARCELS], order.numbers[MOST]) - order.numbers[KEPT]


@inner
def _most_possible(pieces: Pieces, options: Options) -> int:
    """Return how many parcels any plan can have: each needs a node and a step of its own."""
    steps = 0
    for p in range(pieces.counts[0]):
        steps += pieces.row[p].want
    return int(min(steps, options.sums[ABLE]))


@inner
def _layered(pieces: Pieces, search: Search, states: int, most: int, ranked: bool) -> tuple[int, int]:
    """Fill h for 1, 2, … `most` parcels (a ranked rule: until all is filled); return (the last layer, effort)."""
    effort = 0
    for s in range(states):
        search.layers[1, s] = search.best[s] if s else 0
        search.choice[1, s] = s if search.best[s] < INFINITE else 0
    layer = 1
    while layer < most and not (ranked and search.layers[layer, states - 1] < INFINITE):
        effort += fill_layer(pieces, search, layer + 1, layer, states)
        layer += 1
    return layer, effort


@inner
def _complete(pieces: Pieces, search: Search, states: int) -> int:
    """Fill the states of h that `fill_layer` left out, if it did; return the effort."""
    if search.layers[0, states - 1] >= INFINITE:
        return 0
    return fill_states(pieces, search, 0, 0, first_unmet(pieces, search, states), states - 1)


@inner
def search_exactly(
    nodes: Nodes,
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    search: Search,
    ceiling: int,
    base_limit: int,
) -> tuple[int, int, int]:
    """Write the best plan; return (parcels, its search cost, effort); parcels −1: too large to decide here.

    `ceiling`: cost of the best complete node, INFINITE if there is none. `base_limit`: see `find_best_parcels`.
    """
    rule = order.numbers[RULE]
    most, possible, ranked = most_parcels(rules, order), _most_possible(pieces, options), rules.ranks[rule, 0] >= 0
    limit, step, layer = 0 if possible <= most else most, 0, 0
    states = lay_out_states(pieces, search)
    effort = find_best_parcels(nodes, services, rules, stock, order, pieces, options, search, states, base_limit)
    effort += fill_layer(pieces, search, 0, 0, states)
    state = best_state(search, search.layers[0], states)
    parcels, twice = follow(pieces, search, 0, state, 0)
    if ranked or parcels > most:
        limit, step = min(most, possible), 1
        layer, more = _layered(pieces, search, states, min(limit, MOST_LAYERS), ranked)
        effort += more
        state = best_state(search, search.layers[layer], states)
        parcels, twice = follow(pieces, search, layer, state, 1)
    cost, full = search.layers[layer, state], state == states - 1
    if twice or (limit > MOST_LAYERS and step and not (ranked and full)):
        effort += _complete(pieces, search, states)
        parcels, cost, units, more = sequential(
            nodes, services, rules, stock, order, pieces, options, search, states, limit, ranked, ceiling
        )
        effort += more
        full = units == search.state[states - 1].units
    if ceiling < INFINITE and not full:
        # The nodes left out were only of no use for plans that fill everything.
        cost = INFINITE
    return parcels, cost, effort


@inner
def _close(result: Result, effort: int) -> None:
    result.numbers[EFFORT] = effort
    result.numbers[PROVEN] = 1
    result.numbers[BOUND] = result.numbers[COST]


@inner
def prepare(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
) -> None:
    """Fill everything that the search needs to know: pieces and options."""
    build_pieces(stock, order, rules.limits[order.numbers[RULE], KEEP_TOGETHER] > 0, pieces)
    screen(nodes, services, dates, rules, stock, order, pieces, options)
    cap_wants(pieces, options)


@inner
def _best_alone(
    nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, ranked: bool
) -> int:
    """Return the best node that fills all that any plan could, −1: none; then a ranked rule's nodes have their ranks.

    Ranks end at MOST_RANKS, so that sums of them stay exact: among more nodes they must be looked at themselves.
    """
    if ranked and options.sums[ABLE] <= MOST_RANKS:
        best = first_complete(nodes, rules, stock, order, pieces, options)
        if best >= 0:
            return best
    if ranked:
        rank_nodes(rules, stock, order, pieces, options)
    return best_complete(nodes, pieces, options)


@inner
def place(
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
) -> None:
    """Fill `result` with the best plan for what `prepare` found, or with LARGE where only the large search can.

    Laws: nothing placed beyond what a node can give, the day's capacity or the rule's limits; most units first, then
    least cost (a ranked rule: fewest parcels, best ranks, then cost); the same plan for every order of the nodes.
    """
    result.numbers[:] = 0
    rule, effort = order.numbers[RULE], options.node.size
    if target_units(pieces) == 0 or most_parcels(rules, order) < 1:
        _close(result, effort)
        return
    ranked = rules.ranks[rule, 0] >= 0
    best = _best_alone(nodes, rules, stock, order, pieces, options, ranked)
    ceiling, floor, limit = INFINITE, -INFINITE, INFINITE
    if best >= 0:
        ceiling = options.node[best].top_cost
        parts, low, second, negative = floor_of_many(pieces, options)
        floor = parts + (low + second if second >= 0 else negative)
        limit = ceiling - parts - low if second >= 0 else INFINITE
    if best >= 0 and (ranked or most_parcels(rules, order) == 1 or ceiling <= floor):
        _take_all(pieces, options, search, best)
        finish(nodes, services, dates, rules, stock, order, pieces, options, search, result, 1)
        _close(result, effort)
        return
    if count_states(pieces) > STATES:
        result.numbers[LARGE] = 1
        return
    parcels, cost, more = search_exactly(nodes, services, rules, stock, order, pieces, options, search, ceiling, limit)
    if parcels < 0:
        result.numbers[LARGE] = 1
        return
    if best >= 0 and ceiling <= cost:
        parcels = 1
        _take_all(pieces, options, search, best)
    finish(nodes, services, dates, rules, stock, order, pieces, options, search, result, parcels)
    _close(result, effort + more)
