"""Ends what a killed supervisor left behind: processes are known by a mark in their environment or their folder."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dom.embedded.places import Places

#: Every child carries its data folder under this name.
MARK = "DOM_HOUSE"
_PROC = Path("/proc")


def end(places: Places, *, patience: float = 20) -> int:
    """End all processes of the installation at `places` and return how many there were.

    Our own programs may be killed at any point and need no time. PostgreSQL gets `patience` seconds for its
    checkpoint; a server that is killed instead recovers from its log.
    """
    ours = list(_marked(places))
    _signal(ours, signal.SIGKILL)
    servers = list(_servers(places))
    _signal(servers, signal.SIGINT)
    if not _gone(lambda: _servers(places), patience):
        _signal(_servers(places), signal.SIGKILL)
        _gone(lambda: _servers(places), patience)
    _gone(lambda: _marked(places), patience)
    return len({*ours, *servers})


def running(places: Places) -> list[int]:
    """Return the processes of the installation that are alive."""
    return sorted({*_marked(places), *_servers(places)})


def _marked(places: Places) -> Iterator[int]:
    wanted = f"{MARK}={places.data}".encode()
    for pid in _others():
        try:
            environment = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended, or it is another account's
        if wanted in environment:
            yield pid


def _servers(places: Places) -> Iterator[int]:
    """Yield the processes that work inside the servers' own folders; nothing else does."""
    folders = {str(places.postgres), str(places.valkey)}
    for pid in _others():
        try:
            folder = os.readlink(_PROC / str(pid) / "cwd")
        except OSError:
            continue
        if folder in folders:
            yield pid


def _others() -> Iterator[int]:
    if not _PROC.is_dir():
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            yield int(entry.name)


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _gone(find: Callable[[], Iterator[int]], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while next(find(), None) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
