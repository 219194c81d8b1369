import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder, Order
from orders.selectors.finding import find_orders
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _client(role: str) -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("cleo", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _found(client: Client, text: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["title"]) for one in client.get("/find/", {"q": text}).json()["items"]]


def _routed(external_ref: str = "W-100241") -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2), external_ref=external_ref, customer={"external_ref": "C-77", "name": "Ada Byron"})
    route_next(at=cast.NOW)
    return order


def test_an_order_is_found_by_every_reference_that_people_have() -> None:
    order = _routed()
    work = FulfillmentOrder.objects.get()
    ways = {text: [one.ref for one in find_orders(text, limit=6)] for text in (
        order.ref, order.ref[:6].lower(), "W-100241", "w-100241", work.ref, "C-77", "W-1002", "O-", "%%%", "O-_%",
    )}  # fmt: skip

    assert {text for text, refs in ways.items() if refs == [order.ref]} == {
        order.ref, order.ref[:6].lower(), "W-100241", "w-100241", work.ref, "C-77",
    }  # fmt: skip
    assert {text for text, refs in ways.items() if not refs} == {"W-1002", "O-", "%%%", "O-_%"}


def test_one_order_found_in_two_ways_stands_once() -> None:
    order = _routed("C-77")

    assert [one.ref for one in find_orders("C-77", limit=6)] == [order.ref]


def test_the_palette_shows_what_one_may_open_alone() -> None:
    _routed()

    assert _found(_client("Customer service"), "W-100241") == [("Order", "W-100241")]
    User.objects.all().delete()
    assert _found(_client("Store associate"), "W-100241") == []


def test_pages_and_nodes_are_found_by_their_names(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _routed()
    client = _client("Ops")

    assert ("Node", "Reno DC") in _found(client, "reno")
    assert _found(client, "Fulfillment") == [("Page", "Fulfillment orders")]
    # Session, person, two for permissions, orders, SKUs, nodes.
    with django_assert_num_queries(7):
        client.get("/find/", {"q": "reno"})


def test_strangers_find_nothing() -> None:
    assert Client().get("/find/", {"q": "reno"}).status_code == 302
