"""Every list keeps its laws in every order: really sorted, ties by id, nothing lost or shown twice, no dearer page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dom.console.paging import Page
from dom.console.sorting import Sorting
from dom.console.templatetags.console import first_due
from inventory.models import (
    Node,
    Reservation,
    Sku,
    StockLevel,
    StockMovement,
)
from orders.models import FulfillmentOrder, Order
from tests import cast, orderbook
from tests.integration.console.long_lists import COUNT, LISTS, NAMES, SOME, fill_network, fill_orders, fill_supply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _three_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dom.console.paging.SIZE", 3)


def _ada() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada"))
    return client


def _walk(client: Client, path: str, way: str) -> list[tuple[list[Any], Page]]:
    """Return the rows of every page from `path` on, by the page's own links."""
    pages: list[tuple[list[Any], Page]] = []
    query: str | None = path
    while query and len(pages) < 9:
        page = client.get(path.partition("?")[0] + query.removeprefix(path.partition("?")[0])).context["page"]
        pages.append((list(page.rows), page))
        query = getattr(page, way)
    return pages


def _read(row: Any, sorting: Sorting) -> Any:
    """Return what a person sees of the row in the column that the list is ordered by."""
    value: Any = row
    for part in sorting.chosen.by.split("__"):
        value = getattr(value, part)
    return value.lower() if sorting.chosen.kind == "text" else value


def _in_order(rows: list[Any], sorting: Sorting) -> list[Any]:
    falls = sorting.turned != (sorting.chosen.kind == "age")
    there = [row for row in rows if _read(row, sorting) is not None]
    gaps = sorted((row for row in rows if _read(row, sorting) is None), key=lambda row: row.pk, reverse=falls)
    there.sort(key=lambda row: (_read(row, sorting), row.pk), reverse=falls)
    return [*gaps, *there] if sorting.chosen.indexed and falls else [*there, *gaps]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_sorted_whole_and_the_same_both_ways(path: str) -> None:
    LISTS[path](cast.enter())
    client = _ada()
    opened = client.get(path).context["sorting"]
    everything = {row.pk for rows, _page in _walk(client, path, "older") for row in rows}
    assert len(everything) >= COUNT

    for token, _words, _here in opened.options:
        asked = f"{path}&sort={token}"
        pages = _walk(client, asked, "older")
        shown = [row for rows, _page in pages for row in rows]
        sorting = client.get(asked).context["sorting"]
        assert len(shown) == len(everything) == len({row.pk for row in shown}), token
        assert [row.pk for row in shown] == [row.pk for row in _in_order(shown, sorting)], token
        back = _walk(client, path.partition("?")[0] + (pages[-1][1].newer or ""), "newer")
        again = [row.pk for rows, _page in reversed(back) for row in rows]
        assert again == [row.pk for rows, _page in pages[:-1] for row in rows], token
        assert sorting.head(token.removeprefix("-")).state == ("descending" if token[0] == "-" else "ascending")


@pytest.mark.parametrize("path", LISTS)
def test_an_order_costs_no_statement_more(path: str) -> None:
    LISTS[path](cast.enter())
    client = _ada()

    usual = _statements(client, path)

    tokens = [token for token, _words, _here in client.get(path).context["sorting"].options]
    assert {token: _statements(client, f"{path}&sort={token}") for token in tokens} == dict.fromkeys(tokens, usual)


def _statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


_NO_PLACES = (
    "7", "[]", "[1]", "[1,2,3]", "null", "{}", "[null,1]", '["x",1]', '["2026-11-27T00:00:00",1]', "[1e999,1]",
    '["\\u0000",1]', '["\\ud800",1]', f"[{10**30},1]", f"[1,{10**30}]", "[[],1]", "[true,true]", "[" * 2_000, "٣",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/orders/?view=all&sort=total", "/people/?sort=login", "/supply/?sort=expected"])
def test_a_place_that_nobody_gave_breaks_nothing(path: str) -> None:
    fill_supply(cast.enter())
    client = _ada()
    page, asked = path.partition("?")[0], _query(path)

    answers = {
        (name, told): client.get(page, asked | {name: told}).status_code
        for name in ("before", "after")
        for told in _NO_PLACES
    }

    assert {place_: code for place_, code in answers.items() if code != 200} == {}


def _query(path: str) -> dict[str, str]:
    return dict(part.split("=") for part in path.partition("?")[2].split("&"))


def test_an_order_keeps_the_search_and_is_kept_by_a_view() -> None:
    fill_orders(cast.enter())
    client = _ada()

    page = client.get("/orders/?view=open&channel=web&sort=-total&before=7").content.decode()
    client.post("/orders/?view=open&sort=-total", {"name": "Large", "default": "1"})

    assert (
        '<th class="num" aria-sort="descending"><a class="sort" href="?view=open&amp;channel=web&amp;sort=total"'
        in page
    )
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page.partition("sortby")[2])[:2] == [
        ("view", "open"), ("channel", "web"),
    ]  # fmt: skip
    assert client.get("/orders/").headers["Location"] == "/orders/?view=open&sort=-total"


