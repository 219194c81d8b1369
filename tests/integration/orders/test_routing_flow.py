import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

import routing.services
from dom.kernel import prove
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import QueuedDemand, Reservation, StockLevel
from orders.models import FulfillmentOrder, FulfillmentOrderLine, Hold, Order, OrderLine, RoutingTask
from orders.services import queue, routing_flow
from orders.services.routing_flow import route_next
from routing.core.types import RoutingRequest
from routing.models import RoutingDecision
from tests import cast
from tests.integration.orders.bodies import body, place, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    return cast.enter()


def route_everything() -> None:
    while route_next(at=cast.NOW) is not None:
        pass


def open_units() -> Counter[str]:
    """Units of open fulfillment order lines by SKU code."""
    rows = FulfillmentOrderLine.objects.exclude(fulfillment_order__status__in=FulfillmentOrder.CLOSED)
    return Counter(
        {
            sku: sum(q for s, q in rows.values_list("order_line__sku_code", "to_pick") if s == sku)
            for sku in set(rows.values_list("order_line__sku_code", flat=True))
        }
    )


def claimed_units() -> Counter[str]:
    found: Counter[str] = Counter()
    for sku, quantity in Reservation.objects.filter(demand_ref__startswith="F-").values_list("sku__code", "quantity"):
        found[sku] += quantity
    return found


