"""What a channel tells of an order's money: within what is left, once a shipment, and what waited for it goes on."""

from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.errors import NotFound
from dom.kernel.models import Event
from orders.errors import PaymentRefused
from orders.models import Hold, Order, OrderChange, PaymentEntry, RoutingTask, Shipment
from orders.services import cancelling, fulfillment, shipping
from orders.services.holds import Scope, hold
from orders.services.paying import Payment, record_payment
from orders.services.routing_flow import route_next
from tests import cast
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused
from tests.orderbook import work_of

pytestmark = pytest.mark.django_db(transaction=True)


def _order(status: str = "AUTHORIZED", **more: Any) -> Order:
    """Two tees for 20.00."""
    return place(("TEE", 2), payment={"status": status}, **more)


def _shipped(proven: Do, order: Order) -> Shipment:
    route_next(at=cast.NOW)
    ref = work_of(order).ref
    for step in (fulfillment.accept, fulfillment.pick, shipping.ship):
        proven(step, ref=ref)
    return Shipment.objects.get()


def _entries() -> list[tuple[str, str, int]]:
    return list(PaymentEntry.objects.order_by("id").values_list("kind", "tender", "amount_minor"))


def test_an_order_that_waits_for_its_payment_is_routed_once_it_is_authorized(people: cast.Cast, proven: Do) -> None:
    order = _order("PENDING")
    assert (order.status, RoutingTask.objects.count()) == ("HELD", 0)

    proven(record_payment, order_ref=order.ref, payment=Payment("AUTHORIZE", 1_999, "card"))
    assert Order.objects.get().status == "HELD"
    proven(record_payment, order_ref=order.ref, payment=Payment("AUTHORIZE", 1, "gift", "G-1"))

    assert (Order.objects.get().status, RoutingTask.objects.get().order_id) == ("QUEUED", order.id)
    assert Hold.objects.get().released_by == cast.ACTOR
    assert _entries() == [("AUTHORIZE", "card", 1_999), ("AUTHORIZE", "gift", 1)]
    told = Event.objects.filter(kind="order.payment_recorded").order_by("id").last()
    assert told is not None
    assert told.data == {
        "status": "QUEUED", "payment": "AUTHORIZE", "amount_minor": 1, "currency": "USD", "tender": "gift",
        "shipment": "",
    }  # fmt: skip


def test_money_ends_no_other_hold(people: cast.Cast, proven: Do) -> None:
    order = _order("PENDING")
    proven(hold, scope=Scope(order.ref), kind="FRAUD", owner="Risk", reason="-")
    proven(hold, scope=Scope(order.ref, "1"), kind="PAYMENT", owner="Risk", reason="-")

    proven(record_payment, order_ref=order.ref, payment=Payment("AUTHORIZE", 2_000))

    still = Hold.objects.filter(released_at=None).order_by("id")
    assert [(one.kind, one.line_id is None) for one in still] == [("FRAUD", True), ("PAYMENT", False)]


def test_what_was_cancelled_needs_no_authorization(people: cast.Cast, proven: Do) -> None:
    order = _order("PENDING")
    proven(cancelling.cancel_line, order_ref=order.ref, line_ref="1", quantity=1, reason="CUSTOMER")

    proven(record_payment, order_ref=order.ref, payment=Payment("AUTHORIZE", 1_000))

    assert Order.objects.get().status == "QUEUED"


