"""Answers how much processor time the programs of a benchmark used: what other programs do beside them is not in it."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def used() -> float:
    """Return the seconds of processor time that all descendants of this process have used so far.

    Those that ended count with the parent that saw them end, as PostgreSQL's does with a connection's process.
    """
    processes = dict(_processes())
    ours = {os.getpid()}
    for pid, (parent, _seconds) in sorted(processes.items()):
        if parent in ours:
            ours.add(pid)
    return sum(seconds for pid, (_parent, seconds) in processes.items() if pid in ours and pid != os.getpid())


def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
    """Yield each process with its parent and its seconds."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name stands in parentheses and may hold anything.
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(stat.parent.name), (int(fields[1]), sum(map(int, fields[11:15])) / _TICK)
