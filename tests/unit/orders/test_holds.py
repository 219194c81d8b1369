"""Which orders wait for a person at intake, and which do not: what is sold, where it goes, the money, the score."""

from dataclasses import replace
from typing import Any

import pytest

from orders.canonical import read_order
from orders.holds import AskedHold, Known, SkuFound, holds_of
from orders.values import AskedGroup, AskedLine, AskedOrder, Place
from tests import cast
from tests.integration.orders.bodies import body

_KNOWN = Known({"TEE": SkuFound(1, is_active=True, export_controlled=False)}, "US", fraud_score=60)


def _held(score: object, known: Known = _KNOWN) -> list[AskedHold]:
    return holds_of(read_order(body(("TEE", 1), attributes={"fraud_score": score}), at=cast.NOW), known)


@pytest.mark.parametrize("score", [60, 60.0, "60", 100, 1e308, "1e400"])
def test_an_order_is_held_from_the_channels_score_on(score: object) -> None:
    assert [hold.kind for hold in _held(score)] == ["FRAUD"]


@pytest.mark.parametrize("score", [59, 59.99, "59", "high", "", "nan", None, True, [99], {"score": 99}])
def test_an_order_below_it_or_without_a_number_is_not(score: object) -> None:
    assert _held(score) == []


def test_the_hold_says_both_numbers() -> None:
    assert _held(91) == [AskedHold("FRAUD", "Fraud score 91, held from 60 on")]


def test_a_channel_that_does_not_screen_holds_nothing_for_it() -> None:
    assert _held(100, replace(_KNOWN, fraud_score=None)) == []


def test_a_threshold_of_nothing_holds_every_score() -> None:
    assert [hold.kind for hold in _held(0, replace(_KNOWN, fraud_score=0))] == ["FRAUD"]
    assert _held(True, replace(_KNOWN, fraud_score=0)) == []


def test_an_order_that_looks_like_another_names_it() -> None:
    held = _held(0, replace(_KNOWN, twin="O-W27B8H7EBXM"))

    assert held == [AskedHold("DUPLICATE", "Looks like O-W27B8H7EBXM, placed minutes before")]


_TEE = SkuFound(1, is_active=True, export_controlled=False)
_HOME = Place("US", line1="1 Mercer St", city="New York", postal_code="10013")
_ABROAD = replace(_HOME, country="CA", postal_code="M5V 2T6")


def _told(
    *, known: SkuFound | None = _TEE, group: AskedGroup | None = None, kind: str = "PRODUCT", **more: Any
) -> list[AskedHold]:
    """Return the holds of two tees at 10.00 each that go to New York, changed as told."""
    order = AskedOrder(
        "web", "W-1", cast.NOW, "USD", (group or AskedGroup("1", "SHIP", ship_to=_HOME),),
        (AskedLine("1", "TEE", 2, "1", 1_000, kind=kind),),
    )  # fmt: skip
    return holds_of(replace(order, **more), Known({"TEE": known} if known else {}, "US"))


@pytest.mark.parametrize("known", [None, replace(_TEE, is_active=False)])
def test_what_is_not_sold_waits_unless_nobody_has_to_send_it(known: SkuFound | None) -> None:
    assert _told(known=known) == [AskedHold("UNKNOWN_SKU", "Unknown or inactive: TEE")]
    assert _told(known=known, kind="SERVICE") == []


@pytest.mark.parametrize(
    ("controlled", "place", "held"),
    [(True, _ABROAD, True), (True, _HOME, False), (False, _ABROAD, False), (True, None, False)],
)
def test_only_what_is_controlled_and_goes_abroad_waits_for_the_law(
    controlled: bool,
    place: Place | None,
    held: bool,
) -> None:
    group = AskedGroup("1", "SHIP" if place else "PICKUP", ship_to=place)

    found = _told(known=replace(_TEE, export_controlled=controlled), group=group)

    assert found == [AskedHold("LEGAL", "Export controlled and sent abroad: TEE")] * held


@pytest.mark.parametrize("method", ["SHIP", "SAME_DAY", "PICKUP", "SHIP_TO_STORE"])
def test_an_address_counts_where_a_parcel_goes_to_it(method: str) -> None:
    nowhere = AskedGroup("1", method, ship_to=replace(_HOME, city=" "))

    goes = method in {"SHIP", "SAME_DAY"}
    assert _told(group=nowhere) == [AskedHold("ADDRESS", "the city is missing")] * goes
    assert _told(group=AskedGroup("1", method)) == []


@pytest.mark.parametrize(("authorized", "held"), [(None, False), (1_999, True), (2_000, False), (2_001, False)])
def test_less_than_the_order_costs_is_not_paid(authorized: int | None, held: bool) -> None:
    short = [AskedHold("PAYMENT", "Less is authorized than the order costs")]

    assert _told(authorized_minor=authorized, payment_status="AUTHORIZED") == short * held


@pytest.mark.parametrize(
    ("status", "held"),
    [("", False), ("AUTHORIZED", False), ("CAPTURED", False), ("PAID", False), ("PENDING", True), ("DECLINED", True)],
)
def test_money_that_is_not_sure_holds_however_much_it_is(status: str, held: bool) -> None:
    told = [AskedHold("PAYMENT", f"The payment is {status.lower()}")] * held

    assert _told(payment_status=status, authorized_minor=2_000) == told
