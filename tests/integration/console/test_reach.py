"""Who works at SoHo: what the pages show of other nodes, and what may be done at which end of a transfer."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import CountSession, IncomingSupply, StockLevel, StockMovement, Transfer
from inventory.services import SupplyRow, counting, transfers
from stores.services.access import set_nodes
from tests import cast, orderbook
from tests.integration.console.people import someone
from tests.orderbook import Ordered, Plan

pytestmark = pytest.mark.django_db(transaction=True)

THEN = cast.NOW + timedelta(days=400)
#: Both nodes' names are in no word of the product.
ELSEWHERE = ("dc_reno", "Reno DC", "store_austin", "Austin")


def _manager(*codes: str, login: str = "sam") -> Client:
    client = someone("Store manager", login)
    sam = User.objects.get(username=login)
    with unit_of_work():
        set_nodes(user_id=sam.id, username=login, node_codes=codes, at=cast.NOW, actor="pat")
    return client


def _ask(units: int, *, to: str = "store_soho", away: str = "dc_reno") -> str:
    people_sku = StockLevel.objects.filter(sku__code="TEE").first()
    assert people_sku is not None
    with unit_of_work():
        return transfers.request_transfer(
            from_node=away, to_node=to, units={people_sku.sku_id: units}, expected_at=THEN, at=cast.NOW, actor="omar"
        ).ref


def _count(node: str, sku: Any) -> str:
    with unit_of_work():
        return counting.open_count(
            node=node, sku_ids=[sku.id], blind=True, chosen_by="by hand", at=cast.NOW, actor="omar"
        ).ref


def _world() -> cast.Cast:
    """Stock, claims, supply and counts at Reno and at SoHo; 40 of the 45 tees lie at Reno."""
    people = cast.enter()
    came_at = timezone.now() - timedelta(days=1)  # ledgers are shown for the last days
    cast.stock(people.tee, people.dc_reno, 40, came_at=came_at)
    cast.stock(people.tee, people.store_soho, 5, came_at=came_at)
    cast.stock(people.mug, people.dc_reno, 7, came_at=came_at)
    orderbook.place(people, [Ordered(people.tee, 4)], Plan(people.dc_reno, {"1": 4}))
    orderbook.place(people, [Ordered(people.tee, 2)], Plan(people.store_soho, {"1": 2}))
    with unit_of_work():
        rows = [
            SupplyRow("PO-RENO", people.tee.id, people.dc_reno.id, 100, THEN),
            SupplyRow("PO-SOHO", people.tee.id, people.store_soho.id, 11, THEN),
        ]
        services.upsert_incoming_supply(rows=rows, at=cast.NOW, actor=cast.ACTOR)
    return people


@pytest.mark.parametrize(
    "page",
    [
        "/", "/orders/", "/orders/?view=late", "/orders/?node=dc_reno", "/orders/?format=csv", "/orders/?q=TEE",
        "/workbench/", "/workbench/?kind=MANUAL", "/stock/TEE/?channel=web&method=PICKUP",
        "/stock/", "/stock/?node=dc_reno", "/stock/?view=low", "/stock/?format=csv", "/stock/TEE/", "/stock/MUG/",
        "/stock/TEE/?at=2026-11-24T10:00", "/stock/TEE/movements/", "/stock/TEE/movements/?node=dc_reno",
        "/stock/TEE/movements/?format=csv", "/stock/TEE/reservations/", "/stock/TEE/adjust/", "/supply/", "/counts/",
        "/counts/open/", "/nodes/", "/nodes/store_soho/", "/fulfillment-orders/", "/fulfillment-orders/?format=csv",
        "/find/?q=reno", "/find/?q=austin", "/transfers/", "/transfers/?format=csv", "/counts/?format=csv",
        "/supply/?format=csv",
    ],
)  # fmt: skip
def test_no_page_tells_of_other_nodes(page: str) -> None:
    people = _world()
    _count("dc_reno", people.mug)
    answer = _manager("store_soho").get(page)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a file

    assert answer.status_code == 200
    assert [word for word in ELSEWHERE if word in body.decode() and word not in page] == []


@pytest.mark.parametrize("page", ["/stock/", "/stock/TEE/movements/", "/stock/TEE/reservations/", "/supply/"])
def test_asking_for_another_node_finds_nothing(page: str) -> None:
    _world()

    assert list(_manager("store_soho").get(f"{page}?node=dc_reno").context["page"].rows) == []
    assert len(someone("Ops").get(f"{page}?node=dc_reno").context["page"].rows) > 0


def test_sums_are_those_of_ones_own_nodes() -> None:
    _world()
    sam = _manager("store_soho")
    listed, page = sam.get("/stock/").context, sam.get("/stock/TEE/").context

    assert [(sku.code, one.on_hand, one.reserved, one.incoming) for sku, one in listed["rows"]] == [("TEE", 5, 2, 11)]
    assert (page["sums"].on_hand, page["sums"].reserved, page["sums"].incoming) == (5, 2, 11)
    assert [row.node for row in page["filled"]] == ["store_soho"]
    assert [row.quantity for row in page["claims"]] == [2]
    assert "offers" not in page
    assert someone("Ops").get("/stock/TEE/").context["sums"].on_hand == 45


def test_limits_cost_one_statement_a_request(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _world()
    sam = _manager("store_soho")
    for page, statements in (("/stock/", 9), ("/counts/", 8), ("/transfers/", 8), ("/supply/", 7)):
        with django_assert_num_queries(statements, info=page):
            assert sam.get(page).status_code == 200, page


@pytest.mark.parametrize("action", ["adjust", "count", "unsellable", "safety-stock", "unlimited"])
def test_stock_of_other_nodes_is_not_changed(action: str) -> None:
    _world()
    sent = {
        "node": "dc_reno", "units": "1", "on_hand": "1", "reason": "FOUND", "unlimited": "1", "confirmed": "1",
    }  # fmt: skip
    before = list(StockMovement.objects.values()), list(StockLevel.objects.values())
    answer = _manager("store_soho").post(f"/stock/TEE/{action}/", sent)

    assert answer.status_code == 400
    assert "node" in answer.context["form"].errors
    assert (list(StockMovement.objects.values()), list(StockLevel.objects.values())) == before


def test_stock_of_ones_own_node_is_changed_without_the_networks_offers() -> None:
    _world()
    sam = _manager("store_soho")
    sent = {"node": "store_soho", "units": "3", "reason": "FOUND"}
    foreseen = sam.post("/stock/TEE/adjust/", sent)

    assert foreseen.context["foreseen"] == ["TEE at store_soho: 5 → 8 on hand."]
    assert sam.post("/stock/TEE/adjust/", {**sent, "confirmed": "1"}).status_code == 302
    assert StockLevel.objects.get(node__code="store_soho").on_hand == 8


@pytest.mark.parametrize("action", ["enter", "recount", "post", "cancel"])
def test_counts_of_other_nodes_do_not_exist(action: str) -> None:
    people = _world()
    theirs, own = _count("dc_reno", people.tee), _count("store_soho", people.tee)
    sam = _manager("store_soho")

    assert sam.get(f"/counts/{theirs}/").status_code == 404
    assert sam.post(f"/counts/{theirs}/{action}/", {"confirmed": "1"}).status_code == 404
    assert sam.get(f"/counts/{own}/{action}/").status_code == 200
    assert CountSession.objects.get(ref=theirs).status == "OPEN"


def test_supply_of_other_nodes_does_not_exist() -> None:
    _world()
    ids = dict(IncomingSupply.objects.values_list("source_ref", "id"))
    sam = _manager("store_soho")

    assert sam.get(f"/supply/{ids['PO-RENO']}/").status_code == 404
    assert sam.post(f"/supply/{ids['PO-RENO']}/receive/", {"units": "100"}).status_code == 404
    assert sam.post(f"/supply/{ids['PO-SOHO']}/receive/", {"units": "11", "final": "on"}).status_code == 302
    assert dict(IncomingSupply.objects.values_list("source_ref", "received")) == {"PO-RENO": 0, "PO-SOHO": 11}


@pytest.mark.parametrize(
    ("at", "action", "status"),
    [
        ("dc_reno", "ship", 200), ("dc_reno", "receive", 403), ("dc_reno", "cancel", 200), ("dc_reno", "approve", 200),
        ("dc_reno", "reject", 200), ("store_soho", "ship", 403), ("store_soho", "receive", 200),
        ("store_soho", "cancel", 200), ("store_soho", "approve", 403), ("store_soho", "reject", 403),
        ("store_austin", "ship", 404), ("store_austin", "receive", 404), ("store_austin", "cancel", 404),
        ("store_austin", "approve", 404), ("store_austin", "reject", 404),
    ],
)  # fmt: skip
def test_each_end_of_a_transfer_does_its_own_part(at: str, action: str, status: int) -> None:
    _world()
    ref = _ask(3)
    client = _manager(at)
    before = Event.objects.count()

    assert client.get(f"/transfers/{ref}/").status_code == (404 if status == 404 else 200)
    assert client.get(f"/transfers/{ref}/{action}/").status_code == status
    if status != 200:
        assert client.post(f"/transfers/{ref}/{action}/", {"reason": "x", "confirmed": "1"}).status_code == status
        assert (Transfer.objects.get(ref=ref).status, Event.objects.count()) == ("APPROVED", before)


def test_a_transfer_goes_from_one_managers_node_to_the_others() -> None:
    _world()
    ref = _ask(3)
    line = Transfer.objects.get(ref=ref).lines.get()
    reno, soho = _manager("dc_reno", login="rae"), _manager("store_soho")
    sent = {f"units_{line.id}": "3", "confirmed": "1"}

    assert reno.post(f"/transfers/{ref}/ship/", sent).status_code == 302
    assert b"Take in" in soho.get(f"/transfers/{ref}/").content
    assert b"Take in" not in reno.get(f"/transfers/{ref}/").content
    assert soho.post(f"/transfers/{ref}/receive/", sent).status_code == 302
    assert Transfer.objects.get(ref=ref).status == "RECEIVED"


@pytest.mark.parametrize(("away", "to", "asked"), [
    ("dc_reno", "store_soho", True), ("store_soho", "dc_reno", True), ("dc_reno", "store_austin", False),
])  # fmt: skip
def test_one_end_of_what_is_asked_for_is_ones_own(away: str, to: str, asked: bool) -> None:
    _world()
    sent = {"from_node": away, "to_node": to, "expected_at": "2028-01-02T09:00", "lines": "TEE 99", "note": ""}
    sam = _manager("store_soho")
    seen = sam.post("/transfers/request/", sent)

    assert ("foreseen" in seen.context and bool(seen.context["foreseen"])) is asked
    assert ("of 99 are free there" in seen.content.decode()) is (away == "store_soho")
    assert (sam.post("/transfers/request/", {**sent, "confirmed": "1"}).status_code == 302) is asked
    assert Transfer.objects.count() == asked


@pytest.mark.parametrize("page", ["/transfers/approval/", "/counts/approval/", "/configuration/low-stock/new/"])
def test_what_counts_for_every_node_is_set_by_who_sees_them_all(page: str) -> None:
    _world()

    assert _manager("store_soho").get(page).status_code == 403
    assert _manager("store_soho").post(page, {"above": "5", "above_units": "5"}).status_code == 403
    assert someone("Merchandiser").get(page).status_code == 200


def test_the_menu_and_the_palette_offer_what_opens() -> None:
    _world()
    sam = _manager("store_soho")
    pages = [one for one in sam.get("/find/").json()["items"] if one["kind"] == "Page"]

    assert [one["title"] for one in pages] == [
        "Today", "Workbench", "Orders", "Fulfillment orders", "Stock", "Transfers", "Incoming supply", "Counts",
        "Nodes",
    ]  # fmt: skip
    assert {sam.get(one["url"]).status_code for one in pages} == {200}


@pytest.mark.parametrize(
    "page", ["/api-clients/", "/configuration/policy/", "/master/nodes/", "/master/stock-counts/import/"]
)
def test_a_permission_alone_opens_no_page_of_the_whole_network(page: str) -> None:
    """Somebody of a store who may look at what is everybody's still does not see it."""
    _world()
    sam = _manager("store_soho")
    permissions = Permission.objects.filter(content_type__app_label__in=["orders", "inventory", "kernel"])
    User.objects.get(username="sam").user_permissions.set(permissions)

    assert sam.get(page).status_code in {302, 403}
