"""Why an order went where it went, and where one would go, as a partner asks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, connection
from django.utils import timezone

from dom.kernel.transactions import read_only, unit_of_work
from inventory.models import Reservation, StockLevel, StockMovement
from routing import services
from routing.api.shown import in_units
from routing.models import RoutingDecision, RoutingRun
from tests.functional.api.conftest import Partner, partner
from tests.integration.routing.conftest import AT, MIDWEST, request_of, world

__all__ = ["partner", "world"]

pytestmark = pytest.mark.usefixtures("world")

ASKED: dict[str, Any] = {
    "channel": "web",
    "external_ref": "ignored here",
    "fulfillment": {"method": "SHIP"},
    "ship_to": {"country": "US", "region": "NY", "postal_code": "10001", "latitude": 40.75, "longitude": -73.99},
    "lines": [{"line_ref": "1", "sku": "BOOT", "quantity": 1, "unit_price": "50.00"}],
}


def test_a_decision_shows_its_plan_every_node_in_words_and_its_versions(partner: Partner) -> None:
    with unit_of_work():
        services.publish_lanes(body={"cross_border": False}, actor="maya", at=AT)
    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 1)), request_of("O-1:2", ("LAMP", 1))], at=AT)
    with unit_of_work():
        services.record(decisions=services.packed(decided), lost={}, attempts={}, at=AT)

    told = partner.get("/orders/O-1/decision").json()

    assert (told["order"], told["policy"], told["versions"]) == ("O-1", "built-in", {"lanes": {"default": 1}})
    assert sorted([told["request_ref"], *(one["request_ref"] for one in told["other_groups"])]) == ["O-1:1", "O-1:2"]
    assert {node["node"] for node in told["nodes"]} == {"DC-RENO", "S-AUSTIN", "S-SOHO"}
    assert all(node["sentence"] and (node["cost"] is not None or node["reason"]) for node in told["nodes"])
    assert sum(float(term) for term in told["parcels"][0]["terms"].values()) == pytest.approx(
        float(told["parcels"][0]["cost"]["amount"])
    )


def test_what_units_are_worth_to_others_is_told_beside_the_cost(partner: Partner) -> None:
    asked = [request_of("O-1:1", ("BOOT", 2)), request_of("O-2:1", ("BOOT", 2))]
    decided = services.route(requests=[replace(asked[0], ship_to=MIDWEST), asked[1]], at=AT)
    with unit_of_work():
        services.record(decisions=services.packed(decided), lost={}, attempts={}, at=AT)

    told = [partner.get(f"/orders/{ref}/decision").json() for ref in ("O-1", "O-2")]

    assert [one["scarcity"] for one in told] == [_usd(0), _usd(decided[1].plan.scarcity_e4)]
    assert [one["parcels"][0]["scarcity"] for one in told] == [one["scarcity"] for one in told]
    for one, made in zip(told, decided, strict=True):
        assert one["cost"] == one["bound"] == one["parcels"][0]["cost"] == _usd(made.plan.cost_e4)
        assert "opportunity" not in one["parcels"][0]["terms"]


def _usd(amount_e4: int) -> dict[str, str]:
    return {"amount": in_units(amount_e4), "currency": "USD"}


def test_an_order_that_nobody_decided_has_no_decision(partner: Partner) -> None:
    answer = partner.get("/orders/O-NONE/decision")

    assert (answer.status_code, answer.json()["code"]) == (404, "decision-not-found")


def test_a_test_drive_tells_where_an_order_would_go_and_writes_nothing(partner: Partner) -> None:
    before = list(StockLevel.objects.order_by("id").values()), StockMovement.objects.count()

    answer = partner.post("/routing/test-drive", ASKED)

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [parcel["node"] for parcel in told["parcels"]] == ["S-SOHO"]
    assert (told["draft"], told["proven"], len(told["nodes"])) == ("", True, 3)
    assert (list(StockLevel.objects.order_by("id").values()), StockMovement.objects.count()) == before
    assert not Reservation.objects.exists()
    assert not RoutingRun.objects.exists()
    assert not RoutingDecision.objects.exists()


def test_a_draft_is_tried_in_the_place_of_the_live_policy(partner: Partner) -> None:
    live = {"code": "p", "groups": [{"name": "All", "rules": [{"name": "Stores", "nodes": {"kinds": ["STORE"]}}]}]}
    draft = {"code": "p", "groups": [{"name": "All", "rules": [{"name": "Centers", "nodes": {"kinds": ["DC"]}}]}]}
    partner.put("/policies", [live])

    told = partner.post("/routing/test-drive", {**ASKED, "policy": draft}).json()

    assert (told["draft"], told["rule"], told["parcels"][0]["node"]) == ("p", "Centers", "DC-RENO")
    assert partner.post("/routing/test-drive", ASKED).json()["rule"] == "Stores"


def test_a_promise_decides_which_group_takes_an_order_and_the_answer_says_so(partner: Partner) -> None:
    rush = {"name": "Rush", "match": {"promise": {"within_hours": 24}}, "rules": [{"name": "Any"}]}
    draft = {"code": "p", "groups": [rush, {"name": "Calm", "rules": [{"name": "Centers"}]}]}
    soon = (timezone.now() + timedelta(hours=23)).isoformat()
    late = (timezone.now() + timedelta(hours=25)).isoformat()

    told = [
        partner.post(
            "/routing/test-drive",
            {**ASKED, "policy": draft, "fulfillment": {"method": "SHIP", "promised_by": promised_by}},
        ).json()
        for promised_by in (soon, late, None)
    ]

    assert [one["group"] for one in told] == ["Rush", "Calm", "Calm"]
    asked = 'Group "Rush" does not take it: it takes orders promised within 24 hours of the decision, this order is'
    assert told[0]["passed_by"] == []
    assert told[1]["passed_by"][0].startswith(f"{asked} promised by ")
    assert told[2]["passed_by"] == [f"{asked} without a promise."]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"policy": {"code": "p", "groups": 1}}, "config-invalid"),
        ({"channel": "nobody"}, "routing-request-invalid"),
        ({"fulfillment": {"method": "PICKUP"}}, "routing-request-invalid"),
        ({"lines": [{"line_ref": "1", "sku": "GONE", "quantity": 1}]}, "routing-request-invalid"),
        ({"lines": []}, "validation"),
        ({"ship_to": {"country": "US", "latitude": 400, "longitude": 0}}, "validation"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(partner: Partner, change: dict[str, Any], code: str) -> None:
    answer = partner.post("/routing/test-drive", {**ASKED, **change})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_test_drive_runs_where_nothing_can_be_written() -> None:
    with pytest.raises(InternalError, match="read-only"), read_only(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_sku SET name = 'x'")
