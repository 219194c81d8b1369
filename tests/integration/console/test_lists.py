"""Lists of orders and work: filters find, views are kept and shared, files mask customers, pages cost the same."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dom.console.roles import ensure_roles
from dom.console.templatetags.console import nodes_of
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentOrder, Order, SavedView
from orders.selectors import filtering
from orders.services import bulk
from orders.services.routing_flow import route_next
from tests import cast, orderbook
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)

ANA = {"external_ref": "C-1", "name": "Ana Lima", "email": "ana@example.com"}


def _someone(role: str, name: str = "") -> Client:
    with unit_of_work():
        ensure_roles()
    person = User.objects.create_user(name or role.lower().replace(" ", ""), password="harbour-lights-7", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def _book() -> dict[str, Order]:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 50)
    cast.stock(people.mug, people.store_soho, 50)
    orders = {
        "tee": place(("TEE", 1), customer=ANA),
        "mug": place(("MUG", 4), channel="market", attributes={}),
        "pickup": place(("MUG", 2), fulfillment={"method": "PICKUP", "node": "store_soho"}, ship_to=None),
        "lamp": place(("LAMP", 1)),
    }
    route_next(at=cast.NOW)
    return orders


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"tee", "mug", "pickup", "lamp"}),
        ({"channel": "market"}, {"mug"}),
        ({"status": "BACKORDERED"}, {"lamp"}),
        ({"view": "unfilled"}, {"lamp"}),
        ({"node": "store_soho"}, {"mug", "pickup"}),
        ({"method": "PICKUP"}, {"pickup"}),
        ({"least": "20", "most": "40.00"}, {"mug", "pickup"}),
        ({"since": "2026-11-24", "until": "2026-11-24"}, {"tee", "mug", "pickup", "lamp"}),
        ({"since": "2026-11-25"}, set()),
        ({"least": "nonsense", "since": "yesterday", "tag": "\x00"}, {"tee", "mug", "pickup", "lamp"}),
    ],
)
def test_each_filter_finds_its_orders(asked: dict[str, str], names: set[str]) -> None:
    orders = _book()

    found = set(filtering.orders(filtering.read(asked), at=cast.NOW).values_list("id", flat=True))

    assert {name for name, order in orders.items() if order.id in found} == names


def test_a_tag_finds_its_orders() -> None:
    orders = _book()
    Order.objects.filter(id=orders["tee"].id).update(tags=["vip"])

    assert list(filtering.orders(filtering.read({"tag": "vip"}), at=cast.NOW)) == [orders["tee"]]


def test_a_view_is_kept_shared_with_a_role_opened_first_and_removed() -> None:
    _book()
    omar, olga, cleo = _someone("Ops", "omar"), _someone("Ops", "olga"), _someone("Customer service", "cleo")

    omar.post("/orders/?status=BACKORDERED", {"name": "My backlog", "role": "Ops", "default": "1"})
    view = SavedView.objects.get()

    assert (view.query, view.owner, view.role) == ("status=BACKORDERED", "omar", "Ops")
    assert omar.get("/orders/").headers["Location"] == "/orders/?status=BACKORDERED"
    assert "★ My backlog" in olga.get("/orders/").content.decode()
    assert "My backlog" not in cleo.get("/orders/").content.decode()
    olga.post("/orders/", {"remove": str(view.id)})
    assert SavedView.objects.count() == 1
    omar.post("/orders/?view=all", {"remove": str(view.id)})
    assert SavedView.objects.count() == 0


def test_a_view_is_named_anew_shared_and_opened_first_by_its_owner_alone() -> None:
    _book()
    omar, olga = _someone("Ops", "omar"), _someone("Ops", "olga")
    omar.post("/orders/?status=BACKORDERED", {"name": "Backlog", "default": "1"})
    omar.post("/orders/?view=held", {"name": "Held"})
    backlog, held = SavedView.objects.order_by("id")

    omar.post("/orders/?view=held", {"change": str(held.id), "name": " Needs me ", "role": "Ops", "default": "1"})
    held.refresh_from_db()
    backlog.refresh_from_db()

    assert (held.name, held.role, held.is_default, held.query) == ("Needs me", "Ops", True, "view=held")
    assert not backlog.is_default
    refused = [(olga, {"name": "X"}), (omar, {"name": "Backlog"}), (omar, {"name": " "}), (omar, {"role": "Auditor"})]
    for client, sent in refused:
        client.post("/orders/", {"change": str(held.id), "name": "A", **sent})
    assert list(SavedView.objects.order_by("id").values_list("name", "role")) == [("Backlog", ""), ("Needs me", "Ops")]


def test_a_view_is_not_shared_with_a_role_that_one_does_not_have() -> None:
    cleo = _someone("Customer service")

    answer = cleo.post("/orders/?view=held", {"name": "Held", "role": "Ops"}, follow=True)

    assert "You are not Ops" in answer.content.decode()
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "person"), [("Auditor", "A. L.,a…@example.com"), ("Customer service", "Ana Lima,ana@example.com")]
)
def test_a_file_masks_customers_unless_one_may_change_addresses(role: str, person: str) -> None:
    _book()
    client = _someone(role)

    lines = b"".join(client.get("/orders/?channel=web&format=csv")).decode().splitlines()

    assert len(lines) == 4
    assert person in next(line for line in lines if "example.com" in line)


def test_the_pages_cost_the_same_for_one_order_and_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _book()
    client = _someone("Auditor")
    client.get("/orders/")
    with django_assert_num_queries(11):
        client.get("/orders/?view=all")
    for _ in range(5):
        place(("TEE", 1))
    route_next(at=cast.NOW)

    with django_assert_num_queries(11):
        client.get("/orders/?view=all")


def test_oldest_first_turns_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dom.console.paging.SIZE", 2)
    cast.enter()
    refs = [place(("TEE", 1)).ref for _ in range(5)]
    client = _someone("Auditor")

    def shown(query: str) -> tuple[list[str], str | None]:
        page = client.get(f"/orders/{query}").context["page"]
        return [order.ref for order in page.rows], page.older

    first, on = shown("?order=oldest")
    second, on_again = shown(on or "")
    assert (first, second, shown(on_again or "")) == (refs[:2], refs[2:4], ([refs[4]], None))
    assert shown("?view=all")[0] == refs[:2:-1]


def test_everything_that_matches_is_found_by_the_job() -> None:
    orders, client = _book(), _someone("Ops")
    asked = {"deed": "hold", "all": "1", "f_channel": "web", "reason": "Recall", "owner": "Ops", "confirmed": "1"}

    client.post("/bulk/", asked | {"row": orders["mug"].ref})
    while bulk.step(at=cast.NOW):
        pass

    job = Job.objects.get()
    assert (job.rows_done, job.rows_total) == (3, 0)
    assert set(Order.objects.filter(status="HELD").values_list("channel__code", flat=True)) == {"web"}


def test_work_is_filtered_and_taken_out_as_a_file() -> None:
    _book()
    client = _someone("Ops")

    page = client.get("/fulfillment-orders/?node=store_soho").content.decode()
    lines = b"".join(client.get("/fulfillment-orders/?method=PICKUP&format=csv")).decode().splitlines()

    assert "dc_reno" not in page
    assert len(lines) == 2


def test_a_node_with_two_pieces_of_work_stands_once_in_the_list() -> None:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 5)
    cast.stock(people.mug, people.store_soho, 5)
    ordered = [orderbook.Ordered(people.tee, 3), orderbook.Ordered(people.mug, 1)]
    reno, soho = people.dc_reno, people.store_soho
    plans = [orderbook.Plan(reno, {"1": 1}), orderbook.Plan(soho, {"2": 1}), orderbook.Plan(reno, {"1": 2})]
    order = orderbook.place(people, ordered, *plans)
    ended = orderbook.place(people, [orderbook.Ordered(people.mug, 1)])
    gone = FulfillmentOrder(order=ended, node=soho, ref="F-GONE", method="SHIP", status="REJECTED", created_at=cast.NOW)
    gone.group = ended.groups.get()
    gone.save()

    page = _someone("Auditor").get("/orders/").content.decode()

    assert nodes_of(order.fulfillment_orders.order_by("id")) == [(reno, 2), (soho, 1)]
    assert re.findall(r'<span class="tag" title="([^"]*)">([^<]*)</span>', page) == [
        ("Reno DC: 2 pieces of work", "dc_reno (2)"),
        ("SoHo", "store_soho"),
    ]