def test_a_shipment_is_captured_for_its_own_share(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _order()
    shipment = _shipped(proven, order)
    asked, worth = {"order_ref": order.ref}, shipment.amount_minor
    proven(record_payment, **asked, payment=Payment("AUTHORIZE", 500))
    beyond = refused(PaymentRefused, record_payment, **asked, payment=Payment("CAPTURE", 2_001, shipment=shipment.ref))
    assert str(beyond) == f"20.00 USD of {shipment.ref} is left to capture."

    proven(record_payment, **asked, payment=Payment("CAPTURE", worth, "card", "ch_1", shipment.ref))

    entry = PaymentEntry.objects.get(kind="CAPTURE")
    assert (entry.shipment_id, entry.amount_minor, entry.reference) == (shipment.id, 2_000, "ch_1")
    told = OrderChange.objects.get(kind="order.payment_recorded", data__payment="CAPTURE").data
    assert told["shipment"] == shipment.ref
    refused(PaymentRefused, record_payment, **asked, payment=Payment("CAPTURE", 1, shipment=shipment.ref))


def test_two_tenders_pay_for_one_shipment(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _order()
    shipment = _shipped(proven, order)
    asked = {"order_ref": order.ref}
    proven(record_payment, **asked, payment=Payment("AUTHORIZE", 500, "gift"))

    proven(record_payment, **asked, payment=Payment("CAPTURE", 500, "gift", shipment=shipment.ref))
    proven(record_payment, **asked, payment=Payment("CAPTURE", 1_500, shipment=shipment.ref))

    refusal = refused(PaymentRefused, record_payment, **asked, payment=Payment("CAPTURE", 1, shipment=shipment.ref))
    assert (str(refusal), refusal.facts["left_minor"]) == (f"0.00 USD of {shipment.ref} is left to capture.", 0)


def test_a_shipment_is_refunded_in_parts_up_to_what_was_captured_for_it(
    people: cast.Cast, proven: Do, refused: Refused
) -> None:
    order = _order()
    shipment = _shipped(proven, order)
    asked = {"order_ref": order.ref}
    proven(record_payment, **asked, payment=Payment("CAPTURE", 1_200, shipment=shipment.ref))
    proven(record_payment, **asked, payment=Payment("CAPTURE", 800))

    for part in (500, 400, 300):
        proven(record_payment, **asked, payment=Payment("REFUND", part, shipment=shipment.ref))

    refusal = refused(PaymentRefused, record_payment, **asked, payment=Payment("REFUND", 1, shipment=shipment.ref))
    assert str(refusal) == f"0.00 USD of {shipment.ref} is left to refund."
    proven(record_payment, **asked, payment=Payment("REFUND", 800))


@pytest.mark.parametrize("kind", ["AUTHORIZE", "VOID"])
def test_only_money_that_moves_is_for_a_shipment(people: cast.Cast, proven: Do, refused: Refused, kind: str) -> None:
    order = _order()
    shipment = _shipped(proven, order)

    refusal = refused(
        PaymentRefused, record_payment, order_ref=order.ref, payment=Payment(kind, 1, shipment=shipment.ref)
    )

    assert str(refusal) == "Only a capture or a refund is for a shipment."


def test_prove_finds_a_shipment_that_was_paid_beyond_its_amount(people: cast.Cast, proven: Do) -> None:
    order = _order()
    shipment = _shipped(proven, order)
    PaymentEntry.objects.create(kind="AUTHORIZE", amount_minor=9_000, order=order, currency="USD", at=cast.NOW)
    PaymentEntry.objects.create(
        kind="CAPTURE", amount_minor=2_001, order=order, currency="USD", shipment=shipment, at=cast.NOW
    )

    found = [one.check.name for one in prove.differences()]

    assert found == ["no shipment is captured beyond its amount, nor refunded beyond what was captured for it"]


@pytest.mark.parametrize(
    ("before", "payment", "left"),
    [
        ((), Payment("CAPTURE", 2_001), 2_000),
        ((), Payment("CAPTURE", 1, "gift"), 0),
        ((), Payment("REFUND", 1), 0),
        ((Payment("CAPTURE", 500),), Payment("CAPTURE", 1_501), 1_500),
        ((Payment("CAPTURE", 500),), Payment("VOID", 1_501), 1_500),
        ((Payment("CAPTURE", 500),), Payment("REFUND", 501), 500),
        ((Payment("VOID", 2_000),), Payment("CAPTURE", 1), 0),
        ((Payment("CAPTURE", 500), Payment("REFUND", 500)), Payment("REFUND", 1), 0),
    ],
)
def test_nothing_goes_beyond_what_is_left(
    people: cast.Cast, proven: Do, refused: Refused, before: tuple[Payment, ...], payment: Payment, left: int
) -> None:
    order = _order()
    for one in before:
        proven(record_payment, order_ref=order.ref, payment=one)

    refusal = refused(PaymentRefused, record_payment, order_ref=order.ref, payment=payment)

    assert refusal.facts["left_minor"] == left


def test_nothing_and_strangers_are_refused(people: cast.Cast, proven: Do, refused: Refused) -> None:
    shipment = _shipped(proven, _order())
    other = _order()

    refused(PaymentRefused, record_payment, order_ref=other.ref, payment=Payment("AUTHORIZE", 0))
    refused(NotFound, record_payment, order_ref=other.ref, payment=Payment("CAPTURE", 1, shipment=shipment.ref))
    refused(NotFound, record_payment, order_ref="O-NONE", payment=Payment("CAPTURE", 1))
