from datetime import timedelta

import pytest
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import CountSession, IncomingSupply, StockLevel
from inventory.services import SupplyRow
from tests import cast
from tests.browser.conftest import Visit
from tests.browser.test_stock import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ops_counts_blind_looks_at_the_differences_and_posts_them(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    cast.stock(people.mug, people.dc_reno, 9)
    log_in(visit, "omar", "Ops")
    page = visit.page
    visit.open("/counts/")
    visit.picture("counts-empty")
    page.get_by_text("Open a count…").click()
    page.locator("dialog").get_by_label("Node").select_option("dc_reno")
    visit.picture("count-open")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("is open: 2 SKUs at dc_reno").wait_for()
    assert page.url.endswith(f"/counts/{CountSession.objects.get().ref}/")
    assert page.get_by_text("Books", exact=True).count() == 0
    page.get_by_text("Enter what was found…").click()
    page.get_by_label("Tee").fill("37")
    page.get_by_label("Mug").fill("9")
    page.get_by_label("Everything is counted").check()
    visit.picture("count-enter")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("the differences are to be looked at").wait_for()
    visit.picture("count-review")
    visit.axe()
    page.get_by_text("Post…").click()
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("TEE: 40 → 37, −57.00 USD.").wait_for()
    page.get_by_role("button", name="Post it").click()
    page.get_by_text("Posted: 1 SKU changed, 1 right.").wait_for()

    assert StockLevel.objects.get(sku__code="TEE").on_hand == 37
    visit.open("/counts/?view=posted")
    assert page.get_by_text("2 of 2").is_visible()


def test_supply_is_read_by_date_moved_and_taken_in(visit: Visit) -> None:
    people, at = cast.enter(), timezone.now()
    rows = [
        SupplyRow("PO-7", people.tee.id, people.store_soho.id, 24, at - timedelta(days=1)),
        SupplyRow("PO-8", people.mug.id, people.dc_reno.id, 100, at + timedelta(days=3)),
    ]
    with unit_of_work():
        services.upsert_incoming_supply(rows=rows, at=at, actor="erp")
    log_in(visit, "omar", "Ops")
    visit.open("/supply/")
    visit.picture("supplies")
    visit.open("/supply/?view=late")
    assert visit.page.get_by_text("PO-8").count() == 0
    visit.page.get_by_role("link", name="PO-7").click()
    visit.picture("supply")
    visit.page.get_by_text("Take in…").click()
    visit.page.get_by_label("Units").fill("20")
    visit.page.get_by_label("Nothing more of it will come").check()
    visit.page.get_by_role("button", name="Take it in").click()
    visit.page.get_by_text("20 units taken in.").wait_for()

    assert StockLevel.objects.get(sku=people.tee).on_hand == 20
    assert IncomingSupply.objects.get(source_ref="PO-7").closed_at is not None


def test_an_auditor_reads_counts_and_supply_and_changes_nothing(visit: Visit) -> None:
    people = cast.enter()
    with unit_of_work():
        row = SupplyRow("PO-7", people.tee.id, people.store_soho.id, 24, timezone.now())
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor="erp")
    number = IncomingSupply.objects.get().id
    log_in(visit, "iris", "Auditor")

    for address, status in (
        ("/counts/", 200), ("/counts/open/", 403), ("/supply/", 200), (f"/supply/{number}/", 200),
        (f"/supply/{number}/receive/", 403), ("/supply/999999/", 404), ("/counts/C-NONE/", 404),
    ):  # fmt: skip
        assert visit.page.request.get(visit.address + address).status == status, address
