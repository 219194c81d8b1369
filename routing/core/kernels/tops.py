"""Answers what each node would cost for all that it can serve, and below what no plan of several parcels can cost."""

from routing.core.kernels.fitness import free
from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.pieces import holds, lines_of
from routing.core.kernels.pricing import first_rate, parcel_freight, scarcity
from routing.core.kernels.shapes import (
    ABLE,
    INFINITE,
    KEEP_UNITS,
    LOW,
    MIN_UNITS,
    MIN_VALUE,
    NEGATIVE,
    PIECE_BITS,
    RULE,
    SECOND,
    SET_PIECES,
    W_OPPORTUNITY,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Services,
    Stock,
)

CANDIDATE, PARTIAL, BY_LIMIT = 0, 1, 60
UNKNOWN = -1
ALL = 0
"""The row of `load` and `rate` that is all that was asked: the empty set, which nobody sends, has no other use."""


@inner
def target_units(pieces: Pieces) -> int:
    """Return the units that a full plan places."""
    units = 0
    for p in range(pieces.counts[0]):
        units += pieces.row[p].want * pieces.row[p].units
    return units


@inner
def cap_wants(pieces: Pieces, options: Options) -> None:
    """Ask no more of a piece than all nodes together can give."""
    for p in range(pieces.counts[0]):
        supply, want = 0, pieces.row[p].want
        for k in range(options.sums[ABLE]):
            supply += options.part[options.able[k], p].can
            if supply >= want:
                break
        pieces.row[p].want = min(want, supply)


@inner
def fill_loads(services: Services, pieces: Pieces, options: Options) -> int:
    """Fill what all that is asked comes to, and each set of its pieces where they are few; return the bits of all.

    Most nodes send one of few sets of whole pieces: what those weigh and what their freight is, is found once an order.
    """
    count, bits = pieces.counts[0], 0
    sets = 1 << count if count <= SET_PIECES else 1
    for s in range(sets):
        load = options.load[s]
        load.units = load.lines = load.value = load.grams = load.volume = 0
        for p in range(count):
            piece = pieces.row[p]
            if piece.want and (s == ALL or s >> p & 1):
                load.units += piece.want * piece.units
                load.lines += lines_of(pieces, p, piece.want)
                load.value += piece.want * piece.value
                load.grams += piece.want * piece.grams
                load.volume += piece.want * piece.volume
                bits |= 1 << min(p, PIECE_BITS)
        for v in range(services.row.size):
            for zone in range(options.rate.shape[2]):
                options.rate[s, v, zone] = UNKNOWN
    return bits


@inlined
def _rate(services: Services, rules: Rules, order: Order, options: Options, s: int, v: int, zone: int) -> int:
    """Return the freight of a set by a service in a zone, worked out when first asked; 0 at the counter."""
    if v == services.row.size:
        return 0
    if options.rate[s, v, zone] == UNKNOWN:
        load = options.load[s]
        options.rate[s, v, zone] = parcel_freight(
            services, rules, order.numbers[RULE], v, zone, load.grams, load.volume
        )
    return int(options.rate[s, v, zone])


@inlined
def _load(pieces: Pieces, options: Options, n: int, mask: int) -> tuple[int, int, int, int, int, int]:
    """Return (units, lines, value, grams, mm³, cost) of all pieces of `mask` that node `n` can give."""
    units = lines = value = grams = volume = cost = 0
    for p in range(pieces.counts[0]):
        part, piece = options.part[n, p], pieces.row[p]
        steps = part.can
        if steps and mask >> min(p, PIECE_BITS) & 1:
            units += steps * piece.units
            lines += lines_of(pieces, p, steps)
            value += steps * piece.value
            grams += steps * piece.grams
            volume += steps * piece.volume
            cost += steps * part.step_cost + part.pick_cost
    return units, lines, value, grams, volume, cost


@inlined
def _shares_hold(stock: Stock, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int) -> bool:
    """Say whether node `n` can give all it offers at once where pieces share the stock of a SKU."""
    keep = rules.limits[order.numbers[RULE], KEEP_UNITS]
    for j in range(pieces.counts[1]):
        need = 0
        for p in range(pieces.counts[0]):
            need += options.part[n, p].can * pieces.need[j, p]
        if need > free(stock, order, keep, pieces.sku_of[j], n):
            return False
    return True


@inlined
def _given(pieces: Pieces, options: Options, n: int) -> tuple[int, int]:
    """Return (the bits of what node `n` gives, the cost of its picks and steps); bits 0: they name no set of `load`."""
    cost, given, sets, short = 0, 0, pieces.counts[0] <= SET_PIECES, False
    for p in range(pieces.counts[0]):
        part = options.part[n, p]
        short = short or (part.can != pieces.row[p].want and (part.can > 0 or not sets))
        if part.can:
            given |= 1 << min(p, PIECE_BITS)
            cost += part.can * part.step_cost + part.pick_cost
    return 0 if short else given, cost


