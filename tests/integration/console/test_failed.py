import logging
import re
from typing import Any

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError, connection
from django.test import Client

from dom.console.views import today
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place
from tests.integration.orders.test_blame import held_by_another

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ops() -> Client:
    cast.enter()
    client = someone("Ops")
    client.raise_request_exception = False
    return client


def test_who_waits_too_long_for_another_is_told_to_try_again_and_nothing_changed(ops: Client) -> None:
    order = place(("TEE", 1))
    with held_by_another("SELECT FROM orders_order"):
        answer = ops.post(f"/orders/{order.ref}/hold/", {"reason": "Look", "confirmed": "1", "owner": "Ops"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Nothing was changed" in answer.content.decode()
    assert "Go back one page" in answer.content.decode()
    assert not order.holds.exists()


def test_a_page_that_breaks_gives_a_number_that_is_in_the_log(
    ops: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(today.Today, "get", broken)
    with caplog.at_level(logging.ERROR):
        answer = ops.get("/?day=1")

    told = re.search(r"the number (\w{8}):", answer.content.decode())
    assert answer.status_code == 500
    assert told is not None
    assert told[1] in {getattr(record, "number", "") for record in caplog.records}
    assert 'href="/?day=1"' in answer.content.decode()


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of a web server whose database is away: the session is the first to notice."""

    def absent(*_given: Any, **_named: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(SessionMiddleware, "process_request", absent)
    return Client(raise_request_exception=False)


def test_the_page_needs_no_database(away: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0, connection=connection):
        answer = away.get("/orders/")

    assert answer.status_code == 503
    assert 'href="/orders/"' in answer.content.decode()


def test_partners_are_told_in_their_own_form(away: Client) -> None:
    answer = away.get("/api/v1/orders")

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
