import csv
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import IncomingSupply, StockLevel, StockMovement
from inventory.services import Want, WantLine, counting, transfers
from tests import cast
from tests.integration.console.people import someone

pytestmark = pytest.mark.django_db(transaction=True)


def _stocked() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 40)
    cast.stock(people.mug, people.dc_reno, 9)
    line = WantLine("F-1", "1", people.mug.id, people.dc_reno.id, 8)
    with unit_of_work():
        services.reserve(wants=[Want("F-1", people.web.id, (line,))], at=cast.NOW, actor=cast.ACTOR)


def _looked_at(client: Client, kind: str, text: str) -> tuple[str, str, str]:
    """Return the address of the look at a file, the page, and the digest of what was seen."""
    file = SimpleUploadedFile("rows.csv", text.encode(), "text/csv")
    answer = client.post(f"/master/{kind}/import/", {"file": file})
    assert answer.status_code == 302, answer.content
    page = client.get(answer["Location"])
    return answer["Location"], page.content.decode(), page.context["found"].digest


def test_counts_are_looked_at_with_their_effect_before_they_are_applied() -> None:
    _stocked()
    client = someone("Ops")
    rows = "sku,node,on_hand\nTEE,dc_reno,37\nMUG,dc_reno,5\nLAMP,dc_reno,2\nNONE,dc_reno,1\nTEE,store_soho,-1\n"

    address, page, seen = _looked_at(client, "stock-counts", rows)

    assert "−5" not in page  # sentences write an ASCII sign
    assert "-5 units on hand altogether." in page
    assert "-2 units free to be sold" in page
    assert "1 level 3 units short" in page
    assert "There is no SKU NONE." in page
    assert StockMovement.objects.filter(kind__in=["COUNT", "FEED"]).count() == 0
    client.post(address, {"seen": seen})
    found = dict(StockLevel.objects.values_list("sku__code", "on_hand"))
    assert found == {"TEE": 37, "MUG": 5, "LAMP": 2}
    assert set(StockMovement.objects.filter(kind="FEED").values_list("actor", flat=True)) == {"maya"}
    job = Job.objects.get()
    assert (job.status, job.rows_failed) == ("DONE", 2)
    wrong = b"".join(client.get(f"{address}wrong/").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert len(wrong.splitlines()) == 3


def test_adjustments_are_signed_and_none_goes_below_zero() -> None:
    _stocked()
    client = someone("Merchandiser")
    rows = "sku;node;quantity;reason\nTEE;dc_reno;-4;DAMAGED\nMUG;dc_reno;-10;LOST\n"

    address, page, seen = _looked_at(client, "stock-adjustments", rows)
    client.post(address, {"seen": seen})

    assert "There are 9 on hand" in page
    assert dict(StockLevel.objects.values_list("sku__code", "on_hand")) == {"TEE": 36, "MUG": 9}
    assert StockMovement.objects.get(kind="ADJUST").reason == "DAMAGED"


@pytest.mark.parametrize("role", ["Customer service", "Auditor"])
def test_who_may_only_look_brings_no_file_in(role: str) -> None:
    assert someone(role).get("/master/stock-counts/import/").status_code == 403


def test_incoming_supply_comes_in_from_a_file_and_what_goes_out_changes_nothing() -> None:
    people = cast.enter()
    client = someone("Ops")
    row = services.SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 100, cast.NOW)
    with unit_of_work():
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor="omar")
    out: Any = client.get("/master/incoming-supply/export/")
    file = b"".join(out.streaming_content).decode("utf-8-sig")
    page: Any = client.get("/supply/?format=csv")
    assert b"".join(page.streaming_content).decode("utf-8-sig").splitlines()[0] == file.splitlines()[0]
    rows = (
        "PO-1,TEE,dc_reno,60,2026-12-01T08:00:00Z,0,0\nPO-2,MUG,dc_reno,5,2026-12-02T08:00:00Z,,\nPO-3,MUG,none,5,x,,\n"
    )

    assert "Every row of the file says what is there already" in _looked_at(client, "incoming-supply", file)[1]
    address, shown, seen = _looked_at(client, "incoming-supply", file.splitlines()[0] + "\n" + rows)
    assert "<del>100</del>" in shown
    client.post(address, {"seen": seen})

    found = IncomingSupply.objects.order_by("source_ref").values_list("source_ref", "sku__code", "quantity")
    assert list(found) == [("PO-1", "TEE", 60), ("PO-2", "MUG", 5)]
    assert {fault["field"] for fault in Job.objects.latest("created_at").errors} == {"expected_at"}


def test_transfers_and_counts_go_out_as_the_list_is_narrowed() -> None:
    people = cast.enter()
    client = someone("Ops")
    with unit_of_work():
        for goal in ("store_soho", "store_austin"):
            transfers.request_transfer(
                from_node="dc_reno", to_node=goal, units={people.tee.id: 1, people.mug.id: 2}, expected_at=cast.NOW,
                at=cast.NOW, actor="omar",
            )  # fmt: skip
        counting.open_count(
            node="store_soho", sku_ids=[people.tee.id], blind=True, chosen_by="=Two", at=cast.NOW, actor="omar"
        )

    for path, columns, cells in (
        ("/transfers/?node=store_soho", (3, 4, 5), [("store_soho", "TEE", "1"), ("store_soho", "MUG", "2")]),
        ("/counts/?node=store_soho", (1, 2, 3, 4), [("OPEN", "store_soho", "1", "'=Two")]),
        ("/counts/?node=dc_reno", (1,), []),
    ):
        answer: Any = client.get(f"{path}&format=csv&after=1")
        lines = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))
        assert [tuple(line[place] for place in columns) for line in lines[1:]] == cells
