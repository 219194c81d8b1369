"""Placing and reading orders as a partner does."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dom.kernel.models import InboundMessage
from orders.api.examples import ORDER
from orders.models import FulfillmentGroup, FulfillmentOrder, Order
from tests import cast
from tests.functional.api.conftest import Partner, partner_with

pytestmark = pytest.mark.django_db(transaction=True)

LINES = [{"line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": "19.00"}]
BODY: dict[str, Any] = ORDER | {"channel": "web", "lines": LINES}


@pytest.fixture
def people() -> cast.Cast:
    return cast.enter()


@pytest.fixture
def shop(people: cast.Cast) -> Partner:
    return partner_with()


def test_an_order_is_placed_once_and_read_back(shop: Partner) -> None:
    placed = shop.post("/orders", BODY)
    again = shop.post("/orders", BODY)
    other = shop.post("/orders", BODY | {"currency": "USD", "charges": []})

    assert (placed.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert other.json()["code"] == "order-exists"
    shown = placed.json()
    assert again.json() == shown
    assert placed["Location"] == f"/api/v1/orders/{shown['ref']}"
    assert (shown["status"], shown["lines"][0]["queued"], shown["total"]["amount"]) == ("QUEUED", 2, "42.90")
    read = shop.get(f"/orders/{shown['ref']}").json()
    assert read["customer"]["email"] == "ana@example.com"
    assert read["groups"][0]["ship_to"]["line1"] == "1 Mercer St"
    assert "Ana" not in placed.content.decode()


def test_the_raw_message_is_kept_byte_for_byte(shop: Partner) -> None:
    raw = str(BODY).replace("'", '"').encode()

    placed = shop.send("POST", "/orders", raw)

    kept = InboundMessage.objects.get()
    assert (bytes(kept.body), kept.subject_ref) == (raw, placed.json()["ref"])


def test_placing_an_order_takes_at_most_fifteen_statements(shop: Partner, people: cast.Cast) -> None:
    cast.stock(people.tee, people.store_soho, 5)
    pickup = {"method": "PICKUP", "node": "store_soho"}
    shop.post("/orders", BODY | {"fulfillment": pickup, "external_ref": "W-0", "customer": None})  # reads the network

    with CaptureQueriesContext(
        connection,
    ) as seen:
        placed = shop.post("/orders", BODY | {"fulfillment": pickup})

    assert placed.status_code == 201
    assert len(seen) <= 15, [query["sql"][:80] for query in seen]


def test_what_is_wrong_is_named_by_its_field(shop: Partner) -> None:
    line = BODY["lines"][0]

    shape = shop.post("/orders", BODY | {"lines": [line | {"quantity": -1}]})
    meaning = shop.post("/orders", BODY | {"lines": [line, line]})
    channel = shop.post("/orders", BODY | {"channel": "nowhere"})
    currency = shop.post("/orders", BODY | {"currency": "EUR"})
    node = shop.post("/orders", BODY | {"fulfillment": {"method": "PICKUP", "node": "nowhere"}})

    assert {answer.status_code for answer in (shape, meaning, channel, currency, node)} == {400}
    assert shape.json()["errors"][0]["pointer"] == "#/lines/0/quantity"
    assert meaning.json()["facts"]["errors"] == [{"field": "lines/1/line_ref", "message": "1 is given twice."}]
    assert [where(answer) for answer in (meaning, channel, currency, node)] == [
        ("#/lines/1/line_ref", "lines/1/line_ref", "order-invalid", "1 is given twice."),
        ("#/channel", "channel", "order-invalid", "There is no active channel nowhere."),
        ("#/currency", "currency", "order-invalid", "web sells in USD."),
        ("#/fulfillment/node", "fulfillment/node", "order-invalid", "There is no node nowhere."),
    ]
    assert not Order.objects.exists()


def where(answer: Any) -> tuple[str, str, str, str]:
    (only,) = answer.json()["errors"]
    return only["pointer"], only["field"], only["code"], only["detail"]


def test_a_group_that_is_wrong_is_pointed_at_by_its_place(shop: Partner) -> None:
    groups = [{"group_ref": "a", "method": "PICKUP", "node": "nowhere"}, {"group_ref": "b", "method": "SHIP"}]
    lines = [BODY["lines"][0] | {"group": "a"}]
    body = {name: value for name, value in BODY.items() if name not in {"fulfillment", "ship_to"}} | {"lines": lines}

    unknown = shop.post("/orders", body | {"groups": groups[:1]})
    homeless = shop.post("/orders", body | {"groups": groups})
    short = shop.post("/orders", body | {"fulfillment": {"method": "SHIP"}, "lines": BODY["lines"]})

    assert [where(answer)[0] for answer in (unknown, homeless, short)] == [
        "#/groups/0/node",
        "#/groups/1/ship_to",
        "#/ship_to",
    ]


def test_an_unknown_sku_waits_in_a_hold(shop: Partner) -> None:
    placed = shop.post("/orders", BODY | {"lines": [BODY["lines"][0] | {"sku": "NO-SUCH"}]})

    shown = placed.json()
    assert (placed.status_code, shown["status"]) == (201, "HELD")
    assert [hold["kind"] for hold in shown["holds"]] == ["UNKNOWN_SKU"]


def test_bulk_takes_the_good_and_names_the_bad(shop: Partner) -> None:
    orders = [BODY | {"external_ref": f"B-{n}"} for n in range(5)]
    orders[1] = orders[1] | {"channel": "nowhere"}
    orders[3] = orders[3] | {"lines": []}

    answer = shop.post("/orders/bulk", {"orders": orders})
    again = shop.post("/orders/bulk", orders)

    for told in (answer.json(), again.json()):
        assert (told["received"], told["applied"], told["failed"]) == (5, 3, 2)
        assert [(fault["row"], fault["field"]) for fault in told["errors"]] == [(2, "channel"), (4, "lines")]
    assert Order.objects.count() == 3
    assert InboundMessage.objects.count() == 3


def test_the_list_is_paged_filtered_and_costs_the_same_for_any_page(shop: Partner) -> None:
    shop.post("/orders/bulk", [BODY | {"external_ref": f"B-{n}"} for n in range(7)])

    with CaptureQueriesContext(connection) as few:
        first = shop.get("/orders?limit=2").json()
    with CaptureQueriesContext(connection) as many:
        rest = shop.get(f"/orders?limit=5&cursor={first['next']}").json()
    one = shop.get("/orders?external_ref=B-3&channel=web&status=QUEUED").json()
    none = shop.get("/orders?status=SHIPPED").json()

    assert [item["external_ref"] for item in first["items"] + rest["items"]] == [f"B-{n}" for n in range(6, -1, -1)]
    assert len(few) == len(many) <= 5
    assert [item["external_ref"] for item in one["items"]] == ["B-3"]
    assert none["items"] == []


def test_a_key_of_one_node_sees_only_the_orders_that_node_works_for(shop: Partner, people: cast.Cast) -> None:
    ref = shop.post("/orders", BODY).json()["ref"]
    order = Order.objects.get(ref=ref)
    FulfillmentOrder.objects.create(
        ref="F-1", order=order, group=FulfillmentGroup.objects.get(), node_id=people.store_soho.id, status="PLANNED",
        method="SHIP", created_at=cast.NOW,
    )  # fmt: skip
    soho = partner_with(name="soho", nodes=("store_soho",))
    austin = partner_with(name="austin", nodes=("store_austin",))

    assert soho.get(f"/orders/{ref}").json()["fulfillment_orders"][0]["node"] == "store_soho"
    assert austin.get(f"/orders/{ref}").status_code == 404
    assert len(soho.get("/orders").json()["items"]) == 1
    assert austin.get("/orders").json()["items"] == []
    assert austin.post("/orders", BODY).status_code == 403


def test_orders_of_a_day_come_by_when_they_were_placed_and_none_is_left_out(shop: Partner) -> None:
    placed = {"A": "2026-11-22T10:00:00Z", "B": "2026-11-23T10:00:00Z", "C": "2026-11-23T10:00:00Z",
              "D": "2026-11-21T10:00:00Z", "E": "2026-11-23T09:00:00Z"}  # fmt: skip
    for ref, at in placed.items():
        assert shop.post("/orders", BODY | {"external_ref": ref, "placed_at": at}).status_code == 201

    asked = "/orders?limit=1&placed_from=2026-11-22T00:00:00Z&placed_until=2026-11-24T00:00:00Z"
    found: list[str] = []
    following: str | None = ""
    while following is not None:
        page = shop.get(asked + (f"&cursor={following}" if following else "")).json()
        found += [order["external_ref"] for order in page["items"]]
        following = page["next"]

    assert found == ["C", "B", "E", "A"]


def test_an_order_for_a_later_day_says_so(shop: Partner) -> None:
    shown = shop.post("/orders", BODY | {"not_before": "2126-12-01T09:00:00+01:00"}).json()

    assert (shown["status"], shown["not_before"]) == ("QUEUED", "2126-12-01T08:00:00+00:00")
