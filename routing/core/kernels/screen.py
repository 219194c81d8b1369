"""Answers, for every node, whether it could serve an order under a rule, with what, when, and at which prices.

A node that could not gets the one reason for which it fell out: first those of `fitness`, then those of its ways.
"""

from routing.core.kernels.fitness import distances, fixed_reason, supply
from routing.core.kernels.jit import inner
from routing.core.kernels.pricing import freight, transit_days, weighed
from routing.core.kernels.shapes import (
    CAPACITY_OFFSET,
    COUNTER_NODE,
    COUNTER_ONLY,
    FAILED_PICK,
    FULL_NODE,
    INFINITE,
    LATE_HOUR,
    MAX_LATE,
    NO_LIMIT,
    PIECE_BITS,
    PROMISED,
    RULE,
    SPLIT,
    W_CAPACITY,
    W_FAILED,
    W_FREIGHT,
    W_HANDLING,
    W_LATE,
    W_MARKDOWN,
    W_OPPORTUNITY,
    W_PACK,
    W_PICK,
    Dates,
    Nodes,
    Options,
    Order,
    Pieces,
    Rules,
    Services,
    Stock,
)

DELIVERED_BY_MINUTE = 20 * 60
NO_SERVICE, CLOSED, NO_CAPACITY, TOO_LATE = 40, 41, 42, 43


@inner
def _zone(services: Services, order: Order, v: int, n: int, km: int) -> int:
    """Return the first zone rule of the service's card that holds for this way, −1 where none does."""
    card = services.card[v]
    for rule in range(services.zone_km.shape[1]):
        if order.zone_ok[card, rule] and services.zone_from[card, rule, n] and km <= services.zone_km[card, rule]:
            return rule if services.steps[v, rule] else -1
    return -1


@inner
def _carries(services: Services, pieces: Pieces, v: int, p: int, hours: int) -> bool:
    """Say whether service `v` may carry piece `p` for `hours`."""
    if pieces.hazmat[p] & ~services.hazmat[v] or pieces.heaviest[p] > services.max_package[v]:
        return False
    if pieces.side[p] > services.max_side[v] or (pieces.age[p] and not services.adult[v]):
        return False
    for kind in range(services.temperature_hours.shape[1]):
        if pieces.temperature[p] >> kind & 1 and hours > services.temperature_hours[v, kind]:
            return False
    # A class that nobody knows is carried by nobody.
    return bool(pieces.temperature[p] >> services.temperature_hours.shape[1] == 0)


@inner
def _mask(services: Services, pieces: Pieces, options: Options, n: int, v: int, hours: int) -> int:
    """Return the bit set of pieces that node `n` can give and service `v` may carry; `hours` < 0 is the counter."""
    mask, rest = 0, True
    for p in range(pieces.counts[0]):
        fits = hours < 0 or _carries(services, pieces, v, p, hours)
        if p >= PIECE_BITS:
            rest = rest and fits
        elif fits and options.can[n, p]:
            mask |= 1 << p
    return mask | (1 << PIECE_BITS if rest and pieces.counts[0] > PIECE_BITS else 0)


@inner
def _find_day(stock: Stock, dates: Dates, order: Order, options: Options, n: int, v: int, row: int) -> int:
    """Return the first day on which a parcel may leave node `n` by `v` and the node has capacity.

    −1: no open day in the horizon. −2: open, but no capacity. Fills the lines and units that the day has left.
    """
    counter = v == dates.first.shape[1] - 1
    day = dates.ready_day[row] if counter else dates.first[row, v]
    if day < 0:
        return -1
    while day < dates.cut_off.shape[2]:
        at = day - order.numbers[CAPACITY_OFFSET]
        options.cap_lines[n, v] = options.cap_units[n, v] = NO_LIMIT
        within = stock.left.size > 0 and 0 <= at < stock.left.shape[1]
        if dates.cut_off[row, v, day] >= 0 or (counter and day == dates.ready_day[row]):
            if not within:
                return int(day)
            options.cap_lines[n, v], options.cap_units[n, v] = stock.left[n, at, 1], stock.left[n, at, 2]
            if min(stock.left[n, at, 0], stock.left[n, at, 1], stock.left[n, at, 2]) > 0:
                return int(day)
        day += 1
    return -2