def test_what_no_index_orders_is_not_offered() -> None:
    fill_orders(cast.enter())
    client = _ada()

    offered = {
        path: list(client.get(path).context["sorting"].sorts)
        for path in ("/fulfillment-orders/?view=all", "/fulfillment-orders/?status=SHIPPED",
                     "/fulfillment-orders/?status=PLANNED", "/stock/?view=unlimited", "/master/skus/")
    }  # fmt: skip

    assert offered == {
        "/fulfillment-orders/?view=all": ["age"],
        "/fulfillment-orders/?status=SHIPPED": ["age"],
        "/fulfillment-orders/?status=PLANNED": ["age", "due"],
        "/stock/?view=unlimited": ["added"],
        "/master/skus/": ["code"],
    }


def test_nodes_and_documents_stand_on_one_page_in_every_order() -> None:
    fill_network(cast.enter())
    client = _ada()
    codes = set(Node.objects.values_list("code", flat=True))

    for token, _words, _here in client.get("/nodes/").context["sorting"].options:
        rows = client.get(f"/nodes/?sort={token}").context["nodes"]
        assert sorted(row.node.code for row in rows) == sorted(codes)
    by_code = [row.node.code for row in client.get("/nodes/?sort=-code").context["nodes"]]
    cities = [row.node.city.lower() for row in client.get("/nodes/?sort=place").context["nodes"]]

    assert by_code == sorted(codes, reverse=True)
    assert cities == [*sorted(city for city in cities if city), *(city for city in cities if not city)]


def test_orders_in_work_begin_with_what_has_to_leave_first() -> None:
    people = cast.enter()
    fill_orders(people)
    client = _ada()
    path, due = "/orders/?view=working&", {}
    for order in Order.objects.prefetch_related("fulfillment_orders"):
        due[order.pk] = min((work.ship_by for work in order.fulfillment_orders.all() if work.ship_by), default=None)
    there = sorted((at, pk) for pk, at in due.items() if at)
    assert 3 < len(there) < len(due)

    for token, expected in (("due", there), ("-due", there[::-1])):
        pages = _walk(client, f"{path}sort={token}", "older")
        assert [order.pk for rows, _page in pages for order in rows] == [pk for _at, pk in expected]
        back = _walk(client, "/orders/" + (pages[-1][1].newer or ""), "newer")
        assert [order.pk for rows, _page in reversed(back) for order in rows] == [pk for _at, pk in expected][:3]


def test_an_order_stands_once_where_its_first_open_work_puts_it() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 20)
    ordered = [orderbook.Ordered(people.tee, 3)]
    plans = [orderbook.Plan(people.dc_reno, {"1": 1}) for _ in range(3)]
    early, late = (orderbook.place(people, ordered, *plans) for _ in range(2))
    for order, days in ((early, (5, 2, 1)), (late, (4, 3, 0))):
        for work, day in zip(order.fulfillment_orders.order_by("id"), days, strict=True):
            status = "SHIPPED" if day == 0 else "PLANNED"
            FulfillmentOrder.objects.filter(id=work.id).update(ship_by=cast.NOW + timedelta(days=day), status=status)

    page = _ada().get("/orders/?view=working&sort=due")

    assert [order.pk for order in page.context["page"].rows] == [early.pk, late.pk]
    shown = [first_due(order.fulfillment_orders.all()) for order in page.context["page"].rows]
    assert [work and work.ship_by for work in shown] == [cast.NOW + timedelta(days=day) for day in (1, 3)]


