"""Answers what each node would cost for all that it can serve, and below what no plan of several parcels can cost."""

from routing.core.kernels.fitness import free
from routing.core.kernels.jit import inner
from routing.core.kernels.pieces import holds, lines_of
from routing.core.kernels.pricing import first_rate, parcel_freight
from routing.core.kernels.shapes import (
    INFINITE,
    KEEP_UNITS,
    MIN_UNITS,
    MIN_VALUE,
    PIECE_BITS,
    RULE,
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


@inner
def target_units(pieces: Pieces) -> int:
    """Return the units that a full plan places."""
    units = 0
    for p in range(pieces.counts[0]):
        units += pieces.want[p] * pieces.units[p]
    return units


@inner
def cap_wants(pieces: Pieces, options: Options) -> None:
    """Ask no more of a piece than all nodes together can give."""
    for p in range(pieces.counts[0]):
        supply = 0
        for n in range(options.can.shape[0]):
            supply += options.can[n, p]
            if supply >= pieces.want[p]:
                break
        pieces.want[p] = min(pieces.want[p], supply)


@inner
def _whole_load(pieces: Pieces) -> tuple[int, int, int, int, int, int]:
    """Return (units, lines, value, grams, mm³, bits) of all that is asked."""
    units = lines = value = grams = volume = bits = 0
    for p in range(pieces.counts[0]):
        steps = pieces.want[p]
        if steps:
            units += steps * pieces.units[p]
            lines += lines_of(pieces, p, steps)
            value += steps * pieces.value[p]
            grams += steps * pieces.grams[p]
            volume += steps * pieces.volume[p]
            bits |= 1 << min(p, PIECE_BITS)
    return units, lines, value, grams, volume, bits


@inner
def _price_whole(pieces: Pieces, options: Options, n: int) -> int:
    """Return what the pieces cost if node `n` gives all that is asked; −1 where it cannot."""
    cost = 0
    for p in range(pieces.counts[0]):
        if options.can[n, p] != pieces.want[p]:
            return UNKNOWN
        if pieces.want[p]:
            cost += pieces.want[p] * options.step_cost[n, p] + options.pick_cost[n, p]
    return cost


@inner
def _load(
    services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int, v: int
) -> tuple[int, int, int, int]:
    """Return (units, lines, value, cost) of all that node `n` can send by `v` in one parcel."""
    units = lines = value = grams = volume = cost = 0
    for p in range(pieces.counts[0]):
        steps = options.can[n, p]
        if steps and options.mask[n, v] >> min(p, PIECE_BITS) & 1:
            units += steps * pieces.units[p]
            lines += lines_of(pieces, p, steps)
            value += steps * pieces.value[p]
            grams += steps * pieces.grams[p]
            volume += steps * pieces.volume[p]
            cost += steps * options.step_cost[n, p] + options.pick_cost[n, p]
    freight = parcel_freight(services, rules, order.numbers[RULE], v, options.zone[n, v], grams, volume)
    return units, lines, value, cost + freight


@inner
def _shares_hold(stock: Stock, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int) -> bool:
    """Say whether node `n` can give all it offers at once where pieces share the stock of a SKU."""
    keep = rules.limits[order.numbers[RULE], KEEP_UNITS]
    for j in range(pieces.counts[1]):
        need = 0
        for p in range(pieces.counts[0]):
            need += options.can[n, p] * pieces.need[j, p]
        if need > free(stock, order, keep, pieces.sku_of[j], n):
            return False
    return True


@inner
def _find_top(
    services: Services,
    rules: Rules,
    order: Order,
    pieces: Pieces,
    options: Options,
    n: int,
    units: int,
    lines: int,
    value: int,
    bits: int,
    whole: int,
) -> int:
    """Fill the most that node `n` can send in one parcel, at what cost, and its base; return the value of those goods.

    `units`, `lines`, `value`, `bits` are of all that is asked, `whole` is what its pieces cost at this node. Nodes that
    can give all share its freight: `_fill_loads` has it once for each service and zone.
    """
    rule, most, cheapest, worth, fits, base = order.numbers[RULE], -1, INFINITE, 0, False, INFINITE
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] >= INFINITE:
            continue
        way = options.fix[n, v]
        base = min(base, way + first_rate(services, rules, rule, v, options.zone[n, v]))
        if whole >= 0 and options.mask[n, v] & bits == bits:
            rate = options.top_rate[v, options.zone[n, v]] if v < services.card.size else 0
            these, parts, goods, cost = units, lines, value, whole + rate
        else:
            these, parts, goods, cost = _load(services, rules, order, pieces, options, n, v)
        cost += options.fixed[n] + way
        inside = holds(options, n, v, parts, these)
        better = these > most or (these == most and (inside and not fits))
        if better or (these == most and inside == fits and cost < cheapest):
            most, cheapest, worth, fits = these, cost, goods, inside
    options.top_cost[n], options.top_units[n], options.top_fits[n] = cheapest, most, fits
    options.base[n] = options.fixed[n] + base
    return worth


