"""Long work over HTTP: seen by who asked for it, page by page, and ended on demand."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone

from dom.kernel.models import Job, JobChunk
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.feeds import FEEDS
from inventory.models import StockFeed, StockLevel
from inventory.services import feeds
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import set_up_the_network

pytestmark = pytest.mark.django_db(transaction=True)


def queued(partner: Partner, rows: int = 1, address: str = "/skus") -> str:
    body = [{"code": f"SKU-{number}"} for number in range(rows)]
    answer = partner.put(address, body, Prefer="respond-async")
    assert answer.status_code == 202, answer.content
    return str(answer.json()["ref"])


def test_jobs_are_listed_newest_first_for_their_owner_alone() -> None:
    partner, other = partner_with(), partner_with(name="other")
    refs = [queued(partner) for _ in range(3)]
    queued(other)
    first = partner.get("/jobs?limit=2").json()
    second = partner.get(f"/jobs?limit=2&cursor={first['next']}").json()

    assert [one["ref"] for one in first["items"] + second["items"]] == refs[::-1]
    assert partner.get("/jobs?status=DONE").json()["items"] == []
    assert len(partner.get("/jobs?status=QUEUED&kind=skus").json()["items"]) == 3


def test_a_cancelled_job_ends_and_its_rows_are_forgotten() -> None:
    partner = partner_with()
    ref = queued(partner, rows=5)
    cancelled = partner.post(f"/jobs/{ref}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "CANCELLED")
    feed_jobs.run(at=timezone.now())

    assert partner.get("/skus").json()["items"] == []
    assert JobChunk.objects.count() == 0
    problem(partner.post(f"/jobs/{ref}/cancel"), 409, "job-ended")


def test_nobody_cancels_anothers_job_or_one_that_has_ended() -> None:
    partner = partner_with()
    ref = queued(partner)
    problem(partner_with(name="other").post(f"/jobs/{ref}/cancel"), 404, "not-found")
    feed_jobs.run(at=timezone.now())

    problem(partner.post(f"/jobs/{ref}/cancel"), 409, "job-ended")
    assert Job.objects.get().status == "DONE"


def stock_feed(partner: Partner) -> str:
    set_up_the_network(partner)
    pairs = [(sku, node) for sku in ("TEE", "MUG") for node in ("DC-RENO", "SOHO")]
    rows = [{"sku": sku, "node": node, "on_hand": 3} for sku, node in pairs]
    return str(partner.put("/stock", rows, Prefer="respond-async").json()["ref"])


@contextmanager
def before_each_row(look: Callable[[Any], object]) -> Iterator[None]:
    """Call `look` with every row of a stock feed before it is applied."""
    whole: Any = FEEDS["stock"].whole

    def watched(rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            look(row)
            yield row

    object.__setattr__(FEEDS["stock"], "whole", lambda rows, *more: whole(watched(rows), *more))
    try:
        yield
    finally:
        object.__setattr__(FEEDS["stock"], "whole", whole)


def test_a_stock_feed_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dom.kernel.rest.feeds.CHUNK", 2)
    partner = partner_with()
    ref = stock_feed(partner)
    seen: list[int] = []
    with before_each_row(lambda _row: seen.append(Job.objects.get(ref=ref).result["rows_read"])):
        feed_jobs.run_whole(at=timezone.now())

    done = partner.get(f"/jobs/{ref}").json()
    assert (seen, done["rows_done"], done["status"]) == ([0, 0, 2, 2], 4, "DONE")
    assert StockLevel.objects.count() == 4


@contextmanager
def before_each_step(look: Callable[[int], object]) -> Iterator[None]:
    """Call `look` with the number of settled rows before each step of applying a stock feed."""
    whole: Any = FEEDS["stock"].whole

    def watched(rows: Any, context: Any, heard: Callable[[int], bool]) -> Any:
        return whole(rows, context, lambda settled: (look(settled), heard(settled))[1])

    object.__setattr__(FEEDS["stock"], "whole", watched)
    try:
        yield
    finally:
        object.__setattr__(FEEDS["stock"], "whole", whole)


def test_what_is_applied_is_told_to_the_end_and_its_worker_keeps_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.services.feeds.CHUNK", 1)
    ref, seen, leases = stock_feed(partner_with()), list[tuple[int, int]](), list[Any]()

    def look(settled: int) -> None:
        job = Job.objects.get(ref=ref)
        seen.append((settled, job.rows_done))
        leases.append(job.lease_until)

    with before_each_step(look):
        feed_jobs.run_whole(at=timezone.now())

    assert seen == [(0, 0), (0, 0), (1, 0), (2, 1), (3, 2)]
    assert leases == sorted(set(leases))
    assert Job.objects.get(ref=ref).progress == 4


@pytest.mark.parametrize(("step", "applied"), [(0, 0), (1, 0), (3, 2)])
def test_a_stock_feed_that_is_cancelled_while_it_is_applied_stops_there(
    monkeypatch: pytest.MonkeyPatch, step: int, applied: int
) -> None:
    monkeypatch.setattr("inventory.services.feeds.CHUNK", 1)
    partner = partner_with()
    ref, steps = stock_feed(partner), list[int]()

    def look(settled: int) -> None:
        if len(steps) == step:
            assert partner.post(f"/jobs/{ref}/cancel").status_code == 200
        steps.append(settled)

    with before_each_step(look):
        feed_jobs.run_whole(at=timezone.now())

    assert partner.get(f"/jobs/{ref}").json()["status"] == "CANCELLED"
    assert (StockLevel.objects.count(), len(steps)) == (applied, step + 1)
    assert StockFeed.objects.get().status == "FAILED"
    feeds.run(ref=StockFeed.objects.get().ref, at=timezone.now())
    assert StockLevel.objects.count() == applied


def test_a_stock_feed_that_is_cancelled_while_it_runs_stops_and_stays_cancelled() -> None:
    partner = partner_with()
    ref = stock_feed(partner)
    claimed = feed_jobs._claim_whole(timezone.now())
    assert claimed is not None
    assert partner.post(f"/jobs/{ref}/cancel").status_code == 200
    feed_jobs._apply_whole(claimed, timezone.now())

    assert partner.get(f"/jobs/{ref}").json()["status"] == "CANCELLED"
    assert StockLevel.objects.count() == 0


def refused(partner: Partner, address: str, rows: list[dict[str, Any]], run: Callable[..., object]) -> str:
    ref = str(partner.put(address, rows, Prefer="respond-async").json()["ref"])
    run(at=timezone.now())
    return ref


def test_every_refused_row_is_told_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_jobs, "KEPT_FAULTS", 3)
    monkeypatch.setattr("dom.kernel.rest.feeds.CHUNK", 2)
    partner = partner_with()
    set_up_the_network(partner)
    feeds_of: list[tuple[str, list[dict[str, Any]], Callable[..., object]]] = [
        ("/skus", [{"code": f"S{n}", "weight_grams": -n} for n in range(8)], feed_jobs.run),
        ("/stock", [{"sku": "TEE", "node": "SOHO", "on_hand": -n} for n in range(8)], feed_jobs.run_whole),
    ]
    for address, rows, run in feeds_of:
        ref = refused(partner, address, rows, run)
        job, first = partner.get(f"/jobs/{ref}").json(), partner.get(f"/jobs/{ref}/errors?limit=4").json()
        second = partner.get(f"/jobs/{ref}/errors?limit=4&cursor={first['next']}").json()

        assert [[one["row"] for one in page["items"]] for page in (first, second)] == [[2, 3, 4, 5], [6, 7, 8]]
        assert (job["rows_failed"], second["next"]) == (7, None)
        assert [one["row"] for one in job["errors"]] == [2, 3, 4]


def test_a_feed_of_nothing_but_bad_rows_does_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_jobs, "MOST_FAULTS", 4)
    monkeypatch.setattr("dom.kernel.rest.feeds.CHUNK", 3)
    partner = partner_with()
    ref = refused(partner, "/skus", [{"code": f"S{n}", "weight_grams": -1} for n in range(9)], feed_jobs.run)

    assert [one["row"] for one in partner.get(f"/jobs/{ref}/errors").json()["items"]] == [1, 2, 3, 4]
    assert partner.get(f"/jobs/{ref}").json()["rows_failed"] == 9


def test_what_is_wrong_with_rows_is_told_to_who_sent_them() -> None:
    partner = partner_with()
    ref = refused(partner, "/skus", [{"code": "S", "weight_grams": -1}], feed_jobs.run)

    problem(partner_with(name="other").get(f"/jobs/{ref}/errors"), 404, "not-found")
    (told,) = partner.get(f"/jobs/{ref}/errors").json()["items"]
    assert (told["row"], told["field"], told["pointer"]) == (1, "weight_grams", "#/0/weight_grams")
