"""Walks every address of the back office as every role, by GET and by POST, and compares with who_may.txt."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpResponseBase
from django.test import Client

from dom.console.roles import ROLES
from tests.integration.console.everything import Address, World, build
from tests.integration.console.people import at_reno

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = Path(__file__).with_name("who_may.txt")
#: The columns of the table, left to right.
COLUMNS = (
    "Administrator", "Merchandiser", "Ops", "Customer service", "Store manager", "Store associate", "Partner",
    "Auditor", "People manager", "Nobody",
)  # fmt: skip
#: What everybody may do for themselves, and papers to print, which are asked for by POST and change nothing.
OWN = {"work-paper", "me", "my-password", "my-second-factor", "orders", "fulfillment-orders"}


def _word(world: World, client: Client, one: Address) -> str:
    """Return what happens at an address: "." refused, "r" it can be looked at, "w" it can be sent, too."""
    looked, sent = _let_in(one, client.get(one.path)), _let_in(one, client.post(one.path, {}))
    if one.name == "admin:logout":
        client.force_login(User.objects.get(username="iris"))
    return {(False, False): ".", (True, False): "r", (True, True): "w", (False, True): "p"}[looked, sent]


def _let_in(one: Address, answer: HttpResponseBase) -> bool:
    """Whoever is led from the first page to one of their own, or to the log-in page, was not let in."""
    led_away = answer.status_code == 302 and (one.path == "/" or "/login/" in answer.headers["Location"])
    return answer.status_code not in {403, 405} and not led_away


def expected() -> dict[str, str]:
    """Return the table: a route's letters, one a column."""
    rows = [line.split() for line in TABLE.read_text().splitlines() if line.startswith("/")]
    return {route: "".join(letters) for route, *letters in rows}


@pytest.mark.parametrize("role", COLUMNS)
def test_each_role_may_at_each_address_what_the_table_says(role: str) -> None:
    world = build()
    client = at_reno(role, "iris")
    column = COLUMNS.index(role)
    found = {one.route: _word(world, client, one) for one in world.addresses()}

    assert found == {route: letters[column] for route, letters in expected().items()}


def test_nothing_is_changed_on_pages_that_write_nothing_down() -> None:
    """The framework's own forms would let whoever may change people make an administrator of anybody."""
    assert list(admin.site._registry) == []


def test_the_table_has_every_role() -> None:
    assert set(COLUMNS) == {"Administrator", *ROLES, "Nobody"}


def test_an_auditor_opens_every_page_and_changes_nothing() -> None:
    """Every page that shows something is there: 200. What is sent is refused, whatever it says."""
    world = build()
    client = at_reno("Auditor", "iris")
    pages = [one for one in world.addresses() if one.name not in OWN and not one.name.startswith("admin:")]
    looked = {one.route: client.get(one.path, follow=True).status_code for one in pages}
    sent = {one.route: client.post(one.path, {}).status_code for one in pages}

    column = COLUMNS.index("Auditor")
    shown = {route for route, letters in expected().items() if route in looked and letters[column] == "r"}
    assert {route: looked[route] for route in shown if looked[route] != 200} == {}
    assert {route: status for route, status in sent.items() if status not in {403, 405}} == {}


def test_strangers_reach_nothing() -> None:
    world = build()
    answers = {(one.route, Client().get(one.path).status_code) for one in world.addresses()}

    assert {one for one in answers if one[1] not in {302, 403, 405}} == {("/admin/login/", 200)}
