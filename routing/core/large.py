"""Answers orders beyond the exact search: a plan within counted effort, and a bound that says how good any can be.

A greedy plan is the ceiling, Lagrangian prices the floor; ways whose use alone lifts the floor over the ceiling are
dropped; HiGHS solves what is left of the linear model. Both plans are priced truly and the better one is taken. Where
cost = fixed + per piece, the model is the truth and the plan is proven; else the gap is what freight adds to it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.core.kernels.run import price_plan
from routing.core.kernels.shapes import (
    BOUND,
    COST,
    EFFORT,
    FILLED,
    INFINITE,
    KEEP_UNITS,
    KEPT,
    LARGE,
    MAX_PARCELS,
    MIN_UNITS,
    MIN_VALUE,
    MOST,
    PIECE_BITS,
    PROVEN,
    RULE,
    SPLIT,
    W_FREIGHT,
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
from routing.core.large_model import Model, ProgramBuilder, find_prices, greedy_plan
from routing.core.mip import minimize
from routing.core.reasons import Reason

Int = NDArray[np.int64]
MOST_PAIRS = 8_000
"""Most (way, piece) pairs that the integer program is given; beyond, the greedy plan stands with its floor."""


WAY_COLUMNS = (
    *("node", "service", "base", "rank", "can", "step", "pick"),
    *("cap_lines", "cap_units", "cap_seconds", "line_seconds", "unit_seconds"),
)
"""The fields of a model that have one row a way."""


class World(NamedTuple):
    """What the kernels were called with, by name."""

    nodes: Nodes
    services: Services
    dates: Dates
    rules: Rules
    stock: Stock
    order: Order
    pieces: Pieces
    options: Options
    search: Search
    result: Result

    @property
    def first_split(self) -> int:
        """The split price that the search counts and the plan does not: no split brings an order's first parcel."""
        return 0 if self.order.numbers[KEPT] else int(self.rules.prices[self.rule, SPLIT])

    @property
    def rule(self) -> int:
        """The rule under which the order is tried."""
        return int(self.order.numbers[RULE])


def _base(world: World, n: int, v: int) -> int:
    options, services = world.options, world.services
    fixed = int(options.node["fixed"][n] + options.way["fix"][n, v])
    if v == len(services.row):
        return fixed
    first = int(services.prices[v, options.way["zone"][n, v], 0])
    return fixed + first * int(world.rules.weights[world.rule, W_FREIGHT]) // 1_000_000


def _shared(world: World, node: Int, count: int) -> tuple[tuple[int, Int, int], ...]:
    """Return (way, units of one SKU per step, units free) for each SKU that several pieces want."""
    pieces, rows = world.pieces, []
    for j in range(int(pieces.counts[1]) if pieces.counts[2] else 0):
        need, sku = pieces.need[j, :count].copy(), int(pieces.sku_of[j])
        if (need > 0).sum() > 1:
            free = world.stock.available[sku, node] - world.rules.limits[world.rule, KEEP_UNITS]
            if world.order.withhold.size:
                free = free - world.order.withhold[sku, node]
            rows += [(w, need, max(0, int(units))) for w, units in enumerate(free)]
    return tuple(rows)


def model_of(world: World) -> Model:
    """Return the order under its rule as the linear model, ways in code order so that ties never follow node order."""
    pieces, options, count = world.pieces, world.options, int(world.pieces.counts[0])
    ways = [
        (int(n), v)
        for n in world.nodes.by_code
        for v in range(options.way.shape[1])
        if options.node["reason"][n] <= Reason.PARTIAL and options.way["fix"][n, v] < INFINITE
    ]
    node, service = (np.array(column, np.int64) for column in zip(*ways, strict=True))
    bits = np.minimum(np.arange(count), PIECE_BITS)
    limits, row = world.rules.limits[world.rule], pieces.row[:count]
    way, part = options.way[node, service], options.part[node, :count]
    return Model(
        node=node,
        service=service,
        base=np.array([_base(world, n, v) for n, v in ways], np.int64),
        rank=options.node["rank"][node],
        can=np.minimum(part["can"], row["want"]) * (way["mask"][:, None] >> bits & 1),
        step=part["step_cost"],
        pick=part["pick_cost"],
        want=row["want"].copy(),
        units=row["units"].copy(),
        lines=row["lines"].copy(),
        value=row["value"].copy(),
        whole=row["whole"].astype(np.bool_),
        cap_lines=way["cap_lines"],
        cap_units=way["cap_units"],
        cap_seconds=way["cap_seconds"],
        line_seconds=options.node["line_seconds"][node],
        unit_seconds=options.node["unit_seconds"][node],
        least_value=int(limits[MIN_VALUE]),
        least_units=int(limits[MIN_UNITS]),
        asked_units=int(pieces.counts[3]),
        most=int(min(limits[MAX_PARCELS], world.order.numbers[MOST]) - world.order.numbers[KEPT]),
        shared=_shared(world, node, count),
    )


