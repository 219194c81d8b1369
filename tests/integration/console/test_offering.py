"""The order page shows the few likely actions as buttons and every other one in its menu."""

import pytest

from dom.console.offering import offer
from dom.console.possible import possible
from dom.kernel.transactions import unit_of_work
from orders.models import Hold, Order
from orders.selectors.story import Story, story
from orders.services import cancelling, fulfillment
from orders.services.routing_flow import route_next
from tests import cast, orderbook
from tests.integration.console.people import someone
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


def _placed() -> Order:
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 10)
    return place(("TEE", 2), payment={"status": "CAPTURED", "amount": "20.00"})


def _waiting() -> Order:
    people = cast.enter()
    return orderbook.place(people, [orderbook.Ordered(people.tee, 2, backordered=2)])


def _in(state: str) -> Story:
    order = _placed() if state != "BACKORDERED" else _waiting()
    if state not in {"QUEUED", "HELD", "BACKORDERED"}:
        route_next(at=cast.NOW)
    if state == "HELD":
        Hold.objects.create(order=order, kind="FRAUD", owner="Ops", reason="Score", placed_by="x", placed_at=cast.NOW)
        Order.objects.update(status=state)
    with unit_of_work():
        if state in {"IN_PROGRESS", "SHIPPED"}:
            fulfillment.accept(ref=orderbook.work_of(order).ref, at=cast.NOW, actor="reno")
        if state == "CANCELLED":
            cancelling.cancel_order(order_ref=order.ref, reason="CUSTOMER", at=cast.NOW, actor="cleo")
    if state in {"SHIPPED", "PARTLY_SHIPPED", "BACKORDERED"}:
        Order.objects.update(status=state)
    told = story(order.ref)
    assert told.order.status == state
    return told


_LIKELY = {
    "QUEUED": ["force", "address", "hold"],
    "HELD": ["release", "cancel", "address"],
    "BACKORDERED": ["force", "wait", "cancel-line"],
    "PLANNED": ["address", "reroute", "hold"],
    "IN_PROGRESS": ["reject", "hold"],
    "PARTLY_SHIPPED": ["force", "reject", "appease"],
    "SHIPPED": ["appease", "note"],
    "CANCELLED": ["payment", "note"],
}


@pytest.mark.parametrize("state", _LIKELY)
def test_the_likely_ones_are_buttons_and_no_other_is_lost_or_doubled(state: str) -> None:
    told = _in(state)

    found = offer(told)
    offered = [*found.buttons, *(one for group in found.menu for one in group.actions)]

    assert [one.name for one in found.buttons] == _LIKELY[state]
    assert sorted(offered, key=repr) == sorted(possible(told), key=repr)
    refused = {one.name for group in found.menu for one in group.refusals}
    assert not refused & {one.name for one in offered}


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("HELD", {"reroute": "a hold stops it: release that first"}),
        ("IN_PROGRESS", {"reroute": "nodes are at work on all that is left",
                         "address": "a node is at work on it, or has sent it"}),
        ("SHIPPED", {"cancel": "everything has left", "address": "everything has left"}),
        ("PLANNED", {}), ("CANCELLED", {}),
    ],
)  # fmt: skip
def test_what_people_look_for_and_cannot_have_says_why(state: str, told: dict[str, str]) -> None:
    found = offer(_in(state))

    assert {one.name: one.why for group in found.menu for one in group.refusals} == told


def test_the_page_offers_each_form_once() -> None:
    told = _in("PLANNED")

    page = someone("Customer service").get(f"/orders/{told.order.ref}/").content.decode()

    for action in possible(told):
        assert page.count(f'href="{action.url.replace("&", "&amp;")}"') == 1, action.name
    assert page.count("More actions") == 1
