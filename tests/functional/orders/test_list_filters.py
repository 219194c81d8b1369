"""What partners narrow their lists by, and that an index answers it on a full table."""

from typing import Any

import pytest
from django.db import connection

from orders.api.examples import ORDER
from orders.api.filters import OrderFilter
from orders.models import FulfillmentOrder, Order
from orders.tasks import route_orders
from tests import cast
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db(transaction=True)

LINES = [{"line_ref": "1", "sku": "TEE", "quantity": 1, "unit_price": "19.00"}]
BODY: dict[str, Any] = ORDER | {"channel": "web", "lines": LINES}


@pytest.fixture
def shop() -> Partner:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 50)
    return partner_with()


def place(shop: Partner, external_ref: str, **more: Any) -> str:
    answer = shop.post("/orders", BODY | {"external_ref": external_ref, **more})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["ref"])


def listed(shop: Partner, query: str, path: str = "orders") -> list[str]:
    return [
        one["external_ref"] if path == "orders" else one["ref"] for one in shop.get(f"/{path}?{query}").json()["items"]
    ]


def test_orders_are_found_by_an_attribute_whatever_its_type(shop: Partner) -> None:
    place(shop, "A", attributes={"campaign": "spring", "gift": True, "desk": 7})
    place(shop, "B", attributes={"campaign": "autumn", "desk": "7"})
    place(shop, "C", attributes={})

    assert listed(shop, "attribute=campaign:spring") == ["A"]
    assert listed(shop, "attribute=gift:true") == ["A"]
    assert listed(shop, "attribute=desk:7") == ["B", "A"]
    assert listed(shop, "attribute=campaign:winter") == []
    for wrong in ("campaign", "campaign:", ":spring", "a" * 301):
        problem(shop.get(f"/orders?attribute={wrong}"), 400, "validation")


def test_orders_are_found_by_sku_and_by_what_holds_them(shop: Partner) -> None:
    place(shop, "A")
    place(shop, "B", lines=[LINES[0] | {"sku": "MUG"}])
    held = place(shop, "C")
    assert shop.post(f"/orders/{held}/hold", {"kind": "FRAUD", "reason": "Card check"}).status_code == 200

    assert (listed(shop, "sku=MUG"), listed(shop, "held=FRAUD")) == (["B"], ["C"])
    assert shop.post(f"/orders/{held}/release", {"kind": "FRAUD"}).status_code == 200
    assert listed(shop, "held=FRAUD") == []
    problem(shop.get("/orders?held=NOTHING"), 400, "validation")


def test_work_is_found_by_channel_order_method_and_when_it_is_due(shop: Partner) -> None:
    place(shop, "A")
    route_orders()
    work = FulfillmentOrder.objects.get()
    FulfillmentOrder.objects.update(ship_by="2026-11-24T20:00:00Z")

    found = ["channel=web", "external_ref=A", f"method={work.method}", "ship_by_until=2026-11-24T20:00:01Z"]
    missed = ["channel=market", "external_ref=B", "method=SAME_DAY", "ship_by_until=2026-11-24T20:00:00Z"]
    assert [listed(shop, query, "fulfillment-orders") for query in found] == 4 * [[work.ref]]
    assert [listed(shop, query, "fulfillment-orders") for query in missed] == 4 * [[]]


_MANY = """
INSERT INTO orders_order SELECT (jsonb_populate_record(o, jsonb_build_object(
    'id', o.id + n, 'ref', 'O-' || n, 'external_ref', 'N-' || n, 'attributes',
    CASE WHEN n %% 50 = 0 THEN jsonb_build_object('campaign', 'c' || n) ELSE '{}'::jsonb END))).*
FROM orders_order o CROSS JOIN generate_series(1, 20000) n
"""


def test_an_attribute_is_found_through_its_index_on_a_full_table(shop: Partner) -> None:
    place(shop, "A")
    with connection.cursor() as cursor:
        cursor.execute(_MANY.replace("%%", "%"))
        cursor.execute("ANALYZE orders_order")
    rows = OrderFilter({"attribute": "campaign:c500"}, queryset=Order.objects.all()).qs.order_by("-id")[:101]

    assert [order.external_ref for order in rows] == ["N-500"]
    assert "order_attributes" in rows.explain()
