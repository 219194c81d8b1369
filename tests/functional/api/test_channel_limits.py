"""A marketplace's key: every endpoint shows and changes what is of its own channel, and nothing of another."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern

from dom.api.urls import v1
from dom.kernel.models import ApiClient, WebhookDelivery
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.spec import Endpoint, ForChannels
from dom.kernel.webhooks import intake
from inventory.models import Reservation
from orders.models import FulfillmentOrder, Order
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import count_the_stock, let_workers_work, ok, order, set_up_the_network
from tests.webhooks import endpoint as hook_of

pytestmark = pytest.mark.django_db(transaction=True)

MARKET, SECRET = "MARKET", "SECRET-SHOP"


@dataclass
class Shops:
    """Two channels that sell from the same nodes: ours, and the other whose every mark must stay unseen."""

    house: Partner
    market: Partner
    theirs: dict[str, str]
    ours: dict[str, str]


def _sell(house: Partner, channel: str, external_ref: str) -> dict[str, str]:
    """Hold a cart and place an order on `channel`; return the references by kind."""
    line = {"line_ref": "1", "sku": "MUG", "quantity": 1}
    cart = ok(house.post("/reservations", {"channel": channel, "lines": [line], "ttl_seconds": 900}))
    placed = ok(house.post("/orders", order(external_ref, channel=channel)))
    let_workers_work()
    (work,) = ok(house.get(f"/orders/{placed['ref']}"))["fulfillment_orders"]
    return {"orders": placed["ref"], "fulfillment-orders": work["ref"], "reservations": cart["ref"]}


@pytest.fixture
def shops() -> Shops:
    house = partner_with(name="house")
    set_up_the_network(house)
    ok(house.put("/channels", [{"code": code, "currency": "USD", "country": "US"} for code in (MARKET, SECRET)]))
    count_the_stock(house)
    market = partner_with(name="market", channels=(MARKET,))
    return Shops(house, market, _sell(house, SECRET, "secret-1001"), _sell(house, MARKET, "1001"))


def every_endpoint() -> Iterator[tuple[str, str, Endpoint]]:
    """Yield (method, address, declaration) of each endpoint below /api/v1/."""
    for pattern in _patterns(v1):
        view: Any = pattern.callback.view_class  # type: ignore[attr-defined]  # every view here is a class
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            told = view.declared(method)
            if told is not None:
                yield method, f"/{pattern.pattern}", told


def _patterns(entries: Any) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from _patterns(entry.url_patterns)


def _about_them(shops: Shops, address: str, told: Endpoint) -> tuple[str, Any]:
    """Return the address and a body that ask for what is the other channel's."""
    kind = address.split("/")[1]
    address = re.sub(r"<str:ref>", shops.theirs.get(kind, "J-NONE"), address)
    address = re.sub(r"<str:line_ref>", "1", re.sub(r"<str:message_id>", "evt_1", address))
    if "explain" in address:
        address += f"?sku=TEE&channel={SECRET}"
    body = json.loads(json.dumps(told.body_example).replace("WEB", SECRET)) if told.body_example else None
    return address, body


def marks(shops: Shops) -> list[str]:
    return [SECRET, "secret-1001", *shops.theirs.values()]


def state_of_theirs(shops: Shops) -> tuple[Any, ...]:
    theirs = shops.theirs
    return (
        Order.objects.filter(channel__code=SECRET).values_list("ref", "revision", "status").get(),
        FulfillmentOrder.objects.filter(ref=theirs["fulfillment-orders"]).values_list("revision", "status").get(),
        Reservation.objects.filter(demand_ref=theirs["reservations"]).values_list("quantity", "expires_at").get(),
    )


def test_no_endpoint_shows_or_changes_anything_of_another_channel(shops: Shops) -> None:
    before, seen = state_of_theirs(shops), set[ForChannels]()
    for method, address, told in every_endpoint():
        seen.add(told.channels)
        asked, body = _about_them(shops, address, told)
        answer = shops.market.send(method, asked, body)
        said = answer.content.decode()
        if told.channels is ForChannels.CLOSED:
            problem(answer, 403, "channel-forbidden")
        elif "<str:ref>" in address:
            assert answer.status_code == 404, (method, address, said)
        elif SECRET in asked or (told.body is not None and "webhooks" not in address):
            problem(answer, 403, "channel-forbidden")
        told_us = asked + json.dumps(body)
        shown = [mark for mark in marks(shops) if mark in said and mark not in told_us]
        assert (shown, answer.status_code < 500) == ([], True), (method, address, said)
    assert seen == set(ForChannels)
    assert state_of_theirs(shops) == before
    assert Order.objects.filter(channel__code=SECRET).count() == 1


