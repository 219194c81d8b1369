"""The demonstration's own receivers of webhooks: signatures are checked, one is busy and gets its messages later."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, override_settings

from dom.demo.receivers import RECEIVERS, ensure_receivers
from dom.kernel.models import WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import signing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("dom.demo.urls")]
ADDRESS = "http://localhost:8123"


@pytest.fixture(autouse=True)
def listening() -> None:
    with override_settings(WEBHOOK_PRIVATE_ADDRESSES=True):
        _listen(ADDRESS)


def _listen(address: str) -> None:
    with override_settings(WEBHOOK_PRIVATE_ADDRESSES=True), unit_of_work():
        ensure_receivers(address=address, at=datetime.now(UTC))


def _send(name: str, message_id: str, *, age: timedelta = timedelta(0), secret: str = "") -> int:
    now = datetime.now(UTC)
    body = json.dumps({"type": "order.placed", "timestamp": (now - age).isoformat(), "data": {}}).encode()
    endpoint = WebhookEndpoint.objects.get(client__name=name)
    signed = signing.headers(message_id, body, under=[secret or signing.unseal(endpoint.secret)], at=now)
    path = next(one.path for one in RECEIVERS if one.name == name)
    answer = Client(enforce_csrf_checks=True).generic("POST", path, body, "application/json", headers=dict(signed))
    return answer.status_code


def test_each_listens_once_and_follows_the_port() -> None:
    _listen(ADDRESS)
    first = list(WebhookEndpoint.objects.order_by("id").values_list("url", flat=True))

    _listen("http://localhost:8124")

    assert first == [f"{ADDRESS}/demo/receivers/webshop/", f"{ADDRESS}/demo/receivers/erp/"]
    now = list(WebhookEndpoint.objects.order_by("id").values_list("url", flat=True))
    assert now == [url.replace("8123", "8124") for url in first]


def test_a_message_of_ours_is_taken_and_another_is_not() -> None:
    assert _send("Webshop", "evt_1") == 204
    assert _send("Webshop", "evt_1", secret=signing.fresh()) == 401
    assert Client().post("/demo/receivers/webshop/", b"{}", "application/json").status_code == 401
    assert Client().post("/demo/receivers/nobody/", b"{}", "application/json").status_code == 404
    assert Client().get("/demo/receivers/webshop/").status_code == 405


def test_the_busy_one_turns_every_fifth_away_for_some_minutes() -> None:
    answers = [_send("ERP", f"evt_{n}") for n in range(10, 20)]

    assert answers.count(503) == 2
    busy = f"evt_{10 + answers.index(503)}"
    assert _send("ERP", busy, age=timedelta(minutes=3)) == 503
    assert _send("ERP", busy, age=timedelta(minutes=5)) == 204
    assert _send("Webshop", busy) == 204
