import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dom.supervisor import leftovers
from tests.functional.running_house import RunningHouse, until, works


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own temporary folder: as root that is closed to the servers' account."""
    with tempfile.TemporaryDirectory(prefix="dom-house-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture(scope="module")
def house(folder: Path, engine: None) -> Iterator[RunningHouse]:
    """One product for all tests, as a start takes long; at the end it is told to stop, and leaves no process."""
    running = RunningHouse.start(folder / "data", port=_free_port())
    try:
        running.until_ready()
        yield running
        running.kill(signal.SIGINT)
        assert running.process.returncode == 0
        assert leftovers.running(running.places) == []
        with pytest.raises(psycopg.OperationalError):
            _rows(running)
    finally:
        running.end()


def _rows(house: RunningHouse) -> int:
    return int(house.ask("SELECT count(*) FROM kernel_event"))


def test_pages_answer_and_every_program_runs(house: RunningHouse) -> None:
    works(house)

    assert house.get("/healthz") == (200, b"ok\n")
    assert house.get("/admin/login/")[0] == 200
    assert [name for name in ("web", "routing", "sweeps", "feeds", "beat", "postgres") if not house.pids(name)] == []


@pytest.mark.parametrize("name", ["web", "routing", "sweeps", "beat", "postgres", "valkey-server"])
def test_a_killed_program_comes_back_and_work_goes_on(house: RunningHouse, name: str) -> None:
    until(lambda: bool(house.pids(name)), seconds=90, what=f"{name} has been started")  # pages answer before workers do
    before = set(house.pids(name))

    os.kill(min(before), signal.SIGKILL)

    until(lambda: bool(set(house.pids(name)) - before), seconds=60, what=f"{name} is back")
    works(house)
    # A dead parent's workers would go on serving old code from an old port.
    assert before & set(house.pids(name)) == set()


def test_a_second_supervisor_on_the_same_data_is_told_who_holds_it(house: RunningHouse) -> None:
    house.until_ready()
    second = RunningHouse.command(house.data, port=house.port)
    words = second.communicate(timeout=20)[0]

    assert second.returncode == 1
    assert f"is in use by process {house.process.pid}" in words
    assert house.is_ready()


def _address_of(house: RunningHouse) -> str:
    """Return the address that the supervisor wrote beside its lock; "" before it did."""
    told = (house.data / "supervisor.lock").read_text()
    return told.partition(", ")[2] if told.startswith(f"process {house.process.pid},") else ""


def test_a_killed_supervisor_loses_nothing_and_the_next_one_finds_another_port(house: RunningHouse) -> None:
    works(house)
    kept = _rows(house)
    # The supervisor cannot tidy up after these two, and the kernel's signal does not reach their own children.
    house.process.send_signal(signal.SIGSTOP)
    for name in ("web", "routing"):
        os.kill(house.pids(name)[0], signal.SIGKILL)
    house.kill(signal.SIGKILL)
    orphans = set(house.pids("web")) | set(house.pids("routing"))
    assert orphans

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = int(busy.getsockname()[1])
        house.process = RunningHouse.command(house.data, port=taken)
        until(lambda: bool(_address_of(house)), seconds=180, what="it says its address")
    house.port = int(_address_of(house).rpartition(":")[2])
    assert house.port > taken
    works(house)
    assert _rows(house) == kept + 1
    assert orphans & set(leftovers.running(house.places)) == set()
