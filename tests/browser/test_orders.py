from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from dom.kernel.events import NewEvent, append_events, sequence_events
from dom.kernel.transactions import unit_of_work
from inventory.models import Channel, Node, Sku
from orders.models import (
    Address,
    CustomerContact,
    FulfillmentGroup,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Hold,
    Order,
    OrderLine,
)
from orders.services.routing_flow import route_next
from tests import cast
from tests.browser.conftest import Visit
from tests.cast import ACTOR, NOW
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def _an_order() -> Order:
    customer = CustomerContact.objects.create(name="Ada Byron", email="ada@example.com")
    address = Address.objects.create(
        name="Ada Byron", line1="12 Prince St", city="New York", region="NY", postal_code="10012", country="US"
    )
    order = Order.objects.create(
        ref="O-7K3MQ9XWD2T", channel=Channel.objects.get(code="web"), external_ref="W-100241", body_hash="",
        status="HELD",
        revision=3, customer=customer, currency="USD", total_minor=9_940, placed_at=NOW, accepted_at=NOW,
    )  # fmt: skip
    group = FulfillmentGroup.objects.create(order=order, group_ref="1", method="SHIP", ship_to=address)
    tee = OrderLine.objects.create(
        order=order, group=group, line_ref="1", sku=Sku.objects.get(code="TEE"), sku_code="TEE", quantity=3, planned=3,
        unit_price_minor=1_900,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, group=group, line_ref="2", sku=Sku.objects.get(code="LAMP"), sku_code="LAMP", quantity=1,
        backordered=1, unit_price_minor=8_900,
    )  # fmt: skip
    work = FulfillmentOrder.objects.create(
        ref="F-2M4N6P8Q0RS", order=order, group=group, node=Node.objects.get(code="store_soho"), status="ACCEPTED",
        method="SHIP", service="GROUND", cost_e4=74_300, ship_by=NOW + timedelta(hours=4), created_at=NOW,
    )  # fmt: skip
    FulfillmentOrderLine.objects.create(fulfillment_order=work, order_line=tee, quantity=3, to_pick=3)
    Hold.objects.create(
        order=order, kind="UNFILLED", owner="Customer service", reason="No node has a lamp.", placed_by=ACTOR,
        placed_at=NOW, due_at=NOW + timedelta(days=1),
    )  # fmt: skip
    return order


def _what_happened() -> None:
    lines = [{"line_ref": "1", "sku": "TEE", "quantity": 3}]
    with unit_of_work():
        append_events(
            [
                NewEvent("order.placed", "order", "O-7K3MQ9XWD2T", 1, channel="web"),
                NewEvent("fulfillment_order.planned", "fulfillment_order", "F-2M4N6P8Q0RS", 1, node="store_soho",
                         data={"order": "O-7K3MQ9XWD2T", "service": "GROUND", "lines": lines}),
                NewEvent("order.routed", "order", "O-7K3MQ9XWD2T", 2, data={
                    "fulfillment_orders": [{"fulfillment_order": "F-2M4N6P8Q0RS", "node": "store_soho"}],
                    "unfilled": [{"line_ref": "2", "quantity": 1, "then": "BACKORDER", "why": "No node has a lamp."}]}),
                NewEvent("fulfillment_order.accepted", "fulfillment_order", "F-2M4N6P8Q0RS", 2, node="store_soho"),
            ],
            at=NOW,
        )  # fmt: skip
    sequence_events()


def test_the_order_page_tells_the_whole_story(visit: Visit) -> None:
    cast.enter()
    order = _an_order()
    _what_happened()
    User.objects.create_superuser("omar", password=PASSWORD)
    visit.log_in("omar", PASSWORD)
    visit.picture("today")
    visit.open("/orders/?view=held")
    visit.picture("orders")
    visit.page.get_by_role("link", name="W-100241").click()
    visit.page.wait_for_load_state("networkidle")

    assert visit.page.url.endswith(f"/orders/{order.ref}/")
    told = visit.page.locator("ol.story").inner_text()
    assert "Routed to store_soho." in told
    assert "1 of line 2 waits for stock" in told
    visit.picture("order")


def _open_before_routing(visit: Visit) -> None:
    """Open an order that waits for routing, and could be routed."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2))
    User.objects.create_superuser("omar", password=PASSWORD)
    visit.log_in("omar", PASSWORD)
    visit.open(f"/orders/{order.ref}/")


def test_state_and_buttons_of_an_order_come_along_with_its_story(visit: Visit) -> None:
    _open_before_routing(visit)
    head = visit.page.locator(".head")
    assert head.get_by_text("Waiting for routing").is_visible()

    route_next(at=NOW)

    head.get_by_text("Planned").wait_for(timeout=15_000)
    assert visit.page.get_by_role("link", name="Route again…").is_visible()


def test_an_open_menu_stays_open_and_what_it_kept_back_comes_after_it(visit: Visit) -> None:
    _open_before_routing(visit)
    visit.page.locator("summary", has_text="More actions").click()

    route_next(at=NOW)

    visit.page.locator("#order").get_by_text("2 at a node").first.wait_for(timeout=15_000)
    assert visit.page.locator("details.menu[open]").is_visible()
    visit.page.keyboard.press("Escape")
    visit.page.locator(".head").get_by_text("Planned").wait_for(timeout=15_000)


def test_the_work_list_and_the_keyboard(visit: Visit) -> None:
    cast.enter()
    _an_order()
    User.objects.create_superuser("omar", password=PASSWORD)
    visit.log_in("omar", PASSWORD)
    visit.open("/fulfillment-orders/")
    visit.picture("fulfillment-orders")
    visit.page.keyboard.press("?")
    assert visit.page.get_by_role("heading", name="Keyboard").is_visible()
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("j")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/orders/O-7K3MQ9XWD2T/**")


def test_a_person_without_the_permission_is_refused(visit: Visit) -> None:
    User.objects.create_user("jo", password=PASSWORD, is_staff=True)
    visit.log_in("jo", PASSWORD)

    assert visit.page.goto(visit.address + "/orders/").status == 403
    visit.wrongs.clear()  # the browser reports each 403 on its console


def test_the_order_page_says_why_every_node_was_chosen_or_not(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    cast.stock(people.tee, people.store_soho, 1)
    order = place(("TEE", 2))
    route_next(at=cast.NOW)
    sequence_events()
    User.objects.create_superuser("maya", password=PASSWORD)
    visit.log_in("maya", PASSWORD)
    visit.open(f"/orders/{order.ref}/")

    why = visit.page.locator("#decision-1").inner_text()
    assert "dc_reno ✓" in why
    assert {"store_soho", "store_austin"} <= set(why.split())
    assert "proven" in why
    visit.picture("order-why")
