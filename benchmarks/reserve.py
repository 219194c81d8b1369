"""Measures claims: batches as the router makes them, and single calls as a checkout makes them."""

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks.servers import product

_NODES, _SKUS = 200, 1_000


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0, help="per figure")
    asked = parser.parse_args()
    with product():
        return _run(asked.seconds)


def _run(seconds: float) -> int:
    from benchmarks import stock_world  # noqa: PLC0415  # Django is set up by now

    world = stock_world.make(skus=_SKUS, nodes=_NODES, units=100_000)
    for batch, workers in ((1, 1), (1, 8), (100, 1), (100, 2), (500, 1)):
        made, times = _measure(world, batch, workers, seconds)
        workload = f"{batch} wants of 3 lines a call, {workers} threads, {_SKUS} SKUs x {_NODES} nodes, durable commits"
        stock_world.figure("reserve", made / seconds, "wants/s", workload)
        stock_world.figure("reserve p99", times[int(len(times) * 0.99)] * 1000, "ms a call", workload)
    return stock_world.proven()


def _measure(world: Any, batch: int, workers: int, seconds: float) -> tuple[int, list[float]]:
    times: list[float] = []
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_work, args=(world, batch, until, times, n)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) * batch, sorted(times)


def _work(world: Any, batch: int, until: float, times: list[float], number: int) -> None:
    from django.db import connection  # noqa: PLC0415  # Django is set up by now

    claim = claimer(world, random.Random(f"{batch} {number}"))
    while time.perf_counter() < until:
        begin = time.perf_counter()
        claim(batch)
        times.append(time.perf_counter() - begin)
    connection.close()


def claimer(world: Any, seeded: random.Random) -> Callable[[int], object]:
    """Return a function that claims for so many random wants of three lines at one node, in one unit of work."""
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # Django is set up by now
    from inventory import services  # noqa: PLC0415  # as above

    skus, nodes, channel = world

    def want() -> services.Want:
        ref, node = f"F-{seeded.getrandbits(60):x}", seeded.choice(nodes)
        lines = tuple(services.WantLine(ref, str(n), sku, node, 1) for n, sku in enumerate(seeded.sample(skus, 3)))
        return services.Want(ref, channel, lines)

    def claim(batch: int) -> object:
        wants = [want() for _ in range(batch)]
        with unit_of_work():
            return services.reserve(wants=wants, at=datetime.now(UTC), actor="bench")

    return claim


if __name__ == "__main__":
    sys.exit(main())
