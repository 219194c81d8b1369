"""Whatever the schema allows and much that it does not, with every key: no 500, and every answer is as documented.

How many requests are sent is fixed, so a machine's speed does not say what is found; ATTACK_EXAMPLES and ATTACK_SEED
make the long run longer, or another one.
"""

import os
from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.rest.scopes import ALL_SCOPES
from tests.functional.api.attacking import BOTH, Attack, Deeper, must_be_shut, needs, operations
from tests.functional.api.conftest import partner_with
from tests.functional.api.small_world import SmallWorld, workers_work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore")]  # the generators warn

#: No endpoint writes events; the scope is kept for the day on which one does.
USED_SCOPES = [scope for scope in ALL_SCOPES if scope != "events:write"]
#: Requests of each kind to each endpoint.
FEW = 2
MANY = int(os.environ.get("ATTACK_EXAMPLES", "200"))
SEED = int(os.environ.get("ATTACK_SEED", "0"))


@pytest.fixture
def world() -> SmallWorld:
    made = SmallWorld(partner_with(name="world"))
    made.found()
    made.fill()
    return made


def changes(operation: Any) -> bool:
    return bool(operation.method.upper() != "GET")


def attack_with_one_scope(scope: str, **how: Any) -> None:
    """Attack what the scope opens, then look at every other door once: it stays shut, as documented."""
    key, everything = partner_with(scope).key, operations()
    opened = [one for one in everything if needs(one) in {scope, ""}]
    assert opened, f"{scope} opens nothing"
    finds = Attack(key, **how).on(opened)
    assert not finds, str(finds)
    must_be_shut([one for one in everything if one not in opened], key, code="scope-missing")


def assert_the_house_stands() -> None:
    """What was taken in can be worked on, and every book still adds up."""
    workers_work()
    assert prove.differences() == []


def test_nothing_that_the_schema_allows_or_forbids_breaks_an_endpoint() -> None:
    finds = Attack(partner_with().key, examples=FEW).on(operations())

    assert not finds, str(finds)


def test_nothing_that_speaks_of_what_exists_breaks_an_endpoint_or_the_books(world: SmallWorld) -> None:
    finds = Attack(partner_with().key, examples=FEW, change=Deeper(world.known)).on(operations())

    assert not finds, str(finds)
    assert_the_house_stands()


@pytest.mark.parametrize("scope", USED_SCOPES)
def test_a_scope_opens_what_it_says_and_nothing_else(scope: str) -> None:
    attack_with_one_scope(scope, examples=1, modes=BOTH[:1])


def test_without_a_key_every_door_is_shut() -> None:
    must_be_shut(operations(), "dom_000000000000_" + 43 * "x", code="unauthenticated")


def test_a_key_of_one_channel_and_one_node_breaks_no_endpoint(world: SmallWorld) -> None:
    limited = partner_with(nodes=("SOHO",), channels=("MARKET",)).key

    finds = Attack(limited, examples=1, modes=BOTH[:1], change=Deeper(world.known)).on(operations())

    assert not finds, str(finds)


@pytest.mark.torture
@pytest.mark.parametrize("scope", USED_SCOPES)
def test_nothing_breaks_an_endpoint_for_long_and_with_any_scope(scope: str) -> None:
    attack_with_one_scope(scope, examples=MANY, seed=SEED)


@pytest.mark.torture
def test_nothing_breaks_an_endpoint_or_the_books_for_long(world: SmallWorld) -> None:
    def renew(operation: Any) -> None:
        if changes(operation):
            assert_the_house_stands()
            world.found()
            world.fill()

    finds = Attack(partner_with().key, examples=MANY, change=Deeper(world.known), seed=SEED, before=renew).on(
        operations()
    )

    assert not finds, str(finds)
    assert_the_house_stands()
