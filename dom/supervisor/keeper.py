"""Keeps programs alive: starts them, starts them again with growing pauses, ends them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: Seconds before the n-th restart in a row; the last value is kept. The first is short: most deaths are one kill.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
#: A program that lived this many seconds has recovered: its next death counts as the first.
_HEALTHY = 30.0


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the house; `stop_signal` asks it to end and `patience` is how many seconds it may take."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 8.0


@dataclass(slots=True)
class _Kept:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    due: float | None = field(default=None)


class Keeper:
    """The programs that run, in the order they were started."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._kept: list[_Kept] = []
        self._say = say

    def start(self, program: Program) -> None:
        """Start `program` and keep it alive from here on."""
        self._kept.append(_Kept(program, program.start(), time.monotonic()))

    def tend(self) -> None:
        """Note who died and restart whose pause is over; call it a few times a second."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.due is not None:
                if now >= kept.due:
                    kept.process, kept.started, kept.due = kept.program.start(), now, None
            elif kept.process.poll() is not None:
                self._bury(kept, now)

    def _bury(self, kept: _Kept, now: float) -> None:
        # A dead parent's workers would hold its port and its queue.
        _signal_group(kept.process, signal.SIGKILL)
        kept.deaths = 1 if now - kept.started > _HEALTHY else kept.deaths + 1
        pause = _PAUSES[min(kept.deaths, len(_PAUSES)) - 1]
        kept.due = now + pause
        self._say(f"{kept.program.name} ended ({_how(kept.process.returncode)}); starting it again")

    def stop(self) -> None:
        """End all programs, last started first; those that need the same patience end together."""
        for patience_group in self._by_stop_order():
            for kept in patience_group:
                _signal_group(kept.process, kept.program.stop_signal, leader_only=True)
            for kept in patience_group:
                _wait(kept)
        self._kept.clear()

    def _by_stop_order(self) -> list[list[_Kept]]:
        """Return ours first, all at once; then the servers one by one, last started first."""
        servers = [kept for kept in self._kept if kept.program.stop_signal == signal.SIGINT]
        ours = [kept for kept in self._kept if kept not in servers]
        return [ours, *([kept] for kept in reversed(servers))]


def _wait(kept: _Kept) -> None:
    try:
        kept.process.wait(kept.program.patience)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal_group(kept.process, signal.SIGKILL)
        kept.process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals, *, leader_only: bool = False) -> None:
    try:
        if leader_only:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