def _price(world: World, model: Model, takes: dict[int, Int]) -> tuple[int, int]:
    """Fill the result with the plan `takes` and return (−units, true cost): less is better."""
    for k, (w, take) in enumerate(sorted(takes.items())):
        world.search.parcel_node[k] = model.node[w]
        world.search.parcel_take[k, : len(take)] = take
    price_plan(*world, len(takes))
    return -int(world.result.numbers[FILLED]), int(world.result.numbers[COST])


def _keep_useful(model: Model, prices: Int, ceiling: int) -> Model:
    """Drop the ways that no full plan at or below `ceiling` can use."""
    keep = model.floor(prices) + np.maximum(0, model.reduced(prices)) <= ceiling
    index = np.cumsum(keep) - 1
    values = {name: getattr(model, name) for name in Model.__dataclass_fields__}
    values |= {name: values[name][keep] for name in WAY_COLUMNS}
    values["shared"] = tuple((int(index[w]), need, units) for w, need, units in model.shared if keep[w])
    return Model(**values)


class Outcome(NamedTuple):
    """What the integer program said: steps by way (of the model asked), a floor if one is proven, and its effort."""

    takes: dict[int, Int]
    floor: int | None
    nodes: int


def _program(model: Model, effort: int, *, full: bool) -> Outcome | None:
    """Solve the model; where not everything can be filled, first for most units, then for cost."""
    builder = ProgramBuilder(model, full=full)
    answer = None
    spent = 0
    if full:
        answer = minimize(builder.program(), max_nodes=effort)
        spent = answer.nodes
    if answer is None or answer.is_infeasible:
        units = minimize(ProgramBuilder(model, full=False, count_units=True).program(), max_nodes=effort)
        if units.x is None or not units.is_optimal:
            return None
        builder = ProgramBuilder(model, full=False, least_units=round(-units.bound))
        answer = minimize(builder.program(), max_nodes=effort)
        spent += units.nodes + answer.nodes
    if answer.x is None:
        return None
    floor = None if model.rank.any() else int(np.ceil(answer.bound - 0.5))
    return Outcome(builder.takes(answer.x), floor, spent)


def _is_loose(model: Model) -> bool:
    """Say whether the program counts lines more strictly than a day's capacity does: then it proves nothing."""
    merged = ~model.whole & (model.lines > 1)
    return bool(merged.any() and model.counts_lines.any())


def place(parts: tuple[Any, ...], *, effort: int) -> None:
    """Fill the result of `parts`, the kernels' arguments, with the best plan found, its bound and the effort."""
    world = World(*parts)
    model = model_of(world)
    takes = greedy_plan(model)
    best = _price(world, model, takes)
    ranked, full = bool(model.rank.any()), -best[0] == model.target
    ceiling = best[1] + world.first_split
    prices = find_prices(model, ceiling)
    floor: int | None = model.floor(prices) if full else None
    useful = _keep_useful(model, prices, ceiling) if full and not ranked else model
    outcome = None
    if (useful.can > 0).sum() <= MOST_PAIRS and (floor is None or floor < ceiling):
        outcome = _program(useful, effort, full=True)
    if outcome is not None:
        found = _price(world, useful, outcome.takes)
        if outcome.floor is not None and not _is_loose(model):
            floor = max(outcome.floor, floor if floor is not None else outcome.floor)
        if found >= best:
            _price(world, model, takes)
    _close(world, floor, ranked, effort=0 if outcome is None else outcome.nodes)


def _close(world: World, floor: int | None, ranked: bool, *, effort: int) -> None:
    numbers = world.result.numbers
    cost, split = int(numbers[COST]), world.first_split
    bound = min(cost, 0) if floor is None else min(cost, floor - split)
    numbers[BOUND], numbers[PROVEN] = bound, floor is not None and bound == cost and not ranked
    numbers[EFFORT], numbers[LARGE] = effort, 0
