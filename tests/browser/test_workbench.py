"""A new user finds a stuck order from the first page, understands on one page why it is stuck, and gets it moving."""

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from orders.models import Hold, Order
from orders.services.routing_flow import route_next
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import NEW_YORK, place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _cleo(visit: Visit, role: str) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("cleo", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    visit.log_in("cleo", "harbour-lights-7")


def _stuck_orders() -> Order:
    people = cast.enter()
    for node in (people.dc_reno, people.store_soho):
        cast.stock(people.tee, node, 10)
    ana = {"external_ref": "C-1", "name": "Ana Lima", "email": "ana@example.com"}
    place(("TEE", 2), customer=ana)
    stuck = place(("TEE", 1), customer=ana, ship_to={**NEW_YORK, "postal_code": "1001"}, external_ref="W-STUCK")
    place(("TEE", 3), attributes={"fraud_score": 91}, external_ref="W-FRAUD")
    place(("GHOST", 1), external_ref="W-GHOST")
    place(("MUG", 1), payment={"status": "PENDING"}, external_ref="W-UNPAID")
    route_next(at=cast.NOW)
    return stuck


def test_a_bad_address_is_found_understood_and_mended(visit: Visit) -> None:
    stuck = _stuck_orders()
    _cleo(visit, "Customer service")
    page = visit.page
    page.get_by_role("link", name="Workbench").first.click()
    page.wait_for_load_state("networkidle")
    visit.picture("workbench")
    page.set_viewport_size({"width": 1440, "height": 900})
    row = page.get_by_role("row").filter(has_text="W-STUCK")
    assert row.get_by_text("A parcel would not arrive: 1001 is no postal code of US.").is_visible()
    row.get_by_role("button", name="Take it").click()
    page.get_by_text("You look after it.").wait_for()

    page.get_by_role("link", name="W-STUCK").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("Release the hold to let it be routed.").is_visible()
    visit.picture("order-stuck")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_text("Mend the address…").click()
    page.get_by_role("button", name="Use it").click()
    visit.picture("order-address")
    page.get_by_role("button", name="Change the address").click()
    page.get_by_text("what nobody had begun is planned again").wait_for()
    route_next(at=timezone.now())

    assert Order.objects.get(id=stuck.id).status == "PLANNED"
    assert Hold.objects.get(order=stuck).assignee == "cleo"
    assert prove.differences() == []


def test_fraud_is_cleared_and_many_are_cancelled_from_the_queue(visit: Visit) -> None:
    _stuck_orders()
    _cleo(visit, "Customer service")
    page = visit.page
    visit.open("/workbench/")
    page.get_by_role("row").filter(has_text="W-FRAUD").get_by_text("It is fine").click()
    page.get_by_label("What settled it").fill("Called them")
    page.get_by_role("button", name="Release").click()
    page.get_by_text("what waited goes on").wait_for()
    assert "/workbench/" in page.url

    page.get_by_label("Select W-GHOST").check()
    page.get_by_label("Select W-UNPAID").check()
    page.get_by_label("What to do").select_option("cancel")
    page.get_by_role("button", name="See what will happen…").click()
    page.get_by_text("Cancel: 2 rows").wait_for()
    visit.picture("bulk-preview")
    page.get_by_role("button", name="Cancel them").click()
    page.get_by_text("1 unit cancelled.").first.wait_for()
    page.get_by_role("link", name="W-GHOST").wait_for()
    visit.picture("bulk-done")

    assert Order.objects.filter(status="CANCELLED").count() == 2
    assert prove.differences() == []
