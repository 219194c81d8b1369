"""Answers what each node would cost for all that it can serve, and below what no plan of several parcels can cost."""

from routing.core.kernels.fitness import free
from routing.core.kernels.jit import inner
from routing.core.kernels.pieces import lines_of
from routing.core.kernels.screen import parcel_freight
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
        pieces.want[p] = min(pieces.want[p], supply)


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
    return units, lines, value, cost + freight + options.fixed[n] + options.fix[n, v]


@inner
def _find_top(services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int) -> int:
    """Fill the most that node `n` can send in one parcel, at what cost; return the value of those goods."""
    most, cheapest, worth, fits = -1, INFINITE, 0, False
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] >= INFINITE:
            continue
        units, lines, value, cost = _load(services, rules, order, pieces, options, n, v)
        inside = lines <= options.cap_lines[n, v] and units <= options.cap_units[n, v]
        better = units > most or (units == most and (inside and not fits))
        if better or (units == most and inside == fits and cost < cheapest):
            most, cheapest, worth, fits = units, cost, value, inside
    options.top_cost[n], options.top_units[n], options.top_fits[n] = cheapest, most, fits
    return worth


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
def find_tops(services: Services, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill the most that each node can send in one parcel; name the nodes that the rule's thresholds let send nothing.

    A candidate can serve all that was asked within the capacity of its day; a part of an order must reach the least
    value and units of the rule, and if all that a node has does not, then nothing it has does.
    """
    rule, asked = order.numbers[RULE], pieces.counts[3]
    least_value, least_units = rules.limits[rule, MIN_VALUE], rules.limits[rule, MIN_UNITS]
    for n in range(options.reason.size):
        if options.reason[n] > PARTIAL:
            continue
        worth = _find_top(services, rules, order, pieces, options, n)
        if pieces.counts[2] and not _shares_hold(stock, rules, order, pieces, options, n):
            options.top_fits[n] = False
        units = options.top_units[n]
        options.reason[n] = CANDIDATE if units == asked and options.top_fits[n] else PARTIAL
        if units < asked and (worth < least_value or units < least_units):
            options.reason[n] = BY_LIMIT
            options.can[n, : pieces.counts[0]] = 0


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
def base_cost(services: Services, rules: Rules, order: Order, options: Options, n: int) -> int:
    """Return what any parcel of node `n` costs at least before its pieces: split, fulfillment, cheapest way."""
    least = INFINITE
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] < INFINITE:
            first = parcel_freight(services, rules, order.numbers[RULE], v, options.zone[n, v], 0, 0)
            least = min(least, options.fix[n, v] + first)
    return options.fixed[n] + least


@inner
def _fill_bases(services: Services, rules: Rules, order: Order, options: Options) -> tuple[int, int, int]:
    """Fill each node's base; return (the lowest base, the second, the sum of those below 0)."""
    low, second, negative = INFINITE, INFINITE, 0
    for n in range(options.reason.size):
        options.base[n] = INFINITE
        if options.reason[n] > PARTIAL:
            continue
        options.base[n] = base_cost(services, rules, order, options, n)
        negative += min(0, options.base[n])
        if options.base[n] < low:
            low, second = options.base[n], low
        else:
            second = min(second, options.base[n])
    return low, second, negative


@inner
def floor_of_many(
    services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options
) -> tuple[int, int, int, int]:
    """Return (parts, low, second, negative): floors for plans that fill everything.

    Every such plan costs `parts` or more for its pieces, plus the base of each of its parcels; `low` and `second` are
    the least bases, `negative` the sum of all below zero. Freight counts as its first step, which is never above the
    true price. Bonuses can make a base negative: then more parcels may cost less.
    """
    low, second, negative = _fill_bases(services, rules, order, options)
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
