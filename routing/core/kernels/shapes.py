"""Answers how the kernels see the world: named tuples of arrays. N nodes, V services, C calendar rows, D days, L lines.

All integers are int64, all money `_e4`, minutes count from 1970 UTC, days from the schedule's base date. Service index
V (one past the last) is the counter: handed over at the node itself, without a carrier.
"""

from typing import Any, NamedTuple

INFINITE = 1 << 60
NO_LIMIT = 1 << 40
RANK_SHIFT = 1 << 44
"""In a ranked rule a node's rank stands above every cost: search value = rank × RANK_SHIFT + cost."""

STATES = 1_024
"""Most quantity vectors that the exact search holds: ten whole pieces, or fewer that may be cut."""

PIECE_BITS = 62
"""Pieces beyond this share the last bit of a service's mask, which is set only if all of them may travel by it."""

Array = Any


class Nodes(NamedTuple):
    """What does not change from order to order. `methods`, `hazmat`, `temperature` are bit sets.

    `by_code` lists the nodes in code order: ties fall to the lower code, whatever order the nodes came in.
    """

    xyz: Array
    located: Array
    paused: Array
    methods: Array
    hazmat: Array
    temperature: Array
    max_grams: Array
    oversize: Array
    calendar_row: Array
    fulfillment: Array
    line: Array
    unit: Array
    failed_ppm: Array
    by_code: Array


class Services(NamedTuple):
    """Carrier services with their rate cards (card K, zone rule R, weight step B)."""

    hazmat: Array
    temperature_hours: Array
    max_package: Array
    max_side: Array
    adult: Array
    nodes: Array
    within_km: Array
    step_km: Array
    step_days: Array
    card: Array
    divisor: Array
    zone_km: Array
    zone_from: Array
    steps: Array
    up_to: Array
    prices: Array
    per_kg: Array
    per_km: Array


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
    """Every rule of every policy; see `compiled.rules` for the columns of `limits`, `prices` and `weights`."""

    mask: Array
    within_km: Array
    parcel: Array
    per_km: Array
    limits: Array
    ranks: Array
    prices: Array
    weights: Array


class Stock(NamedTuple):
    """The working copy of a run, and the facts of its SKUs."""

    available: Array
    opportunity: Array
    markdown: Array
    left: Array
    limit: Array
    grams: Array
    volume: Array
    side: Array
    hazmat: Array
    temperature: Array
    oversize: Array
    age: Array


class Order(NamedTuple):
    """One request. `numbers`: see `ORDER_NUMBERS`."""

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
)
LOCATED, PROMISED, COUNTER_NODE, COUNTER_ONLY, SOURCE_METHODS, COUNTER_METHODS, RULE, CAPACITY_OFFSET, MOST = range(9)

LIMITS = ("max_parcels", "keep_together", "min_value", "min_units", "max_late_hours", "keep_units")
MAX_PARCELS, KEEP_TOGETHER, MIN_VALUE, MIN_UNITS, MAX_LATE, KEEP_UNITS = range(6)
SPLIT, LATE_HOUR, FAILED_PICK, FULL_NODE = range(4)
W_PACK, W_PICK, W_HANDLING, W_FREIGHT, W_LATE, W_CAPACITY, W_FAILED, W_OPPORTUNITY, W_MARKDOWN = range(9)


class Pieces(NamedTuple):
    """What the search places: lines, merged by SKU where they may be cut, tied where they stay together.

    Per piece p: `want` steps (units of a cut piece; 1 for a whole one), and per step its units, grams, mm³, value.
    `need[j, p]` units of the order's j-th SKU per step. `counts` = (pieces, SKUs, shares stock, units asked).
    """

    counts: Array
    of_line: Array
    sku_of: Array
    need: Array
    asked: Array
    want: Array
    whole: Array
    lines: Array
    skus: Array
    units: Array
    grams: Array
    volume: Array
    value: Array
    hazmat: Array
    temperature: Array
    heaviest: Array
    side: Array
    age: Array
    oversize: Array


class Options(NamedTuple):
    """What each node could do for this order under this rule. Per node n, service v, piece p."""

    reason: Array
    km: Array
    can: Array
    step_cost: Array
    pick_cost: Array
    fixed: Array
    fix: Array
    zone: Array
    day: Array
    arrives: Array
    mask: Array
    cap_lines: Array
    cap_units: Array
    late_hours: Array
    pressure: Array
    top_cost: Array
    top_units: Array
    top_fits: Array
    rank: Array
    base: Array


class Search(NamedTuple):
    """Tables of the exact search, by state: steps per piece as a mixed-radix number."""

    digits: Array
    mask: Array
    units: Array
    lines: Array
    value: Array
    grams: Array
    volume: Array
    stride: Array
    rate: Array
    rate_known: Array
    best: Array
    best_node: Array
    layers: Array
    choice: Array
    box_state: Array
    box_cost: Array
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
