"""Money given back as an apology: exact, within a limit, never more than was paid."""

import pytest

from orders.errors import AppeasementRefused
from orders.models import Order, OrderChange, PaymentEntry
from orders.services.appeasing import appease
from tests import cast
from tests.integration.orders.bodies import place
from tests.integration.orders.conftest import Do, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def _paid(status: str) -> Order:
    return place(("TEE", 2), payment={"status": status, "amount": "20.00"})


def _entries() -> list[tuple[str, int]]:
    return list(PaymentEntry.objects.order_by("id").values_list("kind", "amount_minor"))


def test_what_was_captured_is_refunded(people: cast.Cast, proven: Do) -> None:
    order = _paid("CAPTURED")

    proven(appease, order_ref=order.ref, amount_minor=500, limit_minor=2_500, reason="Late by two days")

    assert _entries() == [("AUTHORIZE", 2_000), ("CAPTURE", 2_000), ("REFUND", 500)]
    change = OrderChange.objects.get(kind="order.appeased")
    assert (change.reason, change.data["refunded_minor"], change.data["waived_minor"]) == ("Late by two days", 500, 0)


def test_what_is_only_authorized_is_asked_for_no_longer(people: cast.Cast, proven: Do) -> None:
    order = _paid("AUTHORIZED")

    proven(appease, order_ref=order.ref, amount_minor=500, limit_minor=2_500, reason="Late")

    assert _entries() == [("AUTHORIZE", 2_000), ("ADJUST", -500)]


@pytest.mark.parametrize(("amount", "limit"), [(0, 2_500), (2_001, 2_500), (1_501, 1_500)])
def test_nothing_beyond_limit_or_payment_is_given(people: cast.Cast, refused: Refused, amount: int, limit: int) -> None:
    order = _paid("CAPTURED")

    refused(AppeasementRefused, appease, order_ref=order.ref, amount_minor=amount, limit_minor=limit, reason="")

    assert len(_entries()) == 2


def test_the_limit_holds_over_all_gifts_of_one_order(people: cast.Cast, proven: Do, refused: Refused) -> None:
    order = _paid("CAPTURED")
    proven(appease, order_ref=order.ref, amount_minor=1_000, limit_minor=1_500, reason="Late")

    refusal = refused(
        AppeasementRefused, appease, order_ref=order.ref, amount_minor=501, limit_minor=1_500, reason="Later"
    )

    assert str(refusal) == "You may give 5.00 USD more on this order."
