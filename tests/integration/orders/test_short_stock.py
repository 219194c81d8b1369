"""What nodes owe and do not have goes elsewhere by itself: who gives way, when, and beside whom."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dom.kernel import prove
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services
from inventory.models import Node, Reservation, Sku, StockLevel
from inventory.services import CountRow
from orders.models import FulfillmentGroup, FulfillmentOrder, Order
from orders.selectors.story import story
from orders.services import fulfillment, holds, short_stock
from orders.services.holds import Scope
from orders.services.routing_flow import route_next
from orders.tasks import source_short_stock
from tests import cast
from tests.integration.console.people import someone
from tests.integration.orders import bodies
from tests.orderbook import Ordered, Plan, assert_lawful, fates, place, snapshot, work_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(minutes=16)


@pytest.fixture
def people() -> cast.Cast:
    """The cast, with ten tees at Reno and none elsewhere."""
    everyone = cast.enter()
    cast.stock(everyone.tee, everyone.dc_reno, 10)
    return everyone


def _count(sku: Sku, node: Node, units: int, at: datetime = cast.NOW) -> None:
    with unit_of_work():
        services.count(rows=[CountRow(sku.id, node.id, units, at)], at=at, actor="ana")


def _give_way(at: datetime = LATER) -> int:
    with unit_of_work():
        return short_stock.give_way(at=at)


def _publish(**body: Any) -> None:
    with unit_of_work():
        short_stock.publish_policy(body=body, at=cast.NOW, actor="omar")


def _place(people: cast.Cast, units: int, status: str = "PLANNED", **more: Any) -> Order:
    return place(people, [Ordered(people.tee, units)], Plan(people.dc_reno, {"1": units}, status), **more)


def _level() -> StockLevel:
    return StockLevel.objects.get(node__code="dc_reno")


def test_the_latest_orders_give_way_and_are_routed_to_where_the_goods_are(people: cast.Cast) -> None:
    orders = [_place(people, 3) for _ in range(3)]
    cast.stock(people.tee, people.store_austin, 10)
    _count(people.tee, people.dc_reno, 5)

    assert _give_way() == 2
    assert [fates(order) for order in orders] == [{"planned": 3}, {"planned": 2, "queued": 1}, {"queued": 3}]
    assert (_level().reserved, _level().shortage) == (5, 0)
    last = work_of(orders[2])
    assert (last.status, work_of(orders[1]).status) == ("CANCELLED", "PLANNED")
    told = Event.objects.get(entity_ref=orders[2].ref, kind="order.stock_short").data
    assert told == {
        "status": "QUEUED",
        "lines": [{"line_ref": "1", "quantity": 3, "node": "dc_reno", "fulfillment_order": last.ref}],
    }  # fmt: skip
    assert_lawful()
    while route_next(at=LATER) is not None:
        pass
    moved = FulfillmentOrder.objects.filter(node=people.store_austin).values_list("order_id", flat=True)
    assert sorted(moved) == [orders[1].id, orders[2].id]
    words = [moment.words for moment in story(orders[2].ref).moments]
    assert "dc_reno had less than was promised: 3 × TEE routed again." in words
    assert prove.differences() == []


def test_it_waits_for_a_second_count_and_each_correction_begins_anew(people: cast.Cast) -> None:
    _place(people, 3)
    _count(people.tee, people.dc_reno, 1)
    soon = cast.NOW + timedelta(minutes=14)

    assert _give_way(soon) == 0
    _count(people.tee, people.dc_reno, 2, soon)
    assert _give_way(LATER) == 0
    assert _level().shortage == 1
    assert _give_way(soon + timedelta(minutes=15)) == 1
    assert _level().shortage == 0


def test_what_a_node_has_begun_or_a_person_holds_stays_with_them(people: cast.Cast) -> None:
    held, _ = _place(people, 3), _place(people, 3, "ACCEPTED")
    with unit_of_work():
        holds.hold(scope=Scope(held.ref), owner="Ops", reason="Look", at=cast.NOW, actor="ana")
    _count(people.tee, people.dc_reno, 0)
    before = snapshot()

    assert _give_way() == 0
    assert snapshot() == before


def test_whoever_wants_one_parcel_goes_as_a_whole(people: cast.Cast) -> None:
    cast.stock(people.mug, people.dc_reno, 5)
    order = place(people, [Ordered(people.tee, 3), Ordered(people.mug, 2)], Plan(people.dc_reno, {"1": 3, "2": 2}))
    FulfillmentGroup.objects.update(allow_split=False)
    _count(people.tee, people.dc_reno, 2)

    assert _give_way() == 1
    assert (fates(order), fates(order, "2")) == ({"queued": 3}, {"queued": 2})
    assert not Reservation.objects.exists()
    assert_lawful()


def test_what_customers_collect_here_stays_while_another_node_can_serve_the_rest(people: cast.Cast) -> None:
    shipped = _place(people, 3)
    collected = _place(people, 3, method="PICKUP", node=people.dc_reno)
    _count(people.tee, people.dc_reno, 3)

    assert _give_way() == 1
    assert (fates(shipped), fates(collected)) == ({"queued": 3}, {"planned": 3})


def test_a_node_with_many_short_levels_or_a_policy_that_says_no_is_left_to_a_person(people: cast.Cast) -> None:
    cast.stock(people.mug, people.dc_reno, 5)
    place(people, [Ordered(people.tee, 3), Ordered(people.mug, 2)], Plan(people.dc_reno, {"1": 3, "2": 2}))
    for sku in (people.tee, people.mug):
        _count(sku, people.dc_reno, 0)

    _publish(most_levels=1)
    assert _give_way() == 0
    _publish(automatic=False)
    assert _give_way() == 0
    _publish(most_levels=2, wait_minutes=0)
    assert _give_way(cast.NOW) == 1
    assert list(StockLevel.objects.values_list("shortage", flat=True)) == [0, 0]


def test_the_task_goes_on_until_nothing_gives_way(people: cast.Cast) -> None:
    orders = [_place(people, 1) for _ in range(4)]
    _count(people.tee, people.dc_reno, 0)

    source_short_stock()

    assert [fates(order) for order in orders] == [{"queued": 1}] * 4
    assert_lawful()


def _together(*steps: Callable[[], object]) -> None:
    gate = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        try:
            gate.wait()
            step()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_sweepers_routing_and_nodes_at_once_take_each_unit_back_once(people: cast.Cast) -> None:
    kept = bodies.place(("TEE", 2), customer={"tier": "VIP"})
    orders = [kept, *(bodies.place(("TEE", 2)) for _ in range(4))]
    while route_next(at=cast.NOW) is not None:
        pass
    cast.stock(people.tee, people.store_austin, 3)
    for _ in range(3):
        bodies.place(("TEE", 1))
    _count(people.tee, people.dc_reno, 5)
    ref = work_of(kept).ref

    def accept() -> None:
        with unit_of_work():
            fulfillment.accept(ref=ref, at=LATER, actor="reno")

    _together(_give_way, _give_way, _give_way, accept, lambda: route_next(at=LATER), lambda: route_next(at=LATER))

    assert (_level().shortage, _level().on_hand, _level().reserved) == (0, 5, 5)
    assert fates(kept) == {"planned": 2}
    fate = sum((Counter(fates(order)) for order in orders), Counter[str]())
    assert sum(fate.values()) == 10
    assert prove.differences() == []


def test_ops_say_on_a_page_what_happens_by_itself(people: cast.Cast) -> None:
    omar, path = someone("Ops"), "/shortages/handling/"

    page = omar.post(path, {"automatic": "on", "wait_minutes": "0", "most_levels": "1"}, follow=True)

    told = "At once, work that nobody has begun goes elsewhere; a node with more than 1 short level is left"
    assert told in page.content.decode()
    assert omar.post(path, {"wait_minutes": "-1", "most_levels": "1"}).status_code == 400
    omar.post(path, {"wait_minutes": "5", "most_levels": "9"})
    assert short_stock.live_policy().automatic is False
    assert "somebody takes work back here" in omar.get("/stock/?view=short").content.decode()
    _place(people, 3)
    _count(people.tee, people.dc_reno, 0, timezone.now())
    source_short_stock()
    assert _level().shortage == 3
