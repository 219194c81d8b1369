"""A bundle is cancelled by its own components, in whole bundles; it is over, services too, when all of them are."""

import pytest
from django.db import connection, transaction

from dom.kernel import prove
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from orders.errors import PickMismatch
from orders.models import Order, OrderLine
from orders.services import cancelling, fulfillment
from orders.services.routing_flow import route_next
from routing.services import publish_policies
from tests import cast
from tests.integration.orders import bodies
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import Ordered, Plan, fates, place

pytestmark = pytest.mark.django_db(transaction=True)


def _bundle(order: Order, line_ref: str, *components: str, quantity: int = 2) -> OrderLine:
    """Write a bundle over lines of the order that cost nothing by themselves."""
    bundle = OrderLine.objects.create(
        order=order, group=order.groups.get(), line_ref=line_ref, kind="BUNDLE", sku_code="SET", quantity=quantity,
        shipped=quantity, unit_price_minor=1_500,
    )  # fmt: skip
    order.lines.filter(line_ref__in=components).update(kind="COMPONENT", parent=bundle)
    order.total_minor += quantity * 1_500
    order.save(update_fields=["total_minor"])
    return bundle


def _order(people: cast.Cast, *units: int) -> Order:
    return place(people, [Ordered(people.tee, count, price=0) for count in units])


def test_a_bundle_leaves_other_bundles_and_lines_alone(people: cast.Cast, do: Do) -> None:
    order = _order(people, 2, 2, 2)
    _bundle(order, "B", "1")
    _bundle(order, "C", "2")

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", reason="CUSTOMER")

    assert [fates(order, ref) for ref in "123"] == [{"cancelled": 2}, {"queued": 2}, {"queued": 2}]
    assert (fates(order, "B"), fates(order, "C")) == ({"cancelled": 2}, {"shipped": 2})


def test_a_part_of_a_bundle_is_refused(people: cast.Cast, refused: Refused) -> None:
    order = _order(people, 3)
    _bundle(order, "B", "1")

    refused(PickMismatch, cancelling.cancel_line, order_ref=order.ref, line_ref="B", quantity=1, reason="CUSTOMER")


def _service(bundle: OrderLine, *, price: int = 0) -> OrderLine:
    service = OrderLine.objects.create(
        order=bundle.order, group=bundle.group, parent=bundle, line_ref="S", kind="SERVICE", sku_code="WRAP",
        quantity=2, shipped=2, unit_price_minor=price,
    )  # fmt: skip
    Order.objects.filter(id=bundle.order_id).update(total_minor=bundle.order.total_minor + 2 * price)
    return service


def test_a_service_stays_while_a_bundle_is_left(people: cast.Cast, do: Do) -> None:
    order = _order(people, 2)
    _service(_bundle(order, "B", "1"))

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", quantity=1, reason="CUSTOMER")

    assert (fates(order, "1"), fates(order, "S")) == ({"queued": 1, "cancelled": 1}, {"shipped": 2})


def test_a_service_goes_with_its_bundle_and_so_does_its_money(people: cast.Cast, do: Do) -> None:
    order = _order(people, 2, 1)
    _service(_bundle(order, "B", "1"), price=300)
    loose = OrderLine.objects.create(
        order=order, group=order.groups.get(), line_ref="L", kind="SERVICE", sku_code="CARD", quantity=1, shipped=1
    )

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", reason="CUSTOMER")

    assert [fates(order, ref) for ref in ("B", "S")] == [{"cancelled": 2}, {"cancelled": 2}]
    assert [fates(order, ref) for ref in ("2", loose.line_ref)] == [{"queued": 1}, {"shipped": 1}]
    assert order.changes.get(kind="order.cancelled").data["cancelled_minor"] == 2 * 1_500 + 2 * 300


def test_a_bundle_is_over_whoever_gives_up_its_last_unit(people: cast.Cast, do: Do) -> None:
    order = place(people, [Ordered(people.tee, 2, price=0)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))
    _service(_bundle(order, "B", "1"))
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", reason="CUSTOMER")
    assert fates(order, "B") == {"shipped": 2}

    do(fulfillment.cancel_work, ref=order.fulfillment_orders.get().ref, reason="CUSTOMER")

    assert [fates(order, ref) for ref in "1BS"] == [{"cancelled": 2}] * 3
    order.refresh_from_db()
    assert order.status == "CANCELLED"


def test_a_bundle_is_over_when_all_its_components_are(people: cast.Cast, do: Do) -> None:
    order = _order(people, 2, 2, 2)
    _bundle(order, "B", "1", "2")
    _bundle(order, "EMPTY")

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", reason="CUSTOMER")
    assert fates(order, "B") == {"shipped": 2}
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", quantity=1, reason="CUSTOMER")
    assert fates(order, "B") == {"shipped": 2}
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="2", reason="CUSTOMER")

    assert (fates(order, "B"), fates(order, "EMPTY")) == ({"cancelled": 2}, {"shipped": 2})


def test_a_bundle_that_routing_cancels_is_over_too(people: cast.Cast) -> None:
    policy = {"code": "strict", "groups": [{"name": "all", "unfilled": {"then": "CANCEL"}}]}
    with unit_of_work():
        publish_policies(bodies=[policy], actor="maya", at=cast.NOW)
    parts = [("B", "BUNDLE", "", "30.00"), ("C", "COMPONENT", "B", "0.00"), ("S", "SERVICE", "B", "2.00")]
    lines = [
        {"line_ref": ref, "sku": "LAMP", "quantity": 1, "unit_price": price, "kind": kind, "parent": parent}
        for ref, kind, parent, price in parts
    ]
    order = bodies.place(("TEE", 1), lines=[*bodies.body(("TEE", 1))["lines"], *lines])

    while route_next(at=cast.NOW) is not None:
        pass

    assert [fates(order, ref) for ref in "1BCS"] == [{"planned": 1}, *[{"cancelled": 1}] * 3]
    assert order.changes.get(kind="order.routed").data["cancelled_minor"] == 3_200
    assert prove.differences() == []


@pytest.mark.parametrize("breaking", ["cancelled = 0, shipped = quantity", "cancelled = 1, shipped = quantity - 1"])
def test_a_bundle_that_says_otherwise_is_found(people: cast.Cast, do: Do, breaking: str) -> None:
    order = _order(people, 2)
    _bundle(order, "B", "1")
    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", reason="CUSTOMER")
    assert prove.differences(only=(5,)) == []

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE orders_order_line SET {breaking} WHERE kind = 'BUNDLE'")

    found = {difference.check.name for difference in prove.differences(only=(5,))}
    assert found == {"a bundle is cancelled when all its components are, with what belongs to it"}


def test_a_cancellation_that_is_only_asked_for_says_so(people: cast.Cast, do: Do) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    kinds = [e.kind for e in Event.objects.filter(entity="order").order_by("id")]
    assert kinds == ["order.cancelled", "order.cancel_requested"]
