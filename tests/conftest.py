"""Starts the suite's own PostgreSQL and Valkey, and ends them."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from dom.embedded import postgres, valkey
from routing.core.warming import warm_up

#: Files whose few tests take longest. They begin first: whoever began one last would be waited for.
_LONGEST = (
    "functional/test_supervisor.py", "functional/api/test_any_input.py", "integration/test_rows_read.py",
    "integration/console/test_who_may.py", "integration/console/test_ways.py", "browser/test_clean_pages.py",
    "browser/test_every_role.py",
)  # fmt: skip
#: Files that are long because they wait: beside each other they would leave processors idle.
_WAITING = ("functional/test_newcomer.py", "functional/test_hostile_clients.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and those that wait apart; the others keep the order that chance gave them."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(_LONGEST))
    for turn, name in enumerate(_WAITING, start=1):
        mine = [item for item in items if item.path.as_posix().endswith(name)]
        rest = [item for item in items if item not in mine]
        place = turn * len(rest) // (len(_WAITING) + 2)
        items[:] = [*rest[:place], *mine, *rest[place:]]


def _start_servers() -> Iterator[None]:
    places = settings.DATA
    places.data.mkdir(parents=True, exist_ok=True)
    # What the server believes of a table must not depend on whether it was looked at while a test had it empty.
    database = postgres.start(places, settings={**postgres.FORGETFUL, "autovacuum": "off"})
    broker = valkey.start(places)
    try:
        postgres.wait(places)
        valkey.wait(places)
        yield
    finally:
        valkey.stop(broker)
        database.kill()
        database.wait()
        shutil.rmtree(places.data, ignore_errors=True)
        shutil.rmtree(places.sockets, ignore_errors=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """Run real servers for the session; the suite never meets another database or broker."""
    yield from _start_servers()


@pytest.fixture(scope="session")
def engine() -> None:
    """Compile the engine before any transaction is open: the first time takes longer than one may idle.

    A process that a test starts and kills would compile it again and again. One process of the suite compiles, the
    others wait for what it leaves in the cache.
    """
    with (Path(__file__).parent / "conftest.py").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        warm_up()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, engine: None) -> None:
    """Make the database fixtures of pytest-django wait for the servers and for the engine."""
