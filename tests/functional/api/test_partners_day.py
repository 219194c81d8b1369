"""A partner's whole day over HTTP, step by step as docs/quick-start.md tells it, and the quick start itself."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dom.kernel.models import WebhookEndpoint
from dom.kernel.tasks import sequence_events
from orders.tasks import route_orders
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.webhooks import deliver, receiving

pytestmark = pytest.mark.django_db(transaction=True)

QUICK_START = Path(__file__).resolve().parents[3] / "docs/quick-start.md"


def let_workers_work() -> None:
    """Do what the workers do within a second or so."""
    route_orders()
    sequence_events()


def ok(answer: Any) -> Any:
    assert answer.status_code in {200, 201, 202}, answer.content
    body = answer.json() if answer.content else None
    assert not (body or {}).get("failed"), body
    return body


def set_up_the_network(partner: Partner) -> None:
    tee = {"code": "TEE", "weight_grams": 180, "value": {"amount": "19.00", "currency": "USD"}}
    mug = {"code": "MUG", "weight_grams": 350, "value": {"amount": "12.00", "currency": "USD"}}
    reno: dict[str, Any] = {"code": "DC-RENO", "kind": "DC", "country": "US", "region": "NV", "postal_code": "89506"}
    soho: dict[str, Any] = {"code": "SOHO", "kind": "STORE", "country": "US", "region": "NY", "postal_code": "10012"}
    reno |= {"latitude": 39.5296, "longitude": -119.8138, "methods": ["SHIP"]}
    soho |= {"latitude": 40.7233, "longitude": -74.0030, "methods": ["SHIP", "PICKUP"]}
    ok(partner.put("/skus", [tee, mug]))
    ok(partner.put("/nodes", [reno, soho]))
    ok(partner.put("/channels", [{"code": "WEB", "currency": "USD", "country": "US"}]))


def count_the_stock(partner: Partner) -> None:
    counts = [("TEE", "DC-RENO", 40), ("TEE", "SOHO", 3), ("MUG", "DC-RENO", 25)]
    ok(partner.put("/stock", [{"sku": sku, "node": node, "on_hand": units} for sku, node, units in counts]))


def order(external_ref: str, **more: Any) -> dict[str, Any]:
    return {
        "channel": "WEB",
        "external_ref": external_ref,
        "placed_at": "2026-11-24T20:15:00Z",
        "currency": "USD",
        "customer": {"name": "Ada Example", "email": "ada@example.com"},
        "fulfillment": {"method": "SHIP"},
        "ship_to": {
            "name": "Ada Example", "line1": "1 Market St", "city": "San Francisco", "region": "CA",
            "postal_code": "94105", "country": "US", "latitude": 37.7936, "longitude": -122.3958,
        },
        "payment": {"status": "AUTHORIZED", "amount": "50.00"},
        "lines": [
            {"line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": "19.00"},
            {"line_ref": "2", "sku": "MUG", "quantity": 1, "unit_price": "12.00"},
        ],
        **more,
    }  # fmt: skip


def available(partner: Partner, sku: str) -> int:
    asked = {"channel": "WEB", "skus": [sku]}
    return int(ok(partner.post("/availability", asked))["items"][0]["available_to_sell"])


def events_of(partner: Partner, ref: str) -> list[str]:
    return [event["kind"] for event in ok(partner.get(f"/events?after=0&limit=1000&entity_ref={ref}"))["items"]]


def test_from_an_empty_installation_to_a_shipped_order() -> None:
    partner = partner_with()
    set_up_the_network(partner)
    count_the_stock(partner)
    assert available(partner, "TEE") == 43

    placed = ok(partner.post("/orders", order("1001")))
    assert (placed["status"], available(partner, "TEE")) == ("QUEUED", 41)

    let_workers_work()
    routed = ok(partner.get(f"/orders/{placed['ref']}"))
    (work,) = routed["fulfillment_orders"]
    assert work["node"] == "DC-RENO"
    assert available(partner, "TEE") == 41
    decision = ok(partner.get(f"/orders/{placed['ref']}/decision"))
    assert {node["node"] for node in decision["nodes"]} == {"DC-RENO", "SOHO"}

    do_the_work(partner, work["ref"])
    let_workers_work()
    shipped = ok(partner.get(f"/orders/{placed['ref']}"))
    assert {line["line_ref"]: line["shipped"] for line in shipped["lines"]} == {"1": 2, "2": 1}
    assert (shipped["status"], available(partner, "TEE")) == ("SHIPPED", 41)
    levels = {level["sku"]: level for level in ok(partner.get("/stock?node=DC-RENO"))["items"]}
    assert {sku: (level["on_hand"], level["reserved"]) for sku, level in levels.items()} == {
        "TEE": (38, 0),
        "MUG": (24, 0),
    }
    kinds = events_of(partner, placed["ref"]) + events_of(partner, work["ref"])
    assert len(kinds) >= 6


def do_the_work(partner: Partner, ref: str) -> None:
    lines = [{"line_ref": "1", "quantity": 2}, {"line_ref": "2", "quantity": 1}]
    package = {"tracking_number": "1Z999", "carrier": "UPS", "service": "GROUND", "lines": lines}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("accept", {}),
        ("pick", {"lines": lines}),
        ("pack", {}),
        ("ship", {"packages": [package]}),
    ]
    for step, body in steps:
        first = partner.post(f"/fulfillment-orders/{ref}/{step}", body, Idempotency_Key=f"{ref}-{step}")
        ok(first)
        again = partner.post(f"/fulfillment-orders/{ref}/{step}", body, Idempotency_Key=f"{ref}-{step}")
        assert again.content == first.content


def test_a_partner_is_told_of_the_day_while_it_happens() -> None:
    partner = partner_with()
    with receiving() as receiver:
        hook = ok(partner.post("/webhooks", {"url": receiver.url, "kinds": ["order.*", "fulfillment_order.*"]}))
        secret = ok(partner.get(f"/webhooks/{hook['ref']}/secret"))["secret"]
        set_up_the_network(partner)
        count_the_stock(partner)
        placed = ok(partner.post("/orders", order("1001")))
        let_workers_work()
        (work,) = ok(partner.get(f"/orders/{placed['ref']}"))["fulfillment_orders"]
        do_the_work(partner, work["ref"])
        let_workers_work()
        deliver(WebhookEndpoint.objects.get())

    told = sorted((one.verified(secret)["data"] for one in receiver.received), key=lambda event: event["position"])
    feed = ok(partner.get("/events?limit=1000"))["items"]
    assert [(one["position"], one["kind"], one["data"]) for one in told] == [
        (one["position"], one["kind"], one["data"]) for one in feed
    ]
    assert (told[0]["kind"], told[-1]["kind"]) == ("order.placed", "order.shipped")
    delivered = ok(partner.get(f"/webhooks/{hook['ref']}/deliveries?status=DELIVERED&limit=1000"))["items"]
    assert len(delivered) == len(feed)


def test_an_order_that_is_sent_again_is_the_same_order() -> None:
    partner = partner_with()
    set_up_the_network(partner)
    count_the_stock(partner)
    first = partner.post("/orders", order("1001"))
    again = partner.post("/orders", order("1001"))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["ref"] == first.json()["ref"]
    problem(partner.post("/orders", order("1001", currency="EUR")), 409, "order-exists")
    assert available(partner, "TEE") == 41


def test_a_cart_becomes_the_order_without_anything_being_free_in_between() -> None:
    partner = partner_with()
    set_up_the_network(partner)
    count_the_stock(partner)
    lines = [{"line_ref": "1", "sku": "TEE", "quantity": 2}, {"line_ref": "2", "sku": "MUG", "quantity": 1}]
    cart = ok(partner.post("/reservations", {"channel": "WEB", "lines": lines}))
    assert available(partner, "TEE") == 41

    placed = ok(partner.post("/orders", order("1001", reservations=[cart["ref"]])))
    assert available(partner, "TEE") == 41
    let_workers_work()

    assert ok(partner.get(f"/orders/{placed['ref']}"))["fulfillment_orders"][0]["node"] == "DC-RENO"
    assert available(partner, "TEE") == 41
    problem(partner.post("/orders", order("1002", reservations=[cart["ref"]])), 409, "reservation-lapsed")


def calls_of_the_quick_start() -> list[tuple[str, str, Any]]:
    """Return (verb, address, body) of every put, post and get in the document."""
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", QUICK_START.read_text(), re.DOTALL))
    found = re.findall(r"^(put|post|get)\s+'?(/[^\s']+)'?(?:\s+'([^']*)')?", shell, re.MULTILINE)
    return [(verb, address, json.loads(body) if body else None) for verb, address, body in found]


def test_every_call_of_the_quick_start_works_as_it_is_printed() -> None:
    partner = partner_with()
    refs: dict[str, str] = {}
    calls = calls_of_the_quick_start()
    for verb, address, body in calls:
        known = re.sub("([OFW])-…", lambda found: refs[found[1]], address)
        answer = ok(partner.send(verb.upper(), known, body))
        if address.startswith("/fulfillment-orders?"):
            assert [work["ref"] for work in answer["items"]] == [refs["F"]], "who follows it finds no work here"
        if address == "/orders":
            let_workers_work()
            refs["O"] = answer["ref"]
            refs["F"] = ok(partner.get(f"/orders/{answer['ref']}"))["fulfillment_orders"][0]["ref"]
        if address == "/webhooks":
            refs["W"] = answer["ref"]

    assert len(calls) >= 18
    assert ok(partner.get(f"/orders/{refs['O']}"))["status"] == "SHIPPED"
