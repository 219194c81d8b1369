"""Answers by which ways a parcel could leave a node for an order: service, zone, day, arrival, lateness, pressure."""

from routing.core.kernels.fitness import know_distance
from routing.core.kernels.jit import inner
from routing.core.kernels.pricing import transit_step, weighed
from routing.core.kernels.shapes import (
    CAPACITY_OFFSET,
    COUNTER_NODE,
    COUNTER_ONLY,
    FULL_NODE,
    INFINITE,
    LATE_HOUR,
    MAX_LATE,
    NO_LIMIT,
    PIECE_BITS,
    PROMISED,
    RULE,
    W_CAPACITY,
    W_FREIGHT,
    W_LATE,
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

DELIVERED_BY_MINUTE = 20 * 60
NO_SERVICE, CLOSED, NO_CAPACITY, TOO_LATE = 40, 41, 42, 43


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
def fill_carried(services: Services, order: Order, pieces: Pieces, carried: Array) -> None:
    """Fill `carried[v, step]`: the bit set of pieces that service `v` may carry over its `step`-th stretch of days."""
    for v in range(services.card.size):
        for step in range(services.step_days.shape[1]):
            carried[v, step] = 0
            days = services.step_days[v, step]
            if days < 0 or not order.service_ok[v]:
                continue
            bits, rest = 0, True
            for p in range(pieces.counts[0]):
                fits = _carries(services, pieces, v, p, 24 * days)
                if p >= PIECE_BITS:
                    rest = rest and fits
                elif fits:
                    bits |= 1 << p
            carried[v, step] = bits | (1 << PIECE_BITS if rest and pieces.counts[0] > PIECE_BITS else 0)


@inner
def _zone(zone_km: Array, zone_from: Array, zone_ok: Array, card: int, n: int, km: int) -> int:
    """Return the first zone rule of a card that holds for a way, −1 where none does."""
    for rule in range(zone_km.shape[1]):
        if km <= zone_km[card, rule] and zone_ok[card, rule] and zone_from[card, rule, n]:
            return rule
    return -1


@inner
def _has_capacity(left: Array, work: Array, n: int, at: int) -> bool:
    """Say whether a day of node `n` has room for the smallest job: one unit."""
    if min(left[n, at, 0], left[n, at, 1], left[n, at, 2]) <= 0:
        return False
    return bool(left[n, at, 3] * 60 >= work[n, 0] + work[n, 1] + work[n, 2] and left[n, at, 3] > 0)


@inner
def _find_day(
    left: Array, work: Array, cut_off: Array, row: int, v: int, n: int, day: int, ready: int, offset: int
) -> int:
    """Return the first day from `day` on by which a parcel may leave node `n` by `v` and the node has capacity.

    −1: no open day in the horizon. −2: open, but no capacity. `ready`: a day that needs no cut-off, for the counter.
    """
    if day < 0:
        return -1
    while day < cut_off.shape[2]:
        if cut_off[row, v, day] >= 0 or day == ready:
            at = day - offset
            if left.size == 0 or not 0 <= at < left.shape[1]:
                return day
            if _has_capacity(left, work, n, at):
                return day
        day += 1
    return -2


@inner
def _pressure(left: Array, limit: Array, price: int, at: int, n: int) -> int:
    """Return the price of using a node-day: rises with its fullest unit from 0 at an empty one to `price`."""
    most = 0
    for unit in range(4):
        whole, used = limit[n, at, unit], limit[n, at, unit] - left[n, at, unit]
        # Divisions are what this costs: none for a day without a limit or without work.
        if used > 0 and 0 < whole < NO_LIMIT:
            most = max(most, price * used // whole)
    return most


@inner
def _leave(dates: Dates, rules: Rules, stock: Stock, order: Order, options: Options, n: int, v: int, day: int) -> bool:
    """Fill the capacity and the price of leaving `n` by `v` on `day`: False where it arrives too late."""
    rule, at, pressure = order.numbers[RULE], day - order.numbers[CAPACITY_OFFSET], 0
    options.day[n, v] = day
    options.cap_lines[n, v] = options.cap_units[n, v] = options.cap_seconds[n, v] = NO_LIMIT
    options.line_seconds[n], options.unit_seconds[n] = stock.work[n, 1], stock.work[n, 2]
    if stock.left.size > 0 and 0 <= at < stock.left.shape[1]:
        options.cap_lines[n, v], options.cap_units[n, v] = stock.left[n, at, 1], stock.left[n, at, 2]
        options.cap_seconds[n, v] = stock.left[n, at, 3] * 60 - stock.work[n, 0]
        if rules.prices[rule, FULL_NODE]:
            price = _pressure(stock.left, stock.limit, rules.prices[rule, FULL_NODE], at, n)
            pressure = weighed(price, rules.weights[rule, W_CAPACITY])
    late = 0
    if 0 <= order.numbers[PROMISED] < options.arrives[n, v]:
        late = -(-(options.arrives[n, v] - order.numbers[PROMISED]) // 60)
        options.fix[n, v] = pressure + weighed(late * rules.prices[rule, LATE_HOUR], rules.weights[rule, W_LATE])
    else:
        options.fix[n, v] = pressure
    options.late_hours[n, v], options.pressure[n, v] = late, pressure
    return bool(late <= rules.limits[rule, MAX_LATE])


@inner
def _counter(
    nodes: Nodes, services: Services, dates: Dates, rules: Rules, stock: Stock, order: Order, options: Options, n: int
) -> int:
    """Fill the hand-over at node `n` itself; return why it is not possible, 0 if it is."""
    v, row = services.card.size, nodes.calendar_row[n]
    ready = dates.ready_day[row]
    day = _find_day(stock.left, stock.work, dates.cut_off, row, v, n, ready, ready, order.numbers[CAPACITY_OFFSET])
    if day < 0:
        return CLOSED if day == -1 else NO_CAPACITY
    options.mask[n, v], options.zone[n, v] = options.bits[n], 0
    options.arrives[n, v] = dates.ready[row] + (day - ready) * 1_440
    if not _leave(dates, rules, stock, order, options, n, v, day):
        options.fix[n, v] = INFINITE
        return TOO_LATE
    return 0


@inner
def _service(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    options: Options,
    n: int,
    v: int,
    zone: int,
    step: int,
) -> int:
    """Fill the way from node `n` by service `v` in `zone`, `step` stretches of days long; return why it is none."""
    row, days = nodes.calendar_row[n], services.step_days[v, step]
    offset = order.numbers[CAPACITY_OFFSET]
    day = _find_day(stock.left, stock.work, dates.cut_off, row, v, n, dates.first[row, v], -1, offset)
    if day < 0:
        return CLOSED if day == -1 else NO_CAPACITY
    options.zone[n, v] = zone
    options.arrives[n, v] = dates.midnight[row, dates.deliver[v, day, days]] + DELIVERED_BY_MINUTE
    if not _leave(dates, rules, stock, order, options, n, v, day):
        options.fix[n, v] = INFINITE
        return TOO_LATE
    if services.per_km[v, zone]:
        weight = rules.weights[order.numbers[RULE], W_FREIGHT]
        options.fix[n, v] += weighed(services.per_km[v, zone] * options.km[n], weight)
    return 0


@inner
def _services(
    nodes: Nodes, services: Services, dates: Dates, rules: Rules, stock: Stock, order: Order, options: Options, n: int
) -> int:
    """Fill every service out of node `n`; return 0 if one is open, else the reason that came furthest."""
    why, is_open, card, zone = NO_SERVICE, False, -1, -1
    km = options.km[n]
    for v in range(services.card.size):
        if not order.service_ok[v] or not services.nodes[v, n] or km > services.within_km[v]:
            continue
        if services.card[v] != card:
            card = services.card[v]
            zone = _zone(services.zone_km, services.zone_from, order.zone_ok, card, n, km)
        step = transit_step(services.step_km, v, km)
        if zone < 0 or step < 0 or not services.steps[v, zone]:
            continue
        options.mask[n, v] = options.bits[n] & options.carried[v, step]
        if options.mask[n, v]:
            this = _service(nodes, services, dates, rules, stock, order, options, n, v, zone, step)
            is_open = is_open or this == 0
            why = max(why, this)
    return 0 if is_open else why


@inner
def _drop_what_no_service_carries(pieces: Pieces, options: Options, n: int) -> bool:
    """Take away the pieces of node `n` that no open way carries; say whether any is left."""
    carried, left = 0, False
    for v in range(options.fix.shape[1]):
        if options.fix[n, v] < INFINITE:
            carried |= options.mask[n, v]
    if carried == options.bits[n]:
        return True
    for p in range(pieces.counts[0]):
        if not carried >> min(p, PIECE_BITS) & 1:
            options.can[n, p] = 0
        left = left or options.can[n, p] > 0
    return left


@inner
def fill_ways(
    nodes: Nodes,
    services: Services,
    dates: Dates,
    rules: Rules,
    stock: Stock,
    order: Order,
    pieces: Pieces,
    options: Options,
) -> None:
    """Fill the ways out of every node that can give something, and why there is none."""
    fill_carried(services, order, pieces, options.carried)
    for n in range(nodes.paused.size):
        if options.reason[n]:
            continue
        for v in range(options.fix.shape[1]):
            options.fix[n, v] = INFINITE
        know_distance(options.km, nodes.xyz, order.xyz, n)
        if n == order.numbers[COUNTER_NODE]:
            why = _counter(nodes, services, dates, rules, stock, order, options, n)
        elif order.numbers[COUNTER_ONLY]:
            why = NO_SERVICE
        else:
            why = _services(nodes, services, dates, rules, stock, order, options, n)
        if why == 0 and not _drop_what_no_service_carries(pieces, options, n):
            why = NO_SERVICE
        options.reason[n] = why
