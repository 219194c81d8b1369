"""A bundle is cancelled by its own components alone, in whole bundles, and is over when all of them are."""

import pytest

from dom.kernel.models import Event
from orders.errors import PickMismatch
from orders.models import Order, OrderLine
from orders.services import cancelling
from tests import cast
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


def test_a_service_in_a_bundle_stays_and_keeps_the_bundle(people: cast.Cast, do: Do) -> None:
    order = _order(people, 2)
    bundle = _bundle(order, "B", "1")
    OrderLine.objects.create(
        order=order, group=bundle.group, parent=bundle, line_ref="S", kind="SERVICE", sku_code="WRAP", quantity=2,
        shipped=2,
    )  # fmt: skip

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="B", quantity=1, reason="CUSTOMER")

    assert (fates(order, "1"), fates(order, "S")) == ({"queued": 1, "cancelled": 1}, {"shipped": 2})


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


def test_a_cancellation_that_is_only_asked_for_says_so(people: cast.Cast, do: Do) -> None:
    order = place(people, [Ordered(people.tee, 3)], Plan(people.store_soho, {"1": 2}, "ACCEPTED"))

    do(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")
    do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER")

    kinds = [e.kind for e in Event.objects.filter(entity="order").order_by("id")]
    assert kinds == ["order.cancelled", "order.cancel_requested"]
