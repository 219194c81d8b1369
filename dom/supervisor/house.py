"""Runs the whole product on one machine: brings it up in order, keeps it up, takes it down."""

import http.client
import os
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

from dom.embedded import postgres, valkey
from dom.embedded.places import Places
from dom.supervisor import leftovers, ports, programs, welcome
from dom.supervisor.keeper import Keeper
from dom.supervisor.lock import DataLock
from dom.supervisor.options import Options

#: How often the dead are looked for, in seconds.
_TICK = 0.25
#: A database that was killed under load may need minutes to read its log; it is waited for, not restarted.
_DATABASE_PATIENCE = 600
_WEB_PATIENCE = 120


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)


class House:
    """One installation on this machine."""

    def __init__(self, options: Options, places: Places) -> None:
        self._options = options
        self._places = places
        self._lock = DataLock(places.data)
        self._keeper = Keeper(say)
        self._port = 0
        self._fresh = False

    def run(self) -> None:
        """Bring everything up and keep it up until an exception says to stop; then take everything down.

        Raises:
            TakenError: another supervisor works on the data folder.
            RuntimeError: a server or the set-up failed; the message says which log tells why.
        """
        self._prepare()
        try:
            self._start_servers()
            self._set_up()
            self._start_programs()
            self._greet()
            while True:
                self._keeper.tend()
                time.sleep(_TICK)
        finally:
            self._take_down()

    def _prepare(self) -> None:
        data = self._places.data
        if not data.exists():
            data.mkdir(parents=True, mode=0o755)
        self._lock.take()
        found = leftovers.end(self._places)
        if found:
            say(f"Ended {found} {'process' if found == 1 else 'processes'} that an earlier run left behind")
        for folder in (self._places.logs, data / "numba"):
            folder.mkdir(exist_ok=True)
        _write_once(data / "secret_key", secrets.token_urlsafe(50))
        _write_once(data / "demo", "This data folder belongs to a demonstration: `manage.py` reads this mark.\n")

    def _start_servers(self) -> None:
        if not os.environ.get("DATABASE_URL"):
            self._keeper.start(programs.database(self._places))
        if not os.environ.get("REDIS_URL"):
            self._keeper.start(programs.broker(self._places))
        if not os.environ.get("DATABASE_URL"):
            self._tended(lambda: postgres.wait(self._places, seconds=1), _DATABASE_PATIENCE)
        if not os.environ.get("REDIS_URL"):
            self._tended(lambda: valkey.wait(self._places, seconds=1), _WEB_PATIENCE)

    def _tended(self, attempt: Callable[[], None], seconds: float) -> None:
        """Try `attempt` until it succeeds, restarting what dies meanwhile; its last refusal is raised."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return attempt()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                self._keeper.tend()

    def _set_up(self) -> None:
        self._fresh = not (self._places.data / "seeded").exists()
        if self._fresh:
            say("First start: creating the database and its tables")
            # Nobody rings before beat is up: the worker compiles its engine on one core while the other makes tables.
            self._keeper.start(programs.routing(self._places))
        programs.run(self._places, "migrate", "--verbosity", "0")
        if self._fresh:
            self._seed()

    def _seed(self) -> None:
        seed = self._options.seed if _has_command("seed") else "none"
        if seed == "demo":
            say("Placing the demonstration network, its stock and its rules")
            programs.run(self._places, "seed", seed, "--address", _address(self._options.port))
            _write_once(self._places.data / "api_key", programs.answer(self._places, "api_key", "demo"))
        _write_once(self._places.data / "seeded", seed)

    def _start_programs(self) -> None:
        wanted = self._options.port
        self._port = ports.first_free(self._options.host, wanted)
        if self._port != wanted:
            say(f"Port {wanted} is taken; using {self._port}")
        self._keeper.start(programs.web(self._places, host=self._options.host, port=self._port))
        # A person waits for the first page; workers that start beside it would double the time.
        self._tended(self._ask_ready, _WEB_PATIENCE)
        if not self._fresh:
            self._keeper.start(programs.routing(self._places))
        for worker in programs.workers(self._places):
            self._keeper.start(worker)
        self._keeper.start(programs.beat(self._places))
        if self._options.feed and self._seeded_with() == "demo" and _has_command("feed"):
            self._keeper.start(programs.feeder(self._places, address=_address(self._port)))

    def _seeded_with(self) -> str:
        return (self._places.data / "seeded").read_text().strip()

    def _greet(self) -> None:
        address = _address(self._port)
        self._lock.tell(f"process {os.getpid()}, {address}")
        say(welcome.text(address=address, seed=self._seeded_with(), places=self._places, at=datetime.now(UTC)))

    def _ask_ready(self) -> None:
        with closing(http.client.HTTPConnection(self._options.host, self._port, timeout=5)) as line:
            try:
                line.request("GET", "/readyz", headers={"Host": "localhost"})
                status = line.getresponse().status
            except (OSError, http.client.HTTPException) as refusal:
                time.sleep(_TICK)
                raise RuntimeError(f"The web server did not start; see {self._places.logs / 'web.log'}") from refusal
        if status != 200:
            time.sleep(_TICK)
            raise RuntimeError(f"The web server answers {status} on /readyz; see {self._places.logs}")

    def _take_down(self) -> None:
        say("\nStopping …")
        self._keeper.stop()
        leftovers.end(self._places)
        say("Stopped; the data is kept.")


def _address(port: int) -> str:
    return f"http://localhost:{port}"


def _has_command(name: str) -> bool:
    found = (folder.glob(f"*/management/commands/{name}.py") for folder in (programs.ROOT, programs.ROOT / "dom"))
    return any(any(files) for files in found)


def _write_once(path: os.PathLike[str], text: str) -> None:
    """Write `text` for our own account alone, unless the file exists."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text)
