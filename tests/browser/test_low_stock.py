from pathlib import Path

import pytest
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from inventory.models import StockLevel
from inventory.services import low_stock
from tests import cast
from tests.browser.conftest import Visit
from tests.browser.test_stock import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_merchandiser_says_what_is_low_and_finds_it(visit: Visit) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.store_soho, 2)
    cast.stock(people.tee, people.dc_reno, 200)
    log_in(visit, "maya", "Merchandiser")
    page = visit.page
    visit.open("/low-stock/")
    page.get_by_role("link", name="New low-stock threshold").click()
    page.get_by_label("Code").fill("stores-low")
    page.get_by_label("At so many free units").fill("3")
    page.get_by_label("Or at a percentage").fill("20")
    page.get_by_label("At the nodes of").select_option("stores")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("1 level would be low today").wait_for()
    visit.picture("low-stock-form")
    page.get_by_label("Why").fill("Stores run dry on Saturdays")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Version 1 is live").wait_for()
    visit.picture("low-stock-one")
    visit.open("/configuration/low-stock/")
    assert page.get_by_text("when 20 % of what is on hand, 3 units at least, or less is free").is_visible()
    visit.picture("low-stock")
    visit.axe()
    with unit_of_work():
        low_stock.mark_some(at=timezone.now())
    visit.open("/stock/?view=low")
    assert page.get_by_role("link", name="store_soho").is_visible()
    assert page.get_by_role("link", name="dc_reno").count() == 0
    visit.picture("stock-low")


def test_a_file_of_counts_is_looked_at_before_it_counts(visit: Visit, tmp_path: Path) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    file = tmp_path / "counts.csv"
    file.write_text("SKU,Node,On hand\nTEE,dc_reno,37\nNONE,dc_reno,1\n")
    log_in(visit, "omar", "Ops")
    page = visit.page
    visit.open("/stock/")
    page.get_by_role("link", name="Import counts").click()
    page.get_by_label("CSV file").set_input_files(file)
    visit.picture("stock-import")
    page.get_by_role("button", name="Look at what it would change").click()
    page.get_by_text("-3 units on hand altogether.").wait_for()
    visit.picture("stock-import-preview")
    visit.axe()
    page.get_by_role("button", name="Apply 1 row").click()
    page.get_by_text("1 was left out").wait_for()

    assert StockLevel.objects.get().on_hand == 37
