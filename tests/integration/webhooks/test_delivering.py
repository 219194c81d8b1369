"""Events reach a partner's server: signed, in order, filtered, every one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from standardwebhooks.webhooks import WebhookVerificationError

from dom.kernel.models import ApiClient, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import clients, intake, messages, sending, services, signing
from tests.webhooks import client, deliver, endpoint, happen, receiving, secret_of, states

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_partners_library_verifies_what_it_receives() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1", kind="order.shipped", channel="WEB", node="SOHO")
        deliver(made)

    (one,) = receiver.received
    told = one.verified(secret_of(made))
    assert one.message_id == "evt_1"
    assert (told["type"], told["timestamp"]) == ("order.shipped", told["data"]["at"])
    expected = {
        "position": 1, "kind": "order.shipped", "entity": "order", "entity_ref": "O-1", "revision": 1,
        "channel": "WEB", "node": "SOHO", "data": {"n": 1},
    }  # fmt: skip
    assert {name: told["data"][name] for name in expected} == expected
    assert one.headers["host"] == f"127.0.0.1:{receiver.port}"
    with pytest.raises(WebhookVerificationError):
        one.verified(signing.fresh())


def test_every_event_arrives_once_and_in_the_order_of_the_feed() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen(*(f"O-{number}" for number in range(1, 151)))
        tried = deliver(made)
        deliver(made)

    assert tried == 150
    assert sorted(receiver.ids, key=lambda one: int(one[4:])) == [f"evt_{number}" for number in range(1, 151)]
    assert list(states(made)) == [f"evt_{number}" for number in range(1, 151)]
    assert set(states(made).values()) == {"DELIVERED"}


def test_only_what_passes_the_filters_is_sent() -> None:
    with receiving() as receiver:
        owner = client()
        shipped = endpoint(receiver.url, owner=owner, kinds=["order.shipped"])
        orders = endpoint(receiver.url, owner=owner, kinds=["order.*"], channels=["WEB"])
        soho = endpoint(receiver.url, owner=owner, nodes=["SOHO"])
        happen("O-1", kind="order.placed", channel="WEB")
        happen("O-2", kind="order.shipped", channel="APP", node="SOHO")
        happen("F-1", kind="fulfillment_order.shipped", channel="WEB", node="RENO")
        for made in (shipped, orders, soho):
            deliver(made)

    assert [list(states(made)) for made in (shipped, orders, soho)] == [["evt_2"], ["evt_1"], ["evt_2"]]
    assert set(WebhookEndpoint.objects.values_list("position", flat=True)) == {3}


def test_a_key_of_one_store_hears_of_no_other_store() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url, owner=client(nodes=("SOHO",)))
        happen("O-1", node="RENO")
        happen("O-2")
        happen("O-3", node="SOHO")
        deliver(made)

    assert receiver.ids == ["evt_3"]


def test_a_key_of_one_channel_hears_of_no_other_channel() -> None:
    with receiving() as receiver:
        owner = client()
        ApiClient.objects.update(channel_codes=["MARKET"])
        made = endpoint(receiver.url, owner=owner)
        happen("O-1", channel="WEB")
        happen("RENO", kind="node.paused", node="RENO")
        happen("O-3", channel="MARKET")
        deliver(made)

    assert receiver.ids == ["evt_3"]


def test_a_key_that_may_not_read_events_hears_nothing_until_it_may() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        ApiClient.objects.update(scopes=["webhooks:write"])
        happen("O-1")
        assert (deliver(made), states(made)) == (0, {})
        ApiClient.objects.update(scopes=["webhooks:write", "events:read"])
        assert deliver(made) == 1

    assert receiver.ids == ["evt_1"]


@pytest.mark.parametrize("lost", [{"scopes": []}, {"node_codes": ["SOHO"]}, {"channel_codes": ["MARKET"]}])
def test_what_waits_is_not_sent_once_the_key_may_not_read_it_any_more(lost: dict[str, list[str]]) -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1", channel="WEB", node="RENO")
        intake.take_in(at=timezone.now())
        ApiClient.objects.update(**lost)
        deliver(made)

    assert (receiver.ids, states(made)) == ([], {"evt_1": "FAILED"})
    assert (WebhookEndpoint.objects.get().failures, WebhookAttempt.objects.get().error) == (0, messages.NOT_KEPT)


def test_a_new_endpoint_begins_now_or_where_it_is_told() -> None:
    with receiving() as receiver:
        owner = client()
        happen("O-1", "O-2")
        fresh = endpoint(receiver.url, owner=owner)
        whole = endpoint(receiver.url, owner=owner, after=1)
        happen("O-3")
        deliver(fresh)
        deliver(whole)

    assert (list(states(fresh)), list(states(whole))) == (["evt_3"], ["evt_2", "evt_3"])


def test_nothing_is_sent_for_a_key_that_was_revoked_or_has_ended_and_nothing_is_lost() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        ApiClient.objects.update(is_active=False)
        assert deliver(made) == 0
        ApiClient.objects.update(is_active=True, expires_at=timezone.now() - timedelta(seconds=1))
        assert deliver(made) == 0
        assert (WebhookDelivery.objects.count(), WebhookEndpoint.objects.get().position) == (0, 0)
        ApiClient.objects.update(expires_at=None)
        deliver(made)

    assert receiver.ids == ["evt_1"]


def test_what_an_answer_says_is_kept_but_only_its_beginning() -> None:
    with receiving((200, {}, b"a\0" + b"b" * 5000)) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)

    tried = WebhookAttempt.objects.get()
    assert (tried.status, tried.error, tried.answer) == (200, "", "a\ufffd" + "b" * 1022)
    assert 0 <= tried.duration_ms < 15_000


def test_both_secrets_sign_until_the_overlap_ends() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        old = secret_of(made)
        at = timezone.now()
        with unit_of_work():
            services.rotate_secret(ref=made.ref, client_id=None, at=at, actor="tests", overlap=timedelta(minutes=2))
        happen("O-1")
        deliver(made)
        happen("O-2")
        deliver(made, at=at + timedelta(minutes=2))

    during, after = receiver.received
    assert during.verified(old) == during.verified(secret_of(made))
    after.verified(secret_of(made))
    with pytest.raises(WebhookVerificationError):
        after.verified(old)


def test_a_secret_never_stands_in_clear() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)

    assert secret_of(made).startswith("whsec_")
    assert secret_of(made)[6:] not in WebhookEndpoint.objects.get().secret


def test_a_backlog_waits_in_the_feed_and_not_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SPAN", 3)
    monkeypatch.setattr(intake, "BACKLOG", 5)
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen(*(f"O-{number}" for number in range(20)))
        intake.take_in(at=timezone.now())
        assert (WebhookDelivery.objects.count(), WebhookEndpoint.objects.get().position) == (6, 6)
        for _ in range(5):
            deliver(made)

    assert sorted(receiver.ids, key=lambda one: int(one[4:])) == [f"evt_{number}" for number in range(1, 21)]


def test_a_round_costs_the_same_statements_for_one_message_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen(*(f"O-{number}" for number in range(40)))
        intake.take_in(at=timezone.now())
        with django_assert_num_queries(12):
            sending.send_round(endpoint_id=made.id, at=timezone.now())

    assert len(receiver.received) == 40


def test_a_sender_whose_thread_runs_an_event_loop_sends_all_the_same() -> None:
    with receiving() as receiver:

        async def sends() -> int:
            return len(clients.send(receiver.url, [clients.Message(1, b"{}", {})], private=True, at=timezone.now()))

        with ThreadPoolExecutor(max_workers=1) as thread:  # the browser's driver has a loop in the suite's own
            assert thread.submit(lambda: asyncio.run(sends())).result() == 1

    assert len(receiver.received) == 1
