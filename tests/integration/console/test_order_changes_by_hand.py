"""Another item and another way to the customer, by hand: foreseen, then done by the service that the API uses."""

import pytest
from django.test import Client

from dom.console.possible import possible
from dom.kernel import prove
from dom.kernel.models import Change
from dom.kernel.transactions import unit_of_work
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, OrderChange
from orders.selectors.story import story
from orders.services import fulfillment
from orders.services.routing_flow import route_next
from tests import cast, orderbook
from tests.integration.console.people import someone, typed
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cleo() -> Client:
    """Customer service in the cast's network: ten tees at Reno, one at Soho, three mugs at Soho."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    cast.stock(people.tee, people.store_soho, 1)
    cast.stock(people.mug, people.store_soho, 3)
    return someone("Customer service", "cleo")


def _routed(*lines: tuple[str, int]) -> Order:
    order = place(*(lines or (("TEE", 2),)))
    route_next(at=cast.NOW)
    return Order.objects.get(id=order.id)


def _look(browser: Client, order: Order, form: str, **asked: str) -> list[str]:
    path = f"/orders/{order.ref}/{form}/"
    answer = browser.post(path, {**typed(browser.get(path).context["form"]), **asked})
    assert answer.status_code == 200, answer.context["form"].errors
    return list(answer.context["foreseen"])


def _do(browser: Client, order: Order, form: str, **asked: str) -> str:
    path = f"/orders/{order.ref}/{form}/"
    sent = {**typed(browser.get(path).context["form"]), **asked, "confirmed": "1"}
    return browser.post(path, sent, follow=True).content.decode()


def test_an_item_is_swapped_after_a_look(cleo: Client) -> None:
    order = _routed()
    work = orderbook.work_of(order)

    assert _look(cleo, order, "swap", line="1", sku="MUG") == [
        "Line 1 sells 2 units of MUG instead of TEE, at the price that was agreed.",
        f"Reno DC gives back 2 × TEE ({work.ref}); the stock is free again.",
        "3 units of MUG can be had.",
    ]
    assert orderbook.fates(order) == {"planned": 2}
    _do(cleo, order, "swap", line="1", sku="MUG", reason="COLOR")

    assert order.lines.get().sku_code == "MUG"
    assert OrderChange.objects.get(kind="order.item_swapped").actor == "cleo"
    assert (
        Change.objects.get(kind="orders").note == "Swap an item: Line 1 sells MUG; it is planned again. Reason: COLOR."
    )
    assert prove.differences() == []


def test_a_swap_is_proposed_and_approved_after_a_look(cleo: Client) -> None:
    order = _routed()
    work = orderbook.work_of(order)

    looked = _look(cleo, order, "swap", line="1", sku="MUG", when="ask")
    _do(cleo, order, "swap", line="1", sku="MUG", when="ask")
    offered = [(action.name, action.label) for action in possible(story(order.ref))][:2]

    assert looked == [
        "It is proposed that line 1 sells 2 units of MUG instead of TEE.",
        "Nothing of it moves until somebody approves or declines that in the workbench.",
        "3 units of MUG can be had.",
    ]
    assert offered == [("approve-swap", "Approve the swap…"), ("decline-swap", "Keep TEE…")]
    assert _look(cleo, order, "approve-swap", line="1") == [
        "Line 1 sells MUG instead of TEE, at the price that was agreed.",
        f"Reno DC gives back 2 × TEE ({work.ref}); the stock is free again.",
        "3 units of MUG can be had.",
    ]
    assert "sells the other item" in _do(cleo, order, "approve-swap", line="1")
    assert order.lines.get().sku_code == "MUG"


def test_a_proposed_swap_may_be_turned_down(cleo: Client) -> None:
    order = _routed()
    _do(cleo, order, "swap", line="1", sku="MUG", when="ask")

    assert "keeps its item" in _do(cleo, order, "decline-swap", line="1", reason="wants black")

    assert (order.lines.get().sku_code, orderbook.fates(order)) == ("TEE", {"planned": 2})


@pytest.mark.parametrize(("sku", "words"), [("TEE", "is that item already"), ("NOTHING", "There is no SKU NOTHING.")])
def test_a_swap_that_cannot_be_is_refused_in_words(cleo: Client, sku: str, words: str) -> None:
    order = _routed()
    answer = cleo.post(f"/orders/{order.ref}/swap/", {"line": "1", "sku": sku})

    assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert order.lines.get().sku_code == "TEE"


def test_an_order_to_ship_is_picked_up_and_what_lacks_is_said(cleo: Client) -> None:
    order = _routed()
    work = orderbook.work_of(order)

    assert _look(cleo, order, "way", method="PICKUP", node="store_soho") == [
        "It goes by pickup at store_soho instead of ship.",
        f"Reno DC gives back 2 × TEE ({work.ref}); the stock is free again.",
        "Warning: only 1 unit of TEE can be had at store_soho; the rest waits.",
    ]
    assert FulfillmentGroup.objects.get().method == "SHIP"
    _do(cleo, order, "way", method="PICKUP", node="store_soho")

    group = FulfillmentGroup.objects.get()
    assert (group.method, group.node.code if group.node else "") == ("PICKUP", "store_soho")
    assert orderbook.fates(order) == {"queued": 2}
    assert prove.differences() == []


def test_what_the_order_holds_counts_as_to_be_had(cleo: Client) -> None:
    order = _routed(("MUG", 3))
    assert orderbook.work_of(order).node.code == "store_soho"

    assert "3 units of MUG can be had at store_soho." in _look(cleo, order, "way", method="PICKUP", node="store_soho")


def test_a_pickup_is_sent_to_an_address_that_is_looked_at_first(cleo: Client) -> None:
    order = place(("TEE", 1), fulfillment={"method": "PICKUP", "node": "store_soho"}, ship_to=None)
    there = {"method": "SHIP", "name": "Robin", "line1": "1 Main", "city": "Boise", "region": "ID", "country": "US"}

    wrong = cleo.post(f"/orders/{order.ref}/way/", {"group": "1", **there, "postal_code": "none"})
    assert "no postal code of US" in wrong.content.decode()
    _do(cleo, order, "way", **there, postal_code="83702")

    group = FulfillmentGroup.objects.get()
    assert (group.method, group.node, group.ship_to.city if group.ship_to else "") == ("SHIP", None, "Boise")
    kept = OrderChange.objects.get(kind="order.method_changed").data
    assert kept == {"group": "1", "method": "SHIP", "node": ""}


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"method": "PICKUP"}, "Say at which node."), ({"method": "SHIP"}, "It goes this way already.")],
)
def test_a_way_that_cannot_be_is_refused_in_words(cleo: Client, asked: dict[str, str], words: str) -> None:
    order = _routed()
    path = f"/orders/{order.ref}/way/"
    answer = cleo.post(path, {**typed(cleo.get(path).context["form"]), **asked})

    assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert FulfillmentGroup.objects.get().method == "SHIP"


def test_nothing_of_it_is_offered_once_a_node_has_begun(cleo: Client) -> None:
    order = _routed()
    with unit_of_work():
        fulfillment.accept(ref=FulfillmentOrder.objects.get().ref, at=cast.NOW, actor="reno")

    assert not {"swap", "way"} & {action.name for action in possible(story(order.ref))}
    assert "no item can be swapped" in cleo.get(f"/orders/{order.ref}/swap/").content.decode()
    assert "the way cannot be changed" in cleo.get(f"/orders/{order.ref}/way/").content.decode()
