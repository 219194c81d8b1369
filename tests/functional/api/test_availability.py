"""What may be sold, why, and holding it for a cart, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inventory.models import Reservation, StockLevel
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(partner: Partner) -> Partner:
    """TEE: 10 at the DC and 3 in SoHo; MUG: 4 in SoHo."""
    partner.put("/skus", [{"code": "TEE"}, {"code": "MUG"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}, {"code": "SOHO", "kind": "STORE", "methods": ["PICKUP"]}])
    partner.put("/channels", [{"code": "WEB"}])
    counts = [("TEE", "DC", 10), ("TEE", "SOHO", 3), ("MUG", "SOHO", 4)]
    partner.put("/stock", [{"sku": sku, "node": node, "on_hand": units} for sku, node, units in counts])
    return partner


def available(shop: Partner, sku: str = "TEE", **asked: Any) -> Any:
    answer = shop.post("/availability", {"channel": "WEB", "skus": [sku], **asked}, Idempotency_Key="")
    assert answer.status_code == 200, answer.content
    return answer.json()["items"][0]


def hold(shop: Partner, *lines: tuple[str, int], **more: Any) -> Any:
    return shop.post(
        "/reservations", {"channel": "WEB", "lines": [{"sku": sku, "quantity": n} for sku, n in lines], **more}
    )


def test_what_may_be_sold_is_the_sum_of_what_nodes_offer(shop: Partner) -> None:
    shop.put("/safety-stock", [{"code": "ALL", "units": 2}])

    assert available(shop, by_node=True) == {
        "sku": "TEE",
        "available_to_sell": 9,
        "status": "IN_STOCK",
        "unlimited": False,
        "backorders_left": None,
        "nodes": [{"node": "DC", "available_to_sell": 8}, {"node": "SOHO", "available_to_sell": 1}],
    }
    assert available(shop, method="PICKUP")["available_to_sell"] == 1


def test_an_unknown_sku_is_an_item_and_an_unknown_channel_a_refusal(shop: Partner) -> None:
    assert available(shop, "NONE")["status"] == "UNKNOWN_SKU"
    body = problem(shop.post("/availability", {"channel": "NONE", "skus": ["TEE"]}), 400, "validation")
    assert body["errors"][0]["pointer"] == "#/channel"


def test_supply_counts_by_the_date_asked_for(shop: Partner) -> None:
    week, month = (datetime.now(tz=UTC) + timedelta(days=days) for days in (7, 30))
    supply = {"source_ref": "PO", "sku": "TEE", "node": "DC", "quantity": 50, "expected_at": week.isoformat()}
    shop.put("/incoming-supply", [supply])

    assert available(shop)["available_to_sell"] == 13
    assert available(shop, at=month.isoformat())["available_to_sell"] == 63


def test_the_explanation_adds_up_to_the_number(shop: Partner) -> None:
    shop.put("/safety-stock", [{"code": "ALL", "units": 4}])
    hold(shop, ("TEE", 1))

    told = shop.get("/availability/explain?sku=TEE&channel=WEB").json()

    assert (
        told["available_to_sell"]
        == sum(step["units"] for step in told["steps"])
        == available(shop)["available_to_sell"]
    )
    for node in told["nodes"]:
        assert sum(step["units"] for step in node["steps"]) == node["sellable"]
    assert {step["name"] for step in told["nodes"][0]["steps"]} == {"ON_HAND", "RESERVED", "SAFETY_STOCK"}


def test_a_past_instant_is_explained_as_it_was(shop: Partner) -> None:
    before = datetime.now(tz=UTC).isoformat().replace("+", "%2B")
    shop.post("/stock/adjustments", [{"sku": "TEE", "node": "DC", "quantity": -4, "reason": "LOST"}])

    assert shop.get(f"/availability/explain?sku=TEE&channel=WEB&at={before}").json()["available_to_sell"] == 13
    assert shop.get("/availability/explain?sku=TEE&channel=WEB").json()["available_to_sell"] == 9


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("sku=NONE&channel=WEB", 404, "not-found"),
        ("sku=TEE&channel=NONE", 404, "not-found"),
        ("sku=TEE&channel=WEB&node=NONE", 404, "not-found"),
        ("sku=TEE", 400, "validation"),
        ("sku=TEE&channel=WEB&at=2150-01-01T00:00:00Z", 400, "validation"),
        ("sku=TEE&channel=WEB&at=2026-01-01", 400, "validation"),
    ],
)
def test_what_cannot_be_explained_is_said(shop: Partner, query: str, status: int, code: str) -> None:
    problem(shop.get(f"/availability/explain?{query}"), status, code)


def test_a_cart_is_held_whole_at_one_node_if_there_is_one(shop: Partner) -> None:
    answer = hold(shop, ("TEE", 2), ("MUG", 1), ttl_seconds=60)

    assert answer.status_code == 201
    assert {(line["sku"], line["node"], line["quantity"]) for line in answer.json()["lines"]} == {
        ("TEE", "SOHO", 2),
        ("MUG", "SOHO", 1),
    }
    assert available(shop)["available_to_sell"] == 11
    assert shop.get(f"/reservations/{answer.json()['ref']}").json() == answer.json()


def test_a_line_is_spread_where_no_node_has_it_whole(shop: Partner) -> None:
    lines = hold(shop, ("TEE", 12)).json()["lines"]

    assert [(line["node"], line["quantity"]) for line in lines] == [("DC", 10), ("SOHO", 2)]


def test_too_much_is_refused_whole_and_named(shop: Partner) -> None:
    body = problem(hold(shop, ("MUG", 1), ("TEE", 7), ("TEE", 7)), 409, "insufficient-stock")

    assert body["facts"]["lines"] == [{"sku": "TEE", "asked": 14, "available": 13}]
    assert not Reservation.objects.exists()
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 0


def test_rules_are_kept_by_carts_too(shop: Partner) -> None:
    shop.put("/channel-rules", [{"code": "T", "threshold": 3, "channel": "WEB"}])

    problem(hold(shop, ("TEE", 8)), 409, "insufficient-stock")
    assert hold(shop, ("TEE", 7)).status_code == 201


def test_a_cart_is_given_back_once(shop: Partner) -> None:
    ref = hold(shop, ("TEE", 2)).json()["ref"]

    assert [shop.delete(f"/reservations/{ref}").status_code for _ in range(2)] == [204, 204]
    assert available(shop)["available_to_sell"] == 13
    problem(shop.get(f"/reservations/{ref}"), 404, "not-found")
    problem(shop.post(f"/reservations/{ref}/extend", {}), 409, "reservation-lapsed")
    problem(shop.delete("/reservations/R-UNKNOWN"), 404, "not-found")
    problem(shop.delete("/reservations/O-UNKNOWN"), 404, "not-found")


def test_a_cart_is_held_longer(shop: Partner) -> None:
    held = hold(shop, ("TEE", 2), ttl_seconds=60).json()

    longer = shop.post(f"/reservations/{held['ref']}/extend", {"ttl_seconds": 3600}).json()

    assert longer["expires_at"] > held["expires_at"]
    assert longer["lines"] == held["lines"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"lines": []}, "#/lines"),
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, "#/lines/0/sku"),
        ({"lines": [{"sku": "TEE", "quantity": 0}]}, "#/lines/0/quantity"),
        ({"lines": [{"sku": "TEE", "quantity": 1, "line_ref": "1"}] * 2}, "#/lines"),
        ({"ttl_seconds": 10**9}, "#/ttl_seconds"),
        ({"node": "NONE"}, "#/node"),
        ({"channel": "NONE"}, "#/channel"),
    ],
)
def test_a_cart_that_makes_no_sense_is_pointed_to(shop: Partner, body: dict[str, Any], pointer: str) -> None:
    whole = {"channel": "WEB", "lines": [{"sku": "TEE", "quantity": 1}], **body}

    told = problem(shop.post("/reservations", whole), 400, "validation")

    assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert not Reservation.objects.exists()


def test_a_key_of_one_store_holds_and_sees_that_store_alone(shop: Partner) -> None:
    ref = hold(shop, ("TEE", 9)).json()["ref"]
    soho = partner_with(name="soho", nodes=("SOHO",))

    assert available(soho)["available_to_sell"] == 3
    problem(hold(soho, ("TEE", 1), node="DC"), 403, "node-forbidden")
    problem(soho.delete(f"/reservations/{ref}"), 404, "not-found")
    assert hold(soho, ("TEE", 1)).json()["lines"][0]["node"] == "SOHO"