@inlined
def _find_top(
    services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int, bits: int
) -> tuple[int, int]:
    """Fill the most that node `n` can send in one parcel, at what cost, and its base; return (value, bits) of it.

    `bits` are of all that is asked.
    """
    rule, most, cheapest, worth, fits, base = order.numbers[RULE], -1, INFINITE, 0, False, INFINITE
    node, loaded, sent = options.node[n], 0, 0
    units = lines = value = grams = volume = goods = 0
    given, picks = _given(pieces, options, n)
    for v in range(options.way.shape[1]):
        way = options.way[n, v]
        if way.fix >= INFINITE:
            continue
        base = min(base, way.fix + first_rate(services, rules, rule, v, way.zone))
        if given and way.mask & given == given:
            s = ALL if given == bits else given
            load, loaded = options.load[s], 0
            units, lines, value = load.units, load.lines, load.value
            cost = picks + _rate(services, rules, order, options, s, v, way.zone)
        else:
            if way.mask != loaded:
                loaded = way.mask
                units, lines, value, grams, volume, goods = _load(pieces, options, n, loaded)
            cost = goods + parcel_freight(services, rules, rule, v, way.zone, grams, volume)
        cost += node.fixed + way.fix
        inside = holds(options, n, v, lines, units)
        better = units > most or (units == most and (inside and not fits))
        if better or (units == most and inside == fits and cost < cheapest):
            most, cheapest, worth, fits = units, cost, value, inside
            sent = loaded or given
    node.top_cost, node.top_units, node.top_fits = cheapest, most, fits
    node.base, node.rank = node.fixed + base, 0
    return int(worth), int(sent)


@inlined
def _scarcity(stock: Stock, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int, mask: int) -> int:
    """Return the prices of all pieces of `mask` that node `n` can give, where orders share units at a price."""
    prices, weight = 0, rules.weights[order.numbers[RULE], W_OPPORTUNITY]
    for p in range(pieces.counts[0]):
        steps = options.part[n, p].can
        if steps and mask >> min(p, PIECE_BITS) & 1:
            for j in range(pieces.counts[1]):
                if pieces.need[j, p]:
                    prices += steps * pieces.need[j, p] * scarcity(stock, pieces.sku_of[j], n, weight)
    return prices


@inlined
def offer(
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    bits: int,
    n: int,
) -> int:
    """Fill the most that node `n` can send in one parcel; return whether it is a candidate, and if not, why not.

    A candidate can serve all that was asked within the capacity of its day; a part of an order must reach the least
    value and units of the rule, and if all that a node has does not, then nothing it has does.
    """
    rule, asked, node = order.numbers[RULE], pieces.counts[3], options.node[n]
    worth, sent = _find_top(services, rules, order, pieces, options, n, bits)
    node.top_scarcity = _scarcity(stock, rules, order, pieces, options, n, sent) if stock.scarcity.size else 0
    if pieces.counts[2] and not _shares_hold(stock, rules, order, pieces, options, n):
        node.top_fits = False
    if node.top_units < asked and (
        worth < rules.limits[rule, MIN_VALUE] or node.top_units < rules.limits[rule, MIN_UNITS]
    ):
        return BY_LIMIT
    return CANDIDATE if node.top_units == asked and node.top_fits else PARTIAL


@inlined
def is_complete(options: Options, n: int, target: int) -> bool:
    """Say whether node `n` can send `target` units, all that any plan could, in one parcel."""
    node = options.node[n]
    return bool(node.reason <= PARTIAL and node.top_units == target and node.top_fits)


@inner
def best_complete(nodes: Nodes, pieces: Pieces, options: Options) -> int:
    """Return the node that fills all that any plan could, alone: lowest rank, then cost, then code; −1: none."""
    best, target = -1, target_units(pieces)
    for n in nodes.by_code:
        if is_complete(options, n, target):
            node, first = options.node[n], options.node[max(best, 0)]
            if best < 0 or node.rank < first.rank or (node.rank == first.rank and node.top_cost < first.top_cost):
                best = n
    return best


@inner
def floor_of_many(pieces: Pieces, options: Options) -> tuple[int, int, int, int]:
    """Return (parts, low, second, negative): floors for plans that fill everything.

    Every such plan costs `parts` or more for its pieces, plus the base of each of its parcels; `low` and `second` are
    the least bases, `negative` the sum of all below zero. Freight counts as its first step, which is never above the
    true price. Bonuses can make a base negative: then more parcels may cost less.
    """
    parts = 0
    for p in range(pieces.counts[0]):
        piece = pieces.row[p]
        if piece.want:
            parts += piece.want * piece.least_step + piece.least_pick
    return parts, options.sums[LOW], options.sums[SECOND], options.sums[NEGATIVE]


@inlined
def begin_floor(pieces: Pieces, options: Options) -> None:
    """Begin to look for the least costs: no node is known."""
    options.sums[ABLE], options.sums[LOW], options.sums[SECOND], options.sums[NEGATIVE] = 0, INFINITE, INFINITE, 0
    for p in range(pieces.counts[0]):
        pieces.row[p].least_step = pieces.row[p].least_pick = INFINITE


@inlined
def note_able(pieces: Pieces, options: Options, n: int) -> None:
    """List node `n` among those that can give something, and its costs among the least."""
    sums, base = options.sums, options.node[n].base
    options.able[sums[ABLE]] = n
    sums[ABLE] += 1
    sums[NEGATIVE] += min(0, base)
    sums[SECOND] = min(sums[SECOND], max(sums[LOW], base))
    sums[LOW] = min(sums[LOW], base)
    for p in range(pieces.counts[0]):
        part, piece = options.part[n, p], pieces.row[p]
        if part.can:
            piece.least_step = min(piece.least_step, part.step_cost)
            piece.least_pick = min(piece.least_pick, part.pick_cost)
