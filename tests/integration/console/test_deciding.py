"""Merchandisers settle which item is sold, on the page that shows it to them; everything else stays with its people."""

import pytest
from django.test import Client

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from orders.models import Concern, Hold, Order
from orders.services.holds import Scope, hold
from orders.services.routing_flow import route_next
from orders.services.swapping import Swap, propose_swap
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)
SURE = {"confirmed": "1"}


def _proposed() -> Order:
    people = cast.enter()
    for sku in (people.tee, people.mug):
        cast.stock(sku, people.dc_reno, 10)
    order = place(("TEE", 2), external_ref="W-SWAP")
    route_next(at=cast.NOW)
    with unit_of_work():
        propose_swap(order_ref=order.ref, swap=Swap("1", "MUG"), at=cast.NOW, actor="omar")
    return order


def _hold(order: Order, kind: str) -> Hold:
    with unit_of_work():
        hold(scope=Scope(order.ref), kind=kind, owner="Ops", reason="Look", at=cast.NOW, actor="omar")
    return Hold.objects.get(kind=kind)


def _buttons(client: Client, kind: str) -> list[str]:
    """Return the labels that the queue offers to press for the one thing of this kind."""
    answer = client.get("/workbench/", {"kind": kind})
    (card,) = answer.context["cards"]
    page = answer.content.decode()
    return [label for _name, label, _url in card.remedies if f">{label}</a>" in page or f">{label}</button>" in page]


def test_a_merchandiser_finds_the_two_answers_to_a_swap_and_gives_one() -> None:
    order, client = _proposed(), someone("Merchandiser")
    assert _buttons(client, "SWAP") == ["Approve the swap", "Keep the item"]
    offered = client.get(f"/orders/{order.ref}/").context["offer"]
    assert [one.name for one in offered.buttons] == ["approve-swap", "decline-swap"]

    client.post(f"/orders/{order.ref}/approve-swap/", {"line": "1", **SURE})

    assert (order.lines.get().sku_code, Hold.objects.get().released_by) == ("MUG", "maya")
    assert client.get(f"/orders/{order.ref}/").context["offer"] is None
    assert prove.differences() == []


def test_a_merchandiser_keeps_the_item() -> None:
    order, client = _proposed(), someone("Merchandiser")

    client.post(f"/orders/{order.ref}/decline-swap/", {"line": "1"})

    assert (order.lines.get().sku_code, Hold.objects.get().released_by) == ("TEE", "maya")


def test_a_merchandiser_releases_what_was_unknown() -> None:
    cast.enter()
    order, client = place(("GHOST", 1)), someone("Merchandiser")
    assert _buttons(client, "UNKNOWN_SKU") == ["It is known now"]

    client.post(f"/orders/{order.ref}/release/", {"kind": "UNKNOWN_SKU"})

    assert Hold.objects.get().released_by == "maya"


@pytest.mark.parametrize("kind", ["FRAUD", "PAYMENT", "ADDRESS", "LEGAL", "MANUAL", "UNFILLED", "ROUTING_ERROR"])
def test_no_other_hold_is_a_merchandisers_to_release(kind: str) -> None:
    order, client = _proposed(), someone("Merchandiser")
    held = _hold(order, kind)

    assert _buttons(client, kind) == []
    assert client.post(f"/orders/{order.ref}/release/", {"kind": kind}).status_code == 400
    assert client.post("/workbench/", {"key": f"H{held.id}", "do": "take"}).status_code == 403
    held.refresh_from_db()
    assert (held.released_at, held.assignee) == (None, "")


def test_who_may_not_settle_holds_sees_no_button_and_opens_no_form() -> None:
    order, client = _proposed(), someone("Auditor")

    assert _buttons(client, "SWAP") == []
    assert client.get(f"/orders/{order.ref}/").context["offer"] is None
    forms = ("approve-swap", "decline-swap", "release")
    assert [client.post(f"/orders/{order.ref}/{name}/", {"line": "1", **SURE}).status_code for name in forms] == [
        403
    ] * 3
    assert Hold.objects.get().released_at is None


@pytest.mark.parametrize("role", ["Customer service", "Ops"])
def test_who_changes_orders_has_every_answer(role: str) -> None:
    _proposed()

    assert _buttons(someone(role), "SWAP") == ["Approve the swap", "Keep the item", "Cancel a line"]


def test_a_merchandiser_takes_a_swap_and_settles_no_concern() -> None:
    order, client = _proposed(), someone("Merchandiser")
    swap = Hold.objects.get()
    concern = Concern.objects.create(
        order=order, kind="REJECTED", owner="Ops", reason="Two nodes gave it back", raised_at=cast.NOW
    )

    client.post("/workbench/", {"key": f"H{swap.id}", "do": "take", "seen": ""})
    swap.refresh_from_db()
    assert swap.assignee == "maya"

    assert client.post("/workbench/", {"key": f"C{concern.id}", "do": "settle"}).status_code == 403
    assert client.post("/bulk/", {"deed": "release", "row": f"H{swap.id}", **SURE}).status_code == 403
    concern.refresh_from_db()
    assert (concern.ended_at, Hold.objects.get().released_at) == (None, None)
