"""Figures of the engine alone: no database, one process, one core. Seeded; run when the machine is quiet."""

import gc
import json
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.engine_world import AT, facts, requests
from routing.core.deciding import Run, decide_batch
from routing.core.facts import Facts
from routing.core.kernels.solve import solve
from routing.core.packing import pack_trace
from routing.core.types import Decision, RoutingRequest
from routing.core.warming import warm_up

USUAL = (0.50, 0.27, 0.12, 0.07, 0.04)
"""Shares of orders with 1 … 5 lines; their mean is 1.9."""

EVEN = (0.1,) * 10
BATCH = 100
ROUNDS = 5


def figure(name: str, value: float, unit: str, workload: str) -> None:
    """Print one figure."""
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "workload": workload}), flush=True)


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the least CPU seconds that `work` took; the others were disturbed."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def kernel_times(asked: list[RoutingRequest], world: Facts) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the CPU seconds of the kernel alone for each request, under its first rule, all against full stock."""
    run = Run(world, at=AT, lines=10)
    known, scratch, seconds = run.known, run.scratch, []
    for request in asked:
        place = run.preparer.destination(request)
        _, rule = run.group(run.policy(request), request, place)
        order = run.preparer.order(request, place, rule)
        parts = (known.nodes, known.services, run.dates, known.rules, run.stock, order)
        tables = (scratch.pieces, scratch.options, scratch.search, scratch.result)
        start = time.perf_counter()
        solve(*parts, *tables)
        seconds.append(time.perf_counter() - start)
    return np.array(seconds)


def measure_kernel(name: str, nodes: int, sizes: tuple[float, ...], workload: str) -> None:
    """Print rate and percentiles of the kernel: screening, costing and search of every node, one call an order."""
    world = facts(7, nodes=nodes, skus=2_000)
    asked = requests(8, world, 2_000, sizes=sizes)
    kernel_times(asked[:200], world)
    seconds = np.minimum(kernel_times(asked, world), kernel_times(asked, world))
    figure(f"{name}_orders_per_second", len(asked) / seconds.sum(), "orders/s", workload)
    for percent in (50, 99):
        figure(f"{name}_p{percent}", 1_000 * float(np.percentile(seconds, percent)), "ms", workload)


def measure_batches() -> list[Decision]:
    """Print how many orders a core decides, traces packed, in batches of 100 that share one reading of stock."""
    world = facts(9, nodes=200, skus=1_000)
    asked = requests(10, world, 2_000, sizes=USUAL)
    batches = [asked[start : start + BATCH] for start in range(0, len(asked), BATCH)]
    decisions: list[Decision] = []
    sizes: list[int] = []

    def work() -> None:
        decisions.clear()
        sizes.clear()
        for batch in batches:
            made = decide_batch(batch, world, at=AT)
            sizes.extend(len(pack_trace(decision.trace)) for decision in made)
            decisions.extend(made)

    workload = "200 nodes, 1-5 lines (mean 1.9), 14 rules, 7 zones x 7 weight steps x 2 services, batches of 100"
    seconds = best_of(ROUNDS, work)
    figure("decide_batch_orders_per_second", len(asked) / seconds, "orders/s/core", workload)
    figure("packed_trace_bytes", float(np.mean(sizes)), "bytes/order", workload)
    return decisions


def report(decisions: list[Decision]) -> bool:
    """Print what the plans look like; say whether every plan without proof names a bound below its cost."""
    plans = [decision.plan for decision in decisions]
    split = sum(len(plan.parcels) > 1 for plan in plans)
    figure("split_orders", 100 * split / len(plans), "%", "as decide_batch")
    figure(
        "orders_with_unfilled", 100 * sum(bool(plan.unfilled) for plan in plans) / len(plans), "%", "as decide_batch"
    )
    figure("plans_without_proof", 100 * sum(not plan.proven for plan in plans) / len(plans), "%", "as decide_batch")
    return all(plan.bound_e4 <= plan.cost_e4 for plan in plans)


def main() -> int:
    """Print all figures; return 1 when a plan breaks its law."""
    warm_up()
    measure_kernel("kernel_200_nodes", 200, USUAL, "200 nodes, 1-5 lines (mean 1.9), screening and search, one core")
    measure_kernel("kernel_1000_nodes", 1_000, EVEN, "1,000 nodes, 1-10 lines evenly, screening and search, one core")
    return 0 if report(measure_batches()) else 1


if __name__ == "__main__":
    sys.exit(main())
