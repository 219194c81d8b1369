"""Answers whether this process can decide an order at once; gets a web process there beside its requests.

Kernels are compiled once a machine, which takes a minute of a processor, and are read from their cache in a second
after that. A web process lets a child compile, so that no request waits for the compiler, and then reads the cache.
"""

import fcntl
import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dom.kernel.errors import DomainError
from routing.core.warming import warm_up

log = logging.getLogger(__name__)

#: A batch makes some hundred thousand objects that die with it by themselves; at the usual 700 the collector looks
#: for rings among them nine hundred times in a run of W1, which is a tenth of what such a worker computes.
_GARBAGE_THRESHOLD = 100_000
_ROOT = Path(__file__).resolve().parent.parent
_is_warm = threading.Event()
#: Its engine is on its way, beside its requests.
_is_coming = threading.Event()


class EngineNotReady(DomainError):
    """The process was started a moment ago and gets its engine in the background; nothing is lost meanwhile."""

    code = "engine-not-ready"
    title = "The engine is being made ready"


def is_warm() -> bool:
    """Say whether the engine of this process has decided once."""
    return _is_warm.is_set()


def require() -> None:
    """Refuse while the engine is on its way: who waited for it would keep a thread from everybody else's requests.

    Raises:
        EngineNotReady: it is not there yet.
    """
    if _is_coming.is_set() and not _is_warm.is_set():
        raise EngineNotReady(
            "The engine is being made ready, which takes a minute or two after a start. Try again then."
        )


def begin() -> threading.Thread:
    """Start to warm up in the background; requests are answered meanwhile, those that need a decision by `require`."""
    _is_coming.set()
    thread = threading.Thread(target=_warm_beside, name="warming", daemon=True)
    thread.start()
    return thread


def warm_now() -> None:
    """Warm up this process, one at a time on a machine: whoever comes second reads what the first compiled."""
    with _one_at_a_time():
        warm_up()
    _is_warm.set()


def settle() -> None:
    """Spare the garbage collector what is loaded by now and stays; for workers, before they fork or begin."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD)


def is_under_way() -> bool:
    """Say whether a process of this machine is at it: it may take a minute."""
    with _turn() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _warm_beside() -> None:
    try:
        subprocess.run([sys.executable, "-m", "dom.warming"], cwd=_ROOT, check=True)
        warm_now()
    except (OSError, subprocess.SubprocessError):
        # Nothing is lost: the first decision of this process compiles what it needs.
        _is_coming.clear()
        log.exception("The engine could not be warmed up; the first decision will take longer.")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with _turn() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _turn() -> IO[str]:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR", tempfile.gettempdir()))
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"warming-{os.getuid()}.lock").open("a")


if __name__ == "__main__":
    # At no lower priority: routing workers may be waiting for what this compiles.
    warm_now()
