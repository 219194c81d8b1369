from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from dom.console.roles import ensure_roles
from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import StockLevel
from inventory.services import Adjustment, CountRow, SupplyRow
from tests import cast, orderbook
from tests.browser.conftest import Visit
from tests.orderbook import Ordered, Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "harbour-lights-7"


def log_in(visit: Visit, login: str, role: str) -> None:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(login, password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    visit.log_in(login, PASSWORD)


def _stocked() -> cast.Cast:
    people, at = cast.enter(), timezone.now()
    cast.stock(people.tee, people.dc_reno, 140, safety_stock=3)
    cast.stock(people.tee, people.store_soho, 5)
    cast.stock(people.tee, people.store_austin, 0)
    cast.stock(people.mug, people.store_soho, 6)
    orderbook.place(people, [Ordered(people.tee, 4)], Plan(people.dc_reno, {"1": 4}))
    orderbook.place(people, [Ordered(people.mug, 5)], Plan(people.store_soho, {"1": 5}))
    orderbook.place(people, [Ordered(people.tee, 2)])
    with unit_of_work():
        supply = SupplyRow("PO-1042", people.tee.id, people.dc_reno.id, 100, at + timedelta(days=3))
        services.upsert_incoming_supply(rows=[supply], at=at, actor="erp")
        services.adjust(rows=[Adjustment(people.tee.id, people.dc_reno.id, -2, 1, "DAMAGED")], at=at, actor="omar")
        services.count(rows=[CountRow(people.mug.id, people.store_soho.id, 3, at)], at=at, actor="omar")
    return people


def test_ops_sees_why_a_sku_shows_its_number_and_corrects_it(visit: Visit) -> None:
    _stocked()
    log_in(visit, "omar", "Ops")
    page = visit.page
    visit.open("/stock/")
    visit.picture("stock")
    visit.open("/stock/?view=short")
    assert page.get_by_role("link", name="Mug").is_visible()
    visit.picture("stock-short")
    visit.open("/stock/TEE/?channel=web&method=SHIP")
    assert page.get_by_text("Why 133 for web by ship").is_visible()
    visit.picture("sku")
    page.get_by_text("Adjust…").click()
    page.get_by_label("Units, minus to take off").fill("-12")
    page.get_by_label("Reason").select_option("LOST")
    page.get_by_label("Node", exact=True).select_option("dc_reno")
    visit.picture("sku-adjust")
    page.get_by_role("button", name="See what will happen").click()
    page.get_by_text("138 → 126 on hand").wait_for()
    visit.picture("sku-foreseen")
    page.get_by_role("button", name="Adjust").click()
    page.get_by_text("-12 units of TEE at dc_reno.").wait_for()

    assert StockLevel.objects.get(sku__code="TEE", node__code="dc_reno").on_hand == 126
    visit.open("/stock/TEE/movements/")
    visit.picture("sku-movements")
    visit.open("/stock/TEE/reservations/")
    visit.picture("sku-reservations")
    assert [one for one in prove.differences() if "claim" in one.check.name] == []


def test_a_merchandiser_reads_stock_in_the_dark(visit: Visit) -> None:
    _stocked()
    log_in(visit, "maya", "Merchandiser")
    visit.page.emulate_media(color_scheme="dark")
    visit.open("/stock/TEE/?channel=market&method=PICKUP")
    assert visit.page.get_by_text("Why 3 for market by pickup").is_visible()
    visit.picture("sku-dark")
