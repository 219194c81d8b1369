"""Measures W1: orders routed, reserved and stored per second by two workers, with every node explained.

    python -m benchmarks.w1 [--orders 20000] [--workers 2] [--seed 1] [--backorders N]

With N no SKU has more units waiting for stock than that; what it has no place for is left unfilled.
Prints JSON lines (name, value, unit, workload) and fails when an invariant does.
"""

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from benchmarks.servers import product

_WORKER = "benchmarks.w1_worker"


def main() -> int:
    """Load the world, let the workers route it, report; return 0 when every invariant holds."""
    asked = _arguments()
    with product():
        from benchmarks.w1_world import World  # noqa: PLC0415  # Django is ready inside the block only

        world = World(orders=asked.orders, seed=asked.seed, backorder_limit=asked.backorders)
        world.load()
        world.place()
        seconds, statements = _run(asked.workers)
        return _report(asked, seconds, statements)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backorders", type=int, help="units of a SKU that may wait for stock; any number unless told")
    return parser.parse_args()


def _run(workers: int) -> tuple[float, int]:
    """Start the workers, warm them up, and time them from the common start to the last end."""
    running = [
        subprocess.Popen(  # our own module
            [sys.executable, "-m", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for worker in running:
        _line(worker)
    begin = time.perf_counter()
    for worker in running:
        _say(worker, "go")
    ends = [json.loads(_line(worker)) for worker in running]
    seconds = time.perf_counter() - begin
    for worker in running:
        worker.wait()
    return seconds, sum(end["statements"] for end in ends)


def _line(worker: "subprocess.Popen[str]") -> str:
    if worker.stdout is None:
        raise RuntimeError("A worker has no output")
    return worker.stdout.readline()


def _say(worker: "subprocess.Popen[str]", word: str) -> None:
    if worker.stdin is None:
        raise RuntimeError("A worker has no input")
    worker.stdin.write(word + "\n")
    worker.stdin.flush()


def _report(asked: argparse.Namespace, seconds: float, statements: int) -> int:
    from django.db import connection  # noqa: PLC0415  # as above

    from dom.kernel import prove  # noqa: PLC0415  # as above

    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        waiting, routed, split, fulfillment_orders, asked_units, unfilled, lost, bytes_each = cursor.fetchone()
    workload = f"W1 {asked.orders} orders, {asked.workers} workers, seed {asked.seed}"
    if asked.backorders is not None:
        workload += f", {asked.backorders} backorders a SKU"
    figures: list[tuple[str, Any, str]] = [
        ("orders_routed", round((asked.orders - waiting) / seconds), "orders/s"),
        ("statements_per_order", round(statements / asked.orders, 3), "statements"),
        ("seconds", round(seconds, 2), "s"),
        ("orders_left", waiting, "orders"),
        ("orders_with_work", routed, "orders"),
        ("split_orders", round(100 * split / max(routed, 1), 2), "%"),
        ("fulfillment_orders", fulfillment_orders, "fulfillment orders"),
        ("unfilled_units", round(100 * unfilled / max(asked_units, 1), 2), "% of units"),
        ("lost_races", lost, "decisions"),
        ("record_size", round(float(bytes_each or 0)), "bytes an order"),
    ]
    begin = time.perf_counter()
    differences = prove.differences()
    figures.append(("prove", round(time.perf_counter() - begin, 2), "s"))
    figures.append(("differences", len(differences), "invariants"))
    for difference in differences:
        print(difference.check.name, difference.total, difference.rows[:2], file=sys.stderr)
    for name, value, unit in figures:
        print(json.dumps({"name": f"w1_{name}", "value": value, "unit": unit, "workload": workload}))
    return 1 if differences or waiting else 0


_FIGURES = """
SELECT (SELECT count(*) FROM orders_routing_task),
       (SELECT count(DISTINCT order_id) FROM orders_fulfillment_order),
       (SELECT count(*) FROM (SELECT order_id FROM orders_fulfillment_order GROUP BY order_id HAVING count(*) > 1) s),
       (SELECT count(*) FROM orders_fulfillment_order),
       (SELECT sum(quantity) FROM orders_order_line),
       (SELECT sum(backordered + cancelled) FROM orders_order_line),
       (SELECT count(*) FROM routing_decision WHERE lost <> ''),
       (SELECT sum(octet_length(plan) + octet_length(trace)) / count(*) FROM routing_decision)
"""

if __name__ == "__main__":
    sys.exit(main())
