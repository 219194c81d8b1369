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
    running = RunningHouse.start(folder / "shared", port=_free_port())
    try:
        running.until_ready()
        yield running
    finally:
        running.end()


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


def _rows(house: RunningHouse) -> int:
    return int(house.ask("SELECT count(*) FROM kernel_event"))


def test_a_killed_supervisor_loses_nothing_and_an_orderly_end_leaves_no_process(folder: Path, engine: None) -> None:
    busy = socket.socket()
    busy.bind(("127.0.0.1", 0))
    busy.listen()
    taken = int(busy.getsockname()[1])
    first = RunningHouse.start(folder / "killed", port=taken)
    second = None
    try:
        until((first.data / "supervisor.lock").exists, seconds=60, what="it holds its folder")
        until(lambda: "http" in (first.data / "supervisor.lock").read_text(), seconds=180, what="it says its address")
        first.port = int((first.data / "supervisor.lock").read_text().rsplit(":", 1)[1])
        assert first.port > taken
        works(first)
        kept = _rows(first)
        # The supervisor cannot tidy up after these two, and the kernel's signal does not reach their own children.
        first.process.send_signal(signal.SIGSTOP)
        for name in ("web", "routing"):
            os.kill(first.pids(name)[0], signal.SIGKILL)
        first.kill(signal.SIGKILL)
        orphans = set(first.pids("web")) | set(first.pids("routing"))
        assert orphans

        second = RunningHouse.start(first.data, port=first.port)
        works(second)
        assert _rows(second) == kept + 1
        assert orphans & set(leftovers.running(second.places)) == set()

        second.kill(signal.SIGINT)
        assert second.process.returncode == 0
        assert leftovers.running(second.places) == []
        with pytest.raises(psycopg.OperationalError):
            _rows(second)
    finally:
        busy.close()
        for running in filter(None, (first, second)):
            running.end()
