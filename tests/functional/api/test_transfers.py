"""Transfers over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inventory.models import IncomingSupply, StockLevel, Transfer
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(partner: Partner) -> Partner:
    """A partner with two SKUs, two nodes and stock at one of them."""
    partner.put("/skus", [{"code": "TEE"}, {"code": "MUG"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}, {"code": "SOHO", "kind": "STORE"}])
    partner.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 50}, {"sku": "MUG", "node": "DC", "on_hand": 5}])
    return partner


def body(**asked: Any) -> dict[str, Any]:
    then = (timezone.now() + timedelta(days=1)).isoformat()
    lines = [{"sku": "TEE", "quantity": 10}, {"sku": "MUG", "quantity": 2}]
    return {"from_node": "DC", "to_node": "SOHO", "expected_at": then, "lines": lines, **asked}


def test_a_partner_sends_and_receives(shop: Partner) -> None:
    asked = shop.post("/transfers", body())
    ref = asked.json()["ref"]
    assert (asked.status_code, asked.json()["status"]) == (201, "APPROVED")

    sent = shop.post(f"/transfers/{ref}/ship", {})
    assert sent.json()["status"] == "IN_TRANSIT"
    assert [line["in_transit"] for line in sent.json()["lines"]] == [10, 2]
    lines = [{"sku": "TEE", "quantity": 9, "damaged": 1}, {"sku": "MUG", "quantity": 2}]
    done = shop.post(f"/transfers/{ref}/receive", {"lines": lines, "final": True, "reason": "Lost"}).json()

    assert (done["status"], done["revision"]) == ("RECEIVED", 3)
    assert done["lines"][0] | {"sku": "TEE", "received": 9, "damaged": 1, "written_off": 1} == done["lines"][0]
    level = StockLevel.objects.get(sku__code="TEE", node__code="SOHO")
    assert (level.on_hand, level.unsellable) == (9, 1)
    listed = shop.get("/transfers?status=RECEIVED&to_node=SOHO").json()["items"]
    assert [one["ref"] for one in listed] == [ref]


def test_the_same_request_twice_is_one_transfer(shop: Partner) -> None:
    asked = body()

    refs = {shop.post("/transfers", asked, Idempotency_Key="once").json()["ref"] for _ in range(2)}
    ref = refs.pop()
    for _ in range(2):
        shop.post(f"/transfers/{ref}/ship", {}, Idempotency_Key="gone")

    assert refs == set()
    assert Transfer.objects.count() == 1
    assert StockLevel.objects.get(sku__code="TEE", node__code="DC").on_hand == 40


def test_refusals_are_typed_and_change_nothing(shop: Partner) -> None:
    ref = shop.post("/transfers", body()).json()["ref"]

    too_many = shop.post(f"/transfers/{ref}/ship", {"lines": [{"sku": "TEE", "quantity": 11}]})
    unknown = shop.post("/transfers", body(lines=[{"sku": "NONE", "quantity": 1}]))
    twice = shop.post("/transfers", body(lines=[{"sku": "TEE", "quantity": 1}, {"sku": "TEE", "quantity": 2}]))
    stale = shop.post(f"/transfers/{ref}/ship", {}, If_Match='"7"')

    problem(too_many, 409, "transfer-mismatch")
    problem(stale, 412, "precondition-failed")
    problem(shop.post(f"/transfers/{ref}/receive", {}), 409, "transfer-refused")
    problem(shop.get("/transfers/T-NONE"), 404, "not-found")
    assert [answer.json()["errors"][0]["code"] for answer in (unknown, twice)] == ["unknown-sku", "duplicate"]
    assert Transfer.objects.get().revision == 1


def test_a_feed_of_incoming_supply_leaves_transfers_alone(shop: Partner) -> None:
    ref = shop.post("/transfers", body()).json()["ref"]
    shop.post(f"/transfers/{ref}/ship", {})
    supply = IncomingSupply.objects.values().get(sku__code="TEE")
    row = {"source_ref": ref, "sku": "TEE", "node": "SOHO", "quantity": 1, "expected_at": timezone.now().isoformat()}

    answer = shop.put("/incoming-supply", [row, {**row, "source_ref": "PO-1"}]).json()

    told = [(one["row"], one["field"], one["code"]) for one in answer["errors"]]
    assert told == [(1, "source_ref", "transfer-refused")]
    assert IncomingSupply.objects.values().get(id=supply["id"]) == supply
    assert IncomingSupply.objects.get(source_ref="PO-1").quantity == 1


def test_a_key_sends_from_its_own_node_and_receives_at_its_own(shop: Partner) -> None:
    ref = shop.post("/transfers", body()).json()["ref"]
    store = partner_with("stock:read", "stock:write", name="store", nodes=("SOHO",))
    stranger = partner_with("stock:read", "stock:write", name="stranger", nodes=("ELSEWHERE",))

    problem(store.post(f"/transfers/{ref}/ship", {}), 403, "node-forbidden")
    problem(stranger.get(f"/transfers/{ref}"), 404, "not-found")
    shop.post(f"/transfers/{ref}/ship", {})
    assert store.post(f"/transfers/{ref}/receive", {}).json()["status"] == "RECEIVED"
