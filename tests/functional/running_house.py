"""Starts the product as its user does, in a process of its own, and looks at it from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from numba.core.caching import UserProvidedCacheLocator

from dom.embedded.places import Places
from dom.supervisor import leftovers, programs

ROOT = Path(__file__).resolve().parent.parent.parent
_KERNELS = ROOT / "routing" / "core" / "kernels"
#: What the suite itself runs under must not reach the product that it starts.
_NOT_INHERITED = {"DATA", "DEMO", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "DOM_PROCESS"}


def outside() -> dict[str, str]:
    """Return the environment of a person beside the suite."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}


def until(claim: Callable[[], bool], *, seconds: float, what: str, every: float = 0.25) -> None:
    """Wait until `claim` holds, asking `every` so many seconds; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(every)


@dataclass
class RunningHouse:
    """One supervisor with its children."""

    data: Path
    port: int
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, data: Path, *, port: int) -> "RunningHouse":
        """Start on `data`, which may be new, with an empty product and no feeder.

        The engine that the suite compiled is laid where this product looks for its own: the start of a newcomer alone
        (test_newcomer.py) compiles it, which takes a minute of a processor.
        """
        cache = Path(programs.environment(Places.of(data), "routing")["NUMBA_CACHE_DIR"])
        if not cache.exists():
            name = UserProvidedCacheLocator.get_suitable_cache_subpath(str(_KERNELS / "run.py"))
            shutil.copytree(_KERNELS / "__pycache__", cache / name, ignore=shutil.ignore_patterns("*.pyc"))
        return cls(data, port, cls.command(data, port=port))

    @staticmethod
    def command(data: Path, *, port: int) -> subprocess.Popen[str]:
        """Start the command alone; nothing is waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "dom.supervisor", "--data", str(data), "--port", str(port), "--seed", "none"],
            cwd=ROOT,
            env=outside(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def places(self) -> Places:
        """Where it keeps its data."""
        return Places.of(self.data)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body; 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:  # http
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        except OSError:
            return 0, b""

    def is_ready(self) -> bool:
        """Say whether database, migrations and broker are there."""
        return self.get("/readyz")[0] == 200

    def until_ready(self, *, seconds: float = 180) -> None:
        """Wait for it; a supervisor that ended fails the test with its words."""
        until(lambda: self.is_ready() or self.process.poll() is not None, seconds=seconds, what="ready")
        assert self.process.poll() is None, self.process.communicate()[0]

    def ask(self, statement: str) -> Any:
        """Run one statement in the database; return the first value, None if there is no row."""
        with psycopg.connect(
            host=str(self.places.sockets), port=5432, user="dom", dbname="dom", autocommit=True
        ) as connection:
            row = connection.execute(statement).fetchone()
        return row[0] if row else None

    def pids(self, name: str) -> list[int]:
        """Return the processes that carry `name` (a program's name), parents first."""
        return sorted(pid for pid in leftovers.running(self.places) if self._is(pid, name))

    def _is(self, pid: int, name: str) -> bool:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").split(b" ")[0]
        except OSError:
            return False
        return f"DOM_PROCESS={name}".encode() in environment or command.endswith(f"/{name}".encode())

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the supervisor alone a signal and wait for its end."""
        self.process.send_signal(number)
        self.process.communicate(timeout=40)

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            self.kill(signal.SIGINT)
        leftovers.end(self.places)


def works(house: RunningHouse) -> None:
    """Wait until web, database, beat, broker and worker all do their part: an event gets its position."""
    house.until_ready()
    event = house.ask(
        "INSERT INTO kernel_event (kind, entity, entity_ref, revision, data)"
        " VALUES ('order.test', 'order', 'O-1', 1, '{}') RETURNING id"
    )
    position = f"SELECT position FROM kernel_event WHERE id = {json.dumps(event)}"
    until(lambda: house.ask(position) is not None, seconds=90, what="an event gets its position")
