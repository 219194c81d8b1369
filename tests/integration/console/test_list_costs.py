"""A list costs the same statements for five rows as for fifty."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import IncomingSupply, Sku, StockLevel
from inventory.services import counting, transfers
from inventory.services.low_stock import publish_low_stock
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _transfers(people: cast.Cast, count: int) -> None:
    for _ in range(count):
        with unit_of_work():
            transfers.request_transfer(
                from_node="dc_reno", to_node="store_soho", units={people.tee.id: 1, people.mug.id: 2},
                expected_at=cast.NOW, at=cast.NOW, actor="omar",
            )  # fmt: skip


def _counts(people: cast.Cast, count: int) -> None:
    for _ in range(count):
        with unit_of_work():
            counting.open_count(
                node="store_soho", sku_ids=[people.tee.id, people.mug.id], blind=True, chosen_by="Two", at=cast.NOW,
                actor="omar",
            )  # fmt: skip


def _supply(people: cast.Cast, count: int) -> None:
    have = IncomingSupply.objects.count()
    rows = [
        services.SupplyRow(f"PO-{have + n}", people.tee.id, people.dc_reno.id, 5, cast.NOW + timedelta(days=n))
        for n in range(count)
    ]
    with unit_of_work():
        services.upsert_incoming_supply(rows=rows, at=cast.NOW, actor="omar")


def _skus(count: int) -> list[Sku]:
    have = Sku.objects.count()
    with unit_of_work():
        rows = [services.SkuRow(f"SKU-{have + n}", name=f"Thing {have + n}") for n in range(count)]
        services.upsert_skus(rows=rows, at=cast.NOW, actor="omar")
    return list(Sku.objects.order_by("-id")[:count])


def _short(people: cast.Cast, count: int) -> None:
    for sku in _skus(count):
        level = cast.stock(sku, people.store_soho, 2)
        StockLevel.objects.filter(id=level.id).update(reserved=3, shortage=1, low_at=5)


def _thresholds(people: cast.Cast, count: int) -> None:
    with unit_of_work():
        bodies = [{"code": f"low-{count}-{n}", "units": n, "node_group": "stores"} for n in range(count)]
        publish_low_stock(bodies=bodies, at=cast.NOW, actor="maya")


def _nodes(people: cast.Cast, count: int) -> None:
    with unit_of_work():
        rows = [services.NodeRow(code=f"n-{count}-{n}", kind="STORE", name="A store") for n in range(count)]
        services.upsert_nodes(rows=rows, at=cast.NOW, actor="omar")


def _work(people: cast.Cast, count: int) -> None:
    if not StockLevel.objects.filter(sku=people.tee, node=people.dc_reno).exists():
        cast.stock(people.tee, people.dc_reno, 500)
    for _ in range(count):
        place(("TEE", 1))
    while route_next(at=cast.NOW) is not None:
        pass


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("/transfers/", _transfers),
        ("/counts/", _counts),
        ("/supply/", _supply),
        ("/stock/?view=short", _short),
        ("/stock/?view=low", _short),
        ("/stock/", _short),
        ("/configuration/low-stock/", _thresholds),
        ("/nodes/", _nodes),
        ("/fulfillment-orders/?view=all", _work),
        ("/master/changes/", _nodes),
        (f"/decisions/?until={cast.NOW.date()}", _work),
    ],
)
def test_a_list_costs_the_same_for_few_and_for_many(path: str, make: Callable[[cast.Cast, int], None]) -> None:
    people = cast.enter()
    browser = someone("Ops")
    make(people, 5)
    few = _statements(browser, path)

    make(people, 45)

    assert _statements(browser, path) == few
    assert few <= 12


def _statements(browser: Client, path: str) -> int:
    browser.get(path)  # what is held until configuration changes is read once
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(path)
    assert answer.status_code == 200
    return len(seen)
