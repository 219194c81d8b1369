import functools
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from dom.kernel import config, events, jobs
from dom.kernel.errors import MissingTransaction, NestedTransaction
from dom.kernel.events import NewEvent
from dom.kernel.models import ConfigVersion, Event, EventSequence
from dom.kernel.transactions import after_commit, in_unit_of_work, unit_of_work

pytestmark = pytest.mark.django_db(transaction=True)


@in_unit_of_work
def _demanding() -> int:
    return 1


def test_code_that_demands_a_unit_of_work_refuses_to_run_without() -> None:
    with pytest.raises(MissingTransaction):
        _demanding()
    with unit_of_work():
        assert _demanding() == 1


def test_the_suites_own_transaction_does_not_count() -> None:
    with transaction.atomic(), pytest.raises(MissingTransaction):
        _demanding()


def _starve() -> None:
    with unit_of_work(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.2)
        cursor.execute("SELECT 1")


def test_a_connection_that_was_silent_for_too_long_counts_as_lost_and_the_next_is_fresh() -> None:
    with pytest.raises(OperationalError, match="idle-in-transaction"):
        _starve()

    with unit_of_work():
        assert _demanding() == 1


def test_a_unit_of_work_does_not_nest() -> None:
    with unit_of_work(), pytest.raises(NestedTransaction), unit_of_work():
        pass


def test_nothing_is_sent_when_the_work_is_rolled_back() -> None:
    sent: list[int] = []
    with suppress(ZeroDivisionError), unit_of_work():
        after_commit(sent.append, 1)
        raise ZeroDivisionError

    assert sent == []


def test_a_failure_after_commit_does_not_reach_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    with unit_of_work():
        after_commit(functools.partial(int, "no number"))

    assert "no number" in caplog.text


def test_equal_jobs_leave_once_and_only_at_commit() -> None:
    sent: list[tuple[str, dict[str, object]]] = []
    jobs.connect(lambda name, ids: sent.append((name, ids)))
    with unit_of_work():
        jobs.enqueue("a.b", order_id=7)
        jobs.enqueue("a.b", order_id=7)
        jobs.enqueue("a.b", order_id=8)
        assert sent == []

    assert sent == [("a.b", {"order_id": 7}), ("a.b", {"order_id": 8})]


def test_a_bell_rings_once_until_it_is_answered() -> None:
    sent: list[str] = []
    jobs.connect(lambda name, _ids: sent.append(name))
    jobs.answer("x.sweep")
    for _ in range(3):
        with unit_of_work():
            jobs.ring("x.sweep")
    jobs.answer("x.sweep")
    with unit_of_work():
        jobs.ring("x.sweep")
    jobs.answer("x.sweep")

    assert sent == ["x.sweep", "x.sweep"]


def test_published_configuration_never_changes() -> None:
    at = timezone.now()
    with unit_of_work():
        first = config.publish(kind="policy", scope="us", body={"a": 1}, author="maya", at=at)
        again = config.publish(kind="policy", scope="us", body={"a": 1}, author="maya", at=at)
        second = config.publish(kind="policy", scope="us", body={"a": 2}, author="maya", at=at)

    assert again.id == first.id
    assert (first.number, second.number) == (1, 2)
    changes: list[dict[str, object]] = [{"body": {}}, {"live_from": at, "note": "x"}]
    for change in changes:
        with pytest.raises(IntegrityError):
            ConfigVersion.objects.filter(id=second.id).update(**change)
    with pytest.raises(IntegrityError):
        ConfigVersion.objects.filter(id=first.id).delete()


def test_no_two_versions_are_live_at_once_whatever_the_clocks_of_their_publishers_say() -> None:
    late = timezone.now()
    early, first = late - timedelta(seconds=3), late - timedelta(seconds=9)
    with unit_of_work():
        for body, at in (({"a": 1}, first), ({"a": 2}, late), ({"a": 3}, early)):
            config.publish(kind="policy", scope="clocks", body=body, author="maya", at=at)
        config.retire(kind="policy", scope="clocks", author="maya", at=early)
        config.publish(kind="policy", scope="clocks", body={"a": 4}, author="maya", at=early)

    rows = ConfigVersion.objects.filter(scope="clocks").order_by("number").values_list("live_from", "live_until")
    assert list(rows) == [(first, late), (late, late), (late, late), (late, None)]


def test_a_roll_back_publishes_the_old_body_as_the_next_version() -> None:
    at = timezone.now()
    with unit_of_work():
        config.publish(kind="policy", scope="eu", body={"a": 1}, author="maya", at=at)
        config.publish(kind="policy", scope="eu", body={"a": 2}, author="maya", at=at)
        config.roll_back(kind="policy", scope="eu", number=1, author="maya", at=at)

    live = config.live("policy", "eu")
    assert live is not None
    assert (live.number, live.body) == (3, {"a": 1})


def test_the_clock_moves_with_every_publication() -> None:
    before = config.clock()
    with unit_of_work():
        config.publish(kind="calendar", scope="c", body={"x": before}, author="maya", at=timezone.now())

    assert config.clock() > before


def test_events_get_dense_positions_in_commit_order() -> None:
    for number in range(3):
        with unit_of_work():
            events.append_events(
                [NewEvent("order.test", "order", f"O-{number}", revision) for revision in (1, 2)], at=timezone.now()
            )
    events.sequence_events()

    assert list(Event.objects.order_by("id").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert EventSequence.objects.get().position == 6
