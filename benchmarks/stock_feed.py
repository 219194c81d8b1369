"""Measures a stock feed of absolute counts, one row in five changed, while checkouts claim the same stock."""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.checkouts import Checkouts, alone, report
from benchmarks.servers import product


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--skus", type=int, default=1_000, help="times 200 nodes; 5,000 make the million")
    asked = parser.parse_args()
    with product():
        return _run(asked.skus)


def _run(skus: int) -> int:
    from benchmarks import stock_world  # noqa: PLC0415  # Django is set up by now
    from inventory.services import feeds  # noqa: PLC0415  # as above

    stock_world.make(skus=skus, nodes=200, units=100_000)
    workload = f"{skus * 200} rows, 20% changed, 2,000 changed rows a commit, 2 checkouts of 3 lines beside it"
    report("reserve p99 without a feed", alone(3.0), workload)
    first = feeds.take_in(rows=_rows(skus, seed=1), at=datetime.now(UTC), actor="bench")
    busy = Checkouts()
    begin = time.perf_counter()
    done = feeds.take_in(rows=_rows(skus, seed=2), at=datetime.now(UTC), actor="bench")
    took, felt = time.perf_counter() - begin, busy.stop()
    stock_world.figure("stock feed", done.rows / took, "rows/s", workload)
    stock_world.figure("stock feed changed", done.changed, "rows", workload)
    report("reserve p99 during a feed", felt, workload)
    return stock_world.proven() or int(done.rows != first.rows)


def _rows(skus: int, seed: int) -> Iterator[tuple[str, str, object, datetime | None]]:
    """Yield a count for every level; four of five repeat what is known, as real feeds do."""
    from django.db import connection  # noqa: PLC0415  # Django is set up by now

    seeded = random.Random(seed)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.code, n.code, l.on_hand FROM inventory_stock_level l JOIN inventory_sku s ON s.id = l.sku_id"
            " JOIN inventory_node n ON n.id = l.node_id ORDER BY l.node_id, l.sku_id"
        )
        known = cursor.fetchall()
    for sku, node, on_hand in known:
        yield sku, node, on_hand + 1 if seeded.random() < 0.2 else on_hand, None


if __name__ == "__main__":
    sys.exit(main())
