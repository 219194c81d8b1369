"""Setting up a network over HTTP: bulk upserts, per-row errors, lists."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dom.kernel.models import Job, JobChunk
from dom.kernel.rest import feed_jobs
from inventory.models import Channel, Node, NodeGroup, Sku
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db

NDJSON, CSV = "application/x-ndjson", "text/csv"


def lines(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def summary(answer: Any) -> tuple[int, int, list[tuple[int, str, str]]]:
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["received"] == body["applied"] + body["failed"]
    return body["applied"], body["failed"], [(e["row"], e.get("field", ""), e["code"]) for e in body["errors"]]


def test_a_network_is_set_up_and_read_back(partner: Partner) -> None:
    sku = {"code": "TEE", "weight_grams": 180, "value": {"amount": "19.00", "currency": "USD"}, "tags": ["a", "b"]}
    node = {"code": "DC", "kind": "DC", "latitude": 39.5, "methods": ["SHIP"], "fulfillment_cost": "1.25"}
    assert summary(partner.put("/skus", [sku]))[0] == 1
    assert summary(partner.put("/nodes", [node]))[0] == 1
    assert summary(partner.put("/node-groups", [{"code": "ALL", "nodes": ["DC"]}]))[0] == 1
    assert summary(partner.put("/channels", [{"code": "WEB", "node_group": "ALL"}]))[0] == 1

    read = {path: partner.get(f"/{path}").json()["items"][0] for path in ("skus", "nodes", "node-groups", "channels")}
    assert sku.items() <= read["skus"].items()
    assert node.items() <= read["nodes"].items()
    assert read["node-groups"]["nodes"] == ["DC"]
    assert read["channels"]["node_group"] == "ALL"
    assert (Sku.objects.get().value_minor, Node.objects.get().fulfillment_cost_e4) == (1900, 12500)


def test_what_a_list_answers_can_be_put_back(partner: Partner) -> None:
    partner.put("/skus", [{"code": "TEE", "value": {"amount": "5", "currency": "JPY"}}])
    partner.put("/nodes", [{"code": "DC", "kind": "STORE"}])
    partner.put("/node-groups", [{"code": "ALL", "nodes": ["DC"]}])
    partner.put("/channels", [{"code": "WEB", "node_group": "ALL"}])

    for path in ("skus", "nodes", "node-groups", "channels"):
        before = partner.get(f"/{path}").json()["items"]
        assert summary(partner.put(f"/{path}", before))[:2] == (1, 0)
        assert partner.get(f"/{path}").json()["items"] == before


def test_the_good_rows_are_applied_and_the_bad_ones_named(partner: Partner) -> None:
    rows: list[Any] = [
        {"code": "A"},
        {"code": " B"},
        {"code": "C", "weight_grams": -1, "tags": "x"},
        "no object",
        {"code": "D", "value": {"amount": "1.005", "currency": "USD"}},
        {"code": "E", "weight_grams": 10**30},
        {"code": "F"},
    ]

    applied, failed, errors = summary(partner.put("/skus", rows))

    assert (applied, failed) == (2, 5)
    assert [(row, field) for row, field, _ in errors] == [
        (2, "code"), (3, "weight_grams"), (3, "tags"), (4, ""), (5, "value/amount"), (6, "weight_grams"),
    ]  # fmt: skip
    assert sorted(Sku.objects.values_list("code", flat=True)) == ["A", "F"]


def test_an_unknown_member_or_group_is_named_and_the_rest_applied(partner: Partner) -> None:
    partner.put("/nodes", [{"code": "DC", "kind": "DC"}])

    groups = partner.put("/node-groups", [{"code": "X", "nodes": ["DC", "NOWHERE"]}, {"code": "Y", "nodes": ["DC"]}])
    channels = partner.put("/channels", [{"code": "A", "node_group": "NONE"}, {"code": "B", "node_group": "Y"}])

    assert summary(groups)[2] == [(1, "nodes", "unknown")]
    assert summary(channels)[2] == [(1, "node_group", "unknown")]
    assert (NodeGroup.objects.get().code, Channel.objects.get().code) == ("Y", "B")


def test_of_two_rows_with_one_code_the_later_counts(partner: Partner) -> None:
    rows = [{"code": "A", "name": "one"}, {"code": "B"}, {"code": "A", "name": "two"}, {"code": "A", "name": "three"}]

    assert summary(partner.put("/skus", rows))[:2] == (4, 0)
    assert Sku.objects.get(code="A").name == "three"


@pytest.mark.parametrize("body", [{"code": "A"}, {"skus": [{"code": "A"}]}, {"items": [{"code": "A"}], "next": None}])
def test_one_row_or_a_wrapped_list_is_taken_too(partner: Partner, body: Any) -> None:
    assert summary(partner.put("/skus", body))[:2] == (1, 0)


@pytest.mark.parametrize("kind", [NDJSON, CSV])
def test_rows_come_as_text_too(partner: Partner, kind: str) -> None:
    body = {
        NDJSON: b'{"code":"A","weight_grams":5,"tags":["x","y"]}\n\n{broken\n{"code":"B"}',
        CSV: "\ufeffcode,weight_grams,tags\r\nA,5,x; y\r\nB,five,\r\nC\r\n".encode(),
    }[kind]
    errors = {NDJSON: [(2, "malformed-json")], CSV: [(2, "invalid"), (3, "malformed-csv")]}[kind]

    answer = partner.send("PUT", "/skus", body, Content_Type=kind)

    assert [(e["row"], e["code"]) for e in answer.json()["errors"]] == errors
    sku = Sku.objects.get(code="A")
    assert (sku.weight_grams, sku.tags) == (5, ["x", "y"])


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("application/json", b'"text"', 400, "validation"),
        ("application/json", b"[", 400, "malformed-json"),
        ("application/xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", 415, "unsupported-media-type"),
        (CSV, b"\n", 400, "validation"),
        (CSV, b"code,colour\nA,red\n", 400, "validation"),
        (CSV, b"name\nA\n", 400, "validation"),
        (CSV, b"code,code\nA,B\n", 400, "validation"),
        (NDJSON, b"x" * 3 * 1024 * 1024, 413, "body-too-large"),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused_whole(
    partner: Partner, kind: str, body: bytes, status: int, code: str
) -> None:
    problem(partner.send("PUT", "/skus", body, Content_Type=kind), status, code)
    assert not Sku.objects.exists()
    assert not Job.objects.exists()


def test_unstorable_text_is_a_fault_of_its_row_in_every_format(partner: Partner) -> None:
    text = partner.send("PUT", "/skus", b'code,name\nA,a\x00b\nB,\xff\nC,"un', Content_Type=CSV)
    row_wise = partner.send("PUT", "/skus", b'{"code":"A","name":"\\u0000"}\n{"code":"D"}', Content_Type=NDJSON)

    assert [e["row"] for e in text.json()["errors"]] == [1, 2, 3]
    assert summary(row_wise)[2] == [(1, "name", "unstorable-character")]
    assert Sku.objects.get().code == "D"


def test_a_put_with_a_key_happens_once(partner: Partner) -> None:
    first = partner.put("/skus", [{"code": "A"}], Idempotency_Key="k")
    Sku.objects.all().delete()
    again = partner.put("/skus", [{"code": "A"}], Idempotency_Key="k")

    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert not Sku.objects.exists()
    problem(partner.put("/skus", [{"code": "B"}], Idempotency_Key="k"), 422, "idempotency-key-reused")


def test_lists_are_filtered_and_paged(partner: Partner) -> None:
    partner.put("/nodes", [{"code": f"S{n}", "kind": "STORE", "tags": ["t"] if n % 2 else []} for n in range(6)])

    page = partner.get("/nodes?kind=STORE&tag=t&limit=2").json()
    rest = partner.get(f"/nodes?kind=STORE&tag=t&limit=2&cursor={page['next']}").json()

    assert [node["code"] for node in page["items"] + rest["items"]] == ["S1", "S3", "S5"]
    assert rest["next"] is None
    problem(partner.get("/nodes?kind=MOON"), 400, "validation")


def test_a_key_of_one_store_lists_that_store(partner: Partner) -> None:
    partner.put("/nodes", [{"code": "SOHO", "kind": "STORE"}, {"code": "AUSTIN", "kind": "STORE"}])

    own = partner_with(name="soho", nodes=("SOHO",)).get("/nodes").json()["items"]
    assert [node["code"] for node in own] == ["SOHO"]


class TestJobs:
    pytestmark = pytest.mark.django_db(transaction=True)

    def rows(self, count: int) -> list[Any]:
        return [{"code": f"SKU-{n}"} if n % 1000 else {"code": ""} for n in range(1, count + 1)]

    def test_many_rows_become_a_job_that_reports_its_faults(self) -> None:
        partner = partner_with()
        answer = partner.send("PUT", "/skus", lines(self.rows(5000)), Content_Type=NDJSON)
        assert answer.status_code == 202
        assert partner.get(f"/jobs/{answer.json()['ref']}").json()["status"] == "QUEUED"

        feed_jobs.run(at=Job.objects.get().created_at)

        job = partner.get(answer["Location"].removeprefix("/api/v1")).json()
        told = {name: job[name] for name in ("status", "rows_total", "rows_done", "rows_failed")}
        assert told == {"status": "DONE", "rows_total": 5000, "rows_done": 5000, "rows_failed": 5}
        assert [(e["row"], e["field"]) for e in job["errors"]] == [(n * 1000, "code") for n in range(1, 6)]
        assert (Sku.objects.count(), JobChunk.objects.count()) == (4995, 0)

    def test_a_client_may_ask_for_a_job_and_nobody_else_sees_it(self) -> None:
        ref = partner_with().put("/skus", [{"code": "A"}], Prefer="respond-async").json()["ref"]

        problem(partner_with(name="other").get(f"/jobs/{ref}"), 404, "not-found")

    def test_a_job_goes_on_where_a_crash_left_it(self) -> None:
        partner_with().send("PUT", "/skus", lines(self.rows(5000)), Content_Type=NDJSON)
        job = Job.objects.get()

        feed_jobs.run(at=job.created_at, most=1)
        job.refresh_from_db()
        assert (job.status, job.rows_done, Sku.objects.count()) == ("RUNNING", 2000, 1998)
        feed_jobs.run(at=job.created_at)
        job.refresh_from_db()
        assert (job.status, job.rows_done, Sku.objects.count()) == ("DONE", 5000, 4995)

    def test_a_broken_job_ends_and_the_next_one_goes_on(self) -> None:
        partner = partner_with()
        partner.send("PUT", "/skus", lines(self.rows(5000)), Content_Type=NDJSON)
        partner.put("/skus", [{"code": "OTHER"}], Prefer="respond-async")
        JobChunk.objects.filter(number=1).update(body=b"broken")

        feed_jobs.run(at=timezone.now())

        ends = Job.objects.order_by("id").values_list("status", "rows_done")
        assert list(ends) == [("FAILED", 2000), ("DONE", 1)]
        assert not JobChunk.objects.exists()

    def test_a_feed_whose_sender_went_away_is_given_up(self) -> None:
        partner_with().send("PUT", "/skus", lines(self.rows(1500)), Content_Type=NDJSON)
        Job.objects.update(status="RECEIVING")

        assert feed_jobs.give_up_abandoned(at=timezone.now()) == 0
        assert feed_jobs.give_up_abandoned(at=timezone.now() + timedelta(hours=2)) == 1
        assert (Job.objects.get().status, JobChunk.objects.count()) == ("FAILED", 0)

    def test_the_same_feed_with_the_same_key_is_one_job(self) -> None:
        partner = partner_with()
        body = lines(self.rows(1500))

        first = partner.send("PUT", "/skus", body, Content_Type=NDJSON, Idempotency_Key="k")
        again = partner.send("PUT", "/skus", body, Content_Type=NDJSON, Idempotency_Key="k")

        assert first.content == again.content
        assert Job.objects.count() == 1
