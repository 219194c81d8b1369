"""Answers by which ways a parcel could leave a node for an order: service, zone, day, arrival, lateness, pressure."""

from routing.core.kernels.jit import inlined, inner
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
UNKNOWN, FULL, USED, UNUSED = -1, 0, 1, 2
"""What is left of a node-day: not enough for the smallest job (one unit), a part, or all of what has a limit."""

NO_SERVICE, CLOSED, NO_CAPACITY, TOO_LATE = 40, 41, 42, 43


@inlined
def _carries(services: Services, pieces: Pieces, v: int, p: int, hours: int) -> bool:
    """Say whether service `v` may carry piece `p` for `hours`."""
    service, piece = services.row[v], pieces.row[p]
    if piece.hazmat & ~service.hazmat or piece.heaviest > service.max_package:
        return False
    if piece.side > service.max_side or (piece.age and not service.adult):
        return False
    for kind in range(services.temperature_hours.shape[1]):
        if piece.temperature >> kind & 1 and hours > services.temperature_hours[v, kind]:
            return False
    # A class that nobody knows is carried by nobody.
    return bool(piece.temperature >> services.temperature_hours.shape[1] == 0)


@inner
def fill_carried(services: Services, order: Order, pieces: Pieces, carried: Array) -> None:
    """Fill `carried[v, step]`: the bit set of pieces that service `v` may carry over its `step`-th stretch of days."""
    for v in range(services.row.size):
        for step in range(services.stretch.shape[1]):
            carried[v, step] = 0
            days = services.stretch[v, step].days
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
def forget_hops(services: Services, order: Order, options: Options) -> None:
    """Begin an order: no hop is known, and a zone rule that does not speak of its destination reaches nowhere."""
    for row in range(options.hop.shape[0]):
        for v in range(options.hop.shape[1]):
            for step in range(options.hop.shape[2]):
                options.hop[row, v, step].known = False
    for card in range(options.reach.shape[0]):
        for rule in range(options.reach.shape[1]):
            options.reach[card, rule] = services.zone_km[card, rule] if order.zone_ok[card, rule] else -1


@inlined
def _zone(services: Services, options: Options, card: int, n: int, km: int) -> int:
    """Return the first zone rule of a card that holds for a way, −1 where none does."""
    found = -1
    # All are looked at, from the last: the processor guesses a choice wrong that depends on the node.
    for rule in range(options.reach.shape[1] - 1, -1, -1):
        found = rule if (km <= options.reach[card, rule]) & services.zone_from[n, card, rule] else found
    return found


@inlined
def _room(stock: Stock, n: int, at: int) -> int:
    """Return what is left of a day of node `n`, worked out when first asked; `room[n, at]` keeps it."""
    if stock.room[n, at] == UNKNOWN:
        left, limit = stock.left[n, at], stock.limit[n, at]
        work = stock.work[n, 0] + stock.work[n, 1] + stock.work[n, 2]
        is_open = min(left[0], left[1], left[2], left[3]) > 0 and left[3] * 60 >= work
        used = False
        for unit in range(4):
            used = used or (left[unit] < limit[unit] and 0 < limit[unit] < NO_LIMIT)
        stock.room[n, at] = (USED if used else UNUSED) if is_open else FULL
    return int(stock.room[n, at])


@inlined
def _has_room(stock: Stock, n: int, at: int) -> bool:
    """Say whether a day of node `n` takes one more job; days past the tables do."""
    return bool(not 0 <= at < stock.room.shape[1] or _room(stock, n, at) != FULL)


@inner
def _find_day(stock: Stock, dates: Dates, row: int, v: int, n: int, day: int, ready: int, offset: int) -> int:
    """Return the first day from `day` on by which a parcel may leave node `n` by `v` and the node has capacity.

    −1: no open day in the horizon. −2: open, but no capacity. `ready`: a day that needs no cut-off, for the counter.
    """
    if day < 0:
        return -1
    while day < dates.cut_off.shape[2]:
        if (dates.cut_off[row, v, day] >= 0 or day == ready) and _has_room(stock, n, day - offset):
            return day
        day += 1
    return -2


