"""Stock over HTTP: feeds, adjustments, incoming supply."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dom.kernel.models import Job
from dom.kernel.rest import feed_jobs
from inventory.models import IncomingSupply, StockLevel
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_network import CSV, NDJSON, summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(partner: Partner) -> Partner:
    """A partner with two SKUs, two nodes and a channel."""
    partner.put("/skus", [{"code": "TEE"}, {"code": "MUG"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}, {"code": "SOHO", "kind": "STORE"}])
    partner.put("/channels", [{"code": "WEB"}])
    return partner


def on_hand() -> dict[tuple[str, str], int]:
    levels = StockLevel.objects.values_list("sku__code", "node__code", "on_hand")
    return {(sku, node): count for sku, node, count in levels}


def ago(**span: int) -> str:
    return (datetime.now(tz=UTC) - timedelta(**span)).isoformat()


def test_counts_come_in_three_formats(shop: Partner) -> None:
    shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7}])
    shop.send("PUT", "/stock", b'{"sku":"TEE","node":"SOHO","on_hand":2}\n', Content_Type=NDJSON)
    shop.send("PUT", "/stock", b"sku,node,on_hand\nMUG,DC,5\n", Content_Type=CSV)

    assert on_hand() == {("TEE", "DC"): 7, ("TEE", "SOHO"): 2, ("MUG", "DC"): 5}
    listed = shop.get("/stock?sku=TEE&node=DC").json()["items"]
    assert [(level["on_hand"], level["reserved"]) for level in listed] == [(7, 0)]


def test_a_bad_row_is_named_and_the_good_ones_count(shop: Partner) -> None:
    rows: list[dict[str, Any]] = [
        {"sku": "TEE", "node": "DC", "on_hand": 7},
        {"sku": "NONE", "node": "NOWHERE", "on_hand": 7},
        {"sku": "TEE", "node": "SOHO", "on_hand": -1},
        {"sku": "TEE", "node": "SOHO", "on_hand": 2.5},
        {"sku": "MUG", "node": "DC", "on_hand": 1, "counted_at": ago(hours=-1)},
    ]

    assert summary(shop.put("/stock", rows)) == (
        1,
        4,
        [
            (2, "sku", "unknown-sku"),
            (2, "node", "unknown-node"),
            (3, "on_hand", "min_value"),
            (4, "on_hand", "invalid"),
            (5, "counted_at", "counted-in-future"),
        ],
    )
    assert on_hand() == {("TEE", "DC"): 7}


def test_a_count_older_than_the_last_is_ignored_and_reported(shop: Partner) -> None:
    shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7, "counted_at": ago(minutes=5)}])

    late = shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 9, "counted_at": ago(hours=1)}])

    assert summary(late) == (0, 1, [(1, "counted_at", "count-outdated")])
    assert on_hand() == {("TEE", "DC"): 7}


def test_a_clock_that_is_a_little_fast_counts_as_now(shop: Partner) -> None:
    row = {"sku": "TEE", "node": "DC", "on_hand": 7, "counted_at": ago(minutes=-2)}

    assert summary(shop.put("/stock", [row]))[:2] == (1, 0)


def test_a_feed_that_is_sent_again_changes_nothing(shop: Partner) -> None:
    feed = [{"sku": "TEE", "node": "DC", "on_hand": 7, "counted_at": ago(minutes=5)}]
    shop.put("/stock", feed)
    shop.post("/stock/adjustments", [{"sku": "TEE", "node": "DC", "quantity": -2, "reason": "DAMAGED"}])

    shop.put("/stock", feed)

    assert on_hand() == {("TEE", "DC"): 5}


def test_adjustments_are_signed_and_never_go_below_zero(shop: Partner) -> None:
    shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7}])
    rows = [
        {"sku": "TEE", "node": "DC", "quantity": -2, "reason": "DAMAGED"},
        {"sku": "TEE", "node": "DC", "quantity": -99, "reason": "LOST"},
        {"sku": "TEE", "node": "SOHO", "quantity": 3, "reason": "FOUND"},
        {"sku": "TEE", "node": "DC", "quantity": 1},
    ]

    answer = shop.post("/stock/adjustments", rows)

    assert summary(answer)[:2] == (2, 2)
    assert summary(answer)[2] == [(2, "quantity", "insufficient-stock"), (4, "reason", "required")]
    assert on_hand() == {("TEE", "DC"): 5, ("TEE", "SOHO"): 3}


def test_an_adjustment_sent_twice_happens_once(shop: Partner) -> None:
    row = [{"sku": "TEE", "node": "DC", "quantity": 3, "reason": "FOUND"}]
    first = shop.post("/stock/adjustments", row, Idempotency_Key="k")
    again = shop.post("/stock/adjustments", row, Idempotency_Key="k")

    assert first.content == again.content
    assert on_hand() == {("TEE", "DC"): 3}
    problem(shop.post("/stock/adjustments", row, Idempotency_Key=""), 400, "idempotency-key-required")


def test_a_key_of_one_store_counts_and_sees_that_store_alone(shop: Partner) -> None:
    shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7}])
    soho = partner_with(name="soho", nodes=("SOHO",))
    rows = [{"sku": "TEE", "node": "SOHO", "on_hand": 1}, {"sku": "TEE", "node": "DC", "on_hand": 1}]

    assert summary(soho.put("/stock", rows))[2] == [(2, "node", "node-forbidden")]
    assert [level["node"] for level in soho.get("/stock").json()["items"]] == ["SOHO"]
    assert on_hand()[("TEE", "DC")] == 7


def test_incoming_supply_is_announced_changed_and_listed(shop: Partner) -> None:
    row = {"source_ref": "PO-1", "sku": "TEE", "node": "DC", "quantity": 50, "expected_at": ago(days=-7)}
    shop.put("/incoming-supply", [row])

    assert summary(shop.put("/incoming-supply", [{**row, "quantity": 40}, {**row, "sku": "NONE"}]))[:2] == (1, 1)

    assert IncomingSupply.objects.get().quantity == 40
    listed = shop.get("/incoming-supply?source_ref=PO-1").json()["items"]
    assert [(supply["sku"], supply["quantity"], supply["received"]) for supply in listed] == [("TEE", 40, 0)]


def test_of_two_counts_of_one_level_the_later_taken_counts(shop: Partner) -> None:
    late, early = ago(minutes=5), ago(minutes=50)
    rows = [(7, late), (9, early), (5, late)]

    shop.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": n, "counted_at": at} for n, at in rows])
    assert on_hand() == {("TEE", "DC"): 5}


def test_two_adjustments_of_one_level_both_count(shop: Partner) -> None:
    row = {"sku": "TEE", "node": "DC", "quantity": 2, "reason": "FOUND"}

    assert summary(shop.post("/stock/adjustments", [row, row]))[:2] == (2, 0)
    assert on_hand() == {("TEE", "DC"): 4}


@pytest.mark.django_db(transaction=True)
def test_a_long_feed_is_a_job_that_names_its_bad_rows_and_applies_the_good_ones() -> None:
    partner = partner_with()
    partner.put("/skus", [{"code": f"S{n}"} for n in range(500)])
    partner.put("/nodes", [{"code": code, "kind": "DC"} for code in ("A", "B", "C")])
    rows = [f"S{n},{node},{n},{ago(minutes=1)}" for node in ("A", "B", "C") for n in range(500)]
    rows[2], rows[700], rows[900], rows[1200] = "NONE,A,1,", "S1,B,minus,", "S1", "S1,C,1,yesterday"
    text = "sku,node,on_hand,counted_at\n" + "\n".join(rows)

    answer = partner.send("PUT", "/stock", text.encode(), Content_Type=CSV)
    feed_jobs.run_whole(at=timezone.now())
    feed_jobs.run(at=timezone.now())

    job = partner.get(answer["Location"].removeprefix("/api/v1")).json()
    assert (job["status"], job["rows_total"], job["rows_done"], job["rows_failed"]) == ("DONE", 1500, 1500, 4)
    assert [(e["row"], e.get("field")) for e in job["errors"]] == [
        (3, "sku"),
        (701, "on_hand"),
        (901, None),
        (1201, "counted_at"),
    ]
    assert on_hand()[("S499", "C")] == 499
    assert len(on_hand()) >= 1490


@pytest.mark.django_db(transaction=True)
def test_a_long_feed_whose_worker_died_is_begun_again() -> None:
    partner = partner_with()
    partner.put("/skus", [{"code": "TEE"}])
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}])
    partner.put("/stock", [{"sku": "TEE", "node": "DC", "on_hand": 7}], Prefer="respond-async")
    Job.objects.update(status="RUNNING", lease_until=timezone.now())

    feed_jobs.run_whole(at=timezone.now())
    assert (Job.objects.get().status, on_hand()) == ("DONE", {("TEE", "DC"): 7})
