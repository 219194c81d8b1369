"""An order whose lines travel in groups: what changes for one of them leaves the others as they are."""

from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.errors import NotFound
from orders.models import FulfillmentGroup, FulfillmentOrder, Order, OrderChange
from orders.services import changes
from orders.services.changes import Way
from orders.services.routing_flow import route_next
from orders.values import Place
from tests import cast
from tests.integration.orders.bodies import body, send
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)
BOSTON = Place(country="US", postal_code="02101", latitude=42.36, longitude=-71.06)
SOHO = {"method": "PICKUP", "node": "store_soho"}


def _order(*groups: dict[str, Any]) -> Order:
    """Place two TEE in group "1" and a MUG in group "2"; they ship where `groups` do not say otherwise."""
    ways = groups or ({"method": "SHIP"}, {"method": "SHIP"})
    asked = body(("TEE", 2), ("MUG", 1), groups=[{"group_ref": str(n), **way} for n, way in enumerate(ways, start=1)])
    del asked["fulfillment"]
    for line in asked["lines"]:
        line["group"] = line["line_ref"]
    return Order.objects.get(ref=send(asked).ref)


def _routed(*groups: dict[str, Any]) -> Order:
    order = _order(*groups)
    _route()
    assert set(_work(order)) == {"1", "2"}
    return order


def _route() -> None:
    route_next(at=cast.NOW)
    assert prove.differences() == []


def _work(order: Order) -> dict[str, tuple[str, str, str, int]]:
    """Group → reference, state, method and revision of its open work."""
    rows = FulfillmentOrder.objects.filter(order=order).exclude(status__in=FulfillmentOrder.CLOSED)
    return {row.group.group_ref: (row.ref, row.status, row.method, row.revision) for row in rows}


def _addresses(order: Order) -> dict[str, str | None]:
    groups = FulfillmentGroup.objects.filter(order=order).select_related("ship_to")
    return {one.group_ref: one.ship_to.postal_code if one.ship_to else None for one in groups}


def test_another_way_for_one_group_leaves_the_work_of_the_other(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    before = _work(order)

    proven(changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"), group_ref="2")
    assert _work(order) == {"1": before["1"]}
    assert fates(order, "1") == {"planned": 2}
    assert fates(order, "2") == {"queued": 1}
    _route()

    after = _work(order)
    assert (after["1"], after["2"][2]) == (before["1"], "PICKUP")
    assert list(FulfillmentGroup.objects.order_by("id").values_list("method", flat=True)) == ["SHIP", "PICKUP"]


def test_another_way_names_the_group_where_there_are_several(people: cast.Cast, refused: Refused) -> None:
    order = _routed()

    refused(NotFound, changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"))


def test_another_address_for_one_group_is_that_of_no_other(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    before = _work(order)

    proven(changes.change_address, order_ref=order.ref, ship_to=BOSTON, group_ref="1")

    assert _addresses(order) == {"1": "02101", "2": "10013"}
    assert _work(order) == {"2": before["2"]}
    _route()
    assert _work(order)["2"] == before["2"]


def test_another_address_takes_no_work_from_a_counter(people: cast.Cast, proven: Do) -> None:
    """It is kept there for the day that the customer wants it sent after all."""
    order = _routed({"method": "SHIP"}, SOHO)
    before = _work(order)

    proven(changes.change_address, order_ref=order.ref, ship_to=BOSTON)

    assert _work(order) == {"2": before["2"]}
    assert _addresses(order) == {"1": "02101", "2": "02101"}
    assert OrderChange.objects.get(kind="order.address_changed").data["groups"] == ["1"]


def test_what_is_picked_up_goes_to_no_address(people: cast.Cast, refused: Refused) -> None:
    order = _routed({"method": "SHIP"}, SOHO)

    refused(NotFound, changes.change_address, order_ref=order.ref, ship_to=BOSTON, group_ref="2")


def test_an_order_that_nobody_has_decided_on_goes_the_other_way_at_once(people: cast.Cast, proven: Do) -> None:
    order = _order()

    proven(changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"), group_ref="2")
    _route()

    assert {group: method for group, (_, _, method, _) in _work(order).items()} == {"1": "SHIP", "2": "PICKUP"}
