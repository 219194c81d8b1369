"""Answers what a chosen plan costs term by term, when each parcel leaves and arrives, and which lines it holds."""

from routing.core.kernels.jit import inner
from routing.core.kernels.pieces import holds, lines_of
from routing.core.kernels.pricing import parcel_freight, scarcity, weighed
from routing.core.kernels.shapes import (
    COST,
    FAILED_PICK,
    FILLED,
    INFINITE,
    KEPT,
    LATE_HOUR,
    PARCELS,
    PIECE_BITS,
    RULE,
    SPLIT,
    W_FAILED,
    W_FREIGHT,
    W_HANDLING,
    W_LATE,
    W_MARKDOWN,
    W_OPPORTUNITY,
    W_PACK,
    W_PICK,
    Array,
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

PACK, PICK, HANDLING, FREIGHT, SPLIT_TERM, LATENESS, CAPACITY, FAILED, OPPORTUNITY, MARKDOWN, PREFERENCE = range(11)
SCARCITY = PREFERENCE + 1
"""Behind the terms of the cost: what the search counts, and nobody pays."""


@inner
def _sums(pieces: Pieces, take: Array) -> tuple[int, int, int, int]:
    """Return (units, lines, grams, mm³) of the steps taken."""
    units = lines = grams = volume = 0
    for p in range(pieces.counts[0]):
        if take[p]:
            units += take[p] * pieces.row[p].units
            lines += lines_of(pieces, p, take[p])
            grams += take[p] * pieces.row[p].grams
            volume += take[p] * pieces.row[p].volume
    return units, lines, grams, volume


@inner
def best_way(
    services: Services, rules: Rules, order: Order, pieces: Pieces, options: Options, n: int, take: Array
) -> tuple[int, int]:
    """Return (service, its fixed price + freight) of the cheapest way out of `n` for the steps taken; −1: none."""
    units, lines, grams, volume = _sums(pieces, take)
    best, least = -1, INFINITE
    for v in range(options.way.shape[1]):
        fits = options.way[n, v].fix < INFINITE and holds(options, n, v, lines, units)
        for p in range(pieces.counts[0]):
            fits = fits and (not take[p] or options.way[n, v].mask >> min(p, PIECE_BITS) & 1 > 0)
        if fits:
            freight = parcel_freight(services, rules, order.numbers[RULE], v, options.way[n, v].zone, grams, volume)
            if options.way[n, v].fix + freight < least:
                best, least = v, options.way[n, v].fix + freight
    return best, least


@inner
def _fill_terms(
    nodes: Nodes,
    services: Services,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    n: int,
    v: int,
    take: Array,
    first: bool,
    terms: Array,
) -> None:
    """Fill the cost terms of one parcel; they add up to what the search charged for it, less the first split."""
    rule, way = order.numbers[RULE], options.way[n, v]
    weights, prices = rules.weights[rule], rules.prices[rule]
    _, _, grams, volume = _sums(pieces, take)
    terms[:] = 0
    terms[PACK] = weighed(nodes.row[n].fulfillment, weights[W_PACK])
    terms[SPLIT_TERM] = 0 if first else prices[SPLIT]
    terms[PREFERENCE] = rules.cost[rule, n].parcel + rules.cost[rule, n].per_km * options.km[n]
    terms[FREIGHT] = parcel_freight(services, rules, rule, v, way.zone, grams, volume)
    if v < services.row.size:
        terms[FREIGHT] += weighed(services.rate[v, options.way[n, v].zone].per_km * options.km[n], weights[W_FREIGHT])
    terms[LATENESS] = weighed(options.way[n, v].late_hours * prices[LATE_HOUR], weights[W_LATE])
    terms[CAPACITY] = options.way[n, v].pressure
    for p in range(pieces.counts[0]):
        if take[p]:
            failed = weighed(nodes.row[n].failed_ppm * prices[FAILED_PICK] // 1_000_000, weights[W_FAILED])
            terms[PICK] += pieces.row[p].skus * weighed(nodes.row[n].line, weights[W_PICK])
            terms[FAILED] += pieces.row[p].skus * failed
            terms[HANDLING] += take[p] * pieces.row[p].units * weighed(nodes.row[n].unit, weights[W_HANDLING])
            for j in range(pieces.counts[1]):
                units = take[p] * pieces.need[j, p]
                if units and stock.opportunity.size:
                    scarce = scarcity(stock, pieces.sku_of[j], n, weights[W_OPPORTUNITY])
                    worth = weighed(stock.opportunity[pieces.sku_of[j], n], weights[W_OPPORTUNITY])
                    terms[SCARCITY] += units * scarce
                    terms[OPPORTUNITY] += units * (worth - scarce)
                if units and stock.markdown.size:
                    terms[MARKDOWN] -= units * weighed(stock.markdown[pieces.sku_of[j], n], weights[W_MARKDOWN])


@inner
def _deal_lines(order: Order, pieces: Pieces, result: Result, parcels: int, take: Array) -> int:
    """Give the steps of each parcel to the lines of its pieces, earlier lines first; return the units dealt."""
    dealt = 0
    for k in range(parcels):
        for line in range(order.sku.size):
            p = pieces.of_line[line]
            units = order.quantity[line]
            if pieces.row[p].whole:
                units = units if take[k, p] else 0
            else:
                for other in range(k):
                    units -= result.units[other, line]
                units = min(units, take[k, p])
                take[k, p] -= units
            result.units[k, line] = units
            dealt += units
    return dealt


@inner
def _sort_by_code(nodes: Nodes, pieces: Pieces, search: Search, parcels: int) -> None:
    """Bring the parcels into code order (insertion sort: plans are small)."""
    place = 0
    for n in nodes.by_code:
        for k in range(place, parcels):
            if search.parcel_node[k] == n:
                search.parcel_node[k], search.parcel_node[place] = search.parcel_node[place], n
                for p in range(pieces.counts[0]):
                    swapped = search.parcel_take[k, p]
                    search.parcel_take[k, p] = search.parcel_take[place, p]
                    search.parcel_take[place, p] = swapped
                place += 1


@inner
def finish(
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
    parcels: int,
) -> None:
    """Fill `result` from the nodes and steps in `search.parcel_node` and `search.parcel_take`."""
    _sort_by_code(nodes, pieces, search, parcels)
    cost = 0
    for k in range(parcels):
        n, take = search.parcel_node[k], search.parcel_take[k]
        v, _ = best_way(services, rules, order, pieces, options, n, take)
        row, day = nodes.row[n].calendar_row, options.way[n, v].day
        result.node[k], result.service[k], result.day[k] = n, v, day
        result.arrives[k] = options.way[n, v].arrives
        result.ships[k] = dates.cut_off[row, v, day] if v < services.row.size else options.way[n, v].arrives
        terms, first = result.terms[k], k == 0 and not order.numbers[KEPT]
        _fill_terms(nodes, services, rules, stock, order, pieces, options, n, v, take, first, terms)
        cost += terms.sum()
    result.numbers[PARCELS], result.numbers[COST] = parcels, cost
    result.numbers[FILLED] = _deal_lines(order, pieces, result, parcels, search.parcel_take)
