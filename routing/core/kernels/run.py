"""Answers a run of orders in one call: each against what those before it left, rule after rule of its chain."""

from routing.core.kernels.chain import begin, end, judge, next_rule, order_of
from routing.core.kernels.finish import finish
from routing.core.kernels.jit import entry
from routing.core.kernels.shapes import (
    BEGUN,
    LARGE,
    LINE_FROM,
    LINE_TO,
    NEXT,
    PENDING,
    RULE,
    Chain,
    Dates,
    Nodes,
    Options,
    Order,
    Orders,
    Out,
    Pieces,
    Result,
    Rules,
    Search,
    Services,
    Stock,
)
from routing.core.kernels.solve import place, prepare

SOURCES = "9b4dec4f9ab65873"
"""The digest of all kernels. The compiler's cache looks at this file alone, so a change elsewhere must change this
line, or an installation would go on with yesterday's kernels; `test_kernel_sources` prints the line to write."""

DONE, WANTS_LARGE, OUT_FULL = 0, 1, 2


@entry
def decide_orders(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    orders: Orders,
    pieces: Pieces,
    options: Options,
    search: Search,
    result: Result,
    chain: Chain,
    out: Out,
) -> int:
    """Decide the orders from `chain` on. WANTS_LARGE: the large search must fill `result`; call again afterwards.

    OUT_FULL: the next order may have more parcels than `out` has room for.
    """
    while chain.numbers[NEXT] < orders.numbers.shape[0]:
        i = chain.numbers[NEXT]
        if not chain.numbers[BEGUN]:
            units = 0
            for line in range(orders.numbers[i, LINE_FROM], orders.numbers[i, LINE_TO]):
                units += orders.quantity[line]
            if out.used[0] + min(units, nodes.row.size) > out.parcel.shape[0]:
                return OUT_FULL
            begin(nodes, stock, options, orders, chain, out, i)
        rule = next_rule(rules, orders, chain, i)
        while rule >= 0:
            if not chain.numbers[PENDING]:
                orders.numbers[i, RULE] = rule
                order = order_of(orders, chain, i)
                prepare(nodes, services, dates, rules, stock, order, pieces, options)
                place(nodes, services, dates, rules, stock, order, pieces, options, search, result)
                if result.numbers[LARGE]:
                    chain.numbers[PENDING] = 1
                    return WANTS_LARGE
            chain.numbers[PENDING] = 0
            judge(rules, options, result, orders, chain, out, i)
            rule = next_rule(rules, orders, chain, i)
        end(rules, stock, options, orders, chain, out, i)
    return DONE


@entry
def price_plan(
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
    """Fill `result` from the nodes and steps in `search.parcel_node` and `search.parcel_take`: a plan made outside."""
    finish(nodes, services, dates, rules, stock, order, pieces, options, search, result, parcels)
