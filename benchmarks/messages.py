"""Counts what reaches the broker while W1's orders are routed by real Celery workers, rung by real doorbells.

    python -m benchmarks.messages [--orders 5000]

Beat is away: what it rings does not depend on orders. Fails when an order is left, or when an invariant does.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks.servers import product

_WORKERS = (
    ("--app", "dom.routing_worker", "worker", "--queues", "routing", "--concurrency", "2"),
    ("--app", "dom", "worker", "--queues", "events,inventory,default", "--pool", "solo"),
)
_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR")
#: Workers compile the engine before they begin, once a machine.
_PATIENCE = 300.0


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=5_000)
    asked = parser.parse_args()
    with product():
        return _run(asked.orders)


def _run(orders: int) -> int:
    from benchmarks import stock_world, w1_world  # noqa: PLC0415  # Django is set up by now
    from dom import celery  # noqa: PLC0415  # as above
    from dom.kernel import jobs  # noqa: PLC0415  # as above
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above
    from orders.services import queue  # noqa: PLC0415  # as above

    world = w1_world.World(orders=orders, seed=1)
    world.load()
    world.place(at=min(w1_world.AT, datetime.now(UTC)))
    jobs.connect(celery.send)
    before = _messages()
    with unit_of_work():
        jobs.ring(queue.ROUTE_ORDERS)
    with _workers():
        begin = _wait(lambda left: left < orders)
        seconds = _wait(lambda left: left == 0) - begin
        sent = _messages() - before
    workload = f"W1 {orders} orders, 2 routing processes and one for sweeps, all by doorbell"
    stock_world.figure("messages per 100 orders", sent * 100 / orders, "messages", workload)
    stock_world.figure("messages", sent, "messages", workload)
    stock_world.figure("seconds from the first order to the last", seconds, "s", workload)
    return stock_world.proven()


def _messages() -> int:
    """Return how many messages the broker has ever been given."""
    import redis  # noqa: PLC0415  # Django's settings name the broker
    from django.conf import settings  # noqa: PLC0415  # as above

    with redis.Redis.from_url(settings.CACHE_URL) as client:
        stats = client.info("commandstats")
    return int(stats.get("cmdstat_lpush", {}).get("calls", 0))


def _wait(done: Callable[[int], bool]) -> float:
    """Wait until `done` says so of the number of orders in the queue; return when that was."""
    from django.db import connection  # noqa: PLC0415  # Django is set up by now

    until = time.perf_counter() + _PATIENCE
    while time.perf_counter() < until:
        with connection.cursor() as cursor:
            cursor.execute(_LEFT)
            if done(int(cursor.fetchone()[0])):
                return time.perf_counter()
        time.sleep(0.05)
    raise TimeoutError("The workers did not come to an end.")


_LEFT = "SELECT count(*) FROM orders_routing_task"


@contextmanager
def _workers() -> Iterator[None]:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", *options[:3], *_QUIET, *options[3:]], env=os.environ, stdout=sys.stderr
        )
        for options in _WORKERS
    ]
    try:
        yield
    finally:
        for worker in running:
            worker.send_signal(signal.SIGTERM)
        for worker in running:
            worker.wait()


if __name__ == "__main__":
    sys.exit(main())
