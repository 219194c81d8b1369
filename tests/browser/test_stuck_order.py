"""As somebody new would try it: from the first page to a stuck order, why it is stuck, and out of it."""

import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from orders.models import Order, OrderLine
from orders.services.routing_flow import route_next
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _cleo(visit: Visit) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("cleo", password=PASSWORD, is_staff=True, first_name="Cleo", last_name="Okafor")
    person.groups.add(Group.objects.get(name="Customer service"))
    visit.log_in("cleo", PASSWORD)


def _look(visit: Visit, name: str) -> None:
    visit.axe()
    visit.picture(f"stuck-{name}")
    visit.page.set_viewport_size({"width": 1440, "height": 900})


def _orders_that_flow_and_one_that_does_not() -> None:
    people = cast.enter()
    for node in (people.dc_reno, people.store_soho):
        cast.stock(people.tee, node, 10)
    cast.stock(people.mug, people.store_austin, 0)
    for number in range(3):
        place(("TEE", 1), external_ref=f"W-{1000 + number}")
    place(("TEE", 1), ("MUG", 2), external_ref="W-2077")
    route_next(at=cast.NOW)


def test_a_newcomer_finds_understands_and_mends_a_stuck_order(visit: Visit) -> None:
    _orders_that_flow_and_one_that_does_not()
    _cleo(visit)
    page = visit.page
    _look(visit, "1-first-page")
    page.get_by_role("link", name="Unfilled 1").click()
    page.wait_for_load_state("networkidle")
    _look(visit, "2-list")
    page.get_by_role("link", name="W-2077").click()
    page.wait_for_load_state("networkidle")
    _look(visit, "3-order")
    assert page.get_by_text("2 units of MUG not placed, to wait for stock: No node has it.").is_visible()
    assert page.get_by_text("store_austin has nothing that this order can use").is_visible()
    page.get_by_text("Cancel a line…").click()
    page.get_by_label("Line", exact=True).select_option(label="2: Mug, 2 of 2 left")
    _look(visit, "4-form")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("2 of 2 × MUG are cancelled; their stock is free again.").wait_for()
    _look(visit, "5-foreseen")
    page.get_by_role("button", name="Cancel the units").click()
    page.get_by_text("2 units are cancelled.").wait_for()
    _look(visit, "6-mended")
    visit.open("/")

    assert page.get_by_role("link", name="Unfilled 0").is_visible()
    assert Order.objects.get(external_ref="W-2077").status == "PLANNED"
    assert [(line.sku_code, line.cancelled) for line in OrderLine.objects.filter(cancelled__gt=0)] == [("MUG", 2)]
    assert Change.objects.get(kind="orders").actor == "cleo"
    assert prove.differences() == []
