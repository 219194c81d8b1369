"""Long feeds over HTTP: the same in each form, wrong rows named, what is known left alone."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dom.kernel.models import Change
from dom.kernel.rest import feed_jobs
from inventory.models import Node, Sku, StockLevel
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_partners_day import ok

pytestmark = pytest.mark.django_db(transaction=True)

Row = dict[str, Any]


def _as_json(rows: list[Row]) -> bytes:
    return json.dumps(rows).encode()


def _as_ndjson(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _as_csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


FORMS = [("application/json", _as_json), ("application/x-ndjson", _as_ndjson), ("text/csv", _as_csv)]


def a_network(partner: Partner, skus: int) -> None:
    ok(partner.put("/skus", [{"code": f"S{n}", "weight_grams": 100} for n in range(skus)]))
    ok(partner.put("/nodes", [{"code": code, "kind": "DC", "country": "US"} for code in ("EAST", "WEST")]))


def followed(partner: Partner, address: str, kind: str, body: bytes) -> Any:
    """Send a feed, let the worker work, and return the job."""
    answer = partner.put(address, body, Content_Type=kind)
    assert (answer.status_code, answer.json()["status"]) == (202, "QUEUED"), answer.content
    feed_jobs.run_whole(at=timezone.now())
    feed_jobs.run(at=timezone.now())
    return partner.get(f"/jobs/{answer.json()['ref']}").json()


@pytest.mark.parametrize(("kind", "write"), FORMS)
def test_a_long_feed_is_the_same_in_every_form_and_names_its_wrong_rows(
    kind: str, write: Callable[[list[Row]], bytes]
) -> None:
    partner = partner_with()
    a_network(partner, 600)
    rows = [{"sku": f"S{n}", "node": node, "on_hand": n} for node in ("EAST", "WEST") for n in range(600)]
    rows[10] |= {"sku": "NOBODY"}
    rows[700] |= {"node": "NOWHERE"}
    rows[1_100] |= {"on_hand": -1}
    rows.append({"sku": "S5", "node": "WEST", "on_hand": 99})

    job = followed(partner, "/stock", kind, write(rows))
    faults = [(fault["row"], fault["field"], fault["code"]) for fault in job["errors"]]
    assert (job["status"], job["rows_total"], job["rows_done"], job["rows_failed"]) == ("DONE", 1_201, 1_201, 4)
    assert faults == [
        (11, "sku", "unknown-sku"), (701, "node", "unknown-node"), (1_101, "on_hand", "not-a-count"),
        (1_201, "sku", "duplicate"),
    ]  # fmt: skip
    assert StockLevel.objects.count() == 1_197
    assert StockLevel.objects.get(sku__code="S5", node__code="WEST").on_hand == 5


def test_of_a_feed_of_nothing_but_wrong_rows_all_are_counted_and_the_first_are_told() -> None:
    partner = partner_with()
    job = followed(partner, "/stock", "text/csv", b"sku,node,on_hand\n" + b"A,B,1\n" * 1_500)
    unread = followed(partner, "/stock", "application/x-ndjson", b'{"sku": 1}\n' * 1_500)

    assert [(one["rows_failed"], len(one["errors"])) for one in (job, unread)] == [(1_500, 1_000), (1_500, 1_000)]
    assert unread["errors"][-1]["row"] == 1_000


def _versions() -> list[tuple[str, str]]:
    """Return every SKU with the place of its row: a row that is written over moves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, ctid::text FROM inventory_sku ORDER BY code")
        return list(cursor.fetchall())


def test_master_data_that_repeats_what_is_known_rewrites_no_row() -> None:
    partner = partner_with()
    rows = [{"code": f"S{n:04}", "weight_grams": 100, "tags": ["A"]} for n in range(1_200)]
    first = followed(partner, "/skus", "application/x-ndjson", _as_ndjson(rows))
    before, noted = _versions(), Change.objects.count()
    rows[7] |= {"weight_grams": 101}
    rows[8] |= {"weight_grams": -1}
    again = followed(partner, "/skus", "application/x-ndjson", _as_ndjson(rows))

    assert [(one["rows_done"], one["rows_failed"]) for one in (first, again)] == [(1_200, 0), (1_200, 1)]
    assert [code for (code, was), (_, now) in zip(before, _versions(), strict=True) if was != now] == ["S0007"]
    assert Sku.objects.get(code="S0007").weight_grams == 101
    assert (noted, Change.objects.count()) == (1_200, 1_201)


def test_nodes_that_come_as_a_job_keep_where_they_are() -> None:
    partner = partner_with()
    place = {"latitude": 39.5296, "longitude": -119.8138}
    body = _as_ndjson([{"code": f"N{n}", "kind": "STORE", "country": "US", **place} for n in range(1_001)])
    job = followed(partner, "/nodes", "application/x-ndjson", body)

    assert (job["rows_done"], job["rows_failed"]) == (1_001, 0)
    found = set(Node.objects.values_list("latitude", "longitude"))
    assert {(float(north or 0), float(east or 0)) for north, east in found} == {(39.5296, -119.8138)}
