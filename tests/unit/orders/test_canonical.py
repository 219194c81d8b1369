import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.canonical import read_order
from orders.errors import OrderInvalid
from orders.money import share_of_next, shares
from orders.priority import priority

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def _body(**more: Any) -> dict[str, Any]:
    return {
        "channel": "web", "external_ref": "W-1", "placed_at": NOW, "currency": "USD",
        "ship_to": {"country": "US"}, "lines": [{"line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": "9.50"}],
    } | more  # fmt: skip


def _faults(**more: Any) -> dict[str, str]:
    with pytest.raises(OrderInvalid) as refusal:
        read_order(_body(**more), at=NOW)
    return {str(fault["field"]): str(fault["message"]) for fault in refusal.value.facts["errors"]}  # type: ignore[attr-defined]  # facts are plain objects


@pytest.mark.parametrize("seed", range(500))
def test_shares_add_up_and_stay_within_one_unit(seed: int) -> None:
    dice = random.Random(seed)
    total, weights = dice.randint(0, 10_000), [dice.randint(0, 50) for _ in range(dice.randint(1, 9))]

    parts = shares(total, weights)

    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize("seed", range(500))
def test_parts_of_a_line_add_up_in_whatever_order_they_leave(seed: int) -> None:
    dice = random.Random(seed)
    total, quantity, settled, paid = dice.randint(0, 99_999), dice.randint(1, 40), 0, 0

    while settled < quantity:
        now = dice.randint(1, quantity - settled)
        share = share_of_next(total, quantity=quantity, before=settled, now=now)
        assert share >= 0
        settled, paid = settled + now, paid + share

    assert paid == total


def test_the_total_is_lines_and_charges() -> None:
    order = read_order(
        _body(
            lines=[
                {
                    "line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": {"amount": "9.50", "currency": "USD"},
                    "discounts": [{"amount": "1.00"}], "taxes": [{"amount": "1.44"}, {"amount": "0.06"}],
                }
            ],
            charges=[{"amount": "4.90"}],
        ),
        at=NOW,
    )  # fmt: skip

    assert order.total_minor == 1900 - 100 + 150 + 490


def test_everything_wrong_is_said_at_once() -> None:
    line = {"line_ref": "1", "sku": "TEE", "quantity": 1, "unit_price": "1.00"}

    faults = _faults(
        lines=[line, line | {"group": "x"}, line | {"line_ref": "3", "parent": "1", "unit_price": "0.001"}],
        groups=[{"group_ref": "a", "method": "PICKUP"}],
        charges=[{"amount": {"amount": "1", "currency": "EUR"}}],
    )

    assert faults == {
        "groups/0/node": "PICKUP needs a node.",
        "lines/1/group": "There is no group x.",
        "lines/1/line_ref": "1 is given twice.",
        "lines/2/parent": "There is no bundle line 1.",
        "lines/2/unit_price": "USD has 2 decimals.",
        "charges/0/amount": "The order is in USD, this is in EUR.",
    } | {key: faults[key] for key in faults if key == "lines/0/group"}


def test_a_discount_beyond_the_price_is_refused() -> None:
    line = {"line_ref": "1", "sku": "TEE", "quantity": 1, "unit_price": "1.00", "discounts": [{"amount": "1.01"}]}

    assert _faults(lines=[line]) == {"lines/0/discounts": "The discounts exceed the line's price."}


def test_the_digest_is_of_what_is_asked_not_of_how_it_is_spelled() -> None:
    first = read_order(_body(), at=NOW)
    spelled = {"line_ref": "1", "sku": "TEE", "quantity": 2, "unit_price": "9.5", "kind": "PRODUCT", "discounts": []}

    again = read_order(_body(lines=[spelled]), at=NOW + timedelta(days=1))
    other = read_order(_body(ship_to={"country": "CA"}), at=NOW)

    assert first.digest() == again.digest() != other.digest()


@pytest.mark.parametrize("seed", range(200))
def test_priority_never_falls_as_time_passes_and_rises_with_the_tier(seed: int) -> None:
    dice = random.Random(seed)
    placed = NOW - timedelta(hours=dice.randint(0, 300))
    promised = NOW + timedelta(hours=dice.randint(-50, 200)) if dice.random() < 0.7 else None
    later = NOW + timedelta(minutes=dice.randint(0, 5000))

    def at(moment: datetime, tier: str = "") -> int:
        return priority(tier=tier, placed_at=placed, promised_by=promised, at=moment)

    assert 0 <= at(NOW) <= at(later) <= 1000
    assert at(NOW) < at(NOW, "silver") < at(NOW, "GOLD") < at(NOW, "VIP")
