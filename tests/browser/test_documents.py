import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.demo import hours, rates
from dom.kernel import config
from dom.kernel.transactions import unit_of_work
from inventory import selectors, services
from orders.models import FulfillmentOrder
from orders.services.routing_flow import route_next
from routing import services as routing
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"
SAFETY = {"code": "stores-2", "units": 2, "node_group": "stores", "tags": ["apparel"]}
CAPACITY = {
    "node": "store_soho",
    "limits": [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 5, "days": ["SUN"]}],
}
POLICY = {
    "code": "us",
    "groups": [{"name": "Every order", "rules": [{"name": "Stores", "nodes": {"kinds": ["STORE"]}}]}],
}


_PASTE = """(text) => {
    const box = document.querySelector("thead .series input"), data = new DataTransfer();
    data.setData("text/plain", text);
    box.focus();
    box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def _maya(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.store_soho, 5)
    cast.stock(people.tee, people.dc_reno, 10)
    with unit_of_work():
        ensure_roles()
        services.publish_safety_stock(bodies=[SAFETY], at=cast.NOW, actor="otto", note="Stores keep two of each shirt")
        services.publish_capacities(bodies=[CAPACITY], at=cast.NOW, actor="otto")
        routing.publish_policies(bodies=[POLICY], at=cast.NOW, actor="otto")
        routing.publish_calendars(bodies=hours.calendars(2026), at=cast.NOW, actor="otto")
    person = User.objects.create_user("maya", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="Merchandiser"))
    visit.log_in("maya", PASSWORD)


def _publish(visit: Visit, why: str) -> None:
    visit.page.get_by_label("Why").fill(why)
    visit.page.get_by_role("button", name="Publish").click()
    visit.page.get_by_text("is live.", exact=False).first.wait_for()


def _available() -> int:
    return selectors.available_to_sell(channel="web", skus=["TEE"], at=cast.NOW)[0].available_to_sell


def test_a_safety_stock_that_is_published_counts_at_once(visit: Visit) -> None:
    _maya(visit)
    page = visit.page
    visit.open("/configuration/safety-stock/")
    visit.picture("documents-safety")
    page.get_by_role("link", name="stores-2").click()
    page.get_by_role("link", name="Change it").click()
    page.get_by_label("Keep", exact=True).fill("4")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("2 units fewer can be sold: 13 → 11").wait_for()
    visit.picture("document-check")
    _publish(visit, "Black Friday")
    visit.picture("document-history")

    assert _available() == 11
    page.get_by_role("link", name="Make it live again…").click()
    page.get_by_label("Why").fill("Too much")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_role("button", name="Make it live").click()
    page.get_by_text("it says what version 1 said").wait_for()
    assert _available() == 13


def test_a_policy_that_is_published_decides_the_next_order(visit: Visit) -> None:
    _maya(visit)
    place(("TEE", 1), external_ref="W-1")
    route_next(at=cast.NOW)
    visit.open("/configuration/policy/edit/us/")
    visit.picture("document-policy")
    page = visit.page
    page.get_by_label("Stores", exact=True).first.uncheck()
    page.get_by_label("Distribution centers", exact=True).first.check()
    _publish(visit, "Stores are full")
    place(("TEE", 1), external_ref="W-2")
    route_next(at=cast.NOW)

    nodes = FulfillmentOrder.objects.order_by("id").values_list("order__external_ref", "node__code")
    assert list(nodes) == [("W-1", "store_soho"), ("W-2", "dc_reno")]
    visit.picture("document-policy-live")


def test_rows_are_added_by_a_click_and_prices_pasted_from_a_sheet(visit: Visit) -> None:
    _maya(visit)
    with unit_of_work():
        routing.publish_rate_cards(bodies=rates.RATE_CARDS, at=cast.NOW, actor="otto")
    page = visit.page
    visit.open("/configuration/rate-card/edit/courier/")
    page.get_by_role("button", name="Add a weight step").click()
    page.evaluate(_PASTE, "5000\t20000\n8.50\t12.75\n")
    visit.picture("document-rates")
    _publish(visit, "New prices")

    live = config.live("rate-card", "courier")
    assert live is not None
    assert live.body["rates"] == [
        {"up_to_grams": [5_000, 20_000], "prices": ["8.50", "12.75"], "per_extra_kg": "0.90", "per_km": "0.35"}
    ]
    visit.open("/configuration/rate-card/edit/ground/")
    visit.picture("document-rates-large")
    visit.open("/configuration/capacity/edit/store_soho/")
    page.get_by_role("button", name="Add a limit").click()
    page.get_by_label("Of", exact=True).nth(2).select_option("UNITS")
    page.get_by_label("At most", exact=True).nth(2).fill("120")
    visit.picture("document-capacity")
    _publish(visit, "And units")
    assert len(config.live("capacity", "store_soho").body["limits"]) == 3  # type: ignore[union-attr]  # it is there


def test_a_rate_card_is_read_as_tables_and_prices_a_parcel(visit: Visit) -> None:
    _maya(visit)
    with unit_of_work():
        routing.publish_rate_cards(bodies=rates.RATE_CARDS, at=cast.NOW, actor="otto")
        routing.publish_carrier_services(body=rates.CARRIER_SERVICES, at=cast.NOW, actor="otto")
        routing.publish_lanes(body=rates.LANES, at=cast.NOW, actor="otto")
    page = visit.page
    visit.open("/configuration/rate-card/edit/ground/")
    page.get_by_label("Price", exact=True).nth(1).fill("6.20")
    _publish(visit, "A little more")
    page.get_by_label("From node").select_option("dc_reno")
    page.get_by_label("To postal code").fill("10013")
    page.get_by_label("Weight, kg").fill("1.2")
    page.get_by_role("button", name="Price it").click()
    page.get_by_text("measured to store_soho").wait_for()
    visit.picture("document-rate-card")
    visit.axe()
    visit.open("/configuration/rate-card/one/ground/?from=1&to=2")
    visit.picture("document-rate-card-compared")
    visit.axe()
    visit.darken()
    visit.picture("document-rate-card-dark")


def test_a_calendar_is_offered_holidays(visit: Visit) -> None:
    _maya(visit)
    page = visit.page
    visit.open("/configuration/calendar/edit/store/")
    page.get_by_role("button", name="Suggest its public holidays").click()
    page.get_by_text("Public holidays that are missing").wait_for()
    visit.picture("document-calendar")
    visit.open("/configuration/calendar/")
    visit.picture("documents-calendars")
    visit.open("/configuration/policy/")
