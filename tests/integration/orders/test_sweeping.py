from datetime import timedelta

import pytest

from dom.kernel import jobs, prove
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import QueuedDemand
from inventory.services import SkuRow
from orders.errors import SkuStillUnknown
from orders.models import Hold, OrderLine, RoutingTask
from orders.services import sweeping
from orders.services.cancelling import cancel_line
from orders.services.holds import Scope, release_hold
from orders.services.known_skus import know_skus
from orders.tasks import sweep, wake_backorders
from tests import cast
from tests.integration.orders.bodies import place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> cast.Cast:
    return cast.enter()


def test_an_order_goes_on_when_its_unknown_skus_are_known(people: cast.Cast) -> None:
    order = place(("NEW", 2), ("OTHER", 1), ("TEE", 1))
    with unit_of_work():
        inventory.upsert_skus(rows=[SkuRow("NEW")], at=cast.NOW, actor=cast.ACTOR)
        assert know_skus(at=cast.NOW) == 0
    assert not RoutingTask.objects.exists()

    with unit_of_work():
        inventory.upsert_skus(rows=[SkuRow("OTHER")], at=cast.NOW, actor=cast.ACTOR)
        assert know_skus(at=cast.NOW) == 1
    with unit_of_work():
        assert know_skus(at=cast.NOW) == 0

    order.refresh_from_db()
    assert (order.status, order.revision) == ("QUEUED", 2)
    assert Hold.objects.get().released_by == "intake"
    assert not OrderLine.objects.filter(sku__isnull=True).exists()
    assert sorted(QueuedDemand.objects.values_list("line_ref", "quantity")) == [("1", 2), ("2", 1), ("3", 1)]
    assert RoutingTask.objects.get().order_id == order.id


def test_whoever_releases_before_the_sweep_binds_what_is_known(people: cast.Cast) -> None:
    order = place(("NEW", 2), ("TEE", 1))
    with unit_of_work():
        inventory.upsert_skus(rows=[SkuRow("NEW")], at=cast.NOW, actor=cast.ACTOR)

    with unit_of_work():
        release_hold(scope=Scope(order.ref), kind="UNKNOWN_SKU", at=cast.NOW, actor="maya")

    assert not OrderLine.objects.filter(sku__isnull=True).exists()
    assert sorted(QueuedDemand.objects.values_list("line_ref", "quantity")) == [("1", 2), ("2", 1)]
    assert (RoutingTask.objects.get().order_id, prove.differences()) == (order.id, [])


def test_an_order_whose_sku_is_not_known_keeps_its_hold(people: cast.Cast) -> None:
    order = place(("NEW", 2), ("TEE", 1))

    with pytest.raises(SkuStillUnknown) as refused, unit_of_work():
        release_hold(scope=Scope(order.ref), at=cast.NOW, actor="maya")

    assert (refused.value.facts, Hold.objects.get().released_at) == ({"skus": ["NEW"]}, None)
    assert not RoutingTask.objects.exists()


def test_a_cancelled_line_may_stay_unknown(people: cast.Cast) -> None:
    order = place(("NEW", 2), ("TEE", 1))
    with unit_of_work():
        cancel_line(order_ref=order.ref, line_ref="1", reason="CUSTOMER", at=cast.NOW, actor="maya")

    with unit_of_work():
        release_hold(scope=Scope(order.ref), kind="UNKNOWN_SKU", at=cast.NOW, actor="maya")

    assert (Hold.objects.get().released_by, RoutingTask.objects.get().order_id) == ("maya", order.id)


def test_waiting_orders_become_more_urgent_as_time_passes(people: cast.Cast) -> None:
    promised = cast.NOW + timedelta(days=3)
    order = place(("TEE", 1), fulfillment={"method": "SHIP", "promised_by": promised})
    assert RoutingTask.objects.get().priority == 0

    with unit_of_work():
        assert sweeping.rescore(at=cast.NOW + timedelta(hours=36)) == 1

    order.refresh_from_db()
    assert RoutingTask.objects.get().priority == order.priority == 36 + 250


def test_work_that_nobody_rang_for_is_found(people: cast.Cast) -> None:
    place(("TEE", 1))
    heard: list[str] = []
    before = list(jobs._senders)
    jobs.connect(lambda name, _ids: heard.append(name))
    try:
        for lease_until, due in ((None, True), (cast.NOW + timedelta(seconds=9), False)):
            RoutingTask.objects.update(lease_until=lease_until)
            jobs.answer("orders.tasks.route_orders")
            with unit_of_work():
                assert sweeping.ring_for_due_work(at=cast.NOW) is due
        assert heard == ["orders.tasks.route_orders"]
    finally:
        jobs._senders[:] = before


def test_the_sweeps_find_nothing_to_do_and_say_nothing(people: cast.Cast) -> None:
    sweep()
    wake_backorders()
