"""Answers which programs make the product on one machine, and how each is started and ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from dom.embedded import children, postgres, valkey
from dom.embedded.places import Places
from dom.supervisor.keeper import Program
from dom.supervisor.leftovers import MARK

ROOT = Path(__file__).resolve().parent.parent.parent
#: Modest on purpose: two cores. A web worker has WEB_THREADS threads, and each keeps one database connection.
_WEB_WORKERS, _ROUTING_PROCESSES, _SENDERS = 2, 2, 6
_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


def environment(places: Places, name: str) -> dict[str, str]:
    """Return the environment of the child `name`; the person's own variables win where they configure the product."""
    return {
        **os.environ,
        MARK: str(places.data),
        "DATA": str(places.data),
        "DEMO": os.environ.get("DEMO", "1"),
        "DOM_PROCESS": name,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "dom.settings"),
        "NUMBA_CACHE_DIR": str(places.data / "numba" / _kernels()),
        "PYTHONUNBUFFERED": "1",
    }


def _kernels() -> str:
    """Return the digest of the engine's compiled sources: Numba's cache misses changes in what a kernel calls."""
    sources = sorted((ROOT / "routing" / "core" / "kernels").glob("*.py"))
    return sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def database(places: Places) -> Program:
    """Return the embedded PostgreSQL; SIGINT is its fast, orderly end."""
    return Program("PostgreSQL", lambda: postgres.start(places), signal.SIGINT, patience=30)


def broker(places: Places) -> Program:
    """Return the embedded Valkey."""
    return Program("Valkey", lambda: valkey.start(places), signal.SIGINT, patience=5)


def web(places: Places, *, host: str, port: int) -> Program:
    """Return the web server; threads end with their database connections, so few are kept."""
    return _ours(
        places, "web", "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port),
        "--workers", str(_WEB_WORKERS), "--no-ws", "--http", "1",
        "--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "5",
        "--log-level", "warning", "dom.front:application",
    )  # fmt: skip


def routing(places: Places) -> Program:
    """Return routing on two processes; it compiles its engine before it answers the first message."""
    processes = str(_ROUTING_PROCESSES)
    return _worker(places, "routing", "--queues", "routing", "--concurrency", processes, app="dom.routing_worker")


def workers(places: Places) -> list[Program]:
    """Return the other workers: feeds and webhooks apart (they run for long), what is short on one process."""
    return [
        _worker(places, "sweeps", "--queues", "events,inventory,default", "--pool", "solo"),
        _worker(places, "feeds", "--queues", "feeds", "--pool", "solo"),
        # Threads: a sender waits for somebody else's server most of the time.
        _worker(places, "webhooks", "--queues", "webhooks", "--pool", "threads", "--concurrency", str(_SENDERS)),
    ]


def beat(places: Places) -> Program:
    """Return the clock that rings the sweeps."""
    return _ours(places, "beat", "-m", "celery", "--app", "dom", "beat", "--loglevel", "WARNING", "--pidfile", "")


def feeder(places: Places, *, address: str) -> Program:
    """Return the demonstration's customers, and the partners who hear of them at `address`."""
    return _ours(places, "feeder", "manage.py", "feed", "--address", address)


def run(places: Places, *arguments: str) -> None:
    """Run one management command to its end, its output in `logs/setup.log`.

    Raises:
        RuntimeError: it failed; the message carries the end of its output.
    """
    log = places.logs / "setup.log"
    child = children.start(
        [sys.executable, "manage.py", *arguments], log=log, cwd=ROOT, env=environment(places, "setup"), as_us=True
    )
    try:
        code = child.wait()
    finally:
        _end(child)
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise RuntimeError(f"`manage.py {' '.join(arguments)}` failed:\n{tail}")


def answer(places: Places, *arguments: str) -> str:
    """Run one management command whose answer is a secret, and return it; nothing of it reaches a log.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(places, "setup"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"`manage.py {arguments[0]}` failed; run it yourself to see why.")
    return done.stdout.strip()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()


def _worker(places: Places, name: str, *options: str, app: str = "dom") -> Program:
    return _ours(places, name, "-m", "celery", "--app", app, "worker", "--hostname", f"{name}@%h", *_QUIET, *options)


def _ours(places: Places, name: str, *arguments: str) -> Program:
    command = [sys.executable, *arguments]
    variables: Mapping[str, str] = environment(places, name)
    log = places.logs / f"{name}.log"
    return Program(name, lambda: children.start(command, log=log, cwd=ROOT, env=variables, as_us=True))