@inner
def _pressure(stock: Stock, price: int, at: int, n: int) -> int:
    """Return the price of using a node-day: rises with its fullest unit from 0 at an empty one to `price`."""
    if price == 0 or stock.left.size == 0 or not 0 <= at < stock.left.shape[1]:
        return 0
    most = 0
    for unit in range(3):
        limit = stock.limit[n, at, unit]
        if 0 < limit < NO_LIMIT:
            most = max(most, price * (limit - stock.left[n, at, unit]) // limit)
    return int(most)


@inner
def _price_way(stock: Stock, rules: Rules, dates: Dates, order: Order, options: Options, n: int, v: int) -> bool:
    """Fill the fixed price of leaving `n` by `v` on its day: lateness and pressure; False where it is too late."""
    rule = order.numbers[RULE]
    late = 0
    if order.numbers[PROMISED] >= 0:
        late = max(0, -(-(options.arrives[n, v] - order.numbers[PROMISED]) // 60))
    options.late_hours[n, v] = late
    at = options.day[n, v] - order.numbers[CAPACITY_OFFSET]
    pressure = weighed(_pressure(stock, rules.prices[rule, FULL_NODE], at, n), rules.weights[rule, W_CAPACITY])
    options.pressure[n, v] = pressure
    options.fix[n, v] += pressure + weighed(late * rules.prices[rule, LATE_HOUR], rules.weights[rule, W_LATE])
    return bool(late <= rules.limits[rule, MAX_LATE])


@inner
def _try_service(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    n: int,
    v: int,
) -> int:
    """Fill the way from node `n` by service `v`; return why it is none, 0 if it is one."""
    km, row = options.km[n], nodes.calendar_row[n]
    options.fix[n, v] = INFINITE
    if not order.service_ok[v] or not services.nodes[v, n] or km > services.within_km[v]:
        return NO_SERVICE
    zone, days = _zone(services, order, v, n, km), transit_days(services, v, km)
    if zone < 0 or days < 0:
        return NO_SERVICE
    options.mask[n, v] = _mask(services, pieces, options, n, v, 24 * days)
    if not options.mask[n, v]:
        return NO_SERVICE
    day = _find_day(stock, dates, order, options, n, v, row)
    if day < 0:
        return CLOSED if day == -1 else NO_CAPACITY
    options.zone[n, v], options.day[n, v] = zone, day
    options.arrives[n, v] = dates.midnight[row, dates.deliver[v, day, days]] + DELIVERED_BY_MINUTE
    weight = rules.weights[order.numbers[RULE], W_FREIGHT]
    options.fix[n, v] = weighed(services.per_km[v, zone] * km, weight)
    if not _price_way(stock, rules, dates, order, options, n, v):
        options.fix[n, v] = INFINITE
        return TOO_LATE
    return 0


@inner
def _try_counter(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    n: int,
) -> int:
    """Fill the hand-over at node `n` itself; return why it is not possible, 0 if it is."""
    v, row = services.card.size, nodes.calendar_row[n]
    options.fix[n, v] = INFINITE
    day = _find_day(stock, dates, order, options, n, v, row)
    if day < 0:
        return CLOSED if day == -1 else NO_CAPACITY
    options.mask[n, v] = _mask(services, pieces, options, n, v, -1)
    options.zone[n, v], options.day[n, v], options.fix[n, v] = 0, day, 0
    waits = (day - dates.ready_day[row]) * 1_440
    options.arrives[n, v] = dates.ready[row] + waits
    if not _price_way(stock, rules, dates, order, options, n, v):
        options.fix[n, v] = INFINITE
        return TOO_LATE
    return 0


@inner
def _fill_costs(
    nodes: Nodes, rules: Rules, stock: Stock, order: Order, pieces: Pieces, options: Options, n: int
) -> None:
    """Fill what a parcel, a picked SKU and a step cost at node `n`, each weighed on its own so that sums stay exact."""
    rule = order.numbers[RULE]
    weights, prices = rules.weights[rule], rules.prices[rule]
    options.fixed[n] = weighed(nodes.fulfillment[n], weights[W_PACK]) + prices[SPLIT]
    options.fixed[n] += rules.parcel[rule, n] + rules.per_km[rule, n] * options.km[n]
    failed = weighed(nodes.failed_ppm[n] * prices[FAILED_PICK] // 1_000_000, weights[W_FAILED])
    pick = weighed(nodes.line[n], weights[W_PICK])
    unit = weighed(nodes.unit[n], weights[W_HANDLING])
    for p in range(pieces.counts[0]):
        options.pick_cost[n, p] = pieces.skus[p] * (pick + failed)
        cost = pieces.units[p] * unit
        if stock.opportunity.size or stock.markdown.size:
            for j in range(pieces.counts[1]):
                cost += pieces.need[j, p] * later_use(stock, weights, pieces.sku_of[j], n)
        options.step_cost[n, p] = cost


@inner
def later_use(stock: Stock, weights: object, sku: int, n: int) -> int:
    """Return what taking one unit now costs later: opportunity less markdown relief, each weighed."""
    cost = 0
    if stock.opportunity.size:
        cost += weighed(stock.opportunity[sku, n], weights[W_OPPORTUNITY])  # type: ignore[index]  # an array
    if stock.markdown.size:
        cost -= weighed(stock.markdown[sku, n], weights[W_MARKDOWN])  # type: ignore[index]  # an array
    return cost


@inner
def _drop_what_no_service_carries(pieces: Pieces, options: Options, n: int) -> bool:
    """Take away the pieces of node `n` that no open way carries; say whether any is left."""
    carried, left = 0, False
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] < INFINITE:
            carried |= options.mask[n, v]
    for p in range(pieces.counts[0]):
        if not carried >> min(p, PIECE_BITS) & 1:
            options.can[n, p] = 0
        left = left or options.can[n, p] > 0
    return left


@inner
def _open_ways(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
    n: int,
) -> int:
    """Fill every way out of node `n`; return the reason that came furthest if none is open, else 0."""
    counter, why = services.card.size, NO_SERVICE
    options.fix[n, :] = INFINITE
    if n == order.numbers[COUNTER_NODE]:
        why = _try_counter(nodes, services, dates, rules, stock, order, pieces, options, n)
        open_one = why == 0
    else:
        open_one = False
        if not order.numbers[COUNTER_ONLY]:
            for v in range(counter):
                this = _try_service(nodes, services, dates, rules, stock, order, pieces, options, n, v)
                open_one = open_one or this == 0
                why = max(why, this)
    if open_one:
        return 0 if _drop_what_no_service_carries(pieces, options, n) else NO_SERVICE
    return why


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
    distances(nodes, order, options.km)
    for n in range(nodes.paused.size):
        options.top_cost[n] = options.top_units[n] = options.rank[n] = 0
        options.can[n, : pieces.counts[0]] = 0
        why = fixed_reason(nodes, rules, order, options, n)
        if not why:
            why = supply(nodes, rules, stock, order, pieces, options, n)
        if not why:
            why = _open_ways(nodes, services, dates, rules, stock, order, pieces, options, n)
        if not why:
            _fill_costs(nodes, rules, stock, order, pieces, options, n)
        else:
            options.can[n, : pieces.counts[0]] = 0
        options.reason[n] = why


@inner
def parcel_freight(services: Services, rules: Rules, rule: int, v: int, zone: int, grams: int, volume: int) -> int:
    """Return the weighed freight of a parcel without its way per km; 0 at the counter."""
    if v == services.card.size:
        return 0
    return weighed(freight(services, v, zone, grams, volume), rules.weights[rule, W_FREIGHT])
