"""What is short, who is owed it, and what ops do about it; a count at a node that tells what is free."""

from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Node, Reservation, Sku, StockLevel
from inventory.selectors.stock_lists import skus
from inventory.services import CountRow
from orders.models import FulfillmentOrder
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _count(sku: Sku, node: Node, units: int) -> None:
    with unit_of_work():
        services.count(rows=[CountRow(sku.id, node.id, units, cast.NOW)], at=cast.NOW, actor="ana")


def _route(at: datetime = cast.NOW) -> None:
    while route_next(at=at) is not None:
        pass


def test_the_list_names_the_latest_claims_and_they_are_routed_elsewhere() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    for _ in range(7):
        place(("TEE", 1))
    _route()
    cast.stock(people.tee, people.store_austin, 10)
    _count(people.tee, people.dc_reno, 5)
    omar = someone("Ops")
    latest = Reservation.objects.order_by("-id").values_list("demand_ref", flat=True)
    work = list(latest[:5])

    page = omar.get("/stock/?view=short")
    [(level, claims)] = page.context["owed"]
    assert (level.shortage, [one.work.ref for one in claims]) == (2, work)
    assert "/stock/TEE/count/?node=dc_reno" in page.content.decode()

    asked = {"deed": "cancel-work", "row": work[:2], "from": "short", "confirmed": "1", "reason": "Not there"}
    assert "/stock/?view=short" in omar.post("/bulk/work/", asked).content.decode()
    _route(timezone.now())

    assert "Nothing is short" in omar.get("/stock/?view=short").content.decode()
    assert FulfillmentOrder.objects.filter(node=people.store_austin, closed_at=None).count() == 2
    assert prove.differences() == []


def test_a_count_at_a_node_that_tells_what_is_free_adds_what_is_claimed_there() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    place(("TEE", 3))
    _route()
    Node.objects.filter(id=people.dc_reno.id).update(feed_basis=Node.FeedBasis.AVAILABLE)
    omar, path = someone("Ops"), "/stock/TEE/count/"
    asked = {"node": "dc_reno", "on_hand": "5"}

    assert "(tells what is free)" in omar.get(path).content.decode()
    assert "TEE at dc_reno: 10 → 8 on hand." in omar.post(path, asked).content.decode()
    omar.post(path, {**asked, "confirmed": "1"})

    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.free) == (8, 3, 5)


_MANY = """
INSERT INTO inventory_sku (code, name, gtin, weight_grams, length_mm, width_mm, height_mm, handling_class, hazmat_class,
    temperature_class, minimum_age, export_controlled, value_minor, currency, tags, is_active)
SELECT 'M-' || n, 'Thing on shelf ' || lpad(n::text, 7, '0'), '', 0, 0, 0, 0, '', '', 'AMBIENT', 0, false, 0, 'USD',
    '{}', true FROM generate_series(1, 60000) n
"""


def test_a_part_of_a_name_is_found_by_index_among_many() -> None:
    cast.enter()
    with connection.cursor() as cursor:
        cursor.execute(_MANY)
        cursor.execute("ANALYZE inventory_sku")

    plan = skus(search="Shelf 0005999")[:51].explain()

    assert "sku_name_part" in plan
    assert "Seq Scan" not in plan
    assert skus(search="shelf 0005999")[:51][0].code == "M-5999"
    page = someone("Merchandiser").get("/master/skus/", {"q": "shelf 0005999"}).content.decode()
    assert "M-5999" in page
