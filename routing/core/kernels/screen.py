"""Answers, for every node, whether it could serve an order under a rule, with what, when, and at which prices.

A node that could not gets the one reason for which it fell out: first those of `fitness`, then those of its `ways`.
Each stage passes once over all nodes, so that its tables stay in the processor's cache.
"""

from routing.core.kernels.fitness import fill_reasons, fill_supply
from routing.core.kernels.jit import inner
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
from routing.core.kernels.ways import fill_ways


@inner
def later_use(stock: Stock, weights: Array, sku: int, n: int) -> int:
    """Return what taking one unit now costs later: opportunity less markdown relief, each weighed."""
    cost = 0
    if stock.opportunity.size:
        cost += weighed(stock.opportunity[sku, n], weights[W_OPPORTUNITY])
    if stock.markdown.size:
        cost -= weighed(stock.markdown[sku, n], weights[W_MARKDOWN])
    return cost


@inner
def _fill_costs(rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options) -> None:
    """Fill what a parcel, a picked SKU and a step cost at each node, each weighed on its own: sums stay exact."""
    rule = order.numbers[RULE]
    split, aged = rules.prices[rule, SPLIT], stock.opportunity.size > 0 or stock.markdown.size > 0
    for n in range(options.reason.size):
        if options.reason[n]:
            for p in range(pieces.counts[0]):
                options.can[n, p] = 0
            continue
        fixed = rules.pack[rule, n] + split + rules.parcel[rule, n]
        if rules.per_km[rule, n]:
            fixed += rules.per_km[rule, n] * options.km[n]
        options.fixed[n] = fixed
        for p in range(pieces.counts[0]):
            options.pick_cost[n, p] = pieces.skus[p] * rules.pick[rule, n]
            cost = pieces.units[p] * rules.unit[rule, n]
            if aged:
                for j in range(pieces.counts[1]):
                    cost += pieces.need[j, p] * later_use(stock, rules.weights[rule], pieces.sku_of[j], n)
            options.step_cost[n, p] = cost


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
    """Fill `options` for every node: a reason, or what it can give, how and at what price (reason 0)."""
    fill_reasons(nodes, rules, order, options)
    fill_supply(nodes, rules, stock, order, pieces, options)
    fill_ways(nodes, services, dates, rules, stock, order, pieces, options)
    _fill_costs(rules, stock, order, pieces, options)
