"""An order for a later day is accepted and counted at once, and planned when that day has come."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dom.kernel import prove
from inventory.models import QueuedDemand, Reservation
from inventory.selectors import available_to_sell
from orders.models import Order, RoutingTask
from orders.selectors import documents
from orders.services import fulfillment, holds
from orders.services.holds import Scope
from orders.services.replanning import replan
from orders.services.routing_flow import route_next
from orders.wishes import Wish
from tests import cast
from tests.integration.orders.bodies import body, place, send
from tests.integration.orders.conftest import Do
from tests.orderbook import fates, work_of

pytestmark = pytest.mark.django_db(transaction=True)
DAY = cast.NOW + timedelta(days=5)


def _order(**more: Any) -> Order:
    return place(("TEE", 2), not_before=DAY, **more)


def _route(at: datetime) -> int:
    routed = 0
    while route_next(at=at) is not None:
        routed += 1
    assert prove.differences() == []
    return routed


def test_nothing_is_planned_before_the_day_and_it_is_counted_meanwhile(people: cast.Cast) -> None:
    before = available_to_sell(channel="web", skus=["TEE"], at=cast.NOW)[0].available_to_sell
    order = _order()
    assert available_to_sell(channel="web", skus=["TEE"], at=cast.NOW)[0].available_to_sell == before - 2
    assert documents.order(order.ref)["not_before"].startswith("2026-11-29T17:00:00")

    assert _route(DAY - timedelta(seconds=1)) == 0
    assert (fates(order), QueuedDemand.objects.get().quantity) == ({"queued": 2}, 2)
    assert _route(DAY) == 1
    assert fates(order) == {"planned": 2}


def test_whatever_asks_for_it_again_leaves_the_day(people: cast.Cast, proven: Do) -> None:
    order = _order()
    for step in (holds.hold, holds.release_hold):
        more = {"owner": "Ops", "reason": "-"} if step is holds.hold else {}
        proven(step, scope=Scope(order.ref), **more)

    assert RoutingTask.objects.get().not_before == DAY


def test_what_a_node_gives_back_after_the_day_is_planned_at_once(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 2), not_before=cast.NOW - timedelta(days=1))
    assert _route(cast.NOW) == 1
    proven(fulfillment.cancel_work, ref=work_of(order).ref)

    assert RoutingTask.objects.get().not_before == cast.NOW


def test_a_person_may_plan_it_earlier(people: cast.Cast, proven: Do) -> None:
    order = _order()

    proven(replan, order_ref=order.ref, wish=Wish(), reason="They called")

    assert fates(order) == {"planned": 2}
    assert not RoutingTask.objects.exists()


def test_a_pickup_keeps_its_units_until_its_day(people: cast.Cast) -> None:
    order = _order(fulfillment={"method": "PICKUP", "node": "store_soho"})

    assert _route(cast.NOW) == 0
    assert Reservation.objects.get().quantity == 2
    assert _route(DAY) == 1
    assert work_of(order).node_id == people.store_soho.id


def test_the_day_is_part_of_what_was_asked(people: cast.Cast) -> None:
    asked = body(("TEE", 1), not_before=DAY)
    assert (send(asked).created, send(asked).created) == (True, False)
