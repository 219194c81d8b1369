import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page

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


def _from_menu(page: Page, label: str) -> None:
    page.get_by_text("More actions").click()
    page.get_by_role("link", name=label).click()


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
    page.get_by_role("button", name="Hold it").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("nothing of it moves until").is_visible()
    assert Order.objects.get().status == "HELD"

    page.get_by_text("Release “By hand”…").click()
    page.get_by_role("button", name="Release").click()
    page.get_by_text("what waited goes on").wait_for()
    _from_menu(page, "Note…")
    page.get_by_role("textbox", name="Note").fill("Gift wrap was promised.")
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("The note stands in the order's story.").wait_for()
    _from_menu(page, "Cancel the order…")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("Reno DC loses its work").wait_for()
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_text("2 units are cancelled.").wait_for()

    assert Order.objects.get().status == "CANCELLED"
    assert StockLevel.objects.get().reserved == 0
    assert Hold.objects.get().released_by == "cleo"
    assert set(OrderChange.objects.exclude(actor__in=["routing", "tests"]).values_list("actor", flat=True)) == {"cleo"}
    assert prove.differences() == []


def test_the_menu_of_actions_is_worked_with_keys_alone(visit: Visit) -> None:
    order = _routed()
    _someone(visit, "cleo", "Customer service")
    page = visit.page
    visit.open(f"/orders/{order.ref}/")
    menu = page.locator("details.menu")
    page.get_by_text("More actions").focus()
    page.keyboard.press("Enter")
    visit.axe()
    visit.picture("order-menu")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Cancel the order…"
    page.keyboard.press("Escape")
    assert (menu.get_attribute("open"), page.evaluate("document.activeElement.tagName")) == (None, "SUMMARY")

    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Leave a note").wait_for()
    page.keyboard.press("Escape")

    assert (menu.get_attribute("open"), page.evaluate("document.activeElement.tagName")) == (None, "SUMMARY")


def test_an_auditor_sees_everything_and_changes_nothing(visit: Visit) -> None:
    order = _routed()
    _someone(visit, "iris", "Auditor")
    visit.open(f"/orders/{order.ref}/")

    assert visit.page.get_by_text("Reno DC").is_visible()
    assert visit.page.get_by_text("Cancel the order…").count() == 0
    token = visit.page.context.cookies()[0]["value"]
    answer = visit.page.request.post(
        f"{visit.address}/orders/{order.ref}/cancel/", form={"reason": "CUSTOMER"}, headers={"X-CSRFToken": token}
    )
    assert answer.status == 403
    assert Order.objects.get().status == "PLANNED"


def test_a_person_sees_the_nodes_and_sends_the_order_elsewhere(visit: Visit) -> None:
    people = cast.enter()
    for node in (people.dc_reno, people.store_soho, people.store_austin):
        cast.stock(people.tee, node, 10)
        cast.stock(people.mug, node, 1)
    order = place(("TEE", 2), ("MUG", 1), payment={"status": "CAPTURED", "amount": "30.00"})
    route_next(at=cast.NOW)
    _someone(visit, "omar", "Ops")
    page = visit.page
    visit.open(f"/orders/{order.ref}/")
    visit.picture("order-page")
    _from_menu(page, "Choose the node…")
    page.wait_for_load_state("networkidle")
    visit.picture("order-force")
    page.get_by_role("row").filter(has_text="store_austin").get_by_role("radio").check()
    page.get_by_label("Why").fill("The customer moved")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("store_austin gets 2 × TEE, 1 × MUG").wait_for()
    visit.picture("order-force-foreseen")
    page.get_by_role("button", name="Plan it so").click()
    page.get_by_text("Planned anew: 3 units at store_austin").wait_for()

    _from_menu(page, "Split by hand…")
    page.wait_for_load_state("networkidle")
    page.get_by_label("TEE at store_austin").fill("1")
    page.get_by_label("TEE at dc_reno").fill("1")
    visit.picture("order-split")
    page.get_by_label("Why").fill("One is a gift")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_role("button", name="Plan it so").click()
    page.get_by_text("Planned anew: 1 unit at dc_reno, 2 units at store_austin").wait_for()

    _from_menu(page, "Appease…")
    page.get_by_label("Amount in USD").fill("5.00")
    page.get_by_label("Why").fill("Late")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_role("button", name="Give it").click()
    page.get_by_text("5.00 USD are given back.").wait_for()
    visit.picture("order-page-after")
    assert prove.differences() == []


def test_a_node_is_chosen_by_keys_and_an_answer_takes_the_focus(visit: Visit) -> None:
    people = cast.enter()
    for node in (people.dc_reno, people.store_soho):
        cast.stock(people.tee, node, 10)
    order = place(("TEE", 2), payment={"status": "CAPTURED", "amount": "30.00"})
    route_next(at=cast.NOW)
    _someone(visit, "omar", "Ops")
    page = visit.page
    visit.open(f"/orders/{order.ref}/force/")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    page.get_by_label("Why").fill("The customer moved")
    page.keyboard.press("Enter")
    page.get_by_text("gets 2 × TEE").wait_for()
    assert page.evaluate("document.activeElement.className") == "foreseen"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Planned anew: 2 units at").wait_for()

    visit.open(f"/orders/{order.ref}/appease/")
    page.get_by_label("Amount in USD").fill("9000.00")
    page.get_by_label("Why").fill("Late")
    page.keyboard.press("Enter")
    page.get_by_text("You may give").first.wait_for()
    assert page.evaluate("document.activeElement.className") == "refused"
    visit.wrongs.clear()  # the browser reports the 409 on its console
