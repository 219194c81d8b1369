"""Answers, for every node, whether it could serve an order under a rule, with what, when, and at which prices.

A node that could not gets the one reason for which it fell out: first those of `fitness`, then those of its `ways`,
then that of its `tops`. Each node is asked all of it before the next, so that its rows stay in the processor's cache.
"""

from routing.core.kernels.fitness import fit, has_closed_lanes
from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.pricing import weighed
from routing.core.kernels.shapes import (
    RULE,
    SPLIT,
    W_MARKDOWN,
    W_OPPORTUNITY,
    Array,
    Dates,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Services,
    Stock,
)
from routing.core.kernels.tops import PARTIAL, begin_floor, fill_loads, note_able, offer
from routing.core.kernels.ways import fill_carried, forget_hops, way_out


@inlined
def later_use(stock: Stock, weights: Array, sku: int, n: int) -> int:
    """Return what taking one unit now costs later: opportunity less markdown relief, each weighed."""
    cost = 0
    if stock.opportunity.size:
        cost += weighed(stock.opportunity[sku, n], weights[W_OPPORTUNITY])
    if stock.markdown.size:
        cost -= weighed(stock.markdown[sku, n], weights[W_MARKDOWN])
    return cost


@inlined
def _price(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, n: int) -> None:
    """Fill what a parcel, a picked SKU and a step cost at node `n`, each weighed on its own: sums stay exact."""
    rule = order.numbers[RULE]
    costs = rules.cost[rule, n]
    options.node[n].fixed = costs.pack + rules.prices[rule, SPLIT] + costs.parcel + costs.per_km * options.km[n]
    for p in range(pieces.counts[0]):
        part, piece = options.part[n, p], pieces.row[p]
        part.pick_cost = piece.skus * costs.pick
        part.step_cost = piece.units * costs.unit
        if stock.opportunity.size > 0 or stock.markdown.size > 0:
            for j in range(pieces.counts[1]):
                if pieces.need[j, p]:
                    use = later_use(stock, rules.weights[rule], pieces.sku_of[j], n)
                    part.step_cost += pieces.need[j, p] * use


@inner
def screen(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
) -> None:
    """Fill `options` for every node: a reason to fall out, or what it can give, how and at what price."""
    fill_carried(services, order, pieces, options.carried)
    forget_hops(services, order, options)
    begin_floor(pieces, options)
    bits, closed = fill_loads(services, pieces, options), has_closed_lanes(order)
    for n in range(nodes.row.size):
        why = fit(nodes, rules, stock, order, pieces, options, closed, n)
        if why == 0:
            why = way_out(nodes, services, dates, rules, stock, order, pieces, options, n)
            if why == 0:
                _price(rules, stock, order, pieces, options, n)
                why = offer(services, rules, stock, order, pieces, options, bits, n)
                if why <= PARTIAL:
                    note_able(pieces, options, n)
        options.node[n].reason = why
