"""Answers how the rules of a group follow one another for one order, and what of it each has placed.

The first rule that fills all that is left wins. A rule that allows a partial fill keeps what it can place, and the rest
goes to the next rule; a node that has given a part gives no second one. What is left at the end goes to the rule that
can place most of it (the earliest of equals).
"""

from routing.core.kernels.distances import fill_distances
from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.shapes import (
    AGAIN,
    ALLOW_PARTIAL,
    BEGUN,
    BEST,
    BEST_FILLED,
    BLOCKED_ROW,
    BOUND,
    CAPACITY_OFFSET,
    CHANNEL_ROW,
    COMPLETE_ONLY,
    COST,
    EFFORT,
    FILLED,
    FIRST_RULE,
    HELD_FROM,
    HELD_OF,
    HELD_PLACE,
    HELD_ROW,
    HELD_TO,
    HELD_UNITS,
    KEPT,
    LEFT,
    LINE_FROM,
    LINE_TO,
    LINES,
    LOCATED,
    MOST,
    NEXT,
    O_BOUND,
    O_COST,
    O_EFFORT,
    O_FROM,
    O_PARCELS,
    O_PROVEN,
    O_RULE,
    OF_DAY,
    OF_QUOTA,
    OF_STOCK,
    P_ARRIVES,
    P_DAY,
    P_MINUTES,
    P_NODE,
    P_RULE,
    P_SERVICE,
    P_SHIPS,
    PARCELS,
    PENDING,
    PROVEN,
    RULE,
    RULES,
    SERVICES_ROW,
    SPLIT,
    STEP,
    TRIED,
    ZONES_ROW,
    Array,
    Chain,
    Nodes,
    Options,
    Order,
    Orders,
    Out,
    Result,
    Rules,
    Stock,
)
from routing.core.kernels.tops import PARTIAL, UNKNOWN

GIVES_A_PART = 15
UNSEEN = 255


@inner
def order_of(orders: Orders, chain: Chain, i: int) -> Order:
    """Return what is left of order `i`."""
    numbers, lines = orders.numbers[i], chain.numbers[LINES]
    channel = numbers[CHANNEL_ROW]
    return Order(
        numbers,
        orders.xyz[i],
        chain.sku[:lines],
        chain.quantity[:lines],
        chain.value[:lines],
        chain.group[:lines],
        chain.lane[:lines],
        orders.lanes,
        chain.blocked if numbers[KEPT] else orders.blocked[numbers[BLOCKED_ROW]],
        orders.service_ok[numbers[SERVICES_ROW]],
        orders.zone_ok[numbers[ZONES_ROW]],
        orders.withhold[channel],
        orders.quota[channel],
    )


@inner
def _give_back(stock: Stock, orders: Orders, channel: int, held: Array) -> None:
    """Free what an order holds: of a node's stock, of its channel's quota, or of a unit of a node's day."""
    what, units = held[HELD_OF], held[HELD_UNITS]
    if what == OF_STOCK:
        stock.available[held[HELD_ROW], held[HELD_PLACE]] += units
    elif what == OF_QUOTA:
        orders.quota[channel, held[HELD_ROW]] += units
    elif 0 <= held[HELD_PLACE] < stock.left.shape[1]:
        stock.left[held[HELD_ROW], held[HELD_PLACE], what - OF_DAY] += units
        stock.room[held[HELD_ROW], held[HELD_PLACE]] = UNKNOWN


@inner
def begin(nodes: Nodes, stock: Stock, options: Options, orders: Orders, chain: Chain, out: Out, i: int) -> None:
    """Take up order `i`: all its lines are left, and what it holds is free to it."""
    numbers, first = orders.numbers[i], orders.numbers[i, LINE_FROM]
    for held in range(numbers[HELD_FROM], numbers[HELD_TO]):
        _give_back(stock, orders, numbers[CHANNEL_ROW], orders.held[held])
    chain.numbers[BEGUN], chain.numbers[STEP], chain.numbers[PENDING], chain.numbers[LEFT] = 1, 0, 0, 0
    chain.numbers[BEST], chain.numbers[BEST_FILLED], chain.numbers[AGAIN], chain.numbers[TRIED] = -1, -1, 0, 0
    chain.numbers[LINES] = numbers[LINE_TO] - first
    for line in range(chain.numbers[LINES]):
        chain.line[line], chain.sku[line], chain.quantity[line] = (
            line,
            orders.sku[first + line],
            orders.quantity[first + line],
        )
        chain.value[line], chain.group[line] = orders.value[first + line], orders.group[first + line]
        chain.lane[line] = orders.lane[first + line]
        chain.numbers[LEFT] += orders.quantity[first + line]
        out.left[first + line], out.gone[first + line] = orders.quantity[first + line], False
    for n in range(nodes.row.size):
        out.reason[i, n] = UNSEEN
    out.numbers[i, :] = 0
    out.numbers[i, O_FROM], out.numbers[i, O_PROVEN] = out.used[0], 1
    fill_distances(nodes, numbers[LOCATED], orders.xyz[i], options.km)


