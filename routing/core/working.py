"""Answers what is left while a run decides: its working copy of stock and capacity, and the kernels' scratch."""

import numpy as np
from numpy.typing import NDArray

from routing.core.compiled import Compiled, temperature_bits
from routing.core.facts import CAPACITY_UNITS, NO_LIMIT, Facts
from routing.core.kernels.shapes import (
    CHAIN_NUMBERS,
    OUT_NUMBERS,
    PARCEL_NUMBERS,
    STATES,
    Chain,
    Options,
    Out,
    Pieces,
    Result,
    Search,
    Stock,
)
from routing.core.types import COST_TERMS

Int = NDArray[np.int64]
LAYERS = 13


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
    skus = facts.skus
    left, limit = _capacity(facts.capacity_left), _capacity(facts.capacity_limit)
    work = np.zeros((len(facts.network.nodes), 3), np.int64) if facts.work_seconds is None else facts.work_seconds
    return Stock(
        available=plain(facts.available).copy(),
        opportunity=_or_empty(facts.opportunity_e4),
        markdown=_or_empty(facts.markdown_e4),
        left=left,
        limit=left.copy() if facts.capacity_limit is None else limit,
        work=plain(work),
        grams=np.array([sku.weight_grams for sku in skus], np.int64),
        volume=np.array([sku.volume_mm3 for sku in skus], np.int64),
        side=np.array([max(sku.length_mm, sku.width_mm, sku.height_mm) for sku in skus], np.int64),
        hazmat=np.array([known.hazmat_bits([sku.hazmat_class]) for sku in skus], np.int64),
        temperature=np.array([temperature_bits([sku.temperature_class or "AMBIENT"]) for sku in skus], np.int64),
        oversize=np.array([sku.is_oversize for sku in skus], np.bool_),
        age=np.array([sku.minimum_age for sku in skus], np.int64),
    )


def _pieces(lines: int) -> Pieces:
    def row(count: int = lines) -> Int:
        return np.zeros(count, np.int64)

    return Pieces(
        counts=row(4),
        of_line=row(),
        sku_of=row(),
        need=np.zeros((lines, lines), np.int64),
        asked=row(),
        want=row(),
        whole=np.zeros(lines, np.bool_),
        lines=row(),
        skus=row(),
        units=row(),
        grams=row(),
        volume=row(),
        value=row(),
        hazmat=row(),
        temperature=row(),
        heaviest=row(),
        side=row(),
        age=row(),
        oversize=np.zeros(lines, np.bool_),
    )


def _options(known: Compiled, lines: int) -> Options:
    nodes, (services, steps) = len(known.node_facts), known.services.step_days.shape
    ways = services + 1

    def table(*shape: int) -> Int:
        return np.zeros(shape, np.int64)

    return Options(
        reason=table(nodes),
        km=table(nodes),
        can=table(nodes, lines),
        bits=table(nodes),
        carried=table(services, steps),
        top_rate=table(services, known.rates.zone_km.shape[1]),
        step_cost=table(nodes, lines),
        pick_cost=table(nodes, lines),
        fixed=table(nodes),
        fix=table(nodes, ways),
        zone=table(nodes, ways),
        day=table(nodes, ways),
        arrives=table(nodes, ways),
        mask=table(nodes, ways),
        cap_lines=table(nodes, ways),
        cap_units=table(nodes, ways),
        cap_seconds=table(nodes, ways),
        line_seconds=table(nodes),
        unit_seconds=table(nodes),
        late_hours=table(nodes, ways),
        pressure=table(nodes, ways),
        top_cost=table(nodes),
        top_units=table(nodes),
        top_fits=np.zeros(nodes, np.bool_),
        rank=table(nodes),
        base=table(nodes),
    )


def _search(nodes: int, services: int, zones: int, lines: int) -> Search:
    def row() -> Int:
        return np.zeros(STATES, np.int64)

    parcels = max(nodes, STATES) + 2
    return Search(
        digits=np.zeros((STATES + 1, lines), np.int64),
        mask=row(),
        units=row(),
        lines=row(),
        value=row(),
        grams=row(),
        volume=row(),
        stride=np.zeros(lines, np.int64),
        billable=np.zeros((services, STATES), np.int64),
        billable_known=np.zeros(services, np.bool_),
        rate=np.zeros((services, zones, STATES), np.int64),
        rate_known=np.zeros((services, zones), np.bool_),
        best=row(),
        best_node=row(),
        layers=np.zeros((LAYERS, STATES), np.int64),
        choice=np.zeros((LAYERS, STATES), np.int64),
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
        terms=np.zeros((nodes + 1, len(COST_TERMS)), np.int64),
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
        terms=np.zeros((parcels, len(COST_TERMS)), np.int64),
        units=np.zeros((parcels, lines), np.int64),
    )
