"""What is left of each means of payment, and how an apology is taken from them."""

import itertools

import pytest

from orders.services.appeasing import Entry, entries_of
from orders.tenders import Tender, tenders


def test_each_means_of_payment_has_its_own_sums_in_the_order_of_first_use() -> None:
    entries = [
        ("card", "AUTHORIZE", 1_000), ("gift", "AUTHORIZE", 300), ("card", "CAPTURE", 600), ("card", "ADJUST", -50),
        ("gift", "VOID", 100), ("card", "REFUND", 40), ("card", "AUTHORIZE", 10),
    ]  # fmt: skip

    found = tenders(entries)

    assert found == [Tender("card", 960, 600, 40), Tender("gift", 200, 0, 0)]
    assert [(one.refundable, one.waivable) for one in found] == [(560, 360), (0, 200)]
    assert tenders([]) == []


@pytest.mark.parametrize(
    ("amount", "entries"),
    [
        (500, [Entry("card", "REFUND", 500)]),
        (560, [Entry("card", "REFUND", 560)]),
        (561, [Entry("card", "REFUND", 560), Entry("gift", "REFUND", 1)]),
        (600, [Entry("card", "REFUND", 560), Entry("gift", "REFUND", 40)]),
        (950, [Entry("card", "REFUND", 560), Entry("gift", "REFUND", 40), Entry("card", "ADJUST", -350)]),
        (961, []),
    ],
)
def test_what_was_taken_is_given_back_before_a_promise_falls(amount: int, entries: list[Entry]) -> None:
    given = [Tender("card", 960, 600, 40), Tender("gift", 40, 40, 0)]

    assert entries_of(amount, given) == entries


def test_an_apology_adds_up_within_every_tenders_room_or_is_none() -> None:
    for authorized, captured, refunded, amount in itertools.product((0, 5, 9), (0, 4, 9), (0, 2), range(1, 20)):
        given = [Tender("card", authorized, captured, refunded), Tender("gift", 3, 1, 0)]
        entries = entries_of(amount, given)
        room = sum(max(0, one.refundable) + max(0, one.waivable) for one in given)
        assert sum(abs(one.amount_minor) for one in entries) == (amount if amount <= room else 0)
        for one, tender in itertools.product(entries, given):
            if one.tender == tender.name:
                assert abs(one.amount_minor) <= (tender.refundable if one.kind == "REFUND" else tender.waivable)
