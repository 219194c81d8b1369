"""An order's whole way over HTTP: placed, routed, explained, worked to the end, told in events."""

import pytest

from dom.kernel import events, prove
from orders.api.examples import ORDER
from orders.tasks import route_orders
from tests import cast
from tests.functional.api.conftest import partner_with

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_goes_from_the_shop_to_the_carrier() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 5)
    shop = partner_with()
    lines = [{"line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": "19.00"}]

    ref = shop.post("/orders", ORDER | {"channel": "web", "lines": lines}).json()["ref"]
    route_orders()
    planned = shop.get(f"/orders/{ref}").json()
    work = planned["fulfillment_orders"][0]
    why = shop.get(f"/orders/{ref}/decision")
    for step in ("accept", "pick", "pack"):
        assert shop.post(f"/fulfillment-orders/{work['ref']}/{step}", {}).status_code == 200, step
    box = {"tracking_number": "1Z9", "carrier": "UPS", "lines": [{"line_ref": "1", "quantity": 2}]}
    shipped = shop.post(f"/fulfillment-orders/{work['ref']}/ship", {"packages": [box]})
    events.sequence_events()
    feed = shop.get("/events?after=0").json()["items"]
    late = shop.post(f"/orders/{ref}/cancel", {"reason": "CUSTOMER"})

    assert (planned["status"], work["node"], work["status"]) == ("PLANNED", "dc_reno", "PLANNED")
    assert why.status_code == 200
    assert shipped.status_code == 200, shipped.content
    done = shop.get(f"/orders/{ref}").json()
    assert (done["status"], done["lines"][0]["shipped"]) == ("SHIPPED", 2)
    assert done["fulfillment_orders"][0]["shipments"][0]["amount"] == {"amount": "42.90", "currency": "USD"}
    told = [(item["kind"], item["entity_ref"] == ref) for item in feed]
    assert told[:3] == [("order.placed", True), ("fulfillment_order.planned", False), ("order.routed", True)]
    assert [kind for kind, _ in told][-2:] == ["fulfillment_order.shipped", "order.shipped"]
    assert (late.status_code, late.json()["code"]) == (409, "too-late")
    assert prove.differences() == []
