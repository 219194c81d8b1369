"""Figures of orders that share scarce units: what it saves against one by one, and what it takes. No database."""

import gc
import sys
import time
from dataclasses import replace

import numpy as np

from benchmarks.engine import BATCH, USUAL, figure
from benchmarks.engine_world import AT, facts, requests
from routing.core.deciding import decide_batch
from routing.core.facts import Facts
from routing.core.together import Together, decide_together
from routing.core.types import COST_TERMS, Decision, RoutingRequest
from routing.core.warming import warm_up

BATCHES = 20
DEPTHS = (0.5, 2.0, 30.0)
"""Mean units of a SKU at a node that carries it."""


def _units(decisions: list[Decision]) -> int:
    return sum(line.quantity for one in decisions for parcel in one.plan.parcels for line in parcel.lines)


def _cost(decisions: list[Decision]) -> int:
    return sum(one.plan.cost_e4 for one in decisions)


def _late(decisions: list[Decision]) -> int:
    index = COST_TERMS.index("lateness")
    return sum(any(parcel.terms_e4[index] for parcel in one.plan.parcels) for one in decisions)


def batches(depth: float) -> list[tuple[list[RoutingRequest], Facts]]:
    """Return batches of orders, each before stock of its own: 200 nodes, of which a tenth carries a SKU."""
    made = []
    for seed in range(BATCHES):
        world = facts(seed, nodes=200, skus=500, carried=0.1, depth=depth)
        asked = requests(seed, world, BATCH, sizes=USUAL)
        codes = {line.sku for one in asked for line in one.lines}
        rows = [row for row, sku in enumerate(world.skus) if sku.code in codes]
        channels = {"web": replace(world.channels["web"], quota_left=np.full(len(rows), 10**6, np.int64))}
        skus = tuple(world.skus[row] for row in rows)
        made.append((asked, replace(world, skus=skus, available=world.available[rows], channels=channels)))
    return made


def measure(depth: float) -> bool:
    """Print the figures at one depth of stock; say whether no batch came out worse."""
    alone: list[list[Decision]] = []
    shared: list[Together] = []
    worlds, seconds = batches(depth), [0.0, 0.0]
    for asked, world in worlds:
        gc.collect()
        start = time.process_time()
        alone.append(decide_batch(asked, world, at=AT))
        middle = time.process_time()
        shared.append(decide_together(asked, world, at=AT))
        seconds = [seconds[0] + middle - start, seconds[1] + time.process_time() - middle]
    workload = f"{BATCHES} batches of {BATCH}, 200 nodes, a tenth carry a SKU, {depth:g} units each"
    before, after = sum(map(_cost, alone)), sum(_cost(one.decisions) for one in shared)
    told = [sharing for one in shared for sharing in one.sharings]
    figure("sharing_groups", len(told), "groups", workload)
    figure("sharing_rivals", sum(len(one.rivals) for one in told) / len(worlds), "orders a batch", workload)
    figure("sharing_saved", 100 * (before - after) / before, "% of cost", workload)
    bounded = [one for one in told if one.floor_e4 is not None]
    if bounded:
        gap = sum(one.cost_e4 - (one.floor_e4 or 0) for one in bounded) / sum(one.cost_e4 for one in bounded)
        figure("sharing_gap", 100 * gap, f"% of the rivals' cost, {len(bounded)} groups with a bound", workload)
    figure("sharing_time", seconds[1] / seconds[0], "times one by one", workload)
    return all(
        _units(one.decisions) >= _units(other) and _cost(one.decisions) <= _cost(other)
        and _late(one.decisions) <= _late(other)
        for one, other in zip(shared, alone, strict=True)
    )  # fmt: skip


def main() -> int:
    """Print all figures; return 1 when a batch is worse than one by one."""
    warm_up()
    kept = [measure(depth) for depth in DEPTHS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
