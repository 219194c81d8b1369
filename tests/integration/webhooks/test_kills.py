"""A sender is killed (-9) at the worst moment: the receiver took the messages, and nobody wrote that down."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dom.kernel.models import WebhookAttempt, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.kernel.webhooks import intake, sending
from tests.webhooks import deliver, endpoint, happen, receiving, secret_of, states

pytestmark = pytest.mark.django_db(transaction=True)


def _die_before_writing_down(endpoint_id: int) -> None:
    sending._write_down = lambda *_round, **_at: os.kill(os.getpid(), signal.SIGKILL)
    sending.send_round(endpoint_id=endpoint_id, at=timezone.now())


def _killed_while_sending(endpoint_id: int) -> int | None:
    """Send in a process of its own, which kills itself once the receiver has answered; return its exit code."""
    connection.close()  # a socket that two processes share would serve neither
    sender = multiprocessing.get_context("fork").Process(target=_die_before_writing_down, args=(endpoint_id,))
    sender.start()
    sender.join(timeout=20)
    return sender.exitcode


def test_what_a_killed_sender_had_sent_is_sent_again_under_the_same_ids() -> None:
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1", "O-2", "O-3")
        intake.take_in(at=timezone.now())
        assert _killed_while_sending(made.id) == -signal.SIGKILL

        sent = set(receiver.ids)
        assert (sent, set(states(made).values())) == ({"evt_1", "evt_2", "evt_3"}, {"PENDING"})
        assert (deliver(made), WebhookAttempt.objects.count()) == (0, 0)
        deliver(made, at=timezone.now() + sending.LEASE + timedelta(seconds=1))

    assert sorted(receiver.ids) == sorted([*sent, *sent])
    assert {one.verified(secret_of(made))["data"]["entity_ref"] for one in receiver.received} == {"O-1", "O-2", "O-3"}
    assert set(states(made).values()) == {"DELIVERED"}
    assert WebhookEndpoint.objects.get().lease_until is None


def test_a_taking_in_that_is_rolled_back_takes_in_again_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def _die(endpoint_id: int) -> None:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute("SELECT kernel_take_in_webhooks(%s, 100, 100)", [timezone.now()])
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr("tests.integration.webhooks.test_kills._die_before_writing_down", _die)
    with receiving() as receiver:
        made = endpoint(receiver.url)
        happen("O-1", "O-2")
        assert _killed_while_sending(made.id) == -signal.SIGKILL
        deliver(made)

    assert sorted(receiver.ids) == ["evt_1", "evt_2"]
