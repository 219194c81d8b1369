"""Customer service decides on a proposed swap and writes a payment down; merchandisers limit backorders and fraud."""

import pytest
from django.contrib.auth.models import Group, User

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory.models import Channel, Sku
from orders.models import Order, PaymentEntry
from orders.services.paying import Payment, record_payment
from orders.services.routing_flow import route_next
from orders.services.swapping import Swap, propose_swap
from tests import cast
from tests.browser.conftest import Visit
from tests.integration.orders.bodies import place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _enter(visit: Visit, role: str) -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    cast.stock(people.mug, people.dc_reno, 10)
    order = place(("TEE", 2), external_ref="W-SWAP")
    route_next(at=cast.NOW)
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user("cleo", password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    visit.log_in("cleo", "harbour-lights-7")
    return order


def _wide(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("role", ["Customer service", "Merchandiser"])
def test_a_proposed_swap_is_approved_from_its_queue(visit: Visit, role: str) -> None:
    order = _enter(visit, role)
    with unit_of_work():
        swap = Swap("1", "MUG")
        propose_swap(order_ref=order.ref, swap=swap, reason="sold out in black", at=cast.NOW, actor="omar")
    page = visit.page

    visit.open("/workbench/?kind=SWAP")
    visit.picture(f"swap-queue-{role[:5].lower()}")
    _wide(visit)
    assert page.get_by_text("Another item is proposed: MUG instead of TEE: sold out in black.").is_visible()
    page.get_by_role("link", name="Approve the swap").click()
    page.get_by_role("button", name="See what will happen", exact=True).click()
    page.get_by_text("Line 1 sells MUG instead of TEE").wait_for()
    visit.picture("swap-approve")
    _wide(visit)
    page.get_by_role("button", name="Swap the item").click()

    page.get_by_text("sells the other item").wait_for()
    assert order.lines.get().sku_code == "MUG"


def test_a_payment_is_written_down_from_the_orders_page(visit: Visit) -> None:
    order = _enter(visit, "Customer service")
    with unit_of_work():
        record_payment(order_ref=order.ref, payment=Payment("AUTHORIZE", 2_000), at=cast.NOW, actor="shop")
    page = visit.page
    visit.open(f"/orders/{order.ref}/payment/")
    page.get_by_label("What happened").select_option("CAPTURE")
    page.get_by_label("Amount in USD").fill("5.00")
    visit.picture("payment-form")
    _wide(visit)
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("Then there is 15.00 USD left to capture, 5.00 USD to refund of card.").wait_for()
    visit.picture("payment-foreseen")
    _wide(visit)

    page.get_by_role("button", name="Write it down").click()

    page.get_by_text("It is written down: 5.00 USD was taken of card.").wait_for()
    assert PaymentEntry.objects.filter(kind="CAPTURE").values_list("amount_minor", flat=True).get() == 500
    assert prove.differences() == []


def test_a_merchandiser_limits_backorders_and_sets_the_fraud_score(visit: Visit) -> None:
    _enter(visit, "Merchandiser")
    page = visit.page
    visit.open("/master/skus/one/TEE/")
    page.get_by_label("Backorder limit").fill("3")
    visit.picture("sku-backorder-limit")
    _wide(visit)
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state("networkidle")
    visit.open("/master/channels/one/web/")
    page.get_by_label("Held from a score of").fill("60")
    visit.picture("channel-fraud")
    _wide(visit)
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state("networkidle")

    assert (Sku.objects.get(code="TEE").backorder_limit, Channel.objects.get(code="web").fraud_score) == (3, 60)
    visit.open("/stock/TEE/")
    visit.picture("sku-backorders")