@inner
def next_rule(rules: Rules, orders: Orders, chain: Chain, i: int) -> int:
    """Return the rule to try next on what is left of order `i`, −1 when the chain is done.

    First each rule in turn; again those that leave the rest alone, where a part was placed after they were tried; last
    the one that places most.
    """
    first, count = orders.numbers[i, FIRST_RULE], orders.numbers[i, RULES]
    if chain.numbers[LEFT] == 0:
        return -1
    if chain.numbers[STEP] < count:
        return int(first + chain.numbers[STEP])
    while chain.numbers[STEP] < 2 * count:
        rule = first + chain.numbers[STEP] - count
        if chain.numbers[AGAIN] and not rules.limits[rule, ALLOW_PARTIAL]:
            return int(rule)
        chain.numbers[STEP] += 1
    if chain.numbers[STEP] == 2 * count and chain.numbers[BEST] >= 0:
        return int(chain.numbers[BEST])
    return -1


@inner
def _drop_line(chain: Chain, line: int) -> None:
    chain.numbers[LINES] -= 1
    for later in range(line, chain.numbers[LINES]):
        chain.line[later], chain.sku[later] = chain.line[later + 1], chain.sku[later + 1]
        chain.quantity[later], chain.value[later] = chain.quantity[later + 1], chain.value[later + 1]
        chain.group[later], chain.lane[later] = chain.group[later + 1], chain.lane[later + 1]


@inlined
def _cost_alone(options: Options, split: int, n: int) -> int:
    """Return what all that node `n` can send costs in money: no parcel alone is a split, and no price is paid."""
    return int(options.node[n].top_cost - options.node[n].top_scarcity - split)


@inner
def _keep(rules: Rules, options: Options, result: Result, orders: Orders, chain: Chain, out: Out, i: int) -> None:
    """Write down the parcels in `result` and take their units from what is left of order `i`."""
    numbers, first = orders.numbers[i], orders.numbers[i, LINE_FROM]
    if numbers[KEPT] == 0:
        for n in range(chain.blocked.size):
            chain.blocked[n] = orders.blocked[numbers[BLOCKED_ROW], n]
    split = rules.prices[numbers[RULE], SPLIT]
    for k in range(result.numbers[PARCELS]):
        n, at = result.node[k], out.used[0]
        chain.blocked[n] = GIVES_A_PART
        out.reason[i, n], out.cost[i, n] = options.node[n].reason, _cost_alone(options, split, n)
        row = out.parcel[at]
        row[P_NODE], row[P_SERVICE], row[P_DAY], row[P_RULE] = n, result.service[k], result.day[k], numbers[RULE]
        row[P_SHIPS], row[P_ARRIVES] = result.ships[k], result.arrives[k]
        for term in range(result.terms.shape[1]):
            out.terms[at, term] = result.terms[k, term]
        out.units[at, :] = 0
        for line in range(chain.numbers[LINES]):
            units = result.units[k, line]
            out.units[at, chain.line[line]] = units
            out.left[first + chain.line[line]] -= units
            chain.quantity[line] -= units
            chain.numbers[LEFT] -= units
            orders.quota[numbers[CHANNEL_ROW], chain.sku[line]] -= units
        out.used[0] += 1
    numbers[KEPT] += result.numbers[PARCELS]
    for line in range(chain.numbers[LINES] - 1, -1, -1):
        if chain.quantity[line] == 0:
            _drop_line(chain, line)
    out.numbers[i, O_COST] += result.numbers[COST]
    out.numbers[i, O_BOUND] += result.numbers[BOUND]
    out.numbers[i, O_EFFORT] += result.numbers[EFFORT]
    out.numbers[i, O_PROVEN] &= result.numbers[PROVEN]


