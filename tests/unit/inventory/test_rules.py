from datetime import date

import numpy as np
import pytest

from inventory.errors import RulesInvalid
from inventory.rule_book import RuleBook
from inventory.rules import Share, parse_capacity, parse_channel_rule, parse_safety_rule

STORES = np.array([False, True, True])
FRIDAY = date(2026, 11, 27)


def _book(
    safety: list[dict[str, object]], channel: list[dict[str, object]], days: tuple[date, ...] = (FRIDAY,) * 3
) -> RuleBook:
    return RuleBook(
        ("dc_reno", "store_austin", "store_soho"),
        days,
        {"stores": STORES},
        [parse_safety_rule(body) for body in safety],
        [parse_channel_rule(body) for body in channel],
    )


def test_the_lowest_rank_decides_node_by_node() -> None:
    book = _book(
        [
            {"code": "all", "units": 1, "rank": 9},
            {"code": "stores", "units": 4, "rank": 5, "node_group": "stores", "tags": ["apparel"]},
        ],
        [],
    )

    assert book.kept("web", "TEE", frozenset({"apparel"})).safety.units.tolist() == [1, 4, 4]
    assert book.kept("web", "MUG", frozenset()).safety.units.tolist() == [1, 1, 1]
    deciding = book.deciding(book.safety, "web", "TEE", frozenset({"apparel"}), "store_soho")
    assert deciding is not None
    assert deciding.code == "stores"


def test_what_is_withheld_comes_on_top_of_the_levels_own_safety_stock() -> None:
    book = _book(
        [{"code": "s", "units": 5}], [{"code": "t", "threshold": 2, "channel": "market", "node_group": "stores"}]
    )
    own, there = np.array([0, 3, 9]), np.array([50, 50, 50])

    assert book.kept("market", "TEE", frozenset()).withhold(own, there).tolist() == [5, 4, 2]
    assert book.kept("web", "TEE", frozenset()).withhold(own, there).tolist() == [5, 2, 0]


@pytest.mark.parametrize(
    ("share", "on_hand", "kept"),
    [
        (Share(percent=5), 3, 1),
        (Share(percent=10), 30, 3),
        (Share(percent=10), 31, 4),
        (Share(percent=100), 7, 7),
        (Share(units=4, percent=10), 30, 4),
        (Share(units=4, percent=10), 50, 5),
        (Share(units=4), 0, 4),
        (Share(percent=50), 0, 0),
    ],
)
def test_a_share_is_rounded_up_and_never_less_than_its_units(share: Share, on_hand: int, kept: int) -> None:
    assert share.of(on_hand) == kept


def test_a_percent_is_of_what_each_node_has_on_hand() -> None:
    book = _book([{"code": "s", "percent": 10}], [{"code": "t", "threshold": 1, "threshold_percent": 25}])

    kept = book.kept("web", "TEE", frozenset()).withhold(np.array([0, 2, 9]), np.array([100, 10, 3]))

    assert kept.tolist() == [10 + 25, 0 + 3, 0 + 1]


def test_a_rule_is_in_force_on_its_first_and_last_date_at_each_node_by_its_own() -> None:
    dated: dict[str, object] = {"code": "peak", "units": 9, "rank": 1, "from": "2026-11-27", "to": "2026-11-28"}
    always: dict[str, object] = {"code": "usual", "units": 2}

    def kept(*days: int) -> list[int]:
        book = _book([dated, always], [], tuple(date(2026, 11, day) for day in days))
        units: list[int] = book.kept("web", "TEE", frozenset()).safety.units.tolist()
        return units

    assert kept(26, 27, 27) == [2, 9, 9]
    assert kept(28, 28, 29) == [9, 9, 2]


def test_a_switch_is_about_its_methods_and_a_better_rank_switches_on_again() -> None:
    book = _book(
        [],
        [
            {"code": "off", "sell": False, "rank": 9, "methods": ["PICKUP"]},
            {"code": "on", "sell": True, "rank": 1, "methods": ["PICKUP"], "node_group": "stores"},
            {"code": "gone", "sell": False, "rank": 0, "active": False},
        ],
    )

    assert book.kept("web", "TEE", frozenset(), "PICKUP").sold.tolist() == [False, True, True]
    assert book.kept("web", "TEE", frozenset(), "SHIP").sold.tolist() == [True, True, True]


def test_a_date_beats_a_weekday_and_a_weekday_beats_every_day() -> None:
    capacity = parse_capacity(
        {
            "node": "store_soho",
            "limits": [
                {"unit": "ORDERS", "limit": 50},
                {"unit": "ORDERS", "limit": 80, "days": ["FRI"]},
                {"unit": "ORDERS", "limit": 200, "date": "2026-11-27"},
                {"unit": "UNITS", "limit": 9, "slot": "AM"},
            ],
        }
    )

    limits = [capacity.limit_on(date(2026, 11, day), "ORDERS") for day in (26, 20, 27)]
    assert limits == [50, 80, 200]
    assert capacity.limit_on(date(2026, 11, 27), "UNITS") is None
    assert capacity.limit_on(date(2026, 11, 27), "UNITS", "AM") == 9


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"units": 1}, "code"),
        ({"code": "a", "units": -1}, "units"),
        ({"code": "a", "units": True}, "units"),
        ({"code": "a", "units": 1, "tag": "x"}, "tag"),
        ({"code": "a", "units": 1, "tags": "x"}, "tags"),
        ({"code": "a\x00", "units": 1}, "code"),
        ({"code": "a"}, "units"),
        ({"code": "a", "percent": 0}, "percent"),
        ({"code": "a", "percent": 101}, "percent"),
        ({"code": "a", "units": 1, "from": "24.12.2026"}, "from"),
        ({"code": "a", "units": 1, "from": "2026-12-24", "to": "2026-12-23"}, "to"),
    ],
)
def test_a_document_that_means_nothing_is_refused_where_it_is_wrong(body: dict[str, object], path: str) -> None:
    with pytest.raises(RulesInvalid) as refusal:
        parse_safety_rule(body)

    assert refusal.value.facts["path"] == path


def test_a_wrong_part_of_a_list_is_named_by_its_place() -> None:
    with pytest.raises(RulesInvalid) as refusal:
        parse_capacity({"node": "a", "limits": [{"unit": "ORDERS", "limit": 1, "days": ["FRIDAY"]}]})

    assert refusal.value.facts["path"] == "limits[0].days"


def test_rules_say_what_they_mean() -> None:
    safety = parse_safety_rule({"code": "s", "units": 5, "tags": ["sale"], "node_group": "stores"})
    switch = parse_channel_rule(
        {"code": "c", "sell": False, "skus": ["TEE"], "channel": "market", "methods": ["PICKUP"]}
    )

    share = parse_safety_rule({"code": "s", "units": 2, "percent": 10, "from": "2026-11-27", "to": "2026-12-24"})

    assert share.describe()[0].removeprefix("Every SKU, at every node, for every channel: ") == (
        "keep 10 % of what is on hand, 2 units at least, as safety stock from 2026-11-27 to 2026-12-24."
    )
    assert safety.describe() == [
        "SKUs tagged sale, at nodes of stores, for every channel: keep 5 units as safety stock."
    ]
    assert switch.describe() == ["SKU TEE, at every node, for channel market: do not sell by pickup."]
