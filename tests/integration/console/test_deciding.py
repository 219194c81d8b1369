"""Merchandisers settle which item is sold, on the page that shows it to them; everything else stays with its people."""

import re

import pytest
from django.test import Client

from dom.kernel import prove
from dom.kernel.models import Job
from dom.kernel.transactions import unit_of_work
from inventory.services import SkuRow, upsert_skus
from orders.models import Concern, Hold, Order
from orders.services import bulk
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

    with unit_of_work():
        upsert_skus(rows=[SkuRow("GHOST")], at=cast.NOW, actor="erp")
    client.post(f"/orders/{order.ref}/release/", {"kind": "UNKNOWN_SKU"})

    assert Hold.objects.get().released_by == "maya"


def test_what_is_still_unknown_is_not_released_and_stays_in_the_queue() -> None:
    cast.enter()
    order, client = place(("GHOST", 1)), someone("Merchandiser")

    refused = client.post(f"/orders/{order.ref}/release/", {"kind": "UNKNOWN_SKU"})

    assert refused.status_code == 409
    assert "The catalog does not have GHOST yet." in refused.content.decode()
    assert _buttons(client, "UNKNOWN_SKU") == ["It is known now"]


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
    asked = {"deed": "release", "row": [f"H{swap.id}", f"C{concern.id}"]}
    assert [client.post("/bulk/", asked | more).status_code for more in ({}, SURE)] == [403, 403]
    concern.refresh_from_db()
    assert (concern.ended_at, Hold.objects.get().released_at) == (None, None)


def test_a_merchandiser_approves_many_swaps_at_once_and_no_other_hold_goes_with_them() -> None:
    order, client = _proposed(), someone("Merchandiser")
    swap = Hold.objects.get()
    fraud = _hold(order, "FRAUD")
    page = client.get("/workbench/").content.decode()
    assert re.findall(r'name="row" value="(\w+)"', page) == [f"H{swap.id}"]
    assert re.findall(r'<option value="(\w+)">', page[page.index('name="deed"') :])[:3] == ["release", "decline"]
    asked = {"deed": "release", "row": f"H{swap.id}", "from": "workbench"}

    (foreseen,) = client.post("/bulk/", asked).context["shown"]
    ((done, _named),) = client.post("/bulk/", asked | SURE).context["done"]

    assert (foreseen.can, foreseen.words) == (True, "Goes on: Swap to approve.")
    assert (done.is_done, done.words) == (True, "The item is swapped.")
    swap.refresh_from_db()
    fraud.refresh_from_db()
    assert (swap.released_by, fraud.released_at, order.lines.get().sku_code) == ("maya", None, "MUG")


def test_a_merchandiser_declines_many() -> None:
    order, client = _proposed(), someone("Merchandiser")
    row = f"H{Hold.objects.get().id}"

    ((done, _named),) = client.post("/bulk/", {"deed": "decline", "row": row, **SURE}).context["done"]

    assert done.words == "The item stays."
    assert (order.lines.get().sku_code, Hold.objects.get().released_by) == ("TEE", "maya")


@pytest.mark.parametrize("deed", ["hold", "cancel", "reroute", "wait", "assign"])
def test_a_merchandiser_does_nothing_else_to_many(deed: str) -> None:
    _proposed()
    swap, revision = Hold.objects.get(), Order.objects.get().revision
    asked = {"deed": deed, "row": f"H{swap.id}", "reason": "CUSTOMER", "days": "1", "assignee": "maya", "owner": "Ops"}

    assert someone("Merchandiser").post("/bulk/", asked | SURE).status_code == 403
    assert list(Hold.objects.values_list("kind", "assignee", "released_at")) == [("SWAP", "", None)]
    assert Order.objects.get().revision == revision


def test_a_merchandiser_names_holds_of_their_own_kinds_alone() -> None:
    order, client = _proposed(), someone("Merchandiser")
    swap, fraud = Hold.objects.get(), _hold(order, "FRAUD")
    mixed = {"row": [f"H{swap.id}", f"H{fraud.id}"]}
    whole: dict[str, object] = {"row": order.ref}
    everything: dict[str, object] = {"all": "1", "f_view": "held"}
    unknown: dict[str, object] = {"row": ["H999999", "Hello"]}

    tried = [client.post("/bulk/", {"deed": "release", **one, **SURE}) for one in (mixed, whole, everything, unknown)]

    assert [answer.status_code for answer in tried] == [403] * 4
    assert not Hold.objects.exclude(released_at=None).exists()
    assert not Job.objects.exists()


def test_who_began_a_job_may_stop_it_and_no_other_merchandiser_may() -> None:
    order, client = _proposed(), someone("Merchandiser")
    with unit_of_work():
        job = bulk.begin(deed="release", options={}, rows=["H1"], at=cast.NOW, actor="maya")
    other = someone("Merchandiser", "mona")
    assert "Stop it" not in other.get(f"/bulk/{job.ref}/").content.decode()
    assert other.post(f"/bulk/{job.ref}/").status_code == 403

    assert "Stop it" in client.get(f"/bulk/{job.ref}/").content.decode()
    client.post(f"/bulk/{job.ref}/")

    assert Job.objects.get().status == "CANCELLED"
    assert order.lines.get().sku_code == "TEE"
