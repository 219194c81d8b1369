"""Shares of an order's money: whatever leaves in whatever parts, the parts add up to the order."""

import random

import pytest

from orders.worth import Priced, line_worths, settle


def _world(seed: int) -> tuple[list[Priced], int]:
    """An order with bundles, components, services, free lines and charges."""
    rng = random.Random(seed)
    lines: list[Priced] = []
    for number in range(1, rng.randint(2, 9)):
        kind = rng.choice(["PRODUCT", "PRODUCT", "BUNDLE", "GIFT_CARD", "SERVICE"])
        lines.append(Priced(number, kind, None, rng.randint(1, 9), rng.choice([0, rng.randint(0, 99_999)])))
        if kind == "BUNDLE":
            lines += [Priced(100 * number + n, "COMPONENT", number, rng.randint(1, 9), 0) for n in range(1, 4)]
            lines.append(Priced(100 * number + 9, "SERVICE", number, 1, rng.choice([0, rng.randint(0, 9_999)])))
    return lines, rng.choice([0, rng.randint(0, 2_000)])


@pytest.mark.parametrize("seed", range(100))
def test_worths_add_up_to_the_order(seed: int) -> None:
    lines, charges = _world(seed)

    worths = line_worths(lines, charges_minor=charges)

    routed = {line.id for line in lines if line.kind in {"PRODUCT", "COMPONENT"}}
    assert worths.keys() == routed
    if routed:
        assert sum(worths.values()) == sum(line.total_minor for line in lines) + charges
    assert all(worth >= 0 for worth in worths.values())


@pytest.mark.parametrize("seed", range(100))
def test_any_sequence_of_parts_of_a_line_adds_up_to_its_worth(seed: int) -> None:
    rng = random.Random(seed)
    quantity, worth = rng.randint(1, 40), rng.randint(0, 10**7)
    parts, settled = [], 0
    while settled < quantity:
        now = rng.randint(1, quantity - settled)
        parts.append(settle(worth, quantity=quantity, settled=settled, now=now))
        settled += now

    assert sum(parts) == worth
    assert min(parts) >= 0


def test_a_bundle_pays_its_components_alone_and_charges_follow_worth() -> None:
    lines = [
        Priced(1, "BUNDLE", None, 1, 3_000),
        Priced(2, "COMPONENT", 1, 1, 0),
        Priced(3, "COMPONENT", 1, 2, 0),
        Priced(4, "PRODUCT", None, 1, 1_000),
    ]

    worths = line_worths(lines, charges_minor=400)

    assert worths == {2: 1_100, 3: 2_200, 4: 1_100}


def test_a_service_in_a_bundle_is_paid_by_its_components_and_a_loose_one_by_all() -> None:
    lines = [
        Priced(1, "BUNDLE", None, 1, 3_000),
        Priced(2, "COMPONENT", 1, 1, 0),
        Priced(3, "SERVICE", 1, 1, 1_000),
        Priced(4, "PRODUCT", None, 1, 4_000),
        Priced(5, "SERVICE", None, 1, 200),
    ]

    assert line_worths(lines, charges_minor=0) == {2: 4_100, 4: 4_100}


def test_free_goods_share_charges_by_quantity() -> None:
    lines = [Priced(1, "PRODUCT", None, 1, 0), Priced(2, "PRODUCT", None, 3, 0)]

    assert line_worths(lines, charges_minor=100) == {1: 25, 2: 75}
