"""Answers what is left while a run decides: its working copy of stock and capacity, and the kernels' scratch."""

import numpy as np
from numpy.typing import NDArray

from routing.core.compiled import Compiled, temperature_bits
from routing.core.facts import CAPACITY_UNITS, NO_LIMIT, Facts, SkuFacts
from routing.core.kernels.records import ANSWER, HOP, LOAD, PART, PIECE, SKU, STATE, WAY
from routing.core.kernels.shapes import (
    CHAIN_NUMBERS,
    MOST_LAYERS,
    OUT_NUMBERS,
    PARCEL_NUMBERS,
    SET_PIECES,
    STATES,
    Chain,
    Options,
    Out,
    Pieces,
    Result,
    Search,
    Stock,
)
from routing.core.kernels.ways import UNKNOWN
from routing.core.types import COST_TERMS

Int = NDArray[np.int64]
TERMS = len(COST_TERMS) + 1
"""The terms of a parcel's cost, and behind them the scarcity of its units."""


def plain(array: Int) -> Int:
    """Return `array` in C order and writable: the kernels are compiled for one layout, not for each a caller has."""
    return np.require(array, np.int64, ["C", "W"])


def _or_empty(array: Int | None) -> Int:
    return np.zeros((0, 0), np.int64) if array is None else plain(array)


def _capacity(array: Int | None) -> Int:
    """Return a copy with a column for each of `CAPACITY_UNITS`; where minutes were not stored, they have no limit."""
    if array is None:
        return np.zeros((0, 0, 0), np.int64)
    known = plain(array).copy()
    missing = len(CAPACITY_UNITS) - known.shape[2]
    return np.pad(known, ((0, 0), (0, 0), (0, missing)), constant_values=NO_LIMIT) if missing else known


def working_stock(facts: Facts, known: Compiled) -> Stock:
    """Return a copy of stock and capacity that decisions may use up, with the facts of the SKUs."""
    left, limit = _capacity(facts.capacity_left), _capacity(facts.capacity_limit)
    work = np.zeros((len(facts.network.nodes), 3), np.int64) if facts.work_seconds is None else facts.work_seconds
    return Stock(
        available=plain(facts.available).copy(),
        opportunity=_or_empty(facts.unit_worth_e4),
        scarcity=_or_empty(facts.scarcity_e4),
        markdown=_or_empty(facts.markdown_e4),
        left=left,
        limit=left.copy() if facts.capacity_limit is None else limit,
        room=np.full(left.shape[:2], UNKNOWN, np.int64),
        work=plain(work),
        sku=np.array([_sku(sku, known) for sku in facts.skus], SKU),
    )


def _sku(sku: SkuFacts, known: Compiled) -> tuple[int, ...]:
    return (
        sku.weight_grams,
        sku.volume_mm3,
        max(sku.length_mm, sku.width_mm, sku.height_mm),
        known.hazmat_bits([sku.hazmat_class]),
        temperature_bits([sku.temperature_class or "AMBIENT"]),
        sku.is_oversize,
        sku.minimum_age,
    )


def _pieces(lines: int) -> Pieces:
    return Pieces(
        counts=np.zeros(4, np.int64),
        of_line=np.zeros(lines, np.int64),
        sku_of=np.zeros(lines, np.int64),
        need=np.zeros((lines, lines), np.int64),
        row=np.zeros(lines, PIECE),
    )


def _options(known: Compiled, lines: int) -> Options:
    nodes, (services, steps) = len(known.node_facts), known.services.stretch.shape
    sets = 1 << min(lines, SET_PIECES)
    return Options(
        km=np.zeros(nodes, np.int64),
        node=np.zeros(nodes, ANSWER),
        part=np.zeros((nodes, lines), PART),
        way=np.zeros((nodes, services + 1), WAY),
        able=np.zeros(nodes, np.int64),
        sums=np.zeros(4, np.int64),
        turn=np.zeros(nodes, np.int64),
        broad=np.zeros(lines + 1, np.int64),
        hop=np.zeros((len(known.rows.calendars), services, steps), HOP),
        reach=np.zeros(known.rates.zone_km.shape, np.int64),
        carried=np.zeros((services, steps), np.int64),
        load=np.zeros(sets, LOAD),
        rate=np.zeros((sets, services, known.rates.zone_km.shape[1]), np.int64),
    )


def _search(nodes: int, services: int, zones: int, lines: int) -> Search:
    def row() -> Int:
        return np.zeros(STATES, np.int64)

    parcels = max(nodes, STATES) + 2
    return Search(
        digits=np.zeros((STATES + 1, lines), np.int64),
        state=np.zeros(STATES, STATE),
        stride=np.zeros(lines, np.int64),
        billable=np.zeros((services, STATES), np.int64),
        billable_known=np.zeros(services, np.bool_),
        # One more than services: over the counter nothing is carried, and its freight stays 0.
        rate=np.zeros((services + 1, zones, STATES), np.int64),
        rate_known=np.zeros((services, zones), np.bool_),
        best=row(),
        best_node=row(),
        layers=np.zeros((MOST_LAYERS + 1, STATES), np.int64),
        choice=np.zeros((MOST_LAYERS + 1, STATES), np.int64),
        box_state=row(),
        box_cost=row(),
        box_way=row(),
        parcel_node=np.zeros(parcels, np.int64),
        parcel_take=np.zeros((parcels, lines), np.int64),
    )


def _result(nodes: int, lines: int) -> Result:
    def row() -> Int:
        return np.zeros(nodes + 1, np.int64)

    return Result(
        numbers=np.zeros(8, np.int64),
        node=row(),
        service=row(),
        day=row(),
        ships=row(),
        arrives=row(),
        terms=np.zeros((nodes + 1, TERMS), np.int64),
        units=np.zeros((nodes + 1, lines), np.int64),
    )


def _chain(nodes: int, lines: int) -> Chain:
    def row() -> Int:
        return np.zeros(lines, np.int64)

    return Chain(
        numbers=np.zeros(len(CHAIN_NUMBERS), np.int64),
        line=row(),
        sku=row(),
        quantity=row(),
        value=row(),
        group=row(),
        lane=row(),
        blocked=np.zeros(nodes, np.uint8),
    )


class Scratch:
    """The tables that the kernels write; made once for a run, large enough for its longest request."""

    def __init__(self, known: Compiled, lines: int) -> None:
        nodes, services = len(known.node_facts), len(known.service_list)
        self.pieces = _pieces(lines)
        self.options = _options(known, lines)
        self.search = _search(nodes, services, known.rates.zone_km.shape[1], lines)
        self.result = _result(nodes, lines)
        self.chain = _chain(nodes, lines)


def new_out(*, orders: int, nodes: int, total_lines: int, parcels: int, lines: int) -> Out:
    """Return tables for the decisions of `orders` orders: `total_lines` in all, `lines` in the longest."""
    return Out(
        used=np.zeros(1, np.int64),
        numbers=np.zeros((orders, len(OUT_NUMBERS)), np.int64),
        reason=np.zeros((orders, nodes), np.uint8),
        cost=np.zeros((orders, nodes), np.int64),
        left=np.zeros(total_lines, np.int64),
        gone=np.zeros(total_lines, np.bool_),
        parcel=np.zeros((parcels, len(PARCEL_NUMBERS)), np.int64),
        terms=np.zeros((parcels, TERMS), np.int64),
        units=np.zeros((parcels, lines), np.int64),
    )