def test_the_times_of_orders_are_sorted_where_every_order_has_one() -> None:
    fill_orders(cast.enter())
    client = _ada()
    views = ("all", "open", "late", "overdue", "working", "held")

    offered = {view: "due" in client.get(f"/orders/?view={view}").context["sorting"].sorts for view in views}

    assert offered == {view: view in {"late", "overdue", "working"} for view in views}
    assert "due" not in client.get("/orders/?view=late&q=W").context["sorting"].sorts


def _sum(sku: Sku, name: str) -> int:
    levels = StockLevel.objects.filter(sku=sku)
    if name == "on_hand":
        return sum(level.on_hand for level in levels)
    free = [max(0, one.on_hand - one.unsellable - one.reserved - one.safety_stock) for one in levels]
    return 10**12 if any(one.unlimited for one in levels) else sum(free)


@pytest.mark.parametrize(("token", "name"), [("on-hand", "on_hand"), ("free", "free")])
def test_skus_that_a_search_narrows_are_sorted_by_what_they_add_up_to(token: str, name: str) -> None:
    people = cast.enter()
    for number, units in enumerate((5, 0, 9, 5, 7)):
        sku = Sku.objects.create(code=f"S-{number}", name="Thing")
        cast.stock(sku, people.store_soho, units, safety_stock=number, unlimited=number == 3)
        cast.stock(sku, people.dc_reno, 2)
    client = _ada()
    skus = list(Sku.objects.filter(name="Thing"))

    for turn in ("", "-"):
        pages = _walk(client, f"/stock/?q=Thing&sort={turn}{token}", "older")
        expected = sorted(skus, key=lambda sku: (_sum(sku, name), sku.pk), reverse=bool(turn))
        assert [sku.pk for rows, _page in pages for sku in rows] == [sku.pk for sku in expected]
    everything = client.get("/stock/?")
    assert token not in everything.context["sorting"].sorts
    assert "Search or name a tag to sort by what is on hand or free." in everything.content.decode()


def test_too_many_skus_are_not_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dom.console.views.stock._MOST_SUMMED", 2)
    for number in range(3):
        Sku.objects.create(code=f"S-{number}", name=f"Thing {number}")
    client = _ada()

    offered = [set(client.get(f"/stock/?q={text}").context["sorting"].sorts) for text in ("Thing", "Thing 1")]

    assert offered == [{"added", "sku", "name"}, {"added", "sku", "name", "on-hand", "free"}]


def _moved(people: cast.Cast) -> str:
    for number in range(COUNT):
        StockMovement.objects.create(
            at=timezone.now(), sku=people.tee, node=(people.dc_reno, people.store_soho)[number % 2],
            on_hand_delta=(-2, 5, 1)[number % 3], kind=("RECEIVE", "ADJUST")[number % 2], actor="tests",
            reason=NAMES[number],
        )  # fmt: skip
    return "/stock/TEE/movements/?"


def _claimed(people: cast.Cast) -> str:
    for number in range(COUNT):
        Reservation.objects.create(
            kind="SOFT" if SOME[number] else "HARD", demand_ref=f"D-{number}", line_ref="1", sku=people.tee,
            channel=people.web, node=(people.dc_reno, people.store_soho)[number % 2], quantity=1 + number % 3,
            expires_at=SOME[number], created_at=cast.NOW,
        )  # fmt: skip
    return "/stock/TEE/reservations/?"


@pytest.mark.parametrize(
    ("make", "names"),
    [(_moved, {"when", "units", "kind", "reason", "node"}), (_claimed, {"since", "units", "until", "node"})],
)
def test_a_skus_ledger_and_claims_are_sorted_by_every_column_while_they_are_few(
    make: Callable[[cast.Cast], str], names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, client = make(cast.enter()), _ada()
    sortings = client.get(path).context["sorting"]
    assert set(sortings.sorts) == names

    for token, _words, _here in sortings.options:
        pages = _walk(client, f"{path}sort={token}", "older")
        shown = [row for rows, _page in pages for row in rows]
        assert len({row.pk for row in shown}) == len(shown) == COUNT, token
        assert [row.pk for row in shown] == [
            row.pk for row in _in_order(shown, client.get(f"{path}sort={token}").context["sorting"])
        ], token
    monkeypatch.setattr("dom.console.views.skus._MOST_SORTED", COUNT - 1)
    many = client.get(path)
    assert len(many.context["sorting"].sorts) == 1
    assert "to sort them by more." in many.content.decode()
