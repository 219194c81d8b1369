"""Answers how the kernels see the world: named tuples of arrays. N nodes, V services, C calendar rows, D days, L lines.

All integers are int64, all money `_e4`, minutes count from 1970 UTC, days from the schedule's base date. Service index
V (one past the last) is the counter: handed over at the node itself, without a carrier. `records` says what a row of a
table of records holds.
"""

from typing import Any, NamedTuple

INFINITE = 1 << 60
NO_LIMIT = 1 << 40
RANK_SHIFT = 1 << 44
"""In a ranked rule a node's rank stands above every cost: search value = rank × RANK_SHIFT + cost."""

SET_PIECES = 6
"""Most pieces of an order whose every set has its load and freights worked out once for all nodes."""

STATES = 1_024
"""Most quantity vectors that the exact search holds: ten whole pieces, or fewer that may be cut."""

MOST_LAYERS = 12
"""Most parcels that are counted for every state; where a plan may have more, it is found node by node."""

PIECE_BITS = 62
"""Pieces beyond this share the last bit of a service's mask, which is set only if all of them may travel by it."""

Array = Any


class Nodes(NamedTuple):
    """What does not change from order to order, a `NODE` each; `xyz[axis, n]` on the unit sphere, if it is `located`.

    `by_code` lists the nodes in code order: ties fall to the lower code, whatever order the nodes came in.
    """

    xyz: Array
    located: Array
    row: Array
    by_code: Array


class Services(NamedTuple):
    """Carrier services (`SERVICE`) with their stretches of transit days (`STRETCH`) and their rate cards.

    Rates (`RATE`) stand by service and zone rule R, `up_to` and `prices` by weight step B besides; zones by card K.
    """

    row: Array
    temperature_hours: Array
    nodes: Array
    stretch: Array
    zone_km: Array
    zone_from: Array
    rate: Array
    up_to: Array
    prices: Array


class Dates(NamedTuple):
    """`first[c, v]` first day a parcel may leave, `cut_off[c, v, d]` minute it leaves (−1: not that day).

    `ready[c]` minute the work is done, `deliver[v, d, days]` day of arrival, `midnight[c, d]` minute a day begins.
    """

    midnight: Array
    cut_off: Array
    first: Array
    ready: Array
    ready_day: Array
    deliver: Array


class Rules(NamedTuple):
    """Every rule of every policy; see `compiled.rules` for the columns of `limits`, `prices` and `weights`.

    `cost[rule, node]`: a `COST`.
    """

    mask: Array
    within_km: Array
    cost: Array
    limits: Array
    ranks: Array
    prices: Array
    weights: Array


class Stock(NamedTuple):
    """The working copy of a run, and the facts of its SKUs (`SKU`). `work[n]`: seconds of an order, a line and a unit.

    `opportunity[sku, n]` has `scarcity[sku, n]` in it, if there is any. `room[n, day]` says in a word what `left` and
    `limit` say of a day; −1 where nobody asked yet.
    """

    available: Array
    opportunity: Array
    scarcity: Array
    markdown: Array
    left: Array
    limit: Array
    room: Array
    work: Array
    sku: Array


class Order(NamedTuple):
    """What is left to place of one request, under one rule. `numbers`: see `ORDER_NUMBERS`."""

    numbers: Array
    xyz: Array
    sku: Array
    quantity: Array
    value: Array
    group: Array
    lane: Array
    lanes: Array
    blocked: Array
    service_ok: Array
    zone_ok: Array
    withhold: Array
    quota: Array


class Orders(NamedTuple):
    """The requests of a run. Lines (`sku` … `lane`) and `held` (see HELD) lie one order behind the other.

    `blocked`, `service_ok`, `zone_ok`, `withhold` and `quota` are tables of which `numbers` names a row for each order.
    """

    numbers: Array
    xyz: Array
    sku: Array
    quantity: Array
    value: Array
    group: Array
    lane: Array
    lanes: Array
    blocked: Array
    service_ok: Array
    zone_ok: Array
    withhold: Array
    quota: Array
    held: Array


ORDER_NUMBERS = (
    "located",
    "promised",
    "counter_node",
    "counter_only",
    "source_methods",
    "counter_methods",
    "rule",
    "capacity_offset",
    "max_parcels",
    "kept",
    "first_rule",
    "rules",
    "complete_only",
    "line_from",
    "line_to",
    "held_from",
    "held_to",
    "blocked_row",
    "services_row",
    "zones_row",
    "channel_row",
)
"""`kept` counts the parcels that earlier rules of the chain placed; `rule` is the one that is tried."""

LOCATED, PROMISED, COUNTER_NODE, COUNTER_ONLY, SOURCE_METHODS, COUNTER_METHODS, RULE, CAPACITY_OFFSET, MOST = range(9)
KEPT, FIRST_RULE, RULES, COMPLETE_ONLY, LINE_FROM, LINE_TO, HELD_FROM, HELD_TO = range(9, 17)
BLOCKED_ROW, SERVICES_ROW, ZONES_ROW, CHANNEL_ROW = range(17, 21)

