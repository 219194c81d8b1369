"""A receiver fails: messages wait, come again, are given up after three days; nothing is lost on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from dom.kernel import events
from dom.kernel.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import clients, sending, services
from tests.webhooks import OK, deliver, endpoint, happen, receiving, states

pytestmark = pytest.mark.django_db(transaction=True)

DOWN: Any = (500, {}, b"down")


def told(kind: str) -> list[dict[str, Any]]:
    events.sequence_events()
    return list(Event.objects.filter(kind=kind).values_list("data", flat=True))


def test_a_message_that_was_not_taken_comes_again_under_its_id() -> None:
    with receiving(DOWN, OK) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        at = timezone.now()
        deliver(made, at=at)
        assert (states(made), deliver(made, at=at + timedelta(seconds=3))) == ({"evt_1": "PENDING"}, 0)
        deliver(made, at=at + timedelta(seconds=10))

    assert receiver.ids == ["evt_1", "evt_1"]
    assert receiver.received[0].body == receiver.received[1].body
    assert states(made) == {"evt_1": "DELIVERED"}
    assert list(WebhookAttempt.objects.order_by("id").values_list("status", flat=True)) == [500, 200]


def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    with receiving() as other, receiving((307, {"Location": other.url}, b"")) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)

    assert (len(receiver.received), other.received, states(made)) == (1, [], {"evt_1": "PENDING"})


def test_an_endpoint_that_takes_nothing_for_three_days_is_paused_and_the_feed_tells_it() -> None:
    with receiving(DOWN) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        at = begin = timezone.now()
        while states(made).get("evt_1") != "FAILED":
            deliver(made, at=at)
            at = max(at + timedelta(seconds=30), _due(made) or at)
            assert at < begin + timedelta(days=4)

    paused = WebhookEndpoint.objects.get()
    assert (paused.status, paused.paused_because) == ("PAUSED", "UNREACHABLE")
    assert timedelta(days=3) <= at - begin < timedelta(days=3, hours=1)
    assert told("webhook.paused") == [{"reason": "UNREACHABLE"}]
    assert 10 <= len(receiver.received) <= 16


def _due(made: WebhookEndpoint) -> Any:
    return WebhookDelivery.objects.filter(endpoint=made).values_list("next_attempt_at", flat=True).get()


def test_one_message_that_is_refused_for_ever_stops_no_endpoint() -> None:
    with receiving(lambda one: DOWN if one.message_id == "evt_1" else OK) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        at = timezone.now()
        for day in range(9):
            happen(f"O-{day + 2}")
            deliver(made, at=at + timedelta(hours=10 * day))

    assert states(made)["evt_1"] == "FAILED"
    assert set(list(states(made).values())[1:]) == {"DELIVERED"}
    assert WebhookEndpoint.objects.get().status == "ACTIVE"


def test_gone_pauses_at_once() -> None:
    with receiving((410, {}, b"")) as receiver:
        made = endpoint(receiver.url)
        happen("O-1", "O-2")
        deliver(made)
        happen("O-3")
        deliver(made, at=timezone.now() + timedelta(hours=1))

    paused = WebhookEndpoint.objects.get()
    assert (paused.status, paused.paused_because, len(receiver.received)) == ("PAUSED", "GONE", 2)
    assert states(made) == {"evt_1": "FAILED", "evt_2": "FAILED"}
    assert told("webhook.paused") == [{"reason": "GONE"}]


def test_a_receiver_that_asks_for_time_gets_it() -> None:
    with receiving((429, {"Retry-After": "3600"}, b""), OK) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        at = timezone.now()
        deliver(made, at=at)
        happen("O-2")
        assert deliver(made, at=at + timedelta(minutes=59)) == 0
        deliver(made, at=at + timedelta(minutes=61))

    assert (receiver.ids[0], sorted(receiver.ids[1:])) == ("evt_1", ["evt_1", "evt_2"])


def test_a_receiver_that_is_back_gets_everything_at_once() -> None:
    with receiving(*[DOWN] * 13, OK) as receiver:
        made = endpoint(receiver.url)
        happen(*(f"O-{number}" for number in range(4)))
        at = timezone.now()
        for minute in (0, 11, 22, 33):
            deliver(made, at=at + timedelta(minutes=minute))
        assert (len(receiver.received), set(states(made).values())) == (13, {"PENDING"})
        for minute in (44, 45):
            deliver(
                made, at=at + timedelta(minutes=minute)
            )  # the one that tried last would otherwise wait until minute 63

    assert set(states(made).values()) == {"DELIVERED"}


def test_while_a_receiver_fails_one_message_tries_whether_it_is_back() -> None:
    with receiving(DOWN) as receiver:
        made = endpoint(receiver.url)
        happen(*(f"O-{number}" for number in range(30)))
        at = timezone.now()
        for minute in range(3):
            deliver(made, at=at + timedelta(minutes=10 * minute))
        before = len(receiver.received)
        deliver(made, at=at + timedelta(hours=9))

    assert (before, len(receiver.received)) == (90, 91)


def test_a_slow_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(clients, "_DRAINED_BYTES", 10**9)
    dripping = (200, {"Content-Length": "1000"}, b"x")  # promises a thousand bytes and sends one
    with receiving(dripping, OK) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)

    tried = WebhookAttempt.objects.get()
    assert (tried.status, states(made)) == (None, {"evt_1": "PENDING"})
    assert tried.error.startswith("No answer within")


def test_of_a_huge_answer_only_the_beginning_is_waited_for() -> None:
    endless = (200, {"Content-Length": str(10**12)}, b"x" * 200_000)  # promises a terabyte and sends a little of it
    with receiving(endless) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)

    tried = WebhookAttempt.objects.get()
    assert (tried.status, tried.answer, states(made)) == (200, "x" * clients.KEPT_BYTES, {"evt_1": "DELIVERED"})


def test_nobody_listens() -> None:
    made = endpoint("http://127.0.0.1:9/hook")
    happen("O-1")
    deliver(made)

    tried = WebhookAttempt.objects.get()
    assert tried.status is None
    assert tried.error.startswith("ConnectError")
    assert states(made) == {"evt_1": "PENDING"}


def test_an_address_that_came_to_lie_inside_is_not_spoken_to(settings: Settings) -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url.replace("127.0.0.1", "localhost"))
        WebhookEndpoint.objects.update(url=f"https://localtest.example:{receiver.port}/")
        WebhookEndpoint.objects.update(url=f"https://2130706433:{receiver.port}/")  # 127.0.0.1 in disguise
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        happen("O-1")
        deliver(made)

    tried = WebhookAttempt.objects.get()
    assert (tried.status, tried.error, receiver.received) == (None, "The name leads into a private network.", [])


def test_a_secret_of_another_installation_sends_nothing_and_says_why(settings: Settings) -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
        deliver(made)
        assert (receiver.received, WebhookAttempt.objects.get().error[:18]) == ([], "The signing secret")
        settings.SECRET_KEY_FALLBACKS = [old]
        deliver(made, at=timezone.now() + timedelta(minutes=1))

    assert receiver.ids == ["evt_1"]


def test_what_is_paused_waits_and_goes_on_where_it_stopped() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        with unit_of_work():
            services.pause_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests")
        happen("O-1", "O-2")
        assert (deliver(made), WebhookEndpoint.objects.get().position) == (0, 0)
        with unit_of_work():
            services.resume_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests")
        deliver(made)

    assert sorted(receiver.ids) == ["evt_1", "evt_2", "evt_3"]  # the first one tells of the pause
    assert (told("webhook.paused"), told("webhook.resumed")) == ([{"reason": "BY_HAND"}], [{}])


def test_who_resumes_may_leave_out_what_was_missed() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url, kinds=["order.*"])
        with unit_of_work():
            services.pause_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests")
        happen("O-1")
        with unit_of_work():
            services.resume_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests", skip_missed=True)
        happen("O-2")
        deliver(made)

    assert [one.message_id for one in receiver.received] == ["evt_4"]


def test_two_senders_do_not_send_for_one_endpoint_at_once() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        at = timezone.now()
        WebhookEndpoint.objects.update(lease_until=at + sending.LEASE, lease_token="another")
        assert deliver(made, at=at) == 0
        assert deliver(made, at=at + sending.LEASE + timedelta(seconds=1)) == 1

    assert receiver.ids == ["evt_1"]
