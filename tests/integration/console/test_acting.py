import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from dom.console.exporting import csv_answer
from dom.console.roles import ensure_roles
from dom.kernel.transactions import unit_of_work
from orders.models import Hold, Order, OrderChange
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _someone(role: str) -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("cleo", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _routed() -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2))
    route_next(at=cast.NOW)
    return order


def test_a_form_that_is_not_valid_comes_back_with_what_was_typed() -> None:
    order, client = _routed(), _someone("Customer service")

    answer = client.post(f"/orders/{order.ref}/hold/", {"reason": "", "owner": "The night shift"})

    assert answer.status_code == 400
    assert "The night shift" in answer.content.decode()
    assert Hold.objects.count() == 0


def test_a_refusal_comes_back_in_its_own_words_and_changes_nothing() -> None:
    order, client = _routed(), _someone("Customer service")
    before = OrderChange.objects.count()

    answer = client.post(f"/orders/{order.ref}/release/", {"kind": "FRAUD"})

    assert answer.status_code == 409
    assert 'class="refused"' in answer.content.decode()
    assert OrderChange.objects.count() == before


def test_looking_at_a_form_changes_nothing_and_needs_the_permission() -> None:
    order, client = _routed(), _someone("Auditor")

    assert client.get(f"/orders/{order.ref}/cancel/").status_code == 403
    assert Client().get(f"/orders/{order.ref}/cancel/").status_code == 302
    assert Order.objects.get().status == "PLANNED"


def test_a_cell_never_becomes_a_formula_and_a_number_stays_one() -> None:
    answer = csv_answer("things", ["name", "units"], [["=2+3", -4], ["plain, with comma", None]])

    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]  # no async here
    assert text == '\ufeffname,units\r\n\'=2+3,-4\r\n"plain, with comma",\r\n'
