"""Figures of the engine alone: no database; one process but where a name says two. Seeded; run on a quiet machine."""

import gc
import json
import math
import multiprocessing
import sys
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.engine_world import AT, facts, requests
from routing.core.deciding import Run, decide_batch
from routing.core.facts import Facts
from routing.core.kernels.chain import begin, order_of
from routing.core.kernels.run import decide_orders
from routing.core.kernels.shapes import FIRST_RULE, RULE, STATES
from routing.core.kernels.solve import place, prepare
from routing.core.packing import pack_trace
from routing.core.types import Decision, RoutingRequest
from routing.core.warming import warm_up

USUAL = (0.50, 0.27, 0.12, 0.07, 0.04)
"""Shares of orders with 1 … 5 lines; their mean is 1.9."""

EVEN = (0.1,) * 10
BATCH = 100
ROUNDS = 5
PROCESSES = 2


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


def _search_again(times: int, *parts: Any) -> None:
    """Screen each order once under its first rule and search it `times` times; take nothing."""
    nodes, services, dates, rules, stock, orders, pieces, options, search, result, chain, out = parts
    for i in range(orders.numbers.shape[0]):
        begin(nodes, stock, options, orders, chain, out, i)
        orders.numbers[i, RULE] = orders.numbers[i, FIRST_RULE]
        order = order_of(orders, chain, i)
        prepare(nodes, services, dates, rules, stock, order, pieces, options)
        for _ in range(times):
            place(nodes, services, dates, rules, stock, order, pieces, options, search, result)


search_again = numba.njit(_nrt=False)(_search_again)
"""Not cached: it would not notice that a kernel changed."""


class Called:
    """The kernels' arguments for some requests, as a run hands them over."""

    def __init__(self, asked: list[RoutingRequest], world: Facts) -> None:
        self.run = Run(world, at=AT, lines=10)
        self.orders = self.run.orders(asked, [self.run.match(request) for request in asked])

    def seconds(self, kernel: Callable[..., object], *first: int) -> float:
        """Return the CPU seconds that one call takes."""
        known, scratch, out = self.run.known, self.run.scratch, self.run.new_out(self.orders)
        world = (known.nodes, known.services, self.run.dates, known.rules, self.run.stock, self.orders)
        tables = (scratch.pieces, scratch.options, scratch.search, scratch.result, scratch.chain, out)
        scratch.chain.numbers[:] = 0
        start = time.process_time()
        kernel(*first, *world, *tables)
        return time.process_time() - start


def quietest(asked: list[RoutingRequest], world: Facts, per_call: int) -> NDArray[np.float64]:
    """Return the seconds of each call of the kernels for `per_call` requests, the least of `ROUNDS`."""
    calls = [asked[start : start + per_call] for start in range(0, len(asked), per_call)]
    times = [[Called(call, world).seconds(decide_orders) for call in calls] for _ in range(ROUNDS)]
    seconds: NDArray[np.float64] = np.array(times).min(axis=0)
    return seconds


def measure_kernel() -> None:
    """Print the kernels' rate: every rule, screening, pricing and search of every node, taking of stock, trace."""
    world = facts(7, nodes=200, skus=2_000)
    asked = requests(8, world, 2_000, sizes=USUAL)
    workload = "200 nodes, 1-5 lines (mean 1.9), 14 rules, 100 orders a call, screening to trace, one core"
    seconds = quietest(asked, world, BATCH)
    figure("kernel_200_nodes_orders_per_second", len(asked) / seconds.sum(), "orders/s/core", workload)
    seconds = quietest(asked[:500], world, 1)
    for percent in (50, 99):
        figure(f"kernel_200_nodes_p{percent}", 1_000 * float(np.percentile(seconds, percent)), "ms", "one order a call")
    alone = Called(asked, world)
    spent = min(alone.seconds(search_again, 11) - alone.seconds(search_again, 1) for _ in range(ROUNDS)) / 10
    workload = "as kernel_200_nodes, the search alone: nodes are screened and priced before, no trace"
    figure("search_alone_200_nodes_orders_per_second", len(asked) / spent, "orders/s/core", workload)


def _decide_beside(gate: Barrier, told: "Queue[list[tuple[float, float]]]") -> None:
    """Decide the orders of `measure_kernel` as soon as the other process is ready too; tell from when to when."""
    warm_up()
    world, spans = facts(7, nodes=200, skus=2_000), []
    asked = requests(8, world, 2_000, sizes=USUAL)
    for _ in range(ROUNDS):
        calls = [Called(asked[start : start + BATCH], world) for start in range(0, len(asked), BATCH)]
        gate.wait()
        start = time.perf_counter()
        for call in calls:
            call.seconds(decide_orders)
        spans.append((start, time.perf_counter()))
    told.put(spans)


def measure_two_processes() -> None:
    """Print the kernels' rate in two processes at once, by the clock on the wall: from the first start to the last end.

    Beside `kernel_200_nodes_orders_per_second`, which counts CPU seconds of one core, this shows what the cores share.
    """
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(PROCESSES), spawn.Queue()
    workers = [spawn.Process(target=_decide_beside, args=(gate, told)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    rounds = zip(*[told.get() for _ in workers], strict=True)
    for worker in workers:
        worker.join()
    least = min(max(end for _, end in spans) - min(start for start, _ in spans) for spans in rounds)
    workload = f"as kernel_200_nodes, {PROCESSES} processes at once on {multiprocessing.cpu_count()} cores, wall clock"
    figure("kernel_200_nodes_two_processes_orders_per_second", PROCESSES * 2_000 / least, "orders/s/machine", workload)


def measure_large_network() -> None:
    """Print percentiles of one order a call at 1,000 nodes; those that the exact search does not take are not asked."""
    world = facts(7, nodes=1_000, skus=2_000)
    asked = [request for request in requests(8, world, 1_000, sizes=EVEN) if is_exact(request)]
    seconds = quietest(asked, world, 1)
    workload = "1,000 nodes, 1-10 lines evenly, up to 10 pieces within the exact search, one order a call"
    for percent in (50, 99):
        figure(f"kernel_1000_nodes_p{percent}", 1_000 * float(np.percentile(seconds, percent)), "ms", workload)


def is_exact(request: RoutingRequest) -> bool:
    """Say whether the quantity vectors of a request are few enough for the exact search."""
    return math.prod(line.quantity + 1 for line in request.lines) <= STATES


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
    measure_kernel()
    measure_two_processes()
    measure_large_network()
    return 0 if report(measure_batches()) else 1


if __name__ == "__main__":
    sys.exit(main())