def test_an_order_is_routed_reserved_and_explained(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    order = place(("TEE", 2))

    route_everything()

    order.refresh_from_db()
    work = FulfillmentOrder.objects.get()
    assert (order.status, order.revision, work.node_id, work.status) == ("PLANNED", 2, people.dc_reno.id, "PLANNED")
    assert StockLevel.objects.get().reserved == 2
    assert Reservation.objects.get().demand_ref == work.ref
    assert not QueuedDemand.objects.exists()
    assert not RoutingTask.objects.exists()
    assert RoutingDecision.objects.get().order_ref == order.ref
    assert [e.kind for e in Event.objects.order_by("id")] == [
        "order.placed",
        "fulfillment_order.planned",
        "order.routed",
    ]
    assert prove.differences() == []


def test_what_no_node_can_give_waits_and_is_counted_once(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 2)
    order = place(("TEE", 5))

    route_everything()

    line = OrderLine.objects.get()
    assert (line.planned, line.backordered, line.queued) == (2, 3, 0)
    order.refresh_from_db()
    assert order.status == "PLANNED"
    assert not QueuedDemand.objects.exists()
    assert prove.differences() == []


def test_two_workers_fill_exactly_and_nothing_is_planned_twice(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 60)
    for _ in range(80):
        place(("TEE", 1))
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        while route_next(limit=7, at=cast.NOW) is not None:
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert StockLevel.objects.get().reserved == 60
    assert open_units() == claimed_units() == Counter({"TEE": 60})
    assert sum(OrderLine.objects.values_list("backordered", flat=True)) == 20
    assert not RoutingTask.objects.exists()
    assert prove.differences() == []


def test_a_batch_of_a_hundred_takes_less_than_half_a_statement_an_order(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 500)
    cast.stock(people.mug, people.dc_reno, 500)
    for _ in range(101):
        place(("TEE", 1), ("MUG", 1))
    route_next(limit=1, at=cast.NOW)  # reads the network and the configuration

    with CaptureQueriesContext(connection) as queries:
        done = route_next(limit=100, at=cast.NOW)

    assert done is not None
    assert done.routed == 100
    assert len(queries) < 50


def test_a_cart_that_became_an_order_keeps_its_units(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 2)
    with unit_of_work():
        line = inventory.WantLine("R-1", "c", people.tee.id, people.dc_reno.id, 2)
        want = inventory.Want("R-1", people.web.id, (line,), expires_at=cast.NOW + timedelta(minutes=15))
        inventory.reserve(wants=[want], at=cast.NOW, actor=cast.ACTOR)
    place(("TEE", 2), reservations=["R-1"])

    route_everything()

    work = FulfillmentOrder.objects.get()
    claim = Reservation.objects.get()
    assert (claim.demand_ref, claim.quantity) == (work.ref, 2)
    assert StockLevel.objects.get().reserved == 2
    assert prove.differences() == []


def test_an_order_changed_between_decision_and_transaction_is_decided_again(
    people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    order = place(("TEE", 2))
    decide = routing.services.route

    def change_first(*, requests: Sequence[RoutingRequest], at: datetime) -> list[routing.services.Decided]:
        if Order.objects.get().revision == 1:
            Order.objects.filter(id=order.id).update(revision=7)
        return decide(requests=requests, at=at)

    monkeypatch.setattr(routing.services, "route", change_first)
    route_everything()

    assert Order.objects.get().revision == 8
    assert FulfillmentOrder.objects.count() == 1


def test_what_loses_a_race_is_decided_again_beside_fresh_orders(
    people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.stock(people.tee, people.dc_reno, 6)
    orders = [place(("TEE", 1)) for _ in range(7)]
    decide, batches = routing.services.route, []

    def lose_two(*, requests: Sequence[RoutingRequest], at: datetime) -> list[routing.services.Decided]:
        decided = decide(requests=requests, at=at)
        batches.append([request.ref.partition(":")[0] for request in requests])
        if len(batches) == 1:
            StockLevel.objects.update(on_hand=2)
        return decided

    monkeypatch.setattr(routing.services, "route", lose_two)
    done = route_next(limit=4, at=cast.NOW)

    refs = [order.ref for order in orders]
    assert batches == [refs[:4], refs[2:6]]
    assert done == routing_flow.Routed(routed=6, lost=0, left_alone=0)
    attempts = RoutingDecision.objects.order_by("id").values_list("order_ref", "attempt", "lost")
    short = "INSUFFICIENT_STOCK: 0 left"
    assert list(attempts) == [
        *[(ref, 1, "") for ref in refs[:2]],
        *[(ref, 1, short) for ref in refs[2:4]],
        *[(ref, 2, "") for ref in refs[2:4]],
        *[(ref, 1, "") for ref in refs[4:6]],
    ]
    assert StockLevel.objects.get().reserved == 2


def test_a_lease_that_was_taken_away_is_respected(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    order = place(("TEE", 2))
    claimed = queue.claim(limit=10, at=cast.NOW)
    assert claimed is not None
    with unit_of_work():
        queue.enqueue_routing(order_ids=[order.id], at=cast.NOW)

    done = routing_flow._route(claimed, 10, cast.NOW)

    assert done.routed == 0
    assert not FulfillmentOrder.objects.exists()


def test_a_dead_workers_orders_are_claimed_again_one_by_one(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    place(("TEE", 1))
    place(("TEE", 1))
    assert queue.claim(limit=10, at=cast.NOW) is not None

    assert queue.claim(limit=10, at=cast.NOW) is None
    later = cast.NOW + queue.LEASE + timedelta(seconds=1)
    again = queue.claim(limit=10, at=later)

    assert again is not None
    assert len(again.order_ids) == 1


def test_of_two_hundred_orders_the_one_that_breaks_routing_is_held(
    people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.stock(people.tee, people.dc_reno, 500)
    for _ in range(199):
        place(("TEE", 1))
    poison = send(body(("TEE", 1), external_ref="POISON"))
    decide = routing.services.route

    def break_on_poison(*, requests: Sequence[RoutingRequest], at: datetime) -> list[routing.services.Decided]:
        if any(request.ref.startswith(poison.ref) for request in requests):
            raise ZeroDivisionError("a poisoned order")
        return decide(requests=requests, at=at)

    monkeypatch.setattr(routing.services, "route", break_on_poison)
    at = cast.NOW
    for _ in range(queue.MOST_ATTEMPTS + 2):
        while route_next(at=at) is not None:
            pass
        at += timedelta(seconds=2)

    hold = Hold.objects.get()
    assert (hold.order_id, hold.kind) == (poison.id, "ROUTING_ERROR")
    assert "a poisoned order" in hold.reason
    assert Order.objects.filter(status="PLANNED").count() == 199
    assert not RoutingTask.objects.exists()


def work_in_a_child(at: datetime, route: Callable[..., list[routing.services.Decided]]) -> int:
    """Route in a process of its own until nothing is due; return how it ended (negative: the signal that killed it)."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        routing.services.route = route
        while route_next(at=at) is not None:
            pass
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the child routes, and ends without cleaning up
def test_of_two_hundred_orders_one_that_raises_and_one_that_kills_are_held(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 500)
    for _ in range(198):
        place(("TEE", 1))
    raising, killing = place(("TEE", 1)), place(("TEE", 1))
    decide = routing.services.route

    def poisoned(*, requests: Sequence[RoutingRequest], at: datetime) -> list[routing.services.Decided]:
        refs = {request.ref.partition(":")[0] for request in requests}
        if killing.ref in refs:
            os.kill(os.getpid(), signal.SIGKILL)
        if raising.ref in refs:
            raise ZeroDivisionError("a poisoned order")
        return decide(requests=requests, at=at)

    at, ends = cast.NOW, []
    while RoutingTask.objects.exists():
        ends.append(work_in_a_child(at, poisoned))
        at += queue.LEASE + timedelta(seconds=1)

    assert ends.count(-signal.SIGKILL) == queue.MOST_ATTEMPTS
    held = {hold.order_id: hold.kind for hold in Hold.objects.all()}
    assert held == {raising.id: "ROUTING_ERROR", killing.id: "ROUTING_ERROR"}
    assert Order.objects.filter(status="PLANNED").count() == 198
    assert StockLevel.objects.get().reserved == 198
    assert prove.differences() == []
