"""Lists of orders: what is chosen stays chosen on the next page, and a kept view is one click away."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from orders.models import Hold
from orders.services.routing_flow import route_next
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _omar(visit: Visit) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("omar", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name="Ops"))
    visit.log_in("omar", "harbour-lights-7")


def _rename_and_share(page: Page, name: str, other: str, role: str) -> None:
    page.get_by_text("1 kept view").click()
    page.get_by_text("Change", exact=True).click()
    page.get_by_label(f"Name of “{name}”").fill(other)
    page.get_by_label(f"Share “{name}” with").select_option(role)
    page.get_by_role("button", name="Save").click()
    page.get_by_text(f"“{other}” is kept, shared with {role}.").wait_for()
    page.get_by_role("link", name=f"★ {other}").wait_for()


def test_orders_of_two_pages_are_held_together_and_a_view_is_kept(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    for number in range(55):
        place(("TEE", 1), external_ref=f"W-{1000 + number}")
    route_next(at=cast.NOW)
    _omar(visit)
    page = visit.page
    visit.open("/orders/?view=open")
    page.get_by_label("Select W-1054").check()
    page.get_by_text("1 selected").wait_for()
    page.get_by_role("link", name="Older").click()
    page.get_by_text("1 selected").wait_for()
    page.get_by_label("Select W-1000").check()
    page.get_by_text("2 selected").wait_for()
    page.get_by_role("button", name="See what will happen…").click()
    page.get_by_text("Put on hold: 2 rows").wait_for()
    page.get_by_label("Why").fill("Recall")
    page.get_by_role("button", name="Hold them").click()
    page.get_by_text("On hold.").first.wait_for()
    assert set(Hold.objects.values_list("order__external_ref", flat=True)) == {"W-1000", "W-1054"}

    visit.open("/orders/?status=BACKORDERED")
    page.get_by_text("Keep this view").first.click()
    page.get_by_label("Name of this view").fill("Backlog")
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_role("link", name="★ Backlog").wait_for()
    _rename_and_share(page, "Backlog", "Waits for stock", "Ops")
    visit.picture("orders-list")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("Select every row of this page").check()
    page.get_by_role("button", name="…to everything that matches").click()
    page.get_by_text("Every order that has the state Backordered").wait_for()
    visit.picture("bulk-everything")
    visit.open("/fulfillment-orders/?node=dc_reno")
    visit.picture("work-list")
    page.emulate_media(color_scheme="dark")
    visit.open("/workbench/")
    visit.picture("workbench-dark")
    visit.open("/orders/?view=held")
    visit.picture("orders-dark")
    page.get_by_role("link", name="W-1000").click()
    page.wait_for_load_state("networkidle")
    visit.picture("order-dark")
    assert prove.differences() == []
