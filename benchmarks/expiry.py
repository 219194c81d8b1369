"""Measures how fast lapsed carts are swept: open soft claims, half of them due, in batches of 2,000."""

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta

from benchmarks.servers import product


def main() -> int:
    """Run the benchmark and print its figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=40_000)
    asked = parser.parse_args()
    with product():
        return _run(asked.claims)


def _run(claims: int) -> int:
    from benchmarks import stock_world  # noqa: PLC0415  # Django is set up by now
    from dom.kernel.transactions import unit_of_work  # noqa: PLC0415  # as above
    from inventory import services  # noqa: PLC0415  # as above

    skus, nodes, channel = stock_world.make(skus=1_000, nodes=50, units=1_000)
    now = datetime.now(UTC)
    for first in range(0, claims, 500):
        wants = []
        for n in range(first, first + 500):
            line = services.WantLine(f"R-{n}", "1", skus[n * 7 % 1_000], nodes[n * 3 % 50], 1)
            lapses = now + timedelta(seconds=-1 if n % 2 else 900)
            wants.append(services.Want(line.demand_ref, channel, (line,), expires_at=lapses))
        with unit_of_work():
            services.reserve(wants=wants, at=now - timedelta(seconds=60), actor="bench")
    swept, begin = 0, time.perf_counter()
    while True:
        with unit_of_work():
            ended = services.expire(at=now)
        swept += ended
        if not ended:
            break
    workload = f"{claims} open soft claims, half of them due, batches of 2,000, durable commits"
    stock_world.figure("expiry", swept / (time.perf_counter() - begin), "claims/s", workload)
    return stock_world.proven() or int(swept != claims // 2)


if __name__ == "__main__":
    sys.exit(main())
