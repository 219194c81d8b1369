"""Runs throw-away servers with durable commits for one benchmark."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def product(*, keep: Path | None = None, settings: Mapping[str, str] | None = None) -> Iterator[Path]:
    """Start PostgreSQL and Valkey as `make run` does, migrate, and leave nothing behind but the folder `keep`.

    `settings` are PostgreSQL's, over those of `make run`. Yields the data folder. Import Django models inside the block
    only: the settings read their places from the environment.
    """
    data = keep or Path(tempfile.mkdtemp(prefix="dom-bench-", dir=os.environ.get("BENCH_DIR")))
    data.mkdir(exist_ok=True)
    data.chmod(0o755)
    os.environ |= {"DATA": str(data), "SECRET_KEY": "benchmarks-sign-nothing", "DEMO": "1", "DOM_PROCESS": "bench"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dom.settings")
    import django  # noqa: PLC0415  # only now do the settings know their places
    from django.core.management import call_command  # noqa: PLC0415  # as above

    from dom.embedded import postgres, valkey  # noqa: PLC0415  # as above
    from dom.embedded.places import Places  # noqa: PLC0415  # as above

    places = Places.of(data)
    database = postgres.start(places, settings={**postgres.DURABLE, **(settings or {})})
    broker = valkey.start(places)
    try:
        postgres.wait(places)
        valkey.wait(places)
        django.setup()
        call_command("migrate", verbosity=0)
        yield data
    finally:
        valkey.stop(broker)
        postgres.stop(database)
        if keep is None:
            shutil.rmtree(data, ignore_errors=True)


@contextmanager
def web(data: Path) -> Iterator[str]:
    """Run the web server as `make run` does, without workers; yield its address."""
    from dom.embedded.places import Places  # noqa: PLC0415  # Django is set up by now
    from dom.supervisor import programs  # noqa: PLC0415  # as above

    port = free_port()
    server = programs.web(Places.of(data), host="127.0.0.1", port=port).start()
    try:
        yield answering(f"http://127.0.0.1:{port}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answering(address: str) -> str:
    """Return the address of a web server once it answers there, or after a minute."""
    for _second in range(60):
        try:
            httpx.get(f"{address}/healthz")
            break
        except httpx.TransportError:
            time.sleep(1)
    return address


@contextmanager
def worker(data: Path, name: str) -> Iterator[int]:
    """Run one of the workers of `make run`; yield its process id."""
    from dom.embedded.places import Places  # noqa: PLC0415  # Django is set up by now
    from dom.supervisor import programs  # noqa: PLC0415  # as above

    running = next(one for one in programs.workers(Places.of(data)) if one.name == name).start()
    try:
        yield running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)
