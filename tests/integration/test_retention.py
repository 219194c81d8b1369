"""What is older than an installation keeps it goes by the month; nobody who still needs it loses it unknowingly."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from dom.kernel import doctor, partitions, retention, tasks
from dom.kernel.errors import EventsForgotten
from dom.kernel.events import sequence_events
from dom.kernel.models import Event, Job, JobChunk, WebhookEndpoint
from dom.kernel.transactions import unit_of_work
from tests.webhooks import endpoint

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2021, 8, 15, 12, tzinfo=UTC)


class Settings:
    """What the fixture of pytest-django lets a test set."""

    RETENTION_MONTHS: Mapping[str, int]


@pytest.fixture(autouse=True)
def kept(settings: Settings, transactional_db: None) -> Iterator[None]:
    """Two whole months besides the running one: June and July 2021. No test after these meets a month of theirs."""
    settings.RETENTION_MONTHS = {"kernel_event": 2}
    with unit_of_work():
        for month in (4, 6):
            partitions.ensure("kernel_event", today=date(2021, month, 1))
    yield
    with connection.cursor() as cursor:
        for month in range(4, 10):
            cursor.execute(f"DROP TABLE IF EXISTS kernel_event_2021_{month:02}")


def _event(at: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_event (at, kind, entity, entity_ref, revision, data)"
            " VALUES (%s, 'order.test', 'order', 'O-1', 1, '{}')",
            [at],
        )


def _positions() -> list[int]:
    return [event.position or 0 for event in Event.objects.order_by("position")]


def _endpoint(position: int, status: str = "ACTIVE") -> WebhookEndpoint:
    made = endpoint("http://shop.test/")
    made.position, made.status = position, status
    made.save()
    return made


def _gone() -> list[date]:
    return [one.month for one in retention.retire_months(at=AT)]


def test_months_that_are_too_old_go_and_no_other() -> None:
    for at in ("2021-04-10", "2021-05-31 23:59", "2021-06-01", "2021-08-01"):
        _event(at)
    sequence_events()

    assert _gone() == [date(2021, 4, 1), date(2021, 5, 1)]

    assert [event.at.month for event in Event.objects.order_by("position")] == [6, 8]
    assert retention.overdue(at=AT) == []


def test_a_reader_is_told_what_is_missing() -> None:
    for at in ("2021-04-10", "2021-05-10", "2021-06-10"):
        _event(at)
    sequence_events()
    first, last, _ = _positions()
    list(retention.retire_months(at=AT))

    with pytest.raises(EventsForgotten) as refused:
        retention.require_kept(first)
    assert refused.value.facts == {"forgotten": last}
    retention.require_kept(last)
    retention.require_kept(0)


def test_events_without_a_position_hold_their_month() -> None:
    _event("2021-04-10")

    assert _gone() == []
    assert ("retention", False) in {(one.subject, one.good) for one in doctor.examine(at=AT)}

    sequence_events()
    assert _gone() == [date(2021, 4, 1), date(2021, 5, 1)]
    assert ("retention", True) in {(one.subject, one.good) for one in doctor.examine(at=AT)}


def test_an_endpoint_that_is_behind_holds_the_month_and_a_paused_one_does_not() -> None:
    for at in ("2021-04-10", "2021-05-10"):
        _event(at)
    sequence_events()
    first, second = _positions()
    made = _endpoint(position=first)

    assert _gone() == [date(2021, 4, 1)]

    made.position = second
    made.save()
    assert _gone() == [date(2021, 5, 1)]


def test_a_paused_endpoint_holds_nothing() -> None:
    _event("2021-04-10")
    sequence_events()
    _endpoint(position=0, status="PAUSED")

    assert _gone() == [date(2021, 4, 1), date(2021, 5, 1)]


def test_zero_months_are_for_ever(settings: Settings) -> None:
    settings.RETENTION_MONTHS = {"kernel_event": 0}

    tasks.retire_history()

    assert _gone() == []


def test_ended_jobs_are_forgotten() -> None:
    ended = [_job("J-1", "2021-05-16"), _job("J-2", "2021-05-18"), _job("J-3", None)]
    JobChunk.objects.create(job=ended[0], number=1, rows=1, body=b"")

    assert retention.forget_jobs(at=AT) == 1

    assert sorted(Job.objects.values_list("ref", flat=True)) == ["J-2", "J-3"]


def _job(ref: str, finished: str | None) -> Job:
    at = datetime.fromisoformat(finished).replace(tzinfo=UTC) if finished else None
    return Job.objects.create(ref=ref, kind="stock", actor="p", created_at=at or AT, finished_at=at)
