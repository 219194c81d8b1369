"""Answers what the cheapest plan is, exactly, for any parcel cost: dynamic programming over what is still to be placed.

A state is how many steps of each piece are placed. g[t] = the cheapest parcel that holds exactly t, over all nodes;
h[s] = min over t ≤ s, t holding a step of the highest piece in s, of g[t] + h[s − t]. For whole pieces this is the
subset dynamic program; cut pieces only give their digit more values. h is a floor under every plan, and a plan itself
unless it uses one node twice; then `sequential` decides node by node.
"""

from routing.core.kernels.dominance import list_nodes
from routing.core.kernels.fitness import free
from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.pieces import holds, lines_of, lines_of_step
from routing.core.kernels.pricing import billable_grams, freight, weighed
from routing.core.kernels.shapes import (
    INFINITE,
    KEEP_UNITS,
    MIN_UNITS,
    MIN_VALUE,
    PIECE_BITS,
    RANK_SHIFT,
    RULE,
    STATES,
    W_FREIGHT,
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


@inner
def count_states(pieces: Pieces) -> int:
    """Return how many states the pieces span, or STATES + 1 where that is too many for the exact search."""
    states = 1
    for p in range(pieces.counts[0]):
        states *= pieces.row[p].want + 1
        if states > STATES:
            return STATES + 1
    return STATES + 1 if pieces.counts[0] > PIECE_BITS else int(states)


@inner
def lay_out_states(pieces: Pieces, search: Search) -> int:
    """Fill the tables of each state from the state one step below it; return how many there are."""
    states = 1
    search.digits[0, : pieces.counts[0]] = 0
    none = search.state[0]
    none.mask = none.units = none.lines = none.value = none.grams = none.volume = 0
    for p in range(pieces.counts[0]):
        stride, end = states, states * (pieces.row[p].want + 1)
        search.stride[p] = stride
        for s in range(stride, end):
            below = s - stride
            for q in range(pieces.counts[0]):
                search.digits[s, q] = search.digits[below, q]
            search.digits[s, p] += 1
            state, before, piece = search.state[s], search.state[below], pieces.row[p]
            state.mask = before.mask | (1 << p)
            state.units = before.units + piece.units
            state.lines = before.lines + lines_of_step(pieces, p, search.digits[s, p])
            state.value = before.value + piece.value
            state.grams = before.grams + piece.grams
            state.volume = before.volume + piece.volume
        states = end
    return states


@inner
def _weigh(services: Services, search: Search, v: int, states: int) -> None:
    """Fill what every state weighs for service `v`."""
    search.billable_known[v] = True
    for s in range(states):
        search.billable[v, s] = billable_grams(services, v, search.state[s].grams, search.state[s].volume)


@inner
def _rates(
    services: Services, rules: Rules, order: Order, options: Options, search: Search, n: int, states: int
) -> None:
    """Fill the freight of every state for the ways of node `n`, once for all nodes that share service and zone."""
    for v in range(services.row.size):
        zone = options.way[n, v].zone
        if options.way[n, v].fix < INFINITE and not search.rate_known[v, zone]:
            search.rate_known[v, zone] = True
            if not search.billable_known[v]:
                _weigh(services, search, v, states)
            weight = rules.weights[order.numbers[RULE], W_FREIGHT]
            for s in range(states):
                search.rate[v, zone, s] = weighed(freight(services, v, zone, search.billable[v, s]), weight)


@inlined
def _open_box(pieces: Pieces, options: Options, search: Search, n: int) -> int:
    """List the states that node `n` can send, with the cost of their picks and steps; return how many."""
    size = 1
    search.box_state[0], search.box_cost[0] = 0, 0
    for p in range(pieces.counts[0]):
        below, part = size, options.part[n, p]
        for steps in range(1, min(part.can, pieces.row[p].want) + 1):
            more, cost = steps * search.stride[p], part.pick_cost + steps * part.step_cost
            for i in range(below):
                search.box_state[size + i] = search.box_state[i] + more
                search.box_cost[size + i] = search.box_cost[i] + cost
            size += below
    return size


@inlined
def _shares_fit(stock: Stock, rules: Rules, order: Order, pieces: Pieces, search: Search, n: int, s: int) -> bool:
    """Say whether node `n` has the units of state `s` where pieces share a SKU."""
    for j in range(pieces.counts[1]):
        need = 0
        for p in range(pieces.counts[0]):
            need += search.digits[s, p] * pieces.need[j, p]
        keep = rules.limits[order.numbers[RULE], KEEP_UNITS]
        if need > free(stock, order, keep, pieces.sku_of[j], n):
            return False
    return True


@inlined
def _price_way(options: Options, search: Search, n: int, v: int, rate: Array, size: int, fits: int) -> None:
    """Lower `box_way` to what the states of a box cost by `v`; `fits`: by this way all of them may travel."""
    way = options.way[n, v]
    if fits:
        for i in range(1, size):
            search.box_way[i] = min(search.box_way[i], way.fix + rate[search.box_state[i]])
        return
    for i in range(1, size):
        s = search.box_state[i]
        state = search.state[s]
        if state.mask & ~way.mask == 0 and holds(options, n, v, state.lines, state.units):
            search.box_way[i] = min(search.box_way[i], way.fix + rate[s])


@inner
def _price_ways(pieces: Pieces, options: Options, search: Search, n: int, size: int) -> None:
    """Fill `box_way`: the cheapest way out of node `n` that may carry each state of its box within its day's capacity.

    Most ways carry all that the node has: those are asked nothing a state.
    """
    for i in range(size):
        search.box_way[i] = INFINITE
    lines = units = 0
    for p in range(pieces.counts[0]):
        steps = min(options.part[n, p].can, pieces.row[p].want)
        lines += lines_of(pieces, p, steps) if steps else 0
        units += steps * pieces.row[p].units
    # The first piece to be opened is the last to be met: the box ends with the state that holds them all.
    bits = search.state[search.box_state[size - 1]].mask
    for v in range(options.way.shape[1]):
        way = options.way[n, v]
        if way.fix < INFINITE:
            fits = bits & ~way.mask == 0 and holds(options, n, v, lines, units)
            _price_way(options, search, n, v, search.rate[v, way.zone], size, fits)


@inner
def price_box(
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    search: Search,
    n: int,
    states: int,
) -> int:
    """Price every parcel that node `n` could send into `box_state`, `box_cost`; return how many.

    Impossible ones (no service, capacity, thresholds, shared stock) cost INFINITE.
    """
    _rates(services, rules, order, options, search, n, states)
    size = _open_box(pieces, options, search, n)
    _price_ways(pieces, options, search, n, size)
    rule, asked = order.numbers[RULE], pieces.counts[3]
    least_value, least_units = rules.limits[rule, MIN_VALUE], rules.limits[rule, MIN_UNITS]
    bounded = least_value > 0 or least_units > 0
    fixed = options.node[n].fixed + options.node[n].rank * RANK_SHIFT
    for i in range(1, size):
        is_open = search.box_way[i] < INFINITE
        search.box_cost[i] = search.box_cost[i] + fixed + search.box_way[i] if is_open else INFINITE
    if bounded or pieces.counts[2]:
        for i in range(1, size):
            s = search.box_state[i]
            state = search.state[s]
            small = bounded and (state.value < least_value or state.units < least_units)
            if (small and state.units < asked) or (
                pieces.counts[2] and not _shares_fit(stock, rules, order, pieces, search, n, s)
            ):
                search.box_cost[i] = INFINITE
    return size


@inner
def find_best_parcels(
    nodes: Nodes,
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    search: Search,
    states: int,
    base_limit: int,
) -> int:
    """Fill g: for every state the cheapest parcel and its node; return how many parcels were priced.

    Nodes whose `base` is not below `base_limit` cannot be part of a better plan.
    """
    effort = 0
    search.best[:states] = INFINITE
    search.rate_known[:, :] = False
    search.billable_known[:] = False
    for k in range(list_nodes(nodes, services, rules, order, pieces, options, base_limit)):
        n = nodes.by_code[options.turn[k]]
        size = price_box(services, rules, stock, order, pieces, options, search, n, states)
        effort += size
        for i in range(1, size):
            s = search.box_state[i]
            if search.box_cost[i] < search.best[s]:
                search.best[s], search.best_node[s] = search.box_cost[i], n
    return effort


@inlined
def _best_part(search: Search, rest: Array, steps: Array, s: int, top: int, floor: int) -> tuple[int, int, int]:
    """Return (cost, t, effort) of the cheapest g[t] + rest[s − t], t holding a step of piece `top`, below `floor`."""
    cost, part, effort = floor, 0, 0
    t = search.stride[top]
    steps[: top + 1] = 0
    steps[top] = 1
    while True:
        effort += 1
        # Bonuses make parcels cost less than nothing: no part is too dear by itself.
        if search.best[t] < INFINITE and rest[s - t] < INFINITE and search.best[t] + rest[s - t] < cost:
            cost, part = search.best[t] + rest[s - t], t
        q = 0
        while q <= top and steps[q] == search.digits[s, q]:
            least = 1 if q == top else 0
            t -= (steps[q] - least) * search.stride[q]
            steps[q] = least
            q += 1
        if q > top:
            return cost, part, effort
        steps[q] += 1
        t += search.stride[q]


@inlined
def _best_subset(search: Search, rest: Array, s: int, floor: int) -> tuple[int, int, int]:
    """Return what `_best_part` does where no piece has two steps: states are sets then, and parts their subsets."""
    high = 1
    while high << 1 <= s:
        high <<= 1
    low, t, cost, part, effort = s ^ high, high, floor, 0, 0
    while True:
        effort += 1
        if search.best[t] < INFINITE and rest[s - t] < INFINITE and search.best[t] + rest[s - t] < cost:
            cost, part = search.best[t] + rest[s - t], t
        if t == s:
            return cost, part, effort
        t = high | ((t ^ high) - low & low)


@inner
def fill_states(pieces: Pieces, search: Search, layer: int, below: int, start: int, end: int) -> int:
    """Fill h of the states from `start` up to `end`, whose parts must be filled; return the effort.

    A layer is filled from the layer `below`, or from itself: any number of parcels.
    """
    effort, top = 0, 0
    steps = search.digits[STATES]
    whole = True
    for p in range(pieces.counts[0]):
        whole = whole and pieces.row[p].want <= 1
    search.layers[layer, 0] = 0
    search.choice[layer, 0] = 0
    for s in range(start, end):
        while top + 1 < pieces.counts[0] and s >= search.stride[top + 1]:
            top += 1
        # Pieces that nobody can give have no digit: skip down to the highest that s holds.
        highest = top
        while search.digits[s, highest] == 0:
            highest -= 1
        floor = INFINITE if layer == below else search.layers[below, s]
        if whole:
            cost, part, more = _best_subset(search, search.layers[below], s, floor)
        else:
            cost, part, more = _best_part(search, search.layers[below], steps, s, highest, floor)
        search.layers[layer, s], search.choice[layer, s] = cost, part
        effort += more
    return effort


@inner
def fill_layer(pieces: Pieces, search: Search, layer: int, below: int, states: int) -> int:
    """Fill h of what a plan for everything needs, and where there is none of every state; return the effort."""
    unmet, everything = first_unmet(pieces, search, states), states - 1
    effort = fill_states(pieces, search, layer, below, 1, unmet)
    effort += fill_states(pieces, search, layer, below, everything, states)
    if search.layers[layer, everything] >= INFINITE:
        effort += fill_states(pieces, search, layer, below, unmet, everything)
    return effort


@inner
def first_unmet(pieces: Pieces, search: Search, states: int) -> int:
    """Return the first of the states that no plan for everything leaves to its later parcels.

    They hold all of the highest piece; and the first parcel of such a plan has a step of it.
    """
    top = pieces.counts[0] - 1
    while top > 0 and pieces.row[top].want == 0:
        top -= 1
    return int(states - search.stride[top])


@inner
def best_state(search: Search, layer: Array, states: int) -> int:
    """Return the state to reach: everything if that is possible, else most units, then least cost."""
    best = states - 1
    if layer[best] < INFINITE:
        return best
    best = 0
    for s in range(1, states):
        if layer[s] >= INFINITE or search.state[s].units < search.state[best].units:
            continue
        if search.state[s].units > search.state[best].units or layer[s] < layer[best]:
            best = s
    return best


@inner
def follow(pieces: Pieces, search: Search, layer: int, state: int, step: int) -> tuple[int, bool]:
    """Write the parcels that lead to `state`; return (how many, whether a node is used twice)."""
    parcels, twice = 0, False
    while state > 0:
        part = search.choice[layer, state]
        if part == 0:
            layer -= step
            continue
        node = search.best_node[part]
        for other in range(parcels):
            twice = twice or search.parcel_node[other] == node
        search.parcel_node[parcels] = node
        for p in range(pieces.counts[0]):
            search.parcel_take[parcels, p] = search.digits[part, p]
        parcels += 1
        state -= part
        layer -= step
    return parcels, twice
