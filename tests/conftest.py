"""Starts the suite's own PostgreSQL and Valkey, and ends them."""

import shutil
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from dom.embedded import postgres, valkey
from routing.core.warming import warm_up


def _start_servers() -> Iterator[None]:
    places = settings.DATA
    places.data.mkdir(parents=True, exist_ok=True)
    database = postgres.start(places, settings=postgres.FORGETFUL)
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

    A process that a test starts and kills would compile it again and again.
    """
    warm_up()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None, engine: None) -> None:
    """Make the database fixtures of pytest-django wait for the servers and for the engine."""


@pytest.fixture
def _emptied_partitions(transactional_db: None) -> Iterator[None]:
    """Empty the partitioned tables after a test: Django's flush knows only the tables it made itself."""
    yield
    tables = [model._meta.db_table for model in apps.get_models() if not model._meta.managed]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(tables))


@pytest.fixture(autouse=True)
def _clean_slate(request: pytest.FixtureRequest) -> None:
    """Give every test that commits an empty database, partitioned tables included."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("_emptied_partitions")