@inner
def judge(rules: Rules, options: Options, result: Result, orders: Orders, chain: Chain, out: Out, i: int) -> None:
    """Decide what becomes of the attempt in `result`, and which step of the chain is next."""
    numbers, filled = orders.numbers[i], result.numbers[FILLED]
    rule, count = numbers[RULE], numbers[RULES]
    out.numbers[i, O_RULE] = rule
    last = chain.numbers[STEP] >= 2 * count
    more = numbers[KEPT] + result.numbers[PARCELS] < numbers[MOST]
    part = rules.limits[rule, ALLOW_PARTIAL] > 0 and more and chain.numbers[STEP] < count
    if filled == chain.numbers[LEFT] or last:
        _keep(rules, options, result, orders, chain, out, i)
        chain.numbers[STEP] = 2 * count + 1
        return
    if part:
        if filled:
            _keep(rules, options, result, orders, chain, out, i)
            chain.numbers[AGAIN] = chain.numbers[TRIED]
            chain.numbers[BEST], chain.numbers[BEST_FILLED] = -1, -1
    else:
        chain.numbers[TRIED] = 1
        if filled > chain.numbers[BEST_FILLED]:
            chain.numbers[BEST], chain.numbers[BEST_FILLED] = rule, filled
    chain.numbers[STEP] += 1
    if chain.numbers[STEP] == count and chain.numbers[AGAIN]:
        chain.numbers[BEST], chain.numbers[BEST_FILLED] = -1, -1
    if chain.numbers[STEP] >= (2 * count if chain.numbers[AGAIN] else count) and chain.numbers[BEST] == rule:
        # It was tried last: its attempt is at hand.
        _keep(rules, options, result, orders, chain, out, i)
        chain.numbers[STEP] = 2 * count + 1


@inner
def _undo(orders: Orders, out: Out, i: int) -> None:
    """Place nothing of order `i` after all."""
    numbers, first = orders.numbers[i], orders.numbers[i, LINE_FROM]
    for at in range(out.numbers[i, O_FROM], out.used[0]):
        for line in range(numbers[LINE_TO] - first):
            orders.quota[numbers[CHANNEL_ROW], orders.sku[first + line]] += out.units[at, line]
            out.left[first + line] += out.units[at, line]
    out.used[0] = out.numbers[i, O_FROM]
    out.numbers[i, O_COST] = out.numbers[i, O_BOUND] = 0


@inner
def _take(stock: Stock, orders: Orders, out: Out, i: int) -> None:
    """Take what the parcels of order `i` use out of stock and capacity."""
    numbers, first = orders.numbers[i], orders.numbers[i, LINE_FROM]
    for at in range(out.numbers[i, O_FROM], out.used[0]):
        n, units, lines = out.parcel[at, P_NODE], 0, 0
        for line in range(numbers[LINE_TO] - first):
            if out.units[at, line]:
                stock.available[orders.sku[first + line], n] -= out.units[at, line]
                units += out.units[at, line]
                lines += 1
        work = stock.work[n, 0] + lines * stock.work[n, 1] + units * stock.work[n, 2]
        out.parcel[at, P_MINUTES] = -(-work // 60)
        day = out.parcel[at, P_DAY] - numbers[CAPACITY_OFFSET]
        if 0 <= day < stock.left.shape[1]:
            stock.left[n, day, 0] -= 1
            stock.left[n, day, 1] -= lines
            stock.left[n, day, 2] -= units
            stock.left[n, day, 3] -= out.parcel[at, P_MINUTES]
            stock.room[n, day] = UNKNOWN


@inner
def _note_gone(stock: Stock, orders: Orders, out: Out, i: int) -> None:
    """Note for every line that stays unfilled whether no node has any of it."""
    for line in range(orders.numbers[i, LINE_FROM], orders.numbers[i, LINE_TO]):
        if out.left[line]:
            units = 0
            for n in range(stock.available.shape[1]):
                units += stock.available[orders.sku[line], n]
            out.gone[line] = units == 0


@inner
def end(rules: Rules, stock: Stock, options: Options, orders: Orders, chain: Chain, out: Out, i: int) -> None:
    """Close order `i`: write its trace, take what it uses, and pass on to the next."""
    left = chain.numbers[LEFT]
    if left and orders.numbers[i, COMPLETE_ONLY]:
        _undo(orders, out, i)
    if left:
        _note_gone(stock, orders, out, i)
    split = rules.prices[orders.numbers[i, RULE], SPLIT]
    for n in range(options.node.size):
        if out.reason[i, n] == UNSEEN:
            out.reason[i, n] = options.node[n].reason
            out.cost[i, n] = _cost_alone(options, split, n) if options.node[n].reason <= PARTIAL else 0
    out.numbers[i, O_PARCELS] = out.used[0] - out.numbers[i, O_FROM]
    _take(stock, orders, out, i)
    chain.numbers[NEXT] += 1
    chain.numbers[BEGUN] = 0
