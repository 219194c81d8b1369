"""Orders of which a part has a plan and a part has none: whoever decides again finds every unit, and hides nothing."""

from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import QueuedDemand
from inventory.services import Adjustment
from orders.errors import InvalidTransition, PlanRefused, TooLate
from orders.models import FulfillmentOrder, Hold, Order, OrderChange, RoutingTask
from orders.reports import Reason, Returned
from orders.services import cancelling, changes, fulfillment, holds, shipping, swapping
from orders.services.changes import Way
from orders.services.holds import Scope
from orders.services.replanning import Replanned, replan
from orders.services.routing_flow import route_next
from orders.wishes import Wish
from routing.models import RoutingDecision
from routing.selectors.decisions import replay
from routing.services import publish_policies
from tests import cast
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import fates

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "No node that may serve this order has enough of it."


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with four tees at Reno; what no node can give, a person decides on."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 4)
    asked = {"code": "strict", "groups": [{"name": "all", "unfilled": {"then": "HOLD"}}]}
    with unit_of_work():
        publish_policies(bodies=[asked], actor="maya", at=cast.NOW)
    return everyone


def _routed(*lines: tuple[str, int], **more: Any) -> Order:
    order = place(*(lines or (("TEE", 6),)), **more)
    _route()
    return order


def _route() -> None:
    while route_next(at=cast.NOW) is not None:
        pass
    assert prove.differences() == []


def _works() -> list[tuple[str, str, int]]:
    """Node, state and open units of each work, the oldest first."""
    rows = FulfillmentOrder.objects.order_by("id").prefetch_related("lines")
    return [(fo.node.code, fo.status, sum(p.to_pick + p.picked for p in fo.lines.all())) for fo in rows]


def _holds() -> list[tuple[str, str]]:
    return list(Hold.objects.filter(released_at=None).order_by("id").values_list("kind", "reason"))


def _status(order: Order) -> str:
    return Order.objects.get(id=order.id).status


def _arrive(people: cast.Cast, units: int) -> None:
    with unit_of_work():
        rows = [Adjustment(people.tee.id, people.dc_reno.id, on_hand=units, reason="FOUND")]
        inventory.adjust(rows=rows, at=cast.NOW, actor=cast.ACTOR)


