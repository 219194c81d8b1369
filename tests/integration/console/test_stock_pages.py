from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import StockLevel, StockMovement
from inventory.selectors import LevelChange, available_to_sell, offers
from inventory.services import SupplyRow
from tests import cast, orderbook
from tests.integration.console.people import someone
from tests.orderbook import Ordered, Plan

pytestmark = pytest.mark.django_db(transaction=True)


def _stocked() -> cast.Cast:
    people = cast.enter()
    came_at = timezone.now() - timedelta(days=1)  # the ledger's page looks back from the clock on the wall
    cast.stock(people.tee, people.dc_reno, 40, safety_stock=3, came_at=came_at)
    cast.stock(people.tee, people.store_soho, 5, came_at=came_at)
    cast.stock(people.mug, people.store_austin, 0, came_at=came_at)
    orderbook.place(people, [Ordered(people.tee, 4)], Plan(people.dc_reno, {"1": 4}))
    orderbook.place(people, [Ordered(people.tee, 2)])
    with unit_of_work():
        row = SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 100, timezone.now() + timedelta(days=3))
        services.upsert_incoming_supply(rows=[row], at=cast.NOW, actor=cast.ACTOR)
    return people


def test_offers_are_what_availability_says_for_every_channel_and_method() -> None:
    _stocked()

    for offer in offers(sku="TEE", at=cast.NOW):
        told = available_to_sell(channel=offer.channel, skus=["TEE"], at=cast.NOW, method=offer.method)
        assert offer.available_to_sell == told[0].available_to_sell
    assert {(one.channel, one.method): one.available_to_sell for one in offers(sku="TEE", at=cast.NOW)} == {
        ("market", "SHIP"): 36, ("market", "PICKUP"): 3, ("market", "SHIP_TO_STORE"): 31, ("market", "SAME_DAY"): 3,
        ("web", "SHIP"): 36, ("web", "PICKUP"): 3, ("web", "SHIP_TO_STORE"): 31, ("web", "SAME_DAY"): 3,
    }  # fmt: skip


def test_a_foreseen_change_is_what_the_change_brings() -> None:
    people = _stocked()
    change = LevelChange("store_austin", on_hand=7, unsellable=2)
    foreseen = offers(sku="TEE", at=cast.NOW, change=change)

    with unit_of_work():
        services.adjust(
            rows=[services.Adjustment(people.tee.id, people.store_austin.id, 7, 2)], at=cast.NOW, actor=cast.ACTOR
        )

    assert offers(sku="TEE", at=cast.NOW) == foreseen


