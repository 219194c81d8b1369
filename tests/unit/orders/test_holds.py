"""Which orders wait for a person because of their fraud score: those at or above what their channel says."""

from dataclasses import replace

import pytest

from orders.canonical import read_order
from orders.holds import AskedHold, Known, SkuFound, holds_of
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
