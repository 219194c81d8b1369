"""Two equal requests at once: one does the work, both get its answer."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dom.kernel.models import ApiClient, Event, IdempotencyRecord
from dom.kernel.rest import idempotency
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.functional.api.probe_urls")]


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in `count` threads that start together; return what each returned."""
    barrier = threading.Barrier(count)
    found: list[Any] = [None] * count

    def run(number: int) -> None:
        barrier.wait()
        found[number] = work(number)
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_eight_equal_posts_at_once_happen_once_and_get_one_answer() -> None:
    key = partner_with().key

    answers = at_once(8, lambda _: Partner(key).post("/things", {"name": "a"}, Idempotency_Key="k"))

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 7
    assert Event.objects.count() == IdempotencyRecord.objects.count() == 1


def test_eight_different_bodies_under_one_key_at_once_are_one_piece_of_work() -> None:
    key = partner_with().key

    answers = at_once(8, lambda n: Partner(key).post("/things", {"name": f"n{n}"}, Idempotency_Key="k"))

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
    assert Event.objects.count() == 1


def test_a_key_that_is_being_worked_on_for_long_is_a_409_to_try_again() -> None:
    partner = partner_with()
    key = partner.key
    with transaction.atomic():
        IdempotencyRecord.objects.create(
            client=ApiClient.objects.get(), key="k", request_hash="x", status_code=0, body="", created_at=timezone.now()
        )
        (answer,) = at_once(1, lambda _: Partner(key).post("/things", {"name": "a"}, Idempotency_Key="k"))
        transaction.set_rollback(True)

    problem(answer, 409, "idempotency-in-progress")
    assert answer["Retry-After"] == "1"
    assert partner.post("/things", {"name": "a"}, Idempotency_Key="k").status_code == 201


def test_a_key_is_forgotten_after_a_week() -> None:
    partner = partner_with()
    first = partner.post("/things", {"name": "a"}, Idempotency_Key="k")

    assert idempotency.forget_old(at=timezone.now() + timedelta(days=6)) == 0
    assert partner.post("/things", {"name": "a"}, Idempotency_Key="k").content == first.content
    assert idempotency.forget_old(at=timezone.now() + timedelta(days=8), batch=1) == 1
    assert partner.post("/things", {"name": "b"}, Idempotency_Key="k").status_code == 201


def test_after_a_refusal_the_key_is_free_for_the_next_try() -> None:
    partner = partner_with()
    problem(partner.post("/things", {"name": "refused"}, Idempotency_Key="k"), 409, "probe-refused")

    assert partner.post("/things", {"name": "a"}, Idempotency_Key="k").status_code == 201