@inner
def _fill_loads(services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill the top and the base of every node that can give something, and into `bits` the value of its top."""
    rule = order.numbers[RULE]
    units, lines, value, grams, volume, bits = _whole_load(pieces)
    for v in range(services.card.size):
        for zone in range(options.top_rate.shape[1]):
            if order.service_ok[v] and services.steps[v, zone]:
                options.top_rate[v, zone] = parcel_freight(services, rules, rule, v, zone, grams, volume)
    for n in range(options.reason.size):
        if options.reason[n] <= PARTIAL:
            whole = _price_whole(pieces, options, n)
            options.bits[n] = _find_top(services, rules, order, pieces, options, n, units, lines, value, bits, whole)


@inner
def find_tops(services: Services, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill the most that each node can send in one parcel; name the nodes that the rule's thresholds let send nothing.

    A candidate can serve all that was asked within the capacity of its day; a part of an order must reach the least
    value and units of the rule, and if all that a node has does not, then nothing it has does.
    """
    rule, asked = order.numbers[RULE], pieces.counts[3]
    least_value, least_units = rules.limits[rule, MIN_VALUE], rules.limits[rule, MIN_UNITS]
    _fill_loads(services, rules, order, pieces, options)
    for n in range(options.reason.size):
        if options.reason[n] > PARTIAL:
            options.top_cost[n] = options.top_units[n] = 0
            continue
        if pieces.counts[2] and not _shares_hold(stock, rules, order, pieces, options, n):
            options.top_fits[n] = False
        units = options.top_units[n]
        options.reason[n] = CANDIDATE if units == asked and options.top_fits[n] else PARTIAL
        if units < asked and (options.bits[n] < least_value or units < least_units):
            options.reason[n] = BY_LIMIT
            for p in range(pieces.counts[0]):
                options.can[n, p] = 0


@inner
def best_complete(nodes: Nodes, pieces: Pieces, options: Options) -> int:
    """Return the node that fills all that any plan could, alone: lowest rank, then cost, then code; −1: none."""
    best, target = -1, target_units(pieces)
    for n in nodes.by_code:
        if options.reason[n] > PARTIAL or options.top_units[n] != target or not options.top_fits[n]:
            continue
        if (
            best < 0
            or options.rank[n] < options.rank[best]
            or (options.rank[n] == options.rank[best] and options.top_cost[n] < options.top_cost[best])
        ):
            best = n
    return best


@inner
def _bases(options: Options) -> tuple[int, int, int]:
    """Return (the lowest base of a node, the second, the sum of those below 0)."""
    low, second, negative = INFINITE, INFINITE, 0
    for n in range(options.reason.size):
        if options.reason[n] > PARTIAL:
            continue
        negative += min(0, options.base[n])
        if options.base[n] < low:
            low, second = options.base[n], low
        else:
            second = min(second, options.base[n])
    return low, second, negative


@inner
def floor_of_many(pieces: Pieces, options: Options) -> tuple[int, int, int, int]:
    """Return (parts, low, second, negative): floors for plans that fill everything.

    Every such plan costs `parts` or more for its pieces, plus the base of each of its parcels; `low` and `second` are
    the least bases, `negative` the sum of all below zero. Freight counts as its first step, which is never above the
    true price. Bonuses can make a base negative: then more parcels may cost less.
    """
    low, second, negative = _bases(options)
    parts = 0
    for p in range(pieces.counts[0]):
        step, pick = INFINITE, INFINITE
        for n in range(options.reason.size):
            if options.reason[n] <= PARTIAL and options.can[n, p]:
                step = min(step, options.step_cost[n, p])
                pick = min(pick, options.pick_cost[n, p])
        if pieces.want[p]:
            parts += pieces.want[p] * step + pick
    return parts, low, second, negative
