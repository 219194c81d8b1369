from datetime import timedelta

import pytest
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Node
from inventory.services import CountRow, SupplyRow
from tests import cast, orderbook
from tests.browser.conftest import Visit
from tests.browser.test_stock import log_in
from tests.orderbook import Ordered, Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _busy() -> None:
    people, at = cast.enter(), timezone.now()
    cast.stock(people.mug, people.store_soho, 6)
    cast.stock(people.tee, people.store_soho, 60)
    orderbook.place(people, [Ordered(people.mug, 5)], Plan(people.store_soho, {"1": 5}))
    orderbook.place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))
    limits = [{"unit": "ORDERS", "limit": 40}, {"unit": "ORDERS", "limit": 10, "days": ["SUN"]}]
    with unit_of_work():
        services.publish_capacities(bodies=[{"node": "store_soho", "limits": limits}], at=at, actor="maya")
        services.count(rows=[CountRow(people.mug.id, people.store_soho.id, 3, at)], at=at, actor="omar")
        supply = SupplyRow("PO-7", people.tee.id, people.store_soho.id, 24, at - timedelta(days=1))
        services.upsert_incoming_supply(rows=[supply], at=at, actor="erp")


def test_ops_pauses_a_node_until_later_and_lowers_its_day(visit: Visit) -> None:
    _busy()
    log_in(visit, "omar", "Ops")
    page = visit.page
    visit.open("/nodes/")
    page.get_by_role("link", name="store_soho").click()
    page.get_by_text("Pause…").click()
    page.get_by_label("For how long").select_option("2")
    page.get_by_label("Reason").select_option("Too few people")
    visit.picture("node-pause")
    page.get_by_role("button", name="Pause it").click()
    page.get_by_text("then comes back by itself").wait_for()
    page.get_by_text("Change a day's capacity…").click()
    page.get_by_label("At most").fill("5")
    page.get_by_role("button", name="Set it").click()
    page.get_by_text("takes at most 5 orders on").wait_for()
    visit.picture("node")
    visit.axe()

    node = Node.objects.get(code="store_soho")
    assert node.status == "PAUSED"
    assert node.paused_until is not None
    assert abs(node.paused_until - timezone.now() - timedelta(hours=2)) < timedelta(minutes=2)
    page.get_by_text("Methods…").click()
    visit.picture("node-methods")
    visit.open("/nodes/store_soho/")
    visit.darken()
    visit.picture("node-dark")


def test_customer_service_reads_a_node_and_changes_nothing(visit: Visit) -> None:
    _busy()
    log_in(visit, "cleo", "Customer service")
    visit.open("/nodes/store_soho/")

    assert visit.page.get_by_text("Pause…").count() == 0
    assert visit.page.request.get(f"{visit.address}/nodes/store_soho/pause/").status == 403
    assert visit.page.request.get(f"{visit.address}/nodes/nowhere/").status == 404
