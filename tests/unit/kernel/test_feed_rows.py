"""Rows are checked by shapes that were cut to their columns; what is said of a row is what the whole shape says."""

import random
from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from dom.kernel.rest import feeds
from dom.kernel.rest.feeds import Feed, checked
from dom.kernel.rest.rows import RawRow
from inventory.api import feeds as network_feeds
from inventory.api import rule_feeds, stock_feeds
from orders.api import feeds as order_feeds

KNOWN = [network_feeds.SKUS, network_feeds.NODES, stock_feeds.ADJUSTMENTS, rule_feeds.CAPACITIES, order_feeds.ORDERS]
MONEY = {"amount": "1.00", "currency": "USD"}
VALUES: list[Any] = ["X", "", 1, -1, None, True, [], {}, ["a", "a"], MONEY, "2026-11-24"]
ORDER = {
    "channel": "WEB", "external_ref": "1", "currency": "USD", "ship_to": {"country": "US"},
    "lines": [{"line_ref": "1", "sku": "TEE", "quantity": 1}],
}  # fmt: skip


def whole(feed: Feed, value: Any) -> Any:
    try:
        return dict(feed.shape().run_validation(value))
    except ValidationError as wrong:
        return wrong.get_full_details()


def rows(feed: Feed, kinds: int) -> list[Any]:
    shape: Any = feed.shape()
    chance, names = random.Random(7), list(shape.fields)
    made = [{name: chance.choice(VALUES) for name in names if chance.random() < 0.3} for _ in range(kinds)]
    return [*made, "text", None, 5, [], {}, {"\0": 1, "unknown": 2}, *made[:3]]


@pytest.mark.parametrize("feed", KNOWN, ids=lambda feed: feed.kind)
@pytest.mark.parametrize("kinds", [3, 60])  # fewer sets of columns than shapes are made, and more
def test_what_is_said_of_a_row_is_what_the_whole_shape_says(feed: Feed, kinds: int) -> None:
    asked = [RawRow(number, value) for number, value in enumerate(rows(feed, kinds), start=1)]

    good, faults = checked(feed, asked)

    told = {row.number: row.value for row in good}
    blamed = {fault.row for fault in faults}
    for row in asked:
        expected = whole(feed, row.value)
        assert (row.number in blamed) != (row.number in told)
        assert told.get(row.number, expected) == expected


def test_faults_are_those_of_the_whole_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [RawRow(number, value) for number, value in enumerate(rows(order_feeds.ORDERS, 30), start=1)]
    asked.append(RawRow(99, ORDER))
    cut = checked(order_feeds.ORDERS, asked)

    monkeypatch.setattr(feeds, "_FITTED", 0)

    assert checked(order_feeds.ORDERS, asked) == cut
    assert [row.number for row in cut[0]] == [99]
