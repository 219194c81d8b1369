"""Orders, the first page and the workbench of who works at some nodes: their part of it, and nothing of the rest."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder, Hold, Order, OrderChange
from orders.selectors.demands import opened
from orders.services import holds
from stores.services.access import set_nodes
from tests import cast, orderbook
from tests.integration.console.everything import build
from tests.integration.console.people import someone
from tests.orderbook import Ordered, Plan

pytestmark = pytest.mark.django_db(transaction=True)

#: What nobody at SoHo reads on a page: other nodes, and what planning cost.
ELSEWHERE = ("dc_reno", "Reno DC", "store_austin", "Austin", "Expected cost")
SPLIT, RENO, AUSTIN = "W-split", "W-reno", "W-austin"


@dataclass(frozen=True, slots=True)
class Book:
    """Three orders: one of Reno and SoHo, one of Reno alone, one of Austin alone."""

    split: Order
    reno: Order
    austin: Order

    def work(self, order: Order, node: str) -> FulfillmentOrder:
        return FulfillmentOrder.objects.get(order=order, node__code=node)


def _book() -> Book:
    people = cast.enter()
    for node in (people.dc_reno, people.store_soho, people.store_austin):
        cast.stock(people.tee, node, 20)
    asked = [Ordered(people.tee, 3)]
    found = Book(
        orderbook.place(
            people, [Ordered(people.tee, 5)], Plan(people.dc_reno, {"1": 3}), Plan(people.store_soho, {"1": 2})
        ),
        orderbook.place(people, asked, Plan(people.dc_reno, {"1": 3})),
        orderbook.place(people, asked, Plan(people.store_austin, {"1": 3})),
    )
    for order, name in ((found.split, SPLIT), (found.reno, RENO), (found.austin, AUSTIN)):
        Order.objects.filter(id=order.id).update(external_ref=name)
    FulfillmentOrder.objects.exclude(node=people.store_soho).update(ship_by=cast.NOW - timedelta(hours=1))
    return found


def _hold(order: Order, reason: str, work: str = "") -> str:
    with unit_of_work():
        scope = holds.Scope(order.ref, fulfillment_order=work)
        holds.hold(scope=scope, owner="Ops", reason=reason, at=cast.NOW, actor="omar")
    return f"H{Hold.objects.latest('id').id}"


def _works_at(*codes: str, role: str = "Store manager") -> Client:
    client = someone(role, "sam")
    sam = User.objects.get(username="sam")
    with unit_of_work():
        set_nodes(user_id=sam.id, username="sam", node_codes=codes, at=cast.NOW, actor="pat")
    return client


def _body(answer: HttpResponseBase) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a file
    return str(body.decode())


def _told(client: Client, path: str) -> set[str]:
    body = _body(client.get(path))
    return {name for name in (SPLIT, RENO, AUSTIN) if name in body}


@pytest.mark.parametrize(
    ("codes", "seen"),
    [
        (("store_soho",), {SPLIT}), (("dc_reno",), {SPLIT, RENO}), (("store_austin",), {AUSTIN}), ((), set()),
        (("store_soho", "store_austin"), {SPLIT, AUSTIN}),
    ],
)  # fmt: skip
def test_each_sees_the_orders_of_their_own_nodes(codes: tuple[str, ...], seen: set[str]) -> None:
    book = _book()
    sam = _works_at(*codes)
    opened = {order.ref: sam.get(f"/orders/{order.ref}/").status_code for order in (book.split, book.reno, book.austin)}

    assert _told(sam, "/orders/") == _told(sam, "/orders/?format=csv") == _told(sam, "/orders/?q=TEE") == seen
    assert opened == {
        order.ref: 200 if name in seen else 404
        for order, name in ((book.split, SPLIT), (book.reno, RENO), (book.austin, AUSTIN))
    }
    assert {one["title"] for name in (SPLIT, RENO, AUSTIN) for one in _found(sam, name)} == seen


def _found(client: Client, text: str) -> list[dict[str, str]]:
    return [one for one in client.get("/find/", {"q": text}).json()["items"] if one["kind"] == "Order"]


def test_an_auditor_sees_all_of_it_and_the_work_of_every_node() -> None:
    book = _book()
    auditor = someone("Auditor")

    assert _told(auditor, "/orders/") == {SPLIT, RENO, AUSTIN}
    assert b"Expected cost" in auditor.get(f"/orders/{book.split.ref}/").content
    assert auditor.post(f"/orders/{book.split.ref}/hold/", {"reason": "x", "confirmed": "1"}).status_code == 403


def test_a_part_of_an_order_tells_of_ones_own_nodes_alone() -> None:
    book = _book()
    _hold(book.split, "dc_reno has a flood", book.work(book.split, "dc_reno").ref)
    _hold(book.split, "Austin knows more")
    _hold(book.split, "A dented box", book.work(book.split, "store_soho").ref)
    page = _works_at("store_soho").get(f"/orders/{book.split.ref}/")
    body = page.content.decode()

    assert [word for word in ELSEWHERE if word in body] == []
    assert [fo.node.code for fo in page.context["part"].work] == ["store_soho"]
    assert "A dented box" in body
    assert body.count("On hold: ") == 2
    assert "Other nodes send the rest of this order" in body
    assert "ana@example.com" not in body


@pytest.mark.parametrize("text", ["ref", "work"])
def test_the_palette_does_not_complete_what_belongs_to_others(text: str) -> None:
    book = _book()
    ref = book.reno.ref if text == "ref" else book.work(book.split, "dc_reno").ref
    sam = _works_at("store_soho")

    assert _found(sam, ref) == []
    assert [one["title"] for one in _found(someone("Ops"), ref)] == [RENO if text == "ref" else SPLIT]


@pytest.mark.parametrize(
    ("view", "at_reno", "at_soho"),
    [
        ("all", {SPLIT, RENO}, {SPLIT}), ("overdue", {SPLIT, RENO}, set()), ("late", {SPLIT, RENO}, set()),
        ("open", {SPLIT, RENO}, {SPLIT}), ("held", {RENO}, set()), ("unfilled", {SPLIT, RENO}, {SPLIT}),
    ],
)  # fmt: skip
def test_a_view_asks_for_the_work_of_ones_own_nodes(view: str, at_reno: set[str], at_soho: set[str]) -> None:
    book = _book()
    _hold(book.reno, "Look", book.work(book.reno, "dc_reno").ref)

    assert _told(_works_at("store_soho"), f"/orders/?view={view}") == at_soho
    assert _told(_works_at("dc_reno"), f"/orders/?view={view}") == at_reno


def test_the_workbench_has_what_stops_ones_own_work() -> None:
    book = _book()
    _hold(book.split, "dc_reno has a flood", book.work(book.split, "dc_reno").ref)
    _hold(book.reno, "Look")
    own = _hold(book.split, "A dented box", book.work(book.split, "store_soho").ref)
    whole = _hold(book.split, "Austin knows more")
    sam = _works_at("store_soho")
    page = sam.get("/workbench/")
    body = page.content.decode()

    assert {card.item.key for card in page.context["cards"]} == {own, whole}
    assert [word for word in ELSEWHERE if word in body] == []
    assert (page.context["totals"]["total"], body.count("A dented box")) == (2, 1)
    assert "Ops has to release it" in body
    assert len(someone("Ops").get("/workbench/").context["cards"]) == 4


@pytest.mark.parametrize("do", ["take", "leave", "settle"])
def test_who_is_limited_to_nodes_takes_nothing_from_the_workbench(do: str) -> None:
    book = _book()
    key = _hold(book.split, "A dented box", book.work(book.split, "store_soho").ref)
    sam = _works_at("store_soho")
    User.objects.get(username="sam").user_permissions.set(Permission.objects.filter(codename="change_order"))
    before = OrderChange.objects.count(), list(Hold.objects.values())

    assert sam.post("/workbench/", {"key": key, "do": do, "seen": ""}).status_code == 403
    assert (OrderChange.objects.count(), list(Hold.objects.values())) == before


def test_the_first_page_counts_ones_own_work() -> None:
    book = _book()
    _hold(book.reno, "Look", book.work(book.reno, "dc_reno").ref)
    reno, soho = (_works_at(code).get("/").context["board"] for code in ("dc_reno", "store_soho"))

    assert ([card.node.code for card in reno.cards], reno.open, reno.due, reno.overdue, reno.stuck) == (
        ["dc_reno"], 2, 2, 2, 1,
    )  # fmt: skip
    assert ([card.node.code for card in soho.cards], soho.open, soho.due, soho.overdue, soho.stuck) == (
        ["store_soho"], 1, 0, 0, 0,
    )  # fmt: skip


def test_ones_own_nodes_say_how_they_come_to_what_they_offer() -> None:
    _book()
    page = _works_at("store_soho").get("/stock/TEE/").context
    whole = someone("Ops").get("/stock/TEE/").context["waterfall"]

    assert [row.node for row in page["own_offers"]] == ["store_soho"]
    assert page["own_offers"] == [row for row in whole.nodes if row.node == "store_soho"]
    assert "waterfall" not in page


@pytest.mark.parametrize("orders", [1, 30])
@pytest.mark.parametrize(("page", "statements"), [("/", 9), ("/orders/", 12), ("/workbench/", 7)])
def test_pages_of_ones_own_cost_the_same_for_few_and_for_many(
    page: str, statements: int, orders: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = cast.enter()
    cast.stock(people.tee, people.store_soho, 100)
    for _ in range(orders):
        order = orderbook.place(people, [Ordered(people.tee, 1)], Plan(people.store_soho, {"1": 1}))
        _hold(order, "Look")
    sam = _works_at("store_soho")
    sam.get(page)

    with django_assert_num_queries(statements):
        assert sam.get(page).status_code == 200


def test_claims_lead_to_the_orders_that_open() -> None:
    """Somebody at SoHo reads whose the claims on its stock are, and gets to those orders."""
    book, sam = _book(), _works_at("store_soho")
    soho = frozenset(FulfillmentOrder.objects.filter(node__code="store_soho").values_list("node_id", flat=True))
    way = f'href="/orders/{book.split.ref}/"'

    assert way in _body(sam.get("/stock/TEE/"))
    assert way in _body(sam.get("/stock/TEE/reservations/"))
    assert opened([book.split.ref, book.reno.ref], soho) == frozenset({book.split.ref})
    assert opened([book.split.ref, book.reno.ref], None) is None


def test_a_guessed_address_of_another_node_answers_like_one_that_is_not_there() -> None:
    """Everything in this world is Reno's, or goes from Reno to SoHo; who works at Austin reaches none of it."""
    world = build()
    sam = _works_at("store_austin")
    about = [one for one in world.addresses() if "<" in one.route and not one.route.startswith(("/admin/", "/stock/"))]
    before = orderbook_state()
    looked = {one.route: sam.get(one.path).status_code for one in about}
    sent = {one.route: sam.post(one.path, {"confirmed": "1"}).status_code for one in about}

    assert {route: status for route, status in looked.items() if status not in {403, 404, 405}} == {}
    assert {route: status for route, status in sent.items() if status not in {403, 404, 405}} == {}
    assert len(about) > 70
    assert orderbook_state() == before


def orderbook_state() -> list[object]:
    return [list(rows.order_by("id").values()) for rows in (Order.objects, FulfillmentOrder.objects, Hold.objects)]
