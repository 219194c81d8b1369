"""What wants a person is raised once, ended when it is over, and looked after by somebody."""

from datetime import timedelta

import pytest

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from orders.errors import AlreadyClaimed, ConcernNotFound
from orders.models import Concern, FulfillmentOrder, Hold, Order, OrderChange
from orders.reports import Reason, Returned
from orders.selectors import workbench
from orders.selectors.workbench import Asked
from orders.services import cancelling, concerns, fulfillment, holds
from orders.services.routing_flow import route_next
from tests import cast, orderbook
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused

pytestmark = pytest.mark.django_db(transaction=True)

LATER = cast.NOW + timedelta(minutes=5)


def _raise(at: object = LATER) -> list[tuple[str, str]]:
    with unit_of_work():
        concerns.raise_concerns(at=at)  # type: ignore[arg-type]  # an instant
    return list(Concern.objects.filter(ended_at__isnull=True).order_by("id").values_list("kind", "reason"))


def _reject(order: Order) -> None:
    work = FulfillmentOrder.objects.get(order=order, status="PLANNED")
    with unit_of_work():
        fulfillment.reject(ref=work.ref, lines=[Returned("1", 1, Reason.OTHER)], at=cast.NOW, actor=work.node.code)
    route_next(at=cast.NOW)


def test_an_order_that_two_nodes_gave_back_is_raised_once_and_ends_when_a_node_takes_it(people: cast.Cast) -> None:
    order = place(("TEE", 1))
    route_next(at=cast.NOW)
    _reject(order)
    assert _raise() == []
    _reject(order)

    assert _raise() == [("REJECTED", "2 nodes gave it back")]
    assert _raise() == [("REJECTED", "2 nodes gave it back")]
    with unit_of_work():
        fulfillment.accept(ref=FulfillmentOrder.objects.get(status="PLANNED").ref, at=LATER, actor="reno")
    assert _raise() == []
    assert Concern.objects.get().ended_by == "sweep"


def test_a_settled_concern_is_not_raised_again_for_the_same_rejections(people: cast.Cast, proven: Do) -> None:
    order = place(("TEE", 1))
    route_next(at=cast.NOW)
    _reject(order)
    _reject(order)
    _raise()

    proven(concerns.settle, key=f"C{Concern.objects.get().id}", reason="The customer is told")

    assert _raise() == []
    assert OrderChange.objects.get(kind="order.settled").reason == "The customer is told"


def test_a_cancellation_that_a_node_does_not_answer_is_raised_until_it_does(people: cast.Cast) -> None:
    order = place(("TEE", 1), fulfillment={"method": "PICKUP", "node": "store_soho"})
    route_next(at=cast.NOW)
    work = orderbook.work_of(order)
    with unit_of_work():
        fulfillment.accept(ref=work.ref, at=cast.NOW, actor="soho")
    with unit_of_work():
        cancelling.cancel_order(order_ref=order.ref, reason="CUSTOMER", at=cast.NOW, actor="cleo")

    assert [kind for kind, _ in _raise()] == ["UNANSWERED"]
    item = workbench.queue(Asked(), at=LATER)[0][0]
    assert (item.work_ref, item.node) == (work.ref, "SoHo")
    with unit_of_work():
        fulfillment.cancel_work(ref=work.ref, at=LATER, actor="soho")
    assert _raise() == []


def test_an_authorization_is_raised_a_day_before_it_runs_out(people: cast.Cast) -> None:
    place(("LAMP", 1), payment={"status": "AUTHORIZED", "amount": "10.00"})
    place(("LAMP", 2), payment={"status": "CAPTURED", "amount": "20.00"})

    assert [kind for kind, _ in _raise(cast.NOW + timedelta(days=5, hours=23))] == []
    assert [kind for kind, _ in _raise(cast.NOW + timedelta(days=6, minutes=1))] == ["EXPIRING"]
    assert Concern.objects.get().due_at == cast.NOW + timedelta(days=7)


def test_what_waits_for_stock_for_two_days_is_raised(people: cast.Cast) -> None:
    place(("LAMP", 1))
    route_next(at=cast.NOW)

    assert _raise(cast.NOW + timedelta(days=1)) == []
    assert [kind for kind, _ in _raise(cast.NOW + timedelta(days=2, minutes=1))] == ["WAITING"]


def test_only_one_of_two_takes_it(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = place(("TEE", 1))
    proven(holds.hold, scope=holds.Scope(order.ref), owner="Ops", reason="Look")
    key = f"H{Hold.objects.get().id}"
    proven(concerns.assign, key=key, assignee="omar", seen="")

    refused(AlreadyClaimed, concerns.assign, key=key, assignee="cleo", seen="")

    assert Hold.objects.get().assignee == "omar"
    assert OrderChange.objects.get(kind="order.assigned").data["assignee"] == "omar"
    proven(holds.release_hold, scope=holds.Scope(order.ref))
    refused(ConcernNotFound, concerns.assign, key=key, assignee="cleo")
    assert prove.differences() == []


def test_the_queue_is_paged_by_due_time_and_counted_by_kind(people: cast.Cast) -> None:
    due = [3, 1, 2, None]
    for hours in due:
        order = place(("TEE", 1))
        with unit_of_work():
            holds.hold(
                scope=holds.Scope(order.ref), owner="Ops", reason=f"due {hours}", at=cast.NOW, actor="omar",
                due_at=cast.NOW + timedelta(hours=hours) if hours else None,
            )  # fmt: skip

    at = cast.NOW + timedelta(hours=2, minutes=30)
    first, after = workbench.queue(Asked(), at=at, limit=3)
    rest, end = workbench.queue(Asked(after=after), at=at, limit=3)

    assert [item.reason for item in (*first, *rest)] == ["due 1", "due 2", "due 3", "due None"]
    assert end == ""
    assert [item.reason for item in workbench.queue(Asked(overdue=True), at=at)[0]] == ["due 1", "due 2"]
    counted = workbench.counts(me="omar", at=at)
    assert [(one.kind, one.total, one.overdue, one.free) for one in counted] == [("MANUAL", 4, 2, 4)]
    assert workbench.queue(Asked(after="nonsense|x"), at=at)[0][0].reason == "due 1"
