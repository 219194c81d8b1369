"""Webhooks over HTTP: what a partner keeps, sees and may not touch."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from dom.kernel.models import ApiClient, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import services
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.webhooks import OK, deliver, happen, receiving

pytestmark = pytest.mark.django_db(transaction=True)

HOOK = {"url": "https://partner.example/hook", "kinds": ["order.*"]}


def made(partner: Partner, **more: Any) -> str:
    answer = partner.post("/webhooks", {**HOOK, **more})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["ref"])


def test_an_endpoint_is_made_read_changed_and_removed() -> None:
    partner = partner_with()
    first = partner.post("/webhooks", HOOK)
    ref = first.json()["ref"]
    assert (first["Location"], first["ETag"]) == (f"/api/v1/webhooks/{ref}", '"1"')
    assert "secret" not in first.json()

    changed = partner.send("PATCH", f"/webhooks/{ref}", {"channels": ["WEB"]}, If_Match='"1"').json()
    assert (changed["kinds"], changed["channels"], changed["revision"]) == (["order.*"], ["WEB"], 2)
    problem(partner.send("PATCH", f"/webhooks/{ref}", {"channels": []}, If_Match='"1"'), 412, "precondition-failed")
    replaced = partner.put(f"/webhooks/{ref}", {"url": "https://partner.example/2"}).json()
    assert (replaced["kinds"], replaced["channels"], replaced["url"]) == ([], [], "https://partner.example/2")
    assert [one["ref"] for one in partner.get("/webhooks").json()["items"]] == [ref]
    assert partner.delete(f"/webhooks/{ref}").status_code == 204
    problem(partner.get(f"/webhooks/{ref}"), 404, "webhook-not-found")
    assert partner.get("/webhooks").json()["items"] == []


def test_a_partner_receives_looks_at_and_repeats_what_happened() -> None:
    partner = partner_with()
    with receiving((503, {}, b"not now"), OK) as receiver:
        ref = made(partner, url=receiver.url)
        happen("O-1")
        endpoint = WebhookEndpoint.objects.get(ref=ref)
        deliver(endpoint)
        deliver(endpoint, at=timezone.now() + timedelta(minutes=1))
        secret = partner.get(f"/webhooks/{ref}/secret").json()["secret"]
        assert receiver.received[1].verified(secret)["data"]["entity_ref"] == "O-1"

        one = partner.get(f"/webhooks/{ref}/deliveries/evt_1").json()
        assert (one["status"], one["attempts"], one["answer_status"]) == ("DELIVERED", 2, 200)
        assert [(one["status"], one["answer"]) for one in one["tries"]] == [(200, "taken"), (503, "not now")]
        assert partner.post(f"/webhooks/{ref}/replay", {"message_id": "evt_1"}).json() == {"queued": 1}
        deliver(endpoint)

    assert receiver.ids == ["evt_1"] * 3


def test_deliveries_are_listed_by_state_page_by_page() -> None:
    partner = partner_with()
    with receiving((500, {}, b""), OK) as receiver:
        ref = made(partner, url=receiver.url)
        happen("O-1")
        deliver(WebhookEndpoint.objects.get())
        happen("O-2", "O-3", "O-4")
        deliver(WebhookEndpoint.objects.get(), at=timezone.now() + timedelta(minutes=1))
        happen("O-5")
    first = partner.get(f"/webhooks/{ref}/deliveries?status=DELIVERED&limit=2").json()
    second = partner.get(f"/webhooks/{ref}/deliveries?status=DELIVERED&limit=2&cursor={first['next']}").json()

    ids = [one["message_id"] for one in first["items"] + second["items"]]
    assert ids == ["evt_4", "evt_3", "evt_2", "evt_1"]
    assert partner.get(f"/webhooks/{ref}/deliveries?kind=stock.changed").json()["items"] == []
    problem(partner.get(f"/webhooks/{ref}/deliveries?status=LOST"), 400, "validation")


def test_a_ping_is_queued_and_its_outcome_can_be_read() -> None:
    partner = partner_with()
    with receiving() as receiver:
        ref = made(partner, url=receiver.url)
        queued = partner.post(f"/webhooks/{ref}/ping")
        assert (queued.status_code, queued.json()["status"]) == (202, "PENDING")
        deliver(WebhookEndpoint.objects.get())
        seen = partner.get(queued["Location"].removeprefix("/api/v1")).json()

    assert (seen["status"], receiver.ids) == ("DELIVERED", [queued.json()["message_id"]])


def test_pausing_resuming_and_rotating_show_in_the_endpoint() -> None:
    partner = partner_with()
    ref = made(partner)
    secret = partner.get(f"/webhooks/{ref}/secret").json()
    paused = partner.post(f"/webhooks/{ref}/pause").json()
    assert (paused["status"], paused["paused_because"], paused["revision"]) == ("PAUSED", "BY_HAND", 2)
    assert partner.post(f"/webhooks/{ref}/pause").json()["revision"] == 2
    resumed = partner.post(f"/webhooks/{ref}/resume", {}).json()
    assert (resumed["status"], resumed["paused_because"], resumed["paused_at"]) == ("ACTIVE", None, None)
    rotated = partner.post(f"/webhooks/{ref}/rotate-secret", {"overlap_hours": 2})
    fresh = partner.get(f"/webhooks/{ref}/secret").json()

    assert fresh["secret"] != secret["secret"]
    assert (secret["previous_until"], fresh["previous_until"]) == (None, rotated.json()["previous_until"])
    assert "whsec_" not in rotated.content.decode()


def test_nobody_touches_anothers_endpoints() -> None:
    ref = made(partner_with(name="one"))
    other = partner_with(name="other")
    refused = [
        other.get(f"/webhooks/{ref}"),
        other.get(f"/webhooks/{ref}/secret"),
        other.get(f"/webhooks/{ref}/deliveries"),
        other.get(f"/webhooks/{ref}/deliveries/evt_1"),
        other.put(f"/webhooks/{ref}", HOOK),
        other.send("PATCH", f"/webhooks/{ref}", {}),
        other.delete(f"/webhooks/{ref}"),
        *(other.post(f"/webhooks/{ref}/{verb}", {}) for verb in ("pause", "resume", "ping", "rotate-secret")),
        other.post(f"/webhooks/{ref}/replay", {"failed": True}),
    ]

    for answer in refused:
        problem(answer, 404, "webhook-not-found")
    assert other.get("/webhooks").json()["items"] == []
    assert WebhookEndpoint.objects.get().revision == 1


def test_reading_and_writing_are_two_scopes_and_the_secret_takes_writing() -> None:
    reader = partner_with("webhooks:read", name="reader")
    writer = partner_with("webhooks:write", "events:read", name="writer")
    ref = made(writer)

    problem(reader.post("/webhooks", HOOK), 403, "scope-missing")
    problem(reader.get(f"/webhooks/{ref}/secret"), 403, "scope-missing")
    problem(writer.get(f"/webhooks/{ref}"), 403, "scope-missing")
    assert writer.get(f"/webhooks/{ref}/secret").status_code == 200


def test_a_key_that_may_not_read_events_gets_no_endpoint_that_would_show_them() -> None:
    deaf = partner_with("webhooks:write", "webhooks:read", name="deaf")
    answer = problem(deaf.post("/webhooks", HOOK), 403, "scope-missing")

    assert answer["facts"] == {"scope": "events:read"}
    assert not WebhookEndpoint.objects.exists()


def test_a_key_that_lost_the_event_feed_keeps_its_endpoints_and_changes_none() -> None:
    partner = partner_with()
    ref = made(partner)
    ApiClient.objects.update(scopes=["webhooks:write"])

    problem(partner.send("PATCH", f"/webhooks/{ref}", {"kinds": []}), 403, "scope-missing")
    assert WebhookEndpoint.objects.get().kinds == HOOK["kinds"]
    assert partner.post(f"/webhooks/{ref}/pause").json()["status"] == "PAUSED"


def test_a_key_of_one_store_may_ask_for_no_other_store() -> None:
    partner = partner_with(nodes=("SOHO",))

    problem(partner.post("/webhooks", {**HOOK, "nodes": ["RENO"]}), 403, "node-forbidden")
    ref = made(partner, nodes=["SOHO"])
    problem(partner.send("PATCH", f"/webhooks/{ref}", {"nodes": ["RENO"]}), 403, "node-forbidden")
    assert WebhookEndpoint.objects.get().nodes == ["SOHO"]


@pytest.mark.parametrize(
    "url", ["http://partner.example/", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://a:b@c.example/"]
)
def test_an_address_that_is_not_public_https_is_refused(settings: Settings, url: str) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    partner = partner_with()
    ref = made(partner)

    problem(partner.post("/webhooks", {"url": url}), 400, "webhook-url-refused")
    problem(partner.send("PATCH", f"/webhooks/{ref}", {"url": url}), 400, "webhook-url-refused")
    assert list(WebhookEndpoint.objects.values_list("url", "revision")) == [(HOOK["url"], 1)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 7},
        {**HOOK, "kinds": ["order"]},
        {**HOOK, "kinds": ["Order.Shipped"]},
        {**HOOK, "kinds": "order.*"},
        {**HOOK, "channels": [""]},
        {**HOOK, "nodes": [None]},
        {**HOOK, "kinds": ["order.*"] * 101},
        {**HOOK, "after": -1},
        {**HOOK, "after": "now"},
    ],
)
def test_a_wrong_endpoint_is_a_typed_400(body: Any) -> None:
    problem(partner_with().post("/webhooks", body), 400, "validation")

    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"failed": False}, {"failed": True, "after": 0}, {"after": True}])
def test_a_replay_names_exactly_one_thing(body: Any) -> None:
    partner = partner_with()

    problem(partner.post(f"/webhooks/{made(partner)}/replay", body), 400, "validation")


def test_positions_the_feed_has_not_come_to_are_refused() -> None:
    partner = partner_with()
    happen("O-1")

    refused = problem(partner.post("/webhooks", {**HOOK, "after": 2}), 400, "webhook-position-unknown")
    assert refused["facts"] == {"head": 1}
    assert partner.get(f"/webhooks/{made(partner, after=0)}").json()["position"] == 0


def test_a_key_has_so_many_endpoints_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_PER_CLIENT", 2)
    partner = partner_with()
    first = made(partner)
    made(partner)

    problem(partner.post("/webhooks", HOOK), 409, "too-many-webhooks")
    with unit_of_work():
        services.delete_webhook(ref=first, client_id=None, at=timezone.now(), actor="tests")
    made(partner)