def test_the_pages_cost_a_fixed_number_of_statements(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    _stocked()
    client = someone("Ops")
    client.get("/stock/TEE/")  # the network and the rules are read once after a change

    for page, statements in (
        ("/stock/", 8),
        ("/stock/?q=tee&group=stores&tag=apparel", 10),  # one asks whether so few are left that sums may sort them
        ("/stock/?view=short", 9),
        ("/stock/TEE/", 23),
        ("/stock/TEE/movements/", 8),
        ("/stock/TEE/reservations/?node=dc_reno", 9),
    ):
        with django_assert_num_queries(statements):
            assert client.get(page).status_code == 200, page


def test_stock_is_found_by_code_gtin_and_a_part_of_the_name() -> None:
    people = _stocked()
    people.mug.gtin, people.mug.name = "0401234567890", "Harbour mug, white"
    people.mug.save()
    client = someone("Auditor")

    for text in ("MU", "mu", "04012", "bour mug"):
        found = client.get("/stock/", {"q": text}).content.decode()
        assert "/stock/MUG/" in found, text
        assert "/stock/TEE/" not in found, text
    assert "No SKU matches" in client.get("/stock/", {"q": "zebra"}).content.decode()


def test_the_waterfall_links_to_orders_and_ledgers() -> None:
    _stocked()

    page = someone("Auditor").get("/stock/TEE/?channel=web&method=SHIP").content.decode()

    assert "/stock/TEE/reservations/?node=dc_reno" in page
    assert "/stock/TEE/movements/?node=dc_reno" in page
    assert 'href="#queued"' in page
    assert page.count("/orders/O-") == 2
    assert "PO-1" in page


def test_an_adjustment_is_foreseen_then_done_with_its_reason_and_who() -> None:
    _stocked()
    client = someone("Ops", "ops")
    asked = {"node": "dc_reno", "units": -5, "reason": "DAMAGED", "note": "wet pallet"}

    foreseen = client.post("/stock/TEE/adjust/", asked).content.decode()
    assert "40 → 35 on hand" in foreseen
    assert "web by ship: 36 → 31 available to sell." in foreseen
    assert StockMovement.objects.filter(kind="ADJUST").count() == 0

    assert client.post("/stock/TEE/adjust/", {**asked, "confirmed": "1"}).status_code == 302
    moved = StockMovement.objects.get(kind="ADJUST")
    assert (moved.on_hand_delta, moved.reason, moved.reference, moved.actor) == (-5, "DAMAGED", "wet pallet", "ops")


def test_what_would_go_below_zero_is_refused_in_words_and_changes_nothing() -> None:
    _stocked()
    before = list(StockLevel.objects.values())

    asked = {"node": "store_soho", "units": -6, "reason": "LOST", "note": "", "confirmed": "1"}
    answer = someone("Merchandiser").post("/stock/TEE/adjust/", asked)

    assert answer.status_code == 409
    assert "There are 5 on hand" in answer.content.decode()
    assert list(StockLevel.objects.values()) == before


@pytest.mark.parametrize(
    ("action", "asked", "expected"),
    [
        ("count", {"on_hand": 7, "counted_at": "", "note": "shelf 4"}, {"on_hand": 7}),
        ("unsellable", {"units": 2, "reason": "DAMAGED", "note": ""}, {"unsellable": 2}),
        ("safety-stock", {"units": 4}, {"safety_stock": 4}),
        ("unlimited", {"unlimited": "1"}, {"unlimited": True}),
    ],
)
def test_every_action_does_what_it_says(action: str, asked: dict[str, Any], expected: dict[str, Any]) -> None:
    _stocked()

    answer = someone("Ops").post(f"/stock/TEE/{action}/", {"node": "store_soho", **asked, "confirmed": "1"})

    assert answer.status_code == 302
    level = StockLevel.objects.get(sku__code="TEE", node__code="store_soho")
    assert {name: getattr(level, name) for name in expected} == expected


@pytest.mark.parametrize("role", ["Customer service", "Auditor", "Store associate"])
def test_who_may_only_look_cannot_change_stock(role: str) -> None:
    _stocked()
    client = someone(role)

    page = client.get("/stock/TEE/")
    assert page.status_code == (403 if role == "Store associate" else 200)
    assert b"/stock/TEE/adjust/" not in page.content
    assert client.post("/stock/TEE/adjust/", {"node": "dc_reno", "units": 1, "reason": "FOUND"}).status_code == 403
    assert Client().get("/stock/TEE/").status_code == 302


def test_an_unknown_sku_is_not_found() -> None:
    client = someone("Ops")

    for address in ("/stock/NONE/", "/stock/NONE/movements/", "/stock/NONE/adjust/"):
        assert client.get(address).status_code == 404


def test_the_past_is_told_from_the_ledgers() -> None:
    people = _stocked()
    noon = timezone.now()
    with unit_of_work():
        services.adjust(
            rows=[services.Adjustment(people.tee.id, people.dc_reno.id, -30)], at=timezone.now(), actor=cast.ACTOR
        )

    page = someone("Auditor").get("/stock/TEE/", {"at": noon.isoformat()}).content.decode()

    assert "Worked out backwards" in page
    assert "<i>On hand</i><b>45</b>" in page
    assert "<i>On hand</i><b>15</b>" in someone("Ops", "omar").get("/stock/TEE/").content.decode()


def test_lists_and_ledgers_leave_as_files() -> None:
    _stocked()
    client = someone("Auditor")

    stock = b"".join(client.get("/stock/?q=TEE&format=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    ledger = b"".join(client.get("/stock/TEE/movements/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream

    assert stock.splitlines()[1] == "TEE,Tee,,45,0,4,0,38,2,False,100"
    assert len(ledger.splitlines()) == 3
