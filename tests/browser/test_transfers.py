from datetime import timedelta

import pytest
from django.utils import timezone

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import proofs
from inventory.models import StockLevel, Transfer
from inventory.services import transfers
from tests import cast
from tests.browser.conftest import Visit
from tests.browser.test_stock import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _stocked() -> cast.Cast:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 140)
    cast.stock(people.mug, people.dc_reno, 30)
    return people


def test_goods_are_asked_for_sent_and_taken_in_short(visit: Visit) -> None:
    _stocked()
    log_in(visit, "omar", "Ops")
    page = visit.page
    visit.open("/transfers/")
    visit.picture("transfers-empty")
    page.get_by_text("Ask for a transfer…").click()
    page.get_by_label("From").select_option("dc_reno")
    page.get_by_label("To", exact=True).select_option("store_soho")
    page.get_by_label("Should be there at").fill("2027-01-05T09:00")
    page.get_by_label("SKUs and units").fill("TEE 40\nMUG\t35")
    visit.picture("transfer-request")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("MUG: 30 of 35 are free there now.").wait_for()
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("is asked for").wait_for()
    assert page.url.endswith(f"/transfers/{Transfer.objects.get().ref}/")
    page.get_by_text("Send…").click()
    visit.picture("transfer-ship")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("5 units left to send.").wait_for()
    page.get_by_role("button", name="Send them").click()
    page.get_by_text("Take in…").click()
    page.get_by_label("Tee · 40 on the way").fill("38")
    page.get_by_label("Tee · of these damaged").fill("1")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_role("button", name="Take them in").click()
    page.get_by_text("Taken in: the transfer is").wait_for()
    visit.picture("transfer")
    visit.axe()

    level = StockLevel.objects.get(sku__code="TEE", node__code="store_soho")
    assert (level.on_hand, level.unsellable) == (38, 1)
    assert [one for one in prove.differences() if one.check in proofs.CHECKS] == []


def test_customer_service_follows_a_transfer_and_changes_nothing(visit: Visit) -> None:
    people = _stocked()
    with unit_of_work():
        one = transfers.request_transfer(
            from_node="dc_reno", to_node="store_soho", units={people.tee.id: 4}, at=timezone.now(), actor="omar",
            expected_at=timezone.now() - timedelta(days=1), note="For the window",
        )  # fmt: skip
    log_in(visit, "cleo", "Customer service")
    visit.open("/transfers/?view=late")
    visit.picture("transfers")
    visit.page.get_by_role("link", name=one.ref).click()

    assert visit.page.get_by_text("For the window").is_visible()
    assert visit.page.get_by_text("Send…").count() == 0
    assert visit.page.request.get(f"{visit.address}/transfers/{one.ref}/ship/").status == 403
    assert visit.page.request.get(f"{visit.address}/transfers/request/").status == 403
    assert visit.page.request.get(f"{visit.address}/transfers/T-NONE/").status == 404