HELD = ("of", "row", "place", "units")
"""`of` stock: SKU and node; of quota: SKU; of a day: node and day, `of` − OF_DAY its unit as CAPACITY_UNITS."""
HELD_OF, HELD_ROW, HELD_PLACE, HELD_UNITS = range(4)
OF_STOCK, OF_QUOTA, OF_DAY = range(3)

LIMITS = ("max_parcels", "keep_together", "min_value", "min_units", "max_late_hours", "keep_units", "allow_partial")
MAX_PARCELS, KEEP_TOGETHER, MIN_VALUE, MIN_UNITS, MAX_LATE, KEEP_UNITS, ALLOW_PARTIAL = range(7)
SPLIT, LATE_HOUR, FAILED_PICK, FULL_NODE = range(4)
W_PACK, W_PICK, W_HANDLING, W_FREIGHT, W_LATE, W_CAPACITY, W_FAILED, W_OPPORTUNITY, W_MARKDOWN = range(9)


class Pieces(NamedTuple):
    """What the search places (`PIECE`): lines, merged by SKU where they may be cut, tied where they stay together.

    `need[j, p]` units of the order's j-th SKU per step. `counts` = (pieces, SKUs, shares stock, units asked).
    """

    counts: Array
    of_line: Array
    sku_of: Array
    need: Array
    row: Array


class Options(NamedTuple):
    """What each node could do for this order under this rule: an `ANSWER`, by piece a `PART`, by service a `WAY`.

    The first `sums[ABLE]` of `able` are the nodes that can give something, in the network's order: only they are filled
    in whole. The other sums are the least base of a node, the second, and the sum of those below 0. For all nodes:
    `hop[c, v, step]` (`HOP`), `reach[card, zone]` in km, `carried[v, step]` the pieces that a service may carry so far,
    `load[s]` what a set of pieces comes to (row 0: all that was asked), `rate[s, v, zone]` its freight, −1 where nobody
    asked yet. `turn` and `broad` are for listing nodes.
    """

    km: Array
    node: Array
    part: Array
    way: Array
    able: Array
    sums: Array
    turn: Array
    broad: Array
    hop: Array
    reach: Array
    carried: Array
    load: Array
    rate: Array


ABLE, LOW, SECOND, NEGATIVE = range(4)


class Search(NamedTuple):
    """Tables of the exact search, by state (`STATE`): steps per piece as a mixed-radix number.

    `box_*`: the states that one node can send, with the cost of each and of its cheapest way out; a column each, since
    they are gone through from end to end.
    """

    digits: Array
    state: Array
    stride: Array
    billable: Array
    billable_known: Array
    rate: Array
    rate_known: Array
    best: Array
    best_node: Array
    layers: Array
    choice: Array
    box_state: Array
    box_cost: Array
    box_way: Array
    parcel_node: Array
    parcel_take: Array


class Result(NamedTuple):
    """The plan found. `numbers` = (parcels, cost, bound, proven, effort, units filled, needs the large search)."""

    numbers: Array
    node: Array
    service: Array
    day: Array
    ships: Array
    arrives: Array
    terms: Array
    units: Array


PARCELS, COST, BOUND, PROVEN, EFFORT, FILLED, LARGE = range(7)


class Chain(NamedTuple):
    """Where a run stands: which order, which rule of its chain, and what of it is still to be placed.

    `numbers`: see `CHAIN_NUMBERS`. The lines left are `sku` … `lane`; `line` tells which line of the request each is;
    `blocked` is the order's own once a node has given a part.
    """

    numbers: Array
    line: Array
    sku: Array
    quantity: Array
    value: Array
    group: Array
    lane: Array
    blocked: Array


CHAIN_NUMBERS = ("next", "begun", "step", "pending", "lines", "left", "best", "best_filled", "again", "tried")
NEXT, BEGUN, STEP, PENDING, LINES, LEFT, BEST, BEST_FILLED, AGAIN, TRIED = range(10)


class Out(NamedTuple):
    """The decisions of a run. Per order its trace (`reason`, `cost`) and `numbers`; parcels one order behind the other.

    `numbers[i]`: see `OUT_NUMBERS`. Per line of the orders: `left` units unfilled, `gone` where no node has any.
    """

    used: Array
    numbers: Array
    reason: Array
    cost: Array
    left: Array
    gone: Array
    parcel: Array
    terms: Array
    units: Array


OUT_NUMBERS = ("parcel_from", "parcels", "cost", "bound", "proven", "effort", "rule")
O_FROM, O_PARCELS, O_COST, O_BOUND, O_PROVEN, O_EFFORT, O_RULE = range(7)
PARCEL_NUMBERS = ("node", "service", "day", "ships", "arrives", "rule", "minutes")
P_NODE, P_SERVICE, P_DAY, P_SHIPS, P_ARRIVES, P_RULE, P_MINUTES = range(7)