def test_what_is_its_own_stays_open_to_it(shops: Shops) -> None:
    market, ours = shops.market, shops.ours
    assert [one["ref"] for one in ok(market.get("/orders"))["items"]] == [ours["orders"]]
    assert [one["ref"] for one in ok(market.get("/fulfillment-orders"))["items"]] == [ours["fulfillment-orders"]]
    assert [one["code"] for one in ok(market.get("/channels"))["items"]] == [MARKET]
    assert {one["channel"] for one in ok(market.get("/events?after=0"))["items"]} == {MARKET}
    assert ok(market.get(f"/events?after=0&channel={SECRET}"))["items"] == []
    assert ok(market.get(f"/orders?channel={SECRET}"))["items"] == []
    assert ok(market.get(f"/orders/{ours['orders']}/decision"))["nodes"]
    assert ok(market.get(f"/reservations/{ours['reservations']}"))["lines"][0]["sku"] == "MUG"
    assert ok(market.post("/availability", {"channel": MARKET, "skus": ["TEE"]}))["items"][0]["available_to_sell"] > 0
    assert ok(market.post("/orders", order("1002", channel=MARKET)))["channel"] == MARKET
    ok(market.post(f"/fulfillment-orders/{ours['fulfillment-orders']}/accept"))
    assert market.delete(f"/reservations/{ours['reservations']}").status_code == 204


def test_orders_in_bulk_are_refused_row_by_row_also_when_they_wait_as_a_job(shops: Shops) -> None:
    rows = [order("2001", channel=MARKET), order("2002", channel=SECRET)]
    at_once = shops.market.post("/orders/bulk", {"orders": rows}).json()
    said = "The key may act for its own channels only."
    fault = {"pointer": "#/1/channel", "code": "order-invalid", "row": 2, "field": "channel", "detail": said}
    assert (at_once["applied"], at_once["errors"]) == (1, [fault])
    later = [order("2003", channel=MARKET), order("2004", channel=SECRET)]
    ref = shops.market.post("/orders/bulk", {"orders": later}, Prefer="respond-async").json()["ref"]
    # Rights count as they were when the rows were sent: a job cannot gain any while it waits.
    ApiClient.objects.filter(name="market").update(channel_codes=[])
    feed_jobs.run(at=ApiClient.objects.get(name="market").created_at)
    done = shops.market.get(f"/jobs/{ref}").json()
    assert (done["rows_done"], done["rows_failed"], done["errors"][0]["row"]) == (2, 1, 2)
    assert Order.objects.filter(channel__code=SECRET).count() == 1


def test_a_subscription_names_and_hears_its_own_channel_alone(shops: Shops) -> None:
    asked = {"url": "https://partner.example/hook", "after": 0}
    problem(shops.market.post("/webhooks", {**asked, "channels": [SECRET]}), 403, "channel-forbidden")
    made = ok(shops.market.post("/webhooks", asked))
    problem(shops.market.send("PATCH", f"/webhooks/{made['ref']}", {"channels": [SECRET]}), 403, "channel-forbidden")
    intake.take_in(at=ApiClient.objects.get(name="market").created_at)

    heard = set(WebhookDelivery.objects.values_list("entity_ref", flat=True))
    assert heard == {shops.ours["orders"], shops.ours["fulfillment-orders"]}


def test_endpoints_of_other_clients_stay_theirs_whatever_channel_they_hear(shops: Shops) -> None:
    other = hook_of("https://partner.example/other", owner=ApiClient.objects.get(name="house"), channels=[MARKET])
    assert ok(shops.market.get("/webhooks"))["items"] == []
    for path in ("", "/secret", "/deliveries"):
        problem(shops.market.get(f"/webhooks/{other.ref}{path}"), 404, "webhook-not-found")
