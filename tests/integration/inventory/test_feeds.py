from datetime import datetime, timedelta

import pytest
from django.db import connection

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import StockFeed, StockLevel, StockMovement
from inventory.services import CountRow, LineClaim, Want, WantLine, feeds
from inventory.services.feeds import FeedRow, FeedSummary
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def _take_in(*rows: FeedRow, at: datetime = cast.NOW) -> FeedSummary:
    return feeds.take_in(rows=rows, at=at, actor=cast.ACTOR)


def _row(sku: str, node: str, units: object, counted_at: datetime | None = None) -> FeedRow:
    return sku, node, units, counted_at


def _figures(done: FeedSummary) -> tuple[int, int, int, int, int]:
    return done.rows, done.changed, done.unchanged, done.ignored, done.failed


def test_good_rows_are_applied_and_each_bad_one_is_named(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    bad: list[tuple[FeedRow, str]] = [
        (_row("NOPE", "dc_reno", 1), "unknown-sku"),
        (_row("TEE\x00", "dc_reno", 1), "unknown-sku"),
        (_row("MUG", "moon", 1), "unknown-node"),
        (_row("MUG", "dc_reno", -1), "not-a-count"),
        (_row("MUG", "dc_reno", "2.5"), "not-a-count"),
        (_row("MUG", "dc_reno", 2.5), "not-a-count"),
        (_row("MUG", "dc_reno", True), "not-a-count"),
        (_row("MUG", "dc_reno", 10**12), "not-a-count"),
        (_row("MUG", "dc_reno", 1, cast.NOW + timedelta(hours=1)), "counted-in-future"),
        (_row("TEE", "dc_reno", 9), "duplicate"),
    ]

    done = _take_in(_row("TEE", "dc_reno", 7), _row("LAMP", "dc_reno", "3"), *(row for row, _ in bad))

    assert [(error.row, error.code) for error in done.errors] == [(n + 2, code) for n, (_, code) in enumerate(bad)]
    assert _figures(done) == (12, 2, 0, 0, 10)
    assert sorted(StockLevel.objects.values_list("sku__code", "on_hand")) == [("LAMP", 3), ("TEE", 7)]


def test_a_feed_replayed_changes_nothing(people: cast.Cast) -> None:
    rows = [
        _row(sku, node, n)
        for n, (sku, node) in enumerate([("TEE", "dc_reno"), ("MUG", "dc_reno"), ("TEE", "store_soho")])
    ]
    first = _take_in(*rows)
    again = _take_in(*rows)

    assert (_figures(first), _figures(again)) == ((3, 3, 0, 0, 0), (3, 0, 3, 0, 0))
    assert StockMovement.objects.count() == 2


def test_what_we_shipped_after_the_count_stays_shipped(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    line = WantLine("F-1", "1", people.tee.id, people.dc_reno.id, 4)
    claim = LineClaim("F-1", "1", people.tee.id, people.dc_reno.id, 4)
    with unit_of_work():
        services.reserve(wants=[Want("F-1", people.web.id, (line,))], at=cast.NOW, actor=cast.ACTOR)
        services.consume(lines=[claim], reason="", at=cast.NOW, actor=cast.ACTOR)

    before = _take_in(_row("TEE", "dc_reno", 10, cast.NOW - timedelta(minutes=1)))
    after = _take_in(_row("TEE", "dc_reno", 10, cast.NOW))

    assert (before.unchanged, after.changed) == (1, 1)
    assert StockLevel.objects.get().on_hand == 10


def test_an_older_count_is_ignored_also_when_the_later_one_found_stock_right(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    cast.stock(people.mug, people.dc_reno, 5)
    _take_in(_row("TEE", "dc_reno", 5), _row("MUG", "dc_reno", 6))

    older = cast.NOW - timedelta(minutes=5)
    done = _take_in(
        _row("TEE", "dc_reno", 1, older), _row("MUG", "dc_reno", 1, older), at=cast.NOW + timedelta(minutes=1)
    )
    with unit_of_work():
        row = CountRow(people.tee.id, people.dc_reno.id, 1, older)
        counted = services.count(rows=[row], at=cast.NOW, actor=cast.ACTOR)

    assert [error.code for error in done.errors] == ["count-outdated", "count-outdated"]
    assert done.ignored == 2
    assert counted.ignored == (0,)
    assert sorted(StockLevel.objects.values_list("sku__code", "on_hand")) == [("MUG", 6), ("TEE", 5)]


def test_an_interrupted_feed_goes_on_where_it_was(people: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "CHUNK", 1)
    rows = [_row(sku, node, 4) for sku in ("TEE", "MUG", "LAMP") for node in ("dc_reno", "store_soho")]
    ref, _ = feeds.stage(rows=rows, at=cast.NOW, actor=cast.ACTOR)
    feeds._compare(ref)
    with unit_of_work(), connection.cursor() as cursor:
        feed = StockFeed.objects.get(ref=ref)
        for chunk in (0, 1, 1):
            cursor.execute("SELECT inventory_apply_feed_chunk(%s, %s, %s)", [cast.NOW, feed.id, chunk])
    assert StockMovement.objects.count() == 2

    assert feeds.unfinished(received_before=cast.NOW + timedelta(seconds=1)) == [ref]
    feeds.run(ref=ref, at=cast.NOW)
    feeds.run(ref=ref, at=cast.NOW)

    assert StockFeed.objects.get().status == "DONE"
    assert StockMovement.objects.count() == 6
    assert feeds.unfinished(received_before=cast.NOW + timedelta(seconds=1)) == []


def test_a_feed_whose_rows_a_crash_took_fails_and_changes_nothing(people: cast.Cast) -> None:
    ref, _ = feeds.stage(rows=[_row("TEE", "dc_reno", 4)], at=cast.NOW, actor=cast.ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE inventory_feed_row")

    feeds.run(ref=ref, at=cast.NOW)

    assert StockFeed.objects.get().status == "FAILED"
    assert not StockLevel.objects.exists()
