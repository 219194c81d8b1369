"""Whose fault it was decides what the next try of an order is like, see orders.services.queue.Blame."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

import routing.services
from dom.kernel.transactions import unit_of_work
from inventory.models import StockLevel
from orders.models import Hold, Order, RoutingTask
from orders.services import queue
from orders.services.carrying_out import Prepared
from orders.services.places import take_places
from orders.services.routing_flow import ROUNDS, Routed, route_next
from routing.core.types import RoutingRequest
from routing.models import RoutingDecision
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
Around = Callable[[Callable[[], object], Callable[[], object]], None]


@pytest.fixture
def people() -> Iterator[cast.Cast]:
    """The cast, three units of the tee at Reno, and a database that waits 50 ms for locks, 1 s for statements."""
    people = cast.enter()
    cast.stock(people.tee, people.dc_reno, 3)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'; SET statement_timeout = '1s'")
    yield people
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout; RESET statement_timeout")


@pytest.fixture
def around_deciding(monkeypatch: pytest.MonkeyPatch) -> Around:
    """Let things happen each time before a batch is decided, and between that and carrying it out."""
    decide = routing.services.route

    def set_up(before: Callable[[], object], after: Callable[[], object]) -> None:
        def deciding(*, requests: Sequence[RoutingRequest], at: datetime) -> list[routing.services.Decided]:
            before()
            decided = decide(requests=requests, at=at)
            after()
            return decided

        monkeypatch.setattr(routing.services, "route", deciding)

    return set_up


@contextmanager
def held_by_another(rows: str) -> Iterator[None]:
    """Keep the rows that this SELECT names locked by another connection."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with unit_of_work(), connection.cursor() as cursor:
            cursor.execute(f"{rows} FOR UPDATE")
            locked.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(30)
    try:
        yield
    finally:
        done.set()
        holder.join()


def nothing() -> None:
    """Change nothing."""


def sleep_too_long() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


def shelf_holds(units: int) -> None:
    StockLevel.objects.update(on_hand=units)


def claim(at: datetime) -> queue.Claimed:
    claimed = queue.claim(limit=10, at=at)
    assert claimed is not None
    return claimed


def test_a_lock_that_took_too_long_is_nobodys_fault(people: cast.Cast) -> None:
    place(("TEE", 1))

    with held_by_another("SELECT FROM orders_order"):
        for again in range(queue.MOST_ATTEMPTS + 2):
            assert route_next(at=cast.NOW + again * SECOND) == Routed(routed=0, lost=0, left_alone=1)
            task = RoutingTask.objects.get()
            assert (task.attempts, task.alone, task.lease_token) == (0, False, None)
            assert (task.not_before, "lock timeout" in task.error) == (cast.NOW + (again + 1) * SECOND, True)

    assert route_next(at=cast.NOW + 10 * SECOND) == Routed(routed=1, lost=0, left_alone=0)
    assert not Hold.objects.exists()


def test_a_worker_that_the_machine_let_starve_is_nobodys_fault(
    people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(("TEE", 1))

    def starve(*, prepared: Sequence[Prepared]) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.2)
        return take_places(prepared=prepared)

    with monkeypatch.context() as starving:
        starving.setattr("orders.services.routing_flow.take_places", starve)
        assert route_next(at=cast.NOW) == Routed(routed=0, lost=0, left_alone=1)

    task = RoutingTask.objects.get()
    assert (task.attempts, task.alone, task.lease_token) == (0, False, None)
    assert route_next(at=cast.NOW + SECOND) == Routed(routed=1, lost=0, left_alone=0)


def test_a_statement_that_took_too_long_is_counted(people: cast.Cast, around_deciding: Around) -> None:
    place(("TEE", 1))
    around_deciding(nothing, sleep_too_long)

    assert route_next(at=cast.NOW) == Routed(routed=0, lost=0, left_alone=1)

    task = RoutingTask.objects.get()
    assert (task.attempts, task.alone, task.not_before) == (1, False, cast.NOW + SECOND)
    assert "statement timeout" in task.error


def test_who_loses_every_race_waits_twice_as_long_each_time_and_is_held_at_last(
    people: cast.Cast, around_deciding: Around
) -> None:
    place(("TEE", 2))
    around_deciding(partial(shelf_holds, 3), partial(shelf_holds, 0))

    pauses, at = [], cast.NOW
    while not Hold.objects.exists():
        route_next(at=at)
        for task in RoutingTask.objects.all():
            pauses.append((task.not_before - at).total_seconds())
            at = task.not_before

    assert pauses == [1, 2, 4, 8, 16]
    assert RoutingDecision.objects.exclude(lost="").count() == queue.MOST_ATTEMPTS * ROUNDS
    assert Hold.objects.get().reason == "Lost every race for stock"


def test_giving_back_waits_for_nobody_and_leaves_what_others_hold_to_its_lease(people: cast.Cast) -> None:
    kept, given = place(("TEE", 1)), place(("TEE", 1))
    claimed = claim(cast.NOW)

    with held_by_another(f"SELECT FROM orders_routing_task WHERE order_id = {kept.id}"), unit_of_work():
        queue.give_back(
            order_ids=claimed.order_ids, token=claimed.token, error="-", blame=queue.Blame.ORDER, at=cast.NOW
        )

    tokens = dict(RoutingTask.objects.values_list("order_id", "lease_token"))
    assert tokens == {kept.id: claimed.token, given.id: None}


def test_an_order_that_cannot_be_held_now_does_not_stop_the_others(people: cast.Cast) -> None:
    worn, fine = place(("TEE", 1)), place(("TEE", 1))
    RoutingTask.objects.filter(order_id=worn.id).update(attempts=queue.MOST_ATTEMPTS)

    with held_by_another(f"SELECT FROM orders_order WHERE id = {worn.id}"):
        assert route_next(at=cast.NOW) == Routed(routed=1, lost=0, left_alone=0)

    assert Order.objects.get(id=fine.id).status == "PLANNED"
    route_next(at=cast.NOW + queue.LEASE + SECOND)
    assert Hold.objects.get().order_id == worn.id
