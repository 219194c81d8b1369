"""Bad input of DESIGN §9 in one place: each gets a clear typed answer, nothing is applied, nothing breaks."""

import gzip
from typing import Any

import pytest

from dom.kernel.models import Job, JobChunk
from inventory.models import Sku, StockLevel
from orders.models import Order
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import order, set_up_the_network

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
#: Ten megabytes that unpack to ten thousand.
BOMB = gzip.compress(b"[" + b" " * (64 * MEGABYTE) + b"]")
XML_BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.fixture
def partner() -> Partner:
    made = partner_with()
    set_up_the_network(made)
    return made


def nothing_happened() -> bool:
    kept = (Order.objects.exists(), StockLevel.objects.exists(), Job.objects.exists(), JobChunk.objects.exists())
    return not any(kept) and Sku.objects.count() == 2


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "text/csv"])
@pytest.mark.parametrize("method", ["PUT /stock", "POST /orders/bulk", "POST /orders"])
def test_what_is_packed_is_not_unpacked(partner: Partner, method: str, kind: str) -> None:
    verb, address = method.split()
    answer = partner.send(verb, address, BOMB, Content_Type=kind, Content_Encoding="gzip")
    problem(answer, 415, "unsupported-media-type")
    assert nothing_happened()


@pytest.mark.parametrize("address", ["/stock", "/skus", "/nodes"])
def test_fifty_megabytes_of_json_are_refused(partner: Partner, address: str) -> None:
    body = b"[" + b" " * (50 * MEGABYTE) + b"]"
    problem(partner.put(address, body), 413, "body-too-large")
    assert nothing_happened()


@pytest.mark.parametrize("kind", ["application/x-ndjson", "text/csv"])
def test_a_feed_of_one_endless_line_is_refused(partner: Partner, kind: str) -> None:
    head = b"sku,node,on_hand\n" if kind == "text/csv" else b""
    problem(partner.put("/stock", head + b"1" * (50 * MEGABYTE), Content_Type=kind), 413, "body-too-large")
    assert nothing_happened()


@pytest.mark.parametrize("address", ["/stock", "/orders/bulk", "/orders"])
def test_an_xml_bomb_is_no_media_type_of_ours(partner: Partner, address: str) -> None:
    verb = "PUT" if address == "/stock" else "POST"
    answer = partner.send(verb, address, XML_BOMB, Content_Type="application/xml")
    problem(answer, 415, "unsupported-media-type")
    assert nothing_happened()


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"channel": "NOBODY"}, "channel"),
        ({"placed_at": "2999-01-01T00:00:00Z"}, "placed_at"),
        ({"fulfillment": {"method": "PICKUP", "node": "NOWHERE"}}, "node"),
        ({"lines": 2 * [{"line_ref": "1", "sku": "TEE", "quantity": 1, "unit_price": "1.00"}]}, "line_ref"),
        ({"lines": [{"line_ref": "1", "sku": "TEE", "quantity": -1, "unit_price": "1.00"}]}, "quantity"),
        ({"attributes": {"note": "a\x00b"}}, "attributes"),
    ],
)
def test_an_order_that_contradicts_itself_is_told_where(partner: Partner, wrong: dict[str, Any], place: str) -> None:
    answer = partner.post("/orders", order("1001", **wrong))
    assert answer.status_code == 400, answer.content
    told = answer.json()
    assert place in told["errors"][0]["pointer"], told
    assert nothing_happened()


def test_nesting_without_end_is_refused_wherever_anything_may_stand(partner: Partner) -> None:
    deep: Any = "bottom"
    for _ in range(60):
        deep = {"a": deep}
    assert partner.post("/orders", order("1001", attributes={"deep": deep})).status_code == 400
    body = b'{"channel": "WEB", "attributes": ' + b'{"a":' * 90_000 + b"1" + b"}" * 90_000 + b"}"
    problem(partner.post("/orders", body), 400, "malformed-json")
    assert nothing_happened()


def test_a_flood_of_headers_reaches_nobody(partner: Partner) -> None:
    flood = {f"X-Flood-{number}": "x" * 100 for number in range(500)}
    assert partner.get("/skus", **flood).status_code == 200
    problem(partner.get("/skus", Authorization="Bearer " + "x" * 100_000), 401, "unauthenticated")
    problem(partner.post("/orders", order("1"), Idempotency_Key="x" * 5_000), 400, "idempotency-key-required")
    answer = partner.get("/skus", X_Request_ID="x" * 5_000)
    assert len(answer["X-Request-ID"]) <= 64
    assert nothing_happened()
