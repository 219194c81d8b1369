"""Doorbells, not messages, carry the work: the broker hears of a hundred orders at most once."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection

from dom import celery
from dom.kernel import events, jobs
from dom.kernel.models import ApiClient, Event, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from dom.schedule import LINGER, QUEUES, Linger
from orders.models import FulfillmentOrder, RoutingTask
from orders.services.intake import place_orders
from tests import cast
from tests.integration.orders.bodies import arrival, body

pytestmark = pytest.mark.django_db(transaction=True)
BATCHES = 10


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The suite's broker with empty queues and no bell rung, and jobs that reach it."""
    with redis.Redis.from_url(settings.CACHE_URL) as client:
        client.flushdb()
        jobs.connect(celery.send)
        yield client
        jobs.connect(lambda _name, _ids: None)
        client.flushdb()


def _sent(broker: redis.Redis) -> int:
    """How many messages the broker was given since it began."""
    return int(broker.info("commandstats").get("cmdstat_lpush", {}).get("calls", 0))


def _place_all() -> None:
    for _ in range(BATCHES):
        with unit_of_work():
            place_orders(
                arrivals=[arrival(body(("TEE", 1), ("MUG", 1))) for _ in range(100)], at=cast.NOW, actor=cast.ACTOR
            )


def _work_off() -> None:
    """Let a worker of three threads answer, as two for routing and one for sweeps would, until nothing is left."""
    until = time.monotonic() + 60
    with start_worker(celery.app, pool="threads", concurrency=3, queues=QUEUES, perform_ping_check=False):
        while RoutingTask.objects.exists() or Event.objects.filter(position__isnull=True).exists():
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_hundred_orders_cost_the_broker_one_message_at_most(
    broker: redis.Redis, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine that does other things beside it takes a second for a hundred orders, not a twentieth.
    monkeypatch.setitem(LINGER, events.SEQUENCER, Linger(2.0, 2.0))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stock_level SET unlimited = true")
    before = _sent(broker)

    _place_all()
    _work_off()

    assert FulfillmentOrder.objects.count() == BATCHES * 100
    assert _sent(broker) - before <= BATCHES


def _event(number: int) -> None:
    with unit_of_work():
        events.append_event(events.NewEvent("order.placed", "order", f"O-{number}", 1), at=cast.NOW)


def _lying(broker: redis.Redis) -> list[float]:
    """How long each waiting message of the sequencer is to lie, in seconds from now, the latest first."""
    messages = [json.loads(raw) for raw in broker.lrange("events", 0, -1)]
    return [(datetime.fromisoformat(one["headers"]["eta"]) - datetime.now(UTC)).total_seconds() for one in messages]


def test_the_first_event_after_a_pause_is_placed_at_once_and_those_behind_it_share_a_message(
    broker: redis.Redis,
) -> None:
    _event(1)
    [first] = _lying(broker)
    _event(2)
    assert len(_lying(broker)) == 1

    jobs.answer(events.SEQUENCER)
    _event(3)

    [then, _] = _lying(broker)
    assert first < LINGER[events.SEQUENCER].first
    assert LINGER[events.SEQUENCER].first < then < LINGER[events.SEQUENCER].then < 1


def test_nobody_is_rung_for_webhooks_that_are_not_there(broker: redis.Redis) -> None:
    _event(1)
    assert events.sequence_events() == 1
    assert broker.llen("webhooks") == 0

    WebhookEndpoint.objects.create(
        client=ApiClient.objects.create(name="shop", created_at=cast.NOW), ref="W-1", url="https://shop.example/hook",
        secret="-", position=0, created_at=cast.NOW, updated_at=cast.NOW,
    )  # fmt: skip
    _event(2)
    assert events.sequence_events() == 1
    assert broker.llen("webhooks") == 1
