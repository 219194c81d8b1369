"""Rivals that begin together: threads with a connection each, or processes."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from django.db import OperationalError, connection

from dom.kernel.transactions import unit_of_work

R = TypeVar("R")


def at_once(count: int, act: Callable[[int], R]) -> list[R]:
    """Return what `act(0)` … `act(count - 1)` return; all start behind one barrier, each on its own connection."""
    barrier = threading.Barrier(count)

    def one(number: int) -> R:
        barrier.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def patiently(act: Callable[[], R], *, tries: int = 20) -> R:
    """Return what `act` returns in its own unit of work; a lock that took too long is asked for again, as an edge does.

    A deadlock is not forgiven: the lock order has to prevent it.
    """
    for _ in range(tries):
        try:
            with unit_of_work():
                return act()
        except OperationalError as waited:
            if "deadlock" in str(waited):
                raise
    raise AssertionError(f"waited {tries} times")


# Not pg_stat_activity: a transaction sees it once and keeps what it saw.
_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def behind(act: Callable[[], R]) -> Future[R]:
    """Begin `act` in a unit of work on a connection of its own; return once it waits for a lock of the caller's.

    It ends at once where it takes no lock: then it did not wait for the caller's commit, and its result tells.
    """

    def one() -> R:
        try:
            with unit_of_work():
                return act()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(one)
    pool.shutdown(wait=False)
    while not wait([begun], timeout=0.01).done and not _waiters():
        continue
    return begun


def wait_for_a_waiter(*, count: int = 1) -> None:
    """Return once `count` wait for a lock; after some seconds nobody will."""
    until = time.monotonic() + 10
    while _waiters() < count:
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.01)


def _waiters() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return int(cursor.fetchone()[0])


def _process(act: Callable[..., int], database: dict[str, Any], barrier: Any, results: Any, number: int) -> None:
    connection.settings_dict |= database
    connection.connect()
    barrier.wait()
    results.put(act(number))
    connection.close()


def in_processes(count: int, act: Callable[..., int]) -> Sequence[int]:
    """Return what `act(number)` returns in each of `count` forked processes that begin together."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    barrier, results = fork.Barrier(count), fork.Queue()
    workers = [
        fork.Process(target=_process, args=(act, dict(connection.settings_dict), barrier, results, number))
        for number in range(count)
    ]
    for worker in workers:
        worker.start()
    done = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    return done
