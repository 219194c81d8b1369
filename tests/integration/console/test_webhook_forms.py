"""Webhook endpoints are made and changed in the browser, refused as by the API; their secret is shown once."""

import re
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from dom.kernel.event_kinds import KINDS
from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.rest import clients
from dom.kernel.rest.clients import Rights
from dom.kernel.transactions import unit_of_work
from tests import cast
from tests.integration.console.people import someone
from tests.webhooks import OK, deliver, endpoint, happen, receiving, secret_of, states

pytestmark = pytest.mark.django_db(transaction=True)

HOOK = {"url": "https://partner.example/hook", "description": "Order desk", "kinds": ["order.*", "stock.low"]}


def a_client(name: str = "shop", **rights: Any) -> ApiClient:
    with unit_of_work():
        clients.create_client(name, Rights(**{"scopes": ["events:read"], **rights}), at=timezone.now(), actor="olga")
    return ApiClient.objects.get(name=name)


def facts(one: WebhookEndpoint) -> tuple[Any, ...]:
    return one.url, one.description, one.kinds, one.channels, one.nodes


def test_an_endpoint_is_made_its_secret_shown_once_and_messages_arrive() -> None:
    page, owner = someone("Ops", login="olga"), a_client()
    with receiving(OK) as receiver:
        answer = page.post("/webhooks/new/", {**HOOK, "client": owner.prefix, "url": receiver.url})
        made = WebhookEndpoint.objects.get()
        happen("O-1", kind="order.placed")
        happen("O-2", kind="count.opened")
        deliver(made)

    assert (made.client_id, made.updated_by, states(made)) == (owner.id, "olga", {"evt_1": "DELIVERED"})
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode()))
    assert (secret, answer["Cache-Control"]) == (secret_of(made), "no-store")
    assert receiver.received[0].verified(secret)["type"] == "order.placed"
    assert secret not in page.get(f"/webhooks/{made.ref}/").content.decode()
    assert "whsec" not in str(answer.cookies)


def test_an_endpoint_is_changed_and_keeps_its_place_and_secret() -> None:
    cast.enter()
    page, made = someone("Ops", login="olga"), endpoint("https://partner.example/old", kinds=["order.shipped"])
    before = (made.position, secret_of(made))
    form = page.get(f"/webhooks/{made.ref}/edit/").content.decode()
    assert re.search(r'value="order.shipped"[^>]*checked', form)
    answer = page.post(f"/webhooks/{made.ref}/edit/", {**HOOK, "channels": ["web"], "nodes": ["store_soho"]})

    after = WebhookEndpoint.objects.get()
    assert answer.status_code == 302
    assert facts(after) == (HOOK["url"], "Order desk", ["order.*", "stock.low"], ["web"], ["store_soho"])
    assert (after.position, secret_of(after), after.revision, after.updated_by) == (*before, 2, "olga")


def test_every_kind_of_event_can_be_chosen_with_its_meaning_and_what_was_set_elsewhere_stays() -> None:
    page, made = someone("Ops", login="olga"), endpoint("https://partner.example/hook", kinds=["payment.settled"])
    form = page.get(f"/webhooks/{made.ref}/edit/").content.decode()

    offered = set(re.findall(r'name="kinds" value="([^"]+)"', form))
    assert offered == {*KINDS, *(f"{kind.entity}.*" for kind in KINDS.values()), "payment.settled"}
    assert "order.shipped: A part has left<" in form


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": "http://partner.example/hook"}, "https"),
        ({"url": "https://127.0.0.1/hook"}, "private"),
        ({"kinds": ["no.kind"]}, "Select a valid choice"),
        ({"nodes": ["dc_reno"]}, "dc_reno"),
        ({"channels": ["market"]}, "market"),
    ],
)
def test_what_the_api_refuses_is_refused_at_its_field(settings: Settings, typed: dict[str, Any], said: str) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    cast.enter()
    owner = a_client(node_codes=["store_soho"], channel_codes=["web"])
    answer = someone("Ops", login="olga").post("/webhooks/new/", {**HOOK, "client": owner.prefix, **typed})

    assert (answer.status_code in {400, 409}, WebhookEndpoint.objects.count()) == (True, 0)
    assert said in " ".join(re.findall(r'role="alert">([^<]+)', answer.content.decode()))


def test_a_client_that_lost_the_right_to_read_events_keeps_an_endpoint_that_nobody_can_widen() -> None:
    page, made = someone("Ops", login="olga"), endpoint("https://partner.example/hook")
    ApiClient.objects.update(scopes=["webhooks:write"])
    answer = page.post(f"/webhooks/{made.ref}/edit/", HOOK)

    assert (answer.status_code, WebhookEndpoint.objects.get().kinds) == (409, [])
    assert "needs the scope events:read" in answer.content.decode()
    assert "May not read events" in page.get(f"/webhooks/{made.ref}/").content.decode()
    assert 'value="' + made.client.prefix not in page.get("/webhooks/new/").content.decode()


def test_a_rotated_secret_is_shown_once() -> None:
    page, made = someone("Ops", login="olga"), endpoint("https://partner.example/hook")
    before = secret_of(made)
    answer = page.post(f"/webhooks/{made.ref}/rotate/", {"hours": "1"})

    assert secret_of(made) in answer.content.decode()
    assert before != secret_of(made)
    assert WebhookEndpoint.objects.get().previous_until is not None


@pytest.mark.parametrize("role", ["Auditor", "Merchandiser", "Customer service", "Partner"])
def test_others_make_and_change_none(role: str) -> None:
    made, page = endpoint("https://partner.example/hook"), someone(role, login="other")
    for path in ("new", f"{made.ref}/edit", f"{made.ref}/rotate"):
        assert page.get(f"/webhooks/{path}/").status_code == 403
        assert page.post(f"/webhooks/{path}/", HOOK).status_code == 403
    assert facts(WebhookEndpoint.objects.get())[0] == "https://partner.example/hook"
