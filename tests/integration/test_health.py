import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from dom import celery, health, warming
from dom.kernel import heartbeat, jobs, partitions, tasks
from dom.kernel.events import NewEvent, append_events
from dom.kernel.transactions import unit_of_work
from dom.schedule import QUEUES, SCHEDULE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carried() -> Iterator[None]:
    jobs.connect(celery.send)
    yield
    jobs.connect(lambda _name, _ids: None)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has decided nothing yet."""
    monkeypatch.setattr(warming, "_is_warm", threading.Event())
    monkeypatch.setattr(warming, "_is_coming", threading.Event())


def test_the_process_answers_without_a_server(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_a_whole_installation_is_ready(client: Client) -> None:
    tasks.note_beat("routing")
    told = client.get("/readyz").json()

    assert (told["status"], told["parts"]) == ("ok", {"database": "ok", "migrations": "ok", "broker": "ok"})
    assert told["engine"]["routing_workers"].startswith("warm, seen at 20")


def test_a_cold_engine_is_told_and_takes_nobody_out_of_service(client: Client, cold: None) -> None:
    caches["default"].delete("heartbeat:routing")
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["engine"] == {
        "this_process": "cold",
        "routing_workers": "not seen yet: starting, or none runs",
    }


def test_a_web_process_warms_up_in_a_child_and_then_itself(client: Client, cold: None) -> None:
    thread = warming.begin()
    assert client.get("/healthz").status_code == 200
    thread.join(timeout=180)

    assert client.get("/readyz").json()["engine"]["this_process"] == "warm"


def test_one_process_of_a_machine_warms_up_at_a_time(
    cold: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(warming, "warm_up", lambda: None)
    with warming._one_at_a_time():
        second = threading.Thread(target=warming.warm_now)
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
    second.join(timeout=5)

    assert not second.is_alive()


def test_a_missing_migration_makes_it_unready_until_it_is_applied(client: Client) -> None:
    health._all_applied.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id ="
            " (SELECT id FROM django_migrations WHERE app = 'kernel' ORDER BY name DESC LIMIT 1)"
            " RETURNING app, name, applied"
        )
        taken = cursor.fetchone()
    answer = client.get("/readyz")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", taken)

    assert (answer.status_code, answer.json()["parts"]["migrations"]) == (503, "some are not applied")
    assert client.get("/readyz").status_code == 200


def test_the_figures_tell_how_far_the_sequencer_is_behind(client: Client) -> None:
    with unit_of_work():
        append_events([NewEvent("order.test", "order", "O-1", revision) for revision in (1, 2)], at=timezone.now())

    assert b"dom_events_unplaced 2.0" in client.get("/metrics").content
    tasks.sequence_events()
    page = client.get("/metrics").content
    assert b"dom_events_unplaced 0.0" in page
    assert b"dom_routing_backlog 0.0" in page
    assert b"dom_database_up 1.0" in page


@override_settings(METRICS_TOKEN="t-1")
def test_the_figures_ask_for_the_token_once_there_is_one(client: Client) -> None:

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer t-2"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer t-1"}).status_code == 200


def test_a_month_that_is_missing_is_made_and_a_stray_row_is_told() -> None:
    with unit_of_work():
        assert partitions.ensure("kernel_event", today=date(2031, 5, 9)) == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_event (at, kind, entity, entity_ref, revision, data)"
            " VALUES ('2032-01-01', 'order.test', 'order', 'O-1', 1, '{}')"
        )

    assert partitions.strays() == ["kernel_event"]


def test_a_sign_of_life_is_kept() -> None:
    tasks.note_beat()

    seen = heartbeat.last()
    assert seen is not None
    assert (timezone.now() - seen).total_seconds() < 5


def test_every_bell_names_a_task_and_an_end() -> None:
    celery.app.loader.import_default_modules()

    assert [name for name, bell in SCHEDULE.items() if bell["task"] not in celery.app.tasks] == []
    assert [name for name, bell in SCHEDULE.items() if bell["options"]["expires"] < bell["schedule"]] == []


def test_a_job_reaches_the_queue_of_its_task_and_no_other(carried: None) -> None:
    with redis.Redis.from_url(settings.CACHE_URL) as client:
        client.delete(*QUEUES)  # what tests before this one rang for
    with celery.app.connection_for_write() as broker:
        for declared in celery.app.amqp.queues.values():
            declared(broker.default_channel).declare()
    with unit_of_work():
        jobs.enqueue("dom.kernel.tasks.sequence_events")

    with celery.app.connection_for_read() as broker:
        queue = broker.SimpleQueue("events", no_ack=True)
        assert queue.get(timeout=2).headers["task"] == "dom.kernel.tasks.sequence_events"
        queue.close()
    with redis.Redis.from_url(settings.CACHE_URL) as client:
        others = [name for name in QUEUES if name != "events" and client.llen(name)]
    assert others == []


def test_a_broker_that_is_away_fails_no_committed_work(carried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Celery("nowhere", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    nowhere.conf.update(broker_transport_options=celery.app.conf.broker_transport_options, task_ignore_result=True)
    monkeypatch.setattr(celery, "app", nowhere)

    with unit_of_work():
        jobs.enqueue("dom.kernel.tasks.sequence_events")
