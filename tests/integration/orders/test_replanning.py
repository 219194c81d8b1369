"""Plans that people ask for: another look, one node, units by hand; reserved in one transaction, or refused."""

from typing import Any

import pytest

from dom.kernel.transactions import unit_of_work
from inventory.models import NodeDayUse, StockLevel
from orders.errors import AlreadyClaimed, PlanRefused
from orders.models import FulfillmentOrder, Hold, Order, OrderChange, RoutingTask
from orders.selectors.foreseeing import covered, foresee
from orders.services import fulfillment, holds
from orders.services.replanning import Replanned, replan
from orders.services.routing_flow import route_next
from orders.wishes import Wish
from routing.core.covering import Way
from routing.models import RoutingDecision
from routing.selectors.decisions import replay
from routing.services import publish_policies
from tests import cast, orderbook
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused

pytestmark = pytest.mark.django_db(transaction=True)

DCS_ONLY = {
    "code": "web", "channels": ["web"],
    "groups": [{"name": "all", "rules": [{"name": "dcs", "nodes": {"groups": ["dcs"]}}]}],
}  # fmt: skip


def _routed(*lines: tuple[str, int], **more: Any) -> Order:
    order = place(*(lines or (("TEE", 2),)), **more)
    route_next(at=cast.NOW)
    return Order.objects.get(id=order.id)


def _by_node(order: Order) -> dict[str, int]:
    """Open units by node."""
    found: dict[str, int] = {}
    for work in FulfillmentOrder.objects.filter(order=order).exclude(status="CANCELLED").prefetch_related("lines"):
        found[work.node.code] = sum(line.to_pick + line.picked for line in work.lines.all())
    return found


def _reserved() -> dict[str, int]:
    return {level.node.code: level.reserved for level in StockLevel.objects.filter(sku__code="TEE", reserved__gt=0)}


def test_a_forced_node_gets_everything_and_the_other_gives_it_back(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    was = next(iter(_by_node(order)))
    target = "store_austin" if was != "store_austin" else "store_soho"

    proven(
        replan, order_ref=order.ref, wish=Wish(node=target), reason="The customer asked", seen_revision=order.revision
    )

    assert _by_node(order) == {target: 2}
    assert _reserved() == {target: 2}
    assert set(NodeDayUse.objects.values_list("demand_ref", flat=True)) <= set(
        FulfillmentOrder.objects.exclude(status="CANCELLED").values_list("ref", flat=True)
    )
    change = OrderChange.objects.get(kind="order.rerouted")
    assert (change.reason, change.data["node"], change.data["ignore_rules"]) == ("The customer asked", target, False)
    assert replay(order.ref).is_equal


def test_what_is_foreseen_is_what_happens(people: cast.Cast, proven: Do) -> None:
    order = _routed()
    wish = Wish(node="store_austin")
    foreseen = foresee(order.ref, wish, at=cast.NOW)[0]
    before = orderbook.snapshot()
    assert list(foreseen.sentences())[1].startswith("store_austin gets 2 × TEE")
    assert orderbook.snapshot() == before

    done = proven(replan, order_ref=order.ref, wish=wish, reason="")

    assert isinstance(done, Replanned)
    assert (done.cost_e4, done.cost_before_e4) == (foreseen.cost_e4, foreseen.part.cost_e4)


def test_a_split_by_hand_gives_each_node_its_units(people: cast.Cast, proven: Do) -> None:
    order = _routed(("TEE", 3), ("MUG", 1))
    units = {"1": {"dc_reno": 1, "store_soho": 2}, "2": {"dc_reno": 1}}

    proven(replan, order_ref=order.ref, wish=Wish(units=units), reason="")

    assert _by_node(order) == {"dc_reno": 2, "store_soho": 2}
    assert RoutingDecision.objects.filter(request_ref__contains="/").count() == 2
    assert RoutingTask.objects.count() == 0


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ({"1": {"dc_reno": 2, "store_soho": 2}}, "4 are given"),
        ({"1": {"dc_reno": 1}}, "1 are given"),
        ({"1": {"dc_reno": 2, "nowhere": 1}}, "no open node nowhere"),
    ],
)
def test_units_that_do_not_add_up_are_refused(
    people: cast.Cast, refused: Refused, units: dict[str, dict[str, int]], words: str
) -> None:
    order = _routed(("TEE", 3))

    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(units=units), reason="")

    assert words in str(refusal)


def test_a_node_without_the_stock_is_refused_in_the_engines_words(people: cast.Cast, refused: Refused) -> None:
    StockLevel.objects.filter(node=people.store_austin).delete()
    order = _routed()

    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(node="store_austin"), reason="")

    assert "store_austin has 0 of TEE available, 2 asked." in str(refusal)