@inlined
def _pressure(stock: Stock, price: int, n: int, at: int) -> int:
    """Return the price of using a node-day: rises with its fullest unit from 0 at an empty one to `price`."""
    most = 0
    for unit in range(4):
        whole, used = stock.limit[n, at, unit], stock.limit[n, at, unit] - stock.left[n, at, unit]
        # Divisions are what this costs: none for a day without a limit or without work.
        if used > 0 and 0 < whole < NO_LIMIT:
            most = max(most, price * used // whole)
    return most


@inlined
def _late(rules: Rules, order: Order, arrives: int) -> tuple[int, int]:
    """Return (hours late, their weighed price) of a parcel that arrives at a minute."""
    rule, promised = order.numbers[RULE], order.numbers[PROMISED]
    if not 0 <= promised < arrives:
        return 0, 0
    hours = -(-(arrives - promised) // 60)
    return hours, weighed(hours * rules.prices[rule, LATE_HOUR], rules.weights[rule, W_LATE])


@inlined
def _leave(
    rules: Rules, stock: Stock, order: Order, options: Options, n: int, v: int, day: int, hours: int, price: int
) -> bool:
    """Fill the capacity and the price of leaving `n` by `v` on `day`, `hours` late: False where that is too late."""
    rule, at, way = order.numbers[RULE], day - order.numbers[CAPACITY_OFFSET], options.way[n, v]
    if hours > rules.limits[rule, MAX_LATE]:
        return False
    way.day, way.fix, way.late_hours, way.pressure = day, price, hours, 0
    if 0 <= at < stock.room.shape[1]:
        left = stock.left[n, at]
        way.cap_lines, way.cap_units, way.cap_seconds = left[1], left[2], left[3] * 60 - stock.work[n, 0]
        if stock.room[n, at] == USED and rules.prices[rule, FULL_NODE]:
            pressure = _pressure(stock, rules.prices[rule, FULL_NODE], n, at)
            way.pressure = weighed(pressure, rules.weights[rule, W_CAPACITY])
            way.fix += way.pressure
    else:
        way.cap_lines = way.cap_units = way.cap_seconds = NO_LIMIT
    return True


@inlined
def _counter(
    nodes: Nodes, services: Services, dates: Dates, rules: Rules, stock: Stock, order: Order, options: Options, n: int
) -> int:
    """Fill the way over the counter of node `n`; return why there is none, 0 if there is one."""
    v, row = services.row.size, nodes.row[n].calendar_row
    ready, way = dates.ready_day[row], options.way[n, v]
    day = _find_day(stock, dates, row, v, n, ready, ready, order.numbers[CAPACITY_OFFSET])
    if day < 0:
        return CLOSED if day == -1 else NO_CAPACITY
    way.mask, way.zone = options.node[n].bits, 0
    way.arrives = dates.ready[row] + (day - ready) * 1_440
    hours, price = _late(rules, order, way.arrives)
    return 0 if _leave(rules, stock, order, options, n, v, day, hours, price) else TOO_LATE


@inlined
def _arrival(services: Services, dates: Dates, row: int, v: int, step: int, day: int) -> int:
    """Return the minute at which a parcel arrives that leaves by `v` on `day`."""
    return int(dates.midnight[row, dates.deliver[v, day, services.stretch[v, step].days]] + DELIVERED_BY_MINUTE)


@inner
def _know_hop(
    services: Services, dates: Dates, rules: Rules, order: Order, options: Options, row: int, v: int, step: int
) -> None:
    """Fill what leaving on the first day is like, for all nodes of a calendar row: by `v`, `step` stretches far."""
    hop = options.hop[row, v, step]
    hop.known, hop.day = True, dates.first[row, v]
    if hop.day >= 0:
        hop.arrives = _arrival(services, dates, row, v, step, hop.day)
        hop.late_hours, hop.price = _late(rules, order, hop.arrives)


@inlined
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
    row, way, offset = nodes.row[n].calendar_row, options.way[n, v], order.numbers[CAPACITY_OFFSET]
    hop = options.hop[row, v, step]
    if not hop.known:
        _know_hop(services, dates, rules, order, options, row, v, step)
    day, arrives, hours, price = hop.day, hop.arrives, hop.late_hours, hop.price
    if day < 0 or not _has_room(stock, n, day - offset):
        day = _find_day(stock, dates, row, v, n, day, -1, offset)
        if day < 0:
            return CLOSED if day == -1 else NO_CAPACITY
        arrives = _arrival(services, dates, row, v, step, day)
        hours, price = _late(rules, order, arrives)
    way.zone, way.arrives = zone, arrives
    if not _leave(rules, stock, order, options, n, v, day, hours, price):
        return TOO_LATE
    per_km = services.rate[v, zone].per_km
    if per_km:
        way.fix += weighed(per_km * options.km[n], rules.weights[order.numbers[RULE], W_FREIGHT])
    return 0


@inlined
def _services(
    nodes: Nodes, services: Services, dates: Dates, rules: Rules, stock: Stock, order: Order, options: Options, n: int
) -> int:
    """Fill every service out of node `n`; return 0 if one is open, else the reason that came furthest."""
    why, is_open, card, zone = NO_SERVICE, False, -1, -1
    km, bits = options.km[n], options.node[n].bits
    for v in range(services.row.size):
        service, way = services.row[v], options.way[n, v]
        if not order.service_ok[v] or not services.nodes[v, n] or km > service.within_km:
            continue
        if service.card != card:
            card = service.card
            zone = _zone(services, options, card, n, km)
        step = transit_step(services, v, km)
        if zone < 0 or step < 0 or not services.rate[v, zone].steps:
            continue
        way.mask = bits & options.carried[v, step]
        if way.mask:
            this = _service(nodes, services, dates, rules, stock, order, options, n, v, zone, step)
            is_open = is_open or this == 0
            why = max(why, this)
    return 0 if is_open else why


@inlined
def _drop_what_no_service_carries(pieces: Pieces, options: Options, n: int) -> bool:
    """Take away the pieces of node `n` that no open way carries; say whether any is left."""
    carried, left = 0, False
    for v in range(options.way.shape[1]):
        if options.way[n, v].fix < INFINITE:
            carried |= options.way[n, v].mask
    if carried == options.node[n].bits:
        return True
    for p in range(pieces.counts[0]):
        if not carried >> min(p, PIECE_BITS) & 1:
            options.part[n, p].can = 0
        left = left or options.part[n, p].can > 0
    return left


@inlined
def way_out(
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
    """Fill the ways out of node `n`, which can give something; return why there is none, 0 if there is one."""
    node = options.node[n]
    node.line_seconds, node.unit_seconds = stock.work[n, 1], stock.work[n, 2]
    for v in range(options.way.shape[1]):
        options.way[n, v].fix = INFINITE
    if n == order.numbers[COUNTER_NODE]:
        why = _counter(nodes, services, dates, rules, stock, order, options, n)
    elif order.numbers[COUNTER_ONLY]:
        why = NO_SERVICE
    else:
        why = _services(nodes, services, dates, rules, stock, order, options, n)
    return NO_SERVICE if why == 0 and not _drop_what_no_service_carries(pieces, options, n) else why
