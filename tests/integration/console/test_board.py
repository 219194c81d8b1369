from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console.board import board
from dom.console.roles import ensure_roles
from dom.kernel import proofs, tasks
from dom.kernel.models import Proof
from dom.kernel.transactions import unit_of_work
from inventory.models import Node, NodeDay
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, RoutingTask
from orders.selectors import day as days
from orders.selectors import filtering
from orders.services.routing_flow import route_next
from tests import cast
from tests.cast import NOW
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _three_orders() -> cast.Cast:
    """One planned at Reno, one backordered, one that waits for routing."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 5)
    place(("TEE", 2))
    place(("LAMP", 1))
    route_next(at=NOW)
    place(("TEE", 1), at=NOW + timedelta(minutes=3))
    return people


def test_every_order_is_counted_in_its_state() -> None:
    _three_orders()
    found = days.day(at=NOW + timedelta(minutes=5))

    assert found.orders == {"PLANNED": 1, "BACKORDERED": 1, "QUEUED": 1}
    assert found.backlog.waiting == RoutingTask.objects.filter(not_before__lte=NOW + timedelta(minutes=5)).count()
    assert found.backlog.oldest_at is not None


def test_what_ended_before_yesterday_is_not_counted_and_what_is_open_is() -> None:
    _three_orders()
    Order.objects.filter(status="PLANNED").update(status="SHIPPED")

    assert days.day(at=NOW + timedelta(hours=23)).orders["SHIPPED"] == 1
    assert days.day(at=NOW + timedelta(hours=25)).orders == {"BACKORDERED": 1, "QUEUED": 1}


def test_an_order_of_which_a_part_waits_for_stock_is_unfilled_as_its_list_says() -> None:
    _three_orders()
    place(("TEE", 1), ("LAMP", 1))
    route_next(at=NOW)
    listed = filtering.orders(filtering.read({"view": "unfilled"}), at=NOW)

    assert (days.day(at=NOW).unfilled, listed.count()) == (2, 2)
    Order.objects.update(status="CANCELLED")
    assert days.day(at=NOW).unfilled == 0


def test_a_promise_is_at_risk_while_no_node_has_the_order() -> None:
    _three_orders()
    FulfillmentGroup.objects.update(promised_by=NOW + timedelta(hours=20))

    assert days.day(at=NOW).promises_at_risk == 2
    assert days.day(at=NOW - timedelta(hours=5)).promises_at_risk == 0


def test_work_is_counted_at_its_node_with_what_is_due_and_overdue() -> None:
    people = _three_orders()
    FulfillmentOrder.objects.update(ship_by=NOW + timedelta(hours=1))
    soon, late = days.work_by_node(at=NOW), days.work_by_node(at=NOW + timedelta(hours=2))

    assert {node_id: (one.open, one.due, one.overdue) for node_id, one in soon.items()} == {
        people.dc_reno.id: (1, 1, 0)
    }
    assert late[people.dc_reno.id].overdue == 1
    FulfillmentOrder.objects.update(status="SHIPPED")
    assert days.work_by_node(at=NOW) == {}


def test_counts_stop_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    _three_orders()
    monkeypatch.setattr(days, "CAP", 1)
    place(("MUG", 1))
    place(("MUG", 1))

    assert days.day(at=NOW + timedelta(hours=1)).orders["QUEUED"] == 1


def test_orders_are_counted_in_the_minute_they_came() -> None:
    _three_orders()

    assert days.arrived_per_minute(at=NOW + timedelta(minutes=5), minutes=6) == [2, 0, 0, 1, 0, 0]


def test_a_node_is_as_full_as_the_fullest_limit_of_its_own_day() -> None:
    people = _three_orders()
    NodeDay.objects.all().delete()
    # Noon in New York is 9 in the morning in Reno; half an hour after midnight UTC its day is still the day before.
    for day, unit, used, limit in ((24, "ORDERS", 9, 10), (24, "UNITS", 1, 10), (25, "LINES", 10, 10)):
        NodeDay.objects.create(node=people.dc_reno, day=f"2026-11-{day}", unit=unit, used=used, limit=limit)
    card = next(one for one in board(at=NOW + timedelta(hours=7)).cards if one.node.code == "dc_reno")

    assert (card.node.percent, card.node.unit, card.tone) == (90, "orders", "warn")
    assert card.words == "Reno DC, Reno: 1 open; 90 % of 10 orders used today"


def test_a_node_without_a_position_stands_in_the_list_alone() -> None:
    _three_orders()
    Node.objects.filter(code="dc_reno").update(latitude=None)
    found = board(at=NOW)

    assert (found.unplaced, "dc_reno" in {card.node.code for card in found.cards}) == (1, False)
    assert found.busiest[0].node.code == "dc_reno"


def test_the_page_costs_the_same_however_much_there_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _three_orders()
    User.objects.create_superuser("omar", password="harbour-lights-7")
    client = Client()
    client.force_login(User.objects.get())
    with django_assert_num_queries(14):  # session, person, the board's eleven, what happened last
        assert client.get("/").status_code == 200
    place(("TEE", 1))
    with django_assert_num_queries(14):
        client.get("/")


def test_a_proof_is_kept_and_not_made_again_too_soon() -> None:
    tasks.prove_again()
    tasks.prove_again()

    kept = Proof.objects.get()
    assert (kept.differences, kept.checks > 20) == ({}, True)
    assert not proofs.is_due(kept, at=kept.at + timedelta(seconds=299))
    assert proofs.is_due(kept, at=kept.at + timedelta(seconds=301))
    kept.seconds = 60.0
    assert not proofs.is_due(kept, at=kept.at + timedelta(seconds=1199))


def test_a_proof_names_what_differs_and_the_page_shows_it() -> None:
    _three_orders()
    Order.objects.filter(status="PLANNED").update(status="SHIPPED")
    proofs.prove_again(at=NOW)

    assert Proof.objects.get().differences != {}
    User.objects.create_superuser("omar", password="harbour-lights-7")
    client = Client()
    client.force_login(User.objects.get())
    assert "checks differ" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "home"), [("Store associate", "/fulfillment-orders/"), ("Ops", None), ("Merchandiser", None)]
)
def test_everybody_is_led_to_a_first_page_of_their_own(role: str, home: str | None) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("ana", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    answer = client.get("/")

    assert answer.headers.get("Location") == home
    assert answer.status_code == (302 if home else 200)
