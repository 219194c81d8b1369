"""Messages again: one, those that failed, everything behind a position; and test messages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from dom.celery import app
from dom.kernel import events, jobs
from dom.kernel.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from dom.kernel.tasks import dispatch_webhooks, send_webhooks_of
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import history, intake, replaying, services
from dom.kernel.webhooks.errors import WebhookDeliveryNotFound, WebhookPositionUnknown
from tests.webhooks import OK, client, deliver, endpoint, happen, receiving, secret_of, states

pytestmark = pytest.mark.django_db(transaction=True)

GONE: Any = (410, {}, b"")


def replay(made: WebhookEndpoint, how: str, *what: Any) -> int:
    with unit_of_work():
        return int(getattr(replaying, how)(made.ref, *what, client_id=None, at=timezone.now()))


def test_one_message_goes_out_again_under_its_id() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1", "O-2")
        deliver(made)
        assert replay(made, "replay_one", "evt_2") == 1
        deliver(made)

    assert sorted(receiver.ids) == ["evt_1", "evt_2", "evt_2"]
    assert WebhookAttempt.objects.count() == 3


def test_a_message_that_was_never_sent_cannot_go_again() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        with pytest.raises(WebhookDeliveryNotFound):
            replay(made, "replay_one", "evt_1")


def test_what_failed_goes_out_again_and_what_did_not_stays() -> None:
    with receiving(OK, GONE, GONE, OK) as receiver:
        made = endpoint(receiver.url, kinds=["order.*"])
        happen("O-1")
        deliver(made)
        happen("O-2", "O-3")
        deliver(made)
        assert replay(made, "replay_failed") == 2
        with unit_of_work():
            services.resume_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests")
        deliver(made)

    assert set(states(made).values()) == {"DELIVERED"}
    assert receiver.ids[0] == "evt_1"
    assert sorted(receiver.ids[1:]) == ["evt_2", "evt_2", "evt_3", "evt_3"]


def test_everything_behind_a_position_goes_out_again_also_what_the_filter_left_out_before() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url, kinds=["order.shipped"])
        happen("O-1", kind="order.shipped")
        happen("O-2")
        happen("O-3", kind="order.shipped")
        deliver(made)
        with unit_of_work():
            services.change_webhook(
                ref=made.ref, changes={"kinds": []}, client_id=None, at=timezone.now(), actor="tests"
            )
        assert replay(made, "replay_after", 1) == 2
        deliver(made)

    assert sorted(receiver.ids[:2]) == ["evt_1", "evt_3"]
    assert sorted(receiver.ids[2:]) == ["evt_2", "evt_3"]
    assert WebhookDelivery.objects.count() == 3


def test_only_the_way_back_is_open() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)
        with pytest.raises(WebhookPositionUnknown):
            replay(made, "replay_after", 2)

    assert WebhookEndpoint.objects.get().position == 1


def test_a_ping_reaches_a_paused_endpoint_alone_and_is_tried_once() -> None:
    with receiving(OK, GONE) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        intake.take_in(at=timezone.now())
        with unit_of_work():
            services.pause_webhook(ref=made.ref, client_id=None, at=timezone.now(), actor="tests")
            replaying.ping(made.ref, client_id=None, at=timezone.now())
        deliver(made)
        with unit_of_work():
            replaying.ping(made.ref, client_id=None, at=timezone.now())
        deliver(made)
        deliver(made, at=timezone.now() + timedelta(days=1))

    assert [one.message_id[:5] for one in receiver.received] == ["ping_", "ping_"]
    told = receiver.received[0].verified(secret_of(made))
    assert (told["type"], told["data"]) == ("webhook.ping", {"webhook": made.ref})
    assert list(states(made).values()) == ["PENDING", "DELIVERED", "FAILED"]
    assert WebhookEndpoint.objects.get().failures == 0


def test_history_is_forgotten_after_its_time_and_what_waits_is_not(settings: Settings) -> None:
    with receiving(OK, (500, {}, b"")) as receiver:
        made = endpoint(receiver.url)
        happen("O-1")
        deliver(made)
        happen("O-2")
        deliver(made)
    late = timezone.now() + timedelta(days=settings.WEBHOOK_HISTORY_DAYS, seconds=1)
    assert history.forget_old(at=late - timedelta(hours=1)) == 0

    assert history.forget_old(at=late) == 1
    assert states(made) == {"evt_2": "PENDING"}
    assert WebhookAttempt.objects.count() == 1


def test_a_removed_endpoint_goes_with_all_that_was_its_own_and_another_stays() -> None:
    with receiving() as receiver:
        owner = client()
        gone, stays = endpoint(receiver.url, owner=owner), endpoint(receiver.url, owner=owner)
        happen("O-1")
        deliver(gone)
        deliver(stays)
        with unit_of_work():
            services.delete_webhook(ref=gone.ref, client_id=owner.id, at=timezone.now(), actor="tests")
        happen("O-2")
        assert deliver(gone) == 0
    history.forget_old(at=timezone.now() + timedelta(hours=2))

    assert list(WebhookEndpoint.objects.all()) == [stays]
    assert list(WebhookDelivery.objects.values_list("endpoint_id", flat=True).distinct()) == [stays.id]
    assert WebhookAttempt.objects.count() == 1


def test_the_feed_rings_and_the_bells_find_their_tasks() -> None:
    rung: list[tuple[str, dict[str, Any]]] = []
    jobs.connect(lambda name, ids: rung.append((name, ids)))
    for bell in (events.SEQUENCER, events.FOLLOWER):
        jobs.answer(bell)
    with receiving() as receiver:
        made = endpoint(receiver.url)
        jobs.answer(intake.LANE, endpoint_id=made.id)
        happen("O-1")
        dispatch_webhooks()
        send_webhooks_of(endpoint_id=made.id)

    names = [name for name, _ in rung]
    assert names == [events.SEQUENCER, events.FOLLOWER, intake.LANE]
    assert (rung[-1][1], receiver.ids) == ({"endpoint_id": made.id}, ["evt_1"])
    assert {app.amqp.router.route({}, name)["queue"].name for name in names[1:]} == {"webhooks"}