def test_what_has_a_plan_goes_on_while_a_person_thinks_about_the_rest(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    assert (_status(order), fates(order), _holds()) == ("HELD", {"planned": 4, "backordered": 2}, [("UNFILLED", WHY)])
    ref = FulfillmentOrder.objects.get().ref

    for step in (fulfillment.accept, fulfillment.pick, shipping.ship):
        proven(step, ref=ref)

    assert (_works(), _holds()) == ([("dc_reno", "SHIPPED", 0)], [("UNFILLED", WHY)])
    assert (_status(order), fates(order)) == ("HELD", {"backordered": 2, "shipped": 4})
    proven(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")
    assert (_status(order), _holds()) == ("SHIPPED", [])


def test_another_hold_stops_the_work_and_its_release_lets_it_go_on(people: cast.Cast, proven: Do) -> None:
    order = _routed()

    proven(holds.hold, scope=Scope(order.ref), owner="Ops", reason="Look")
    assert _works() == [("dc_reno", "ON_HOLD", 4)]
    proven(holds.release_hold, scope=Scope(order.ref), kind="MANUAL")

    assert (_works(), _holds()) == ([("dc_reno", "PLANNED", 4)], [("UNFILLED", WHY)])


def test_another_look_plans_all_that_is_there_by_then(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    _arrive(people, 1)

    done = proven(replan, order_ref=order.ref, wish=Wish(), reason="Somebody found one")

    assert isinstance(done, Replanned)
    assert done.units_by_node == {"dc_reno": 5}
    assert _works() == [("dc_reno", "CANCELLED", 0), ("dc_reno", "PLANNED", 5)]
    assert (_status(order), fates(order), _holds()) == ("HELD", {"planned": 5, "backordered": 1}, [("UNFILLED", WHY)])
    assert [one.released_by for one in Hold.objects.order_by("id")] == [cast.ACTOR, ""]
    assert not RoutingTask.objects.exists()


def test_the_story_tells_what_became_of_the_rest_each_time(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    _arrive(people, 1)
    proven(replan, order_ref=order.ref, wish=Wish(), reason="Somebody found one")

    told = OrderChange.objects.filter(order=order).order_by("id").values_list("kind", "reason", "data__unfilled")

    rests = [[{"line_ref": "1", "quantity": units, "then": "HOLD", "why": WHY}] for units in (2, 1)]
    assert list(told) == [
        ("order.placed", "", None), ("order.routed", "", rests[0]), ("order.rerouted", "Somebody found one", None),
        ("order.routed", "", rests[1]),
    ]  # fmt: skip
    decisions = RoutingDecision.objects.order_by("id")
    assert list(decisions.values_list("attempt", "parcels", "unfilled_units")) == [(1, 1, 2), (1, 1, 1)]
    assert replay(order.ref).is_equal


def test_a_node_that_has_too_little_for_all_of_it_is_refused(people: cast.Cast, refused: Refused) -> None:
    order = _routed()

    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(node="dc_reno"), reason="")

    assert refusal.facts == {"missing": 2}
    assert _holds() == [("UNFILLED", WHY)]


def test_units_by_hand_name_those_that_wait_too(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    cast.stock(people.tee, people.store_soho, 2)

    few = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(units={"1": {"dc_reno": 4}}), reason="")
    assert few.facts == {"line_ref": "1", "asked": 6, "given": 4}
    all_of_it = Wish(units={"1": {"dc_reno": 4, "store_soho": 2}})
    proven(replan, order_ref=order.ref, wish=all_of_it, reason="")

    assert _works()[1:] == [("dc_reno", "PLANNED", 4), ("store_soho", "PLANNED", 2)]
    assert (_status(order), fates(order), _holds()) == ("PLANNED", {"planned": 6}, [])


def test_what_a_node_gave_back_is_planned_beside_what_it_keeps(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 4))
    ref = FulfillmentOrder.objects.get().ref
    proven(fulfillment.accept, ref=ref)
    proven(fulfillment.reject, ref=ref, lines=[Returned("1", 1, Reason.DAMAGED)])
    assert fates(order) == {"planned": 3, "queued": 1}
    _route()
    assert (fates(order), _holds()) == ({"planned": 3, "backordered": 1}, [("UNFILLED", "No node has it.")])
    cast.stock(people.tee, people.store_soho, 1)

    proven(replan, order_ref=order.ref, wish=Wish(node="store_soho"), reason="")

    assert _works() == [("dc_reno", "ACCEPTED", 3), ("store_soho", "PLANNED", 1)]
    assert (_status(order), fates(order), _holds()) == ("IN_PROGRESS", {"planned": 4}, [])


def test_another_way_takes_the_planned_and_the_waiting_units_together(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    cast.stock(people.tee, people.store_soho, 6)

    proven(changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"))
    assert (_status(order), fates(order), _holds()) == ("QUEUED", {"queued": 6}, [])
    assert QueuedDemand.objects.get().quantity == 6
    _route()

    assert _works() == [("dc_reno", "CANCELLED", 0), ("store_soho", "PLANNED", 6)]
    assert (_status(order), fates(order)) == ("PLANNED", {"planned": 6})


def test_work_that_ended_earlier_is_not_ended_again(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 2))
    cast.stock(people.tee, people.store_soho, 2)

    proven(changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"))
    _route()
    proven(changes.change_method, order_ref=order.ref, way=Way("SHIP"))
    _route()

    assert _works() == [
        ("dc_reno", "CANCELLED", 0), ("store_soho", "CANCELLED", 0), ("store_soho", "PLANNED", 2),
    ]  # fmt: skip
    assert list(FulfillmentOrder.objects.order_by("id").values_list("revision", flat=True)) == [2, 2, 1]


def test_what_a_customer_has_collected_goes_no_other_way(people: cast.Cast, proven: Do, refused: Refused) -> None:
    cast.stock(people.tee, people.store_soho, 1)
    order = _routed(("TEE", 2), fulfillment={"method": "PICKUP", "node": "store_soho"})
    ref = FulfillmentOrder.objects.get().ref
    for step in (fulfillment.accept, fulfillment.pick, fulfillment.ready):
        proven(step, ref=ref)
    proven(shipping.hand_over, ref=ref, name="Ana", relation="herself")
    assert (_works(), fates(order)) == ([("store_soho", "HANDED_OVER", 0)], {"shipped": 1, "backordered": 1})

    refused(TooLate, changes.change_method, order_ref=order.ref, way=Way("SHIP"))


def _two_groups() -> Order:
    """Return an order whose first group has its plan, and whose second one found no lamp."""
    lines = [
        {"line_ref": ref, "sku": sku, "quantity": 1, "unit_price": "10.00", "group": ref}
        for ref, sku in (("1", "TEE"), ("2", "LAMP"))
    ]
    ways = [{"group_ref": ref, "method": "SHIP"} for ref in "12"]
    order = _routed(lines=lines, groups=ways, fulfillment=None)
    assert (fates(order, "1"), fates(order, "2")) == ({"planned": 1}, {"backordered": 1})
    return order


def _again(proven: Do, order: Order, how: str) -> None:
    if how == "method":
        proven(changes.change_method, order_ref=order.ref, group_ref="1", way=Way("PICKUP", "store_soho"))
    elif how == "swap":
        proven(swapping.swap_item, order_ref=order.ref, line_ref="1", sku="MUG")
    else:
        proven(replan, order_ref=order.ref, wish=Wish(group_ref="1"), reason="")


@pytest.mark.parametrize("how", ["method", "swap", "reroute"])
def test_a_person_is_asked_again_about_the_group_that_nobody_changed(people: cast.Cast, proven: Do, how: str) -> None:
    order = _two_groups()
    for sku in (people.tee, people.mug):
        cast.stock(sku, people.store_soho, 1)

    _again(proven, order, how)
    assert (fates(order, "2"), _holds()) == ({"queued": 1}, [])
    _route()

    assert (fates(order, "1"), fates(order, "2")) == ({"planned": 1}, {"backordered": 1})
    assert [kind for kind, _ in _holds()] == ["UNFILLED"]
    assert _status(order) == "HELD"


def test_a_line_that_somebody_looks_at_stays_as_it_is(people: cast.Cast, proven: Do) -> None:
    order = _two_groups()
    proven(holds.hold, scope=Scope(order.ref, "2"), owner="Ops", reason="Which lamp?")

    proven(replan, order_ref=order.ref, wish=Wish(group_ref="1"), reason="")

    assert (fates(order, "2"), _holds()) == ({"backordered": 1}, [("MANUAL", "Which lamp?")])


def test_a_node_that_has_begun_keeps_all_of_its_group_as_it_was(
    people: cast.Cast, proven: Do, refused: Refused
) -> None:
    order = _routed()
    proven(fulfillment.accept, ref=FulfillmentOrder.objects.get().ref)

    refused(InvalidTransition, changes.change_method, order_ref=order.ref, way=Way("PICKUP", "store_soho"))
    refused(InvalidTransition, swapping.swap_item, order_ref=order.ref, line_ref="1", sku="MUG")

    assert (fates(order), _holds()) == ({"planned": 4, "backordered": 2}, [("UNFILLED", WHY)])
