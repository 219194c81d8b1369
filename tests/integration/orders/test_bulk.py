"""One thing is done to many orders: a refusal of one leaves the others alone, a job counts what it did and can stop."""

from datetime import timedelta

import pytest

from dom.kernel import prove
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from orders.errors import BulkStopped
from orders.models import Hold, Order, OrderChange
from orders.selectors.previewing import preview
from orders.services import bulk, holds
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _orders(count: int) -> list[str]:
    refs = [place(("TEE", 1)).ref for _ in range(count)]
    route_next(at=cast.NOW)
    return refs


def _run(steps: int = 100) -> None:
    for number in range(steps):
        if not bulk.step(at=cast.NOW + timedelta(seconds=number)):
            return


def _begin(**asked: object) -> Job:
    with unit_of_work():
        return bulk.begin(at=cast.NOW, actor="omar", **asked)  # type: ignore[arg-type]  # as begin takes them


def test_each_row_has_its_own_result(people: cast.Cast) -> None:
    one, other = _orders(2)
    with unit_of_work():
        holds.hold(scope=holds.Scope(one), owner="Ops", reason="Look", at=cast.NOW, actor="omar")

    shown = preview([one, other, "O-NOTHING"], "release", at=cast.NOW)
    done = bulk.run_now(rows=[one, other], deed="release", options={}, at=cast.NOW, actor="omar")

    assert [(row.can, row.words) for row in shown] == [(True, "Goes on: By hand."), (False, "Nothing is on hold.")]
    assert [row.is_done for row in done] == [True, False]
    left = preview([one], "assign", at=cast.NOW)
    assert [(row.can, row.words) for row in left] == [(False, "Nothing of it is stuck.")]
    assert Hold.objects.get().released_by == "omar"
    assert prove.differences() == []


def test_a_job_does_every_row_once_and_counts_it(people: cast.Cast) -> None:
    refs = _orders(23)
    job = _begin(deed="cancel", options={"reason": "PRICING"}, rows=[*refs, refs[0]])

    _run()

    job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_failed) == ("DONE", 24, 1)
    assert job.errors == [{"row": refs[0], "detail": f"Nothing of order {refs[0]} is left to cancel."}]
    assert OrderChange.objects.filter(kind="order.cancelled", actor="omar").count() == 23
    assert prove.differences() == []


def test_a_job_over_a_filter_finds_what_was_there_when_it_was_asked_for(people: cast.Cast) -> None:
    _orders(22)
    job = _begin(deed="hold", options={"reason": "Recall"}, filters={"status": "PLANNED"})
    late = place(("TEE", 1))

    _run()

    job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_failed) == ("DONE", 22, 0)
    assert Hold.objects.exclude(order_id=late.id).count() == 22
    assert Order.objects.get(id=late.id).status == "QUEUED"


def test_a_stopped_job_leaves_the_rest_alone(people: cast.Cast) -> None:
    job = _begin(deed="hold", options={"reason": "Recall"}, rows=_orders(25))
    _run(steps=1)
    with unit_of_work():
        bulk.stop(ref=job.ref, at=cast.NOW)

    _run()

    job.refresh_from_db()
    assert (job.status, job.rows_done, Hold.objects.count()) == ("CANCELLED", 20, 20)


def test_a_row_is_not_done_when_the_job_was_stopped_meanwhile(people: cast.Cast) -> None:
    job = _begin(deed="hold", options={"reason": "Recall"}, rows=_orders(1))
    asked = {"deed": "hold", "options": {"reason": "Recall"}}
    Job.objects.filter(id=job.id).update(status="CANCELLED")

    with pytest.raises(BulkStopped):
        bulk._count(job, 1, Order.objects.get().ref, asked, cast.NOW)

    assert Hold.objects.count() == 0


def test_a_job_whose_worker_died_goes_on_where_it_was(people: cast.Cast) -> None:
    job = _begin(deed="hold", options={"reason": "Recall"}, rows=_orders(25))
    _run(steps=1)
    Job.objects.filter(id=job.id).update(status="RUNNING", lease_until=cast.NOW)

    assert not bulk.step(at=cast.NOW)
    assert bulk.step(at=cast.NOW + timedelta(minutes=1))

    job.refresh_from_db()
    assert (job.status, job.rows_done, job.rows_failed) == ("DONE", 25, 0)
