"""An order's own use of quotas and days does not stand in its way; everybody else's does, also at the last moment."""

from datetime import timedelta

import pytest

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import ChannelQuota, NodeDay, Reservation
from inventory.services import DayUse, QuotaRow, Want, WantLine
from orders.errors import PlanRefused
from orders.models import FulfillmentOrder, Order, OrderLine
from orders.selectors.foreseeing import foresee
from orders.services.replanning import replan
from orders.services.routing_flow import route_next
from orders.wishes import Wish
from tests import cast
from tests.integration.inventory.rivals import at_once, patiently
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def _quota(units: int) -> None:
    with unit_of_work():
        inventory.upsert_quotas(rows=[QuotaRow("web", "TEE", units)], at=cast.NOW, actor=cast.ACTOR)


def _limit(node: str, unit: str, limit: int) -> None:
    body = {"node": node, "limits": [{"unit": unit, "limit": limit}]}
    with unit_of_work():
        inventory.publish_capacities(bodies=[body], at=cast.NOW, actor=cast.ACTOR)


def _routed(units: int) -> tuple[Order, FulfillmentOrder]:
    order = place(("TEE", units))
    route_next(at=cast.NOW)
    return Order.objects.get(id=order.id), FulfillmentOrder.objects.get(order=order)


def _cart(people: cast.Cast, units: int) -> None:
    line = WantLine("R-1", "1", people.tee.id, people.dc_reno.id, units)
    want = Want("R-1", people.web.id, (line,), expires_at=cast.NOW + timedelta(minutes=15))
    with unit_of_work():
        assert not inventory.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).lost


def _used() -> int:
    return ChannelQuota.objects.get().used


def test_a_cart_that_takes_the_whole_quota_becomes_an_order_that_is_routed(people: cast.Cast) -> None:
    _quota(3)
    _cart(people, 3)
    order = place(("TEE", 3), reservations=["R-1"])

    route_next(at=cast.NOW)

    assert OrderLine.objects.get(order=order).planned == 3
    assert (_used(), prove.differences()) == (3, [])


def test_two_orders_that_hold_the_quota_between_them_are_routed_in_one_batch(people: cast.Cast) -> None:
    _quota(4)
    for node in ("store_soho", "store_austin"):
        place(("TEE", 2), fulfillment={"method": "PICKUP", "node": node})

    route_next(at=cast.NOW)

    assert sorted(OrderLine.objects.values_list("planned", flat=True)) == [2, 2]
    assert (_used(), prove.differences()) == (4, [])


def test_an_order_that_takes_the_whole_quota_can_be_planned_anew(people: cast.Cast, proven: Do) -> None:
    _quota(2)
    order, was = _routed(2)
    target = "store_austin" if was.node.code != "store_austin" else "store_soho"
    wish = Wish(node=target)
    assert [parcel.node for parcel in foresee(order.ref, wish, at=cast.NOW)[0].parcels] == [target]

    proven(replan, order_ref=order.ref, wish=wish, reason="")

    assert FulfillmentOrder.objects.exclude(status="CANCELLED").get(order=order).node.code == target
    assert _used() == 2


def test_units_by_hand_share_the_quota_that_their_order_gives_back(people: cast.Cast, proven: Do) -> None:
    _quota(3)
    order, _ = _routed(3)
    units = {"1": {"dc_reno": 1, "store_soho": 1, "store_austin": 1}}

    proven(replan, order_ref=order.ref, wish=Wish(units=units), reason="")

    assert FulfillmentOrder.objects.filter(order=order).exclude(status="CANCELLED").count() == 3
    assert _used() == 3


@pytest.mark.parametrize(("unit", "limit"), [("ORDERS", 1), ("LINES", 1), ("UNITS", 2)])
def test_work_that_fills_its_day_may_stay_on_it(people: cast.Cast, proven: Do, unit: str, limit: int) -> None:
    _, was = _routed(2)
    assert was.work_date is not None
    _limit(was.node.code, unit, limit)

    proven(replan, order_ref=was.order.ref, wish=Wish(node=was.node.code), reason="Another look")

    again = FulfillmentOrder.objects.exclude(status="CANCELLED").get()
    assert (again.node_id, again.work_date) == (was.node_id, was.work_date)
    assert NodeDay.objects.get(unit=unit, day=was.work_date).used == limit


def test_a_quota_lowered_below_its_use_takes_of_what_is_given_back(people: cast.Cast, refused: Refused) -> None:
    _quota(5)
    place(("TEE", 3))
    route_next(at=cast.NOW)
    order, _ = _routed(2)
    _quota(4)

    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(), reason="")

    assert "1 of 2 units" in str(refusal)


def test_a_day_lowered_below_its_use_takes_of_what_is_given_back(people: cast.Cast, refused: Refused) -> None:
    _, first = _routed(3)
    order, was = _routed(2)
    assert (was.node_id, was.work_date) == (first.node_id, first.work_date)
    _limit(was.node.code, "UNITS", 4)

    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(node=was.node.code), reason="")

    assert "1 unit cannot be planned so" in str(refusal)


def test_what_an_order_gives_back_of_a_full_day_is_its_own_until_it_has_moved(people: cast.Cast) -> None:
    """One plans itself anew on its full day while seven want its place: it keeps the place, and nobody else gets in."""
    _, was = _routed(2)
    assert was.work_date is not None
    day = was.work_date
    _limit(was.node.code, "ORDERS", 1)
    _quota(2)

    def rival(number: int) -> bool:
        ref = f"F-{number}"
        lines = (WantLine(ref, "1", people.tee.id, was.node_id, 1),)
        want = Want(ref, people.web.id, lines, days=(DayUse(ref, was.node_id, day, "", "ORDERS", 1),))
        return patiently(lambda: ref in inventory.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR).won)

    def anew() -> bool:
        replan(order_ref=was.order.ref, wish=Wish(node=was.node.code), reason="", at=cast.NOW, actor=cast.ACTOR)
        return True

    won = at_once(8, lambda number: rival(number) if number else patiently(anew))

    assert won == [True, *[False] * 7]
    assert (_used(), NodeDay.objects.get(unit="ORDERS", day=day).used) == (2, 1)
    assert Reservation.objects.filter(demand_ref__startswith="F-").count() == 1
    assert prove.differences() == []