def test_an_override_sets_rules_aside_but_not_stock(people: cast.Cast, proven: Do, refused: Refused) -> None:
    with unit_of_work():
        publish_policies(bodies=[DCS_ONLY], actor="tests", at=cast.NOW)
    order = _routed()
    refusal = refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(node="store_soho"), reason="")
    assert 'rule "dcs"' in str(refusal)
    StockLevel.objects.filter(node=people.store_soho, sku=people.tee).update(safety_stock=9)
    wish = Wish(node="store_soho", ignore_rules=True)
    refused(PlanRefused, replan, order_ref=order.ref, wish=wish, reason="VIP")
    StockLevel.objects.filter(node=people.store_soho, sku=people.tee).update(safety_stock=0)

    proven(replan, order_ref=order.ref, wish=wish, reason="VIP")

    assert _by_node(order) == {"store_soho": 2}
    assert OrderChange.objects.get(order=order, kind="order.rerouted").data["ignore_rules"] is True
    assert replay(order.ref).is_equal


def test_a_node_that_rejected_is_used_again_only_by_override(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    work = orderbook.work_of(order)
    proven(fulfillment.cancel_work, ref=work.ref, reason="OTHER")
    route_next(at=cast.NOW)
    wish = Wish(node=work.node.code)

    assert "is ruled out" in str(refused(PlanRefused, replan, order_ref=order.ref, wish=wish, reason=""))
    proven(replan, order_ref=order.ref, wish=Wish(node=work.node.code, ignore_rules=True), reason="They found it")

    assert _by_node(order) == {work.node.code: 2}


def test_what_may_not_be_split_is_split_only_by_override(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed(("TEE", 2), fulfillment={"method": "SHIP", "allow_split": False})
    units = {"1": {"dc_reno": 1, "store_soho": 1}}

    assert "may not be split" in str(
        refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(units=units), reason="")
    )
    proven(replan, order_ref=order.ref, wish=Wish(units=units, ignore_rules=True), reason="")

    assert _by_node(order) == {"dc_reno": 1, "store_soho": 1}


def test_work_that_a_node_has_begun_stays_there(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    proven(fulfillment.accept, ref=orderbook.work_of(order).ref)

    refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(), reason="")


def test_somebody_who_looked_at_an_older_order_is_told_so(people: cast.Cast, refused: Refused) -> None:
    order = _routed()

    refused(
        AlreadyClaimed, replan, order_ref=order.ref, wish=Wish(node="store_soho"), reason="",
        seen_revision=order.revision - 1,
    )  # fmt: skip


def test_units_that_wait_for_stock_are_filled_by_hand_when_it_is_there(people: cast.Cast, proven: Do) -> None:
    order = _routed(("LAMP", 1))
    assert Order.objects.get(id=order.id).status == "BACKORDERED"
    cast.stock(people.lamp, people.store_soho, 1)

    proven(replan, order_ref=order.ref, wish=Wish(node="store_soho"), reason="")

    assert _by_node(order) == {"store_soho": 1}


def test_a_hold_stops_a_plan_but_not_one_as_unfilled(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _routed()
    proven(holds.hold, scope=holds.Scope(order.ref), owner="Ops", reason="Look")
    refused(PlanRefused, replan, order_ref=order.ref, wish=Wish(node="store_soho"), reason="")
    proven(holds.release_hold, scope=holds.Scope(order.ref))
    lamp = _routed(("LAMP", 1))
    proven(holds.hold, scope=holds.Scope(lamp.ref), kind=Hold.Kind.UNFILLED, owner="Ops", reason="No node has it")
    cast.stock(people.lamp, people.dc_reno, 1)

    proven(replan, order_ref=lamp.ref, wish=Wish(), reason="It came in")

    assert _by_node(lamp) == {"dc_reno": 1}
    assert Hold.objects.get(order=lamp).released_at == cast.NOW


def test_a_line_on_hold_stays_queued_while_the_others_are_planned_anew(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 1), ("MUG", 1))
    proven(holds.hold, scope=holds.Scope(order.ref, line_ref="2"), owner="Ops", reason="Wrong color")
    route_next(at=cast.NOW)

    proven(replan, order_ref=order.ref, wish=Wish(node="store_austin"), reason="")

    assert _by_node(order) == {"store_austin": 1}
    assert orderbook.fates(order, "2") == {"queued": 1}


def test_coverage_tells_what_each_node_could_give(people: cast.Cast) -> None:
    with unit_of_work():
        publish_policies(bodies=[DCS_ONLY], actor="tests", at=cast.NOW)
    StockLevel.objects.filter(node=people.store_austin, sku=people.tee).update(on_hand=0)
    order = _routed(("TEE", 2))

    nodes = {one.node: one for one in covered(order.ref, at=cast.NOW)[0].coverage.nodes}

    assert {code: (one.way, one.total) for code, one in nodes.items()} == {
        "dc_reno": (Way.OPEN, 2),
        "store_soho": (Way.AGAINST_RULES, 2),
        "store_austin": (Way.CLOSED, 0),
    }
    assert nodes["store_soho"].km == 1
    assert "is not among the nodes of rule" in nodes["store_soho"].sentence
    assert nodes["store_austin"].sentence == "store_austin has 0 of TEE available, 2 asked."
