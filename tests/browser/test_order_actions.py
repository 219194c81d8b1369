import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory.models import StockLevel
from orders.models import Hold, Order, OrderChange
from orders.services.routing_flow import route_next
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _someone(visit: Visit, login: str, role: str) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    visit.log_in(login, PASSWORD)


def _routed() -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2))
    route_next(at=cast.NOW)
    return order


def test_customer_service_holds_releases_notes_and_cancels(visit: Visit) -> None:
    order = _routed()
    _someone(visit, "cleo", "Customer service")
    page = visit.page
    visit.open(f"/orders/{order.ref}/")
    page.get_by_text("Hold…").click()
    page.get_by_label("Why", exact=True).fill("Waits for a call")
    visit.picture("order-hold")
    page.get_by_role("button", name="Hold the order").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("nothing of it moves until").is_visible()
    assert Order.objects.get().status == "HELD"

    page.get_by_role("button", name="Release").click()
    page.get_by_text("what waited goes on").wait_for()
    page.get_by_text("Note…").click()
    page.get_by_role("textbox", name="Note").fill("Gift wrap was promised.")
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("The note stands in the order's story.").wait_for()
    page.get_by_text("Cancel…").click()
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_text("2 units are cancelled.").wait_for()

    assert Order.objects.get().status == "CANCELLED"
    assert StockLevel.objects.get().reserved == 0
    assert Hold.objects.get().released_by == "cleo"
    assert set(OrderChange.objects.exclude(actor__in=["routing", "tests"]).values_list("actor", flat=True)) == {"cleo"}
    assert prove.differences() == []


def test_an_auditor_sees_everything_and_changes_nothing(visit: Visit) -> None:
    order = _routed()
    _someone(visit, "iris", "Auditor")
    visit.open(f"/orders/{order.ref}/")

    assert visit.page.get_by_text("Reno DC").is_visible()
    assert visit.page.get_by_text("Cancel…").count() == 0
    token = visit.page.context.cookies()[0]["value"]
    answer = visit.page.request.post(
        f"{visit.address}/orders/{order.ref}/cancel/", form={"reason": "CUSTOMER"}, headers={"X-CSRFToken": token}
    )
    assert answer.status == 403
    assert Order.objects.get().status == "PLANNED"
