"""A large shop after a hundred days: a million orders with their work, money and events, and 20 million stock levels.

Written set-wise into the product's own tables with every constraint on, the same for the same sizes: each draw is a
hash of a number, so no plan of the server changes it. The books add up (`prove` says so).
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.w1_world import NODES, publish_network
from dom.kernel.transactions import unit_of_work
from inventory.services import ChannelRow, upsert_channels

_SQL = Path(__file__).parent / "sql"
_LEDGERS = ("kernel_event", "inventory_stock_movement", "inventory_reservation_entry")
_ORDERS_AT_ONCE = 50_000
_SKUS_AT_ONCE = 2_500


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders and SKUs; every SKU has a level at each of the 200 nodes."""

    orders: int
    skus: int

    @property
    def levels(self) -> int:
        """The number of stock levels."""
        return self.skus * NODES

    def __str__(self) -> str:
        return f"{self.orders:,} orders, {self.levels:,} stock levels"


def load(size: Size, *, at: datetime) -> None:
    """Write the world into an empty, migrated database; `at` is the instant at which it stands."""
    _publish(at)
    world = {"at": at, "orders": size.orders, "skus": size.skus, "nodes": NODES}
    with connection.cursor() as cursor:
        # Some of these statements take minutes, and the plan is read once each: nothing to wait for, nothing to share.
        cursor.execute("SET statement_timeout = 0; SET work_mem = '256MB'; SET jit = off")
        for table in _LEDGERS:
            cursor.execute("SELECT kernel_ensure_partitions(%s, (%s - interval '102 days')::date, 5)", [table, at])
        _run(cursor, "functions", world)
        _run(cursor, "network", world)
        _run(cursor, "plan", world)
        cursor.execute("ANALYZE big.o, big.l, big.f, big.taken, big.m")
        for lo, hi in _ranges(size.skus, _SKUS_AT_ONCE):
            _run(cursor, "stock", {"lo": lo, "hi": hi})
        for lo, hi in _ranges(size.orders, _ORDERS_AT_ONCE):
            for part in ("orders", "work", "events"):
                _run(cursor, part, {"lo": lo, "hi": hi})
        _run(cursor, "rest", {"last": size.orders * 3})
        cursor.execute("RESET statement_timeout; RESET work_mem; RESET jit")


def settle() -> None:
    """Let the server know what it holds, as autovacuum would in time."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _publish(at: datetime) -> None:
    publish_network(skus=0)
    with unit_of_work():
        upsert_channels(rows=[ChannelRow("market")], at=at, actor="bench")


def _ranges(last: int, step: int) -> Iterator[tuple[int, int]]:
    for low in range(1, last + 1, step):
        yield low, min(low + step - 1, last)


def _run(cursor: Any, name: str, values: dict[str, Any]) -> None:
    """Run the statements of one file one by one and say how long they took."""
    begin = time.perf_counter()
    for statement in (_SQL / f"big_{name}.sql").read_text().split(";\n"):
        if statement.strip():
            cursor.execute(statement, values)
    span = f" {values['lo']}-{values['hi']}" if "lo" in values else ""
    print(f"{name}{span}: {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
