"""Configuration documents: what is read, what is refused and where, what it says in English."""

from datetime import date

import pytest

from routing.core.config import (
    ConfigInvalid,
    Configuration,
    parse_calendar,
    parse_carrier_services,
    parse_lanes,
    parse_policy,
    parse_rate_card,
)
from routing.core.config.reading import said_days, weekdays

POLICY = {
    "code": "retail",
    "prices": {"split": "2.50", "late_hour": "0.40"},
    "weights": {"freight": "0.5"},
    "groups": [
        {
            "name": "Web orders",
            "match": {"channels": ["web"], "value": {"at_least": "100"}, "not": {"tags": ["review"]}},
            "rules": [
                {
                    "name": "DCs near",
                    "nodes": {"kinds": ["DC"], "within_km": 800, "not": {"codes": ["DC9"]}},
                    "prefer": [{"nodes": {"tags": ["overstock"]}, "bonus": "1.00"}, {"per_km": "0.001"}],
                    "limits": {"max_splits": 1, "keep_together": True},
                },
                {"name": "Everything", "rank": ["FEWEST_LATE_HOURS", "NEAREST"]},
            ],
            "unfilled": {"then": "BACKORDER", "auto_cancel_days": 14},
        }
    ],
}
CARD = {
    "code": "ground",
    "currency": "USD",
    "dimensional_divisor": 5000,
    "zones": [{"zone": "CA", "to": {"countries": ["CA"]}}, {"zone": "2", "within_km": 240}, {"zone": "8"}],
    "rates": [
        {"zones": ["2"], "up_to_grams": [500, 5000], "prices": ["6.10", "9.50"], "per_extra_kg": "0.55"},
        {"zones": ["8", "CA"], "services": ["GROUND"], "up_to_grams": [5000], "prices": ["14.00"]},
    ],
}
SERVICES = {
    "services": [
        {
            "code": "GROUND",
            "carrier": "UPS",
            "rate_card": "ground",
            "transit": {"steps": [{"within_km": 300, "days": 1}], "days": 5},
            "pickup_days": "MON-FRI",
            "delivery_days": ["MON-FRI", "SAT"],
            "temperature_hours": {"CHILLED": 24},
        }
    ]
}
LANES = {
    "cross_border": False,
    "lanes": [{"to": {"regions": ["UT"]}, "skus": {"tags": ["wine"]}, "allow": False, "why": "State law."}],
}
CALENDAR = {
    "code": "dc",
    "hours": {"MON-FRI": ["07:00", "19:00"], "SAT": ["09:00", "14:00"]},
    "holidays": ["2026-12-25"],
    "cut_off": "16:00",
    "cut_offs": {"EXPRESS": "18:00"},
    "processing_minutes": 120,
}


def test_a_policy_says_what_it_does() -> None:
    policy = parse_policy(POLICY)

    assert policy.describe() == [
        "A split costs 2.50, an hour late 0.40, a failed pick 8.00, a full node 0.00.",
        "Freight counts 50 %.",
        "Web orders: for orders from channel web worth 100.00 or more, but not tagged review.",
        "1. DCs near: from distribution centers within 800 km but not nodes named DC9 take the cheapest plan.",
        "Prefer: nodes tagged overstock get a bonus of 1.00 a parcel.",
        "Prefer: nodes get 0.0010 a km.",
        "At most 1 split.",
        "A line is never cut over nodes.",
        (
            "2. Everything: from nodes take the fewest parcels, then nodes by fewest hours late, then nearest; "
            "cost decides between equals."
        ),
        "What cannot be filled waits for stock and is cancelled after 14 days.",
    ]


def test_every_document_says_what_it_does() -> None:
    assert parse_rate_card(CARD).describe()[3] == (
        "Zone 2: 6.10 up to 0.5 kg, 9.50 up to 5 kg, then 0.55 per started kg."
    )
    assert parse_carrier_services(SERVICES).describe()[0] == (
        "GROUND of UPS carries orders by ship to store and shipping in 1 day up to 300 km, 5 days beyond."
    )
    assert parse_lanes(LANES).describe()[0] == "SKUs tagged wine may not travel to region UT. (State law.)"
    assert parse_calendar(CALENDAR).describe()[1] == ("What is ready by 16:00, for EXPRESS 18:00 leaves the same day.")


def rule(**fields: object) -> dict[str, object]:
    return {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", **fields}]}]}


def hours(**spans: list[str]) -> dict[str, object]:
    return {**CALENDAR, "hours": {name.replace("_", "-"): span for name, span in spans.items()}}


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"not": {"channels": ["market"]}}, "orders not from channel market"),
        ({"methods": ["SHIP"], "not": {"tags": ["gift", "press"]}}, "orders by shipping, but not tagged gift or press"),
        (
            {"tags": ["vip"], "not": {"channels": ["market"], "value": {"below": "25"}}},
            "orders tagged vip, but not those from channel market and worth below 25.00",
        ),
        (
            {"not": {"methods": ["SAME_DAY"], "not": {"temperature_classes": ["CHILLED"], "not": {"tags": ["gift"]}}}},
            "orders not by same-day delivery, unless with temperature class chilled, but not tagged gift",
        ),
    ],
)
def test_an_exclusion_reads_as_a_sentence(match: dict[str, object], words: str) -> None:
    policy = parse_policy({"code": "p", "groups": [{"name": "g", "match": match, "rules": [{"name": "r"}]}]})

    assert policy.groups[0].match.describe() == words


def test_nodes_that_are_in_after_all_read_as_a_sentence() -> None:
    nodes = {"kinds": ["STORE"], "not": {"tags": ["outlet"], "not": {"groups": ["west"]}}}

    assert parse_policy(rule(nodes=nodes)).groups[0].rules[0].describe()[0] == (
        "r: from stores but not nodes tagged outlet, unless they are nodes in group west take the cheapest plan."
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("MON-FRI", "Mon–Fri"),
        (["MON", "TUE", "THU-SAT"], "Mon, Tue, Thu–Sat"),
        ("SAT-MON", "Mon, Sat, Sun"),
        ("MON-SUN", "every day"),
    ],
)
def test_weekdays_read_as_people_write_them(days: object, words: str) -> None:
    assert said_days(weekdays(days, "")) == words


def special(day: str, opens: str, closes: str) -> dict[str, object]:
    return {**CALENDAR, "special_hours": {day: [opens, closes]}}


def test_special_hours_take_the_place_of_the_weekdays_and_end_its_cut_offs() -> None:
    calendar = parse_calendar(
        {**CALENDAR, "special_hours": {"2026-12-24": ["07:00", "14:00"], "2026-12-20": ["10:00", "17:00"]}}
    )

    assert calendar.open_on(date(2026, 12, 24)) == (7 * 60, 14 * 60)
    assert calendar.open_on(date(2026, 12, 20)) == (10 * 60, 17 * 60)
    assert calendar.open_on(date(2026, 12, 27)) is None
    assert calendar.cut_off_on(date(2026, 12, 24), "EXPRESS") == 14 * 60
    assert calendar.cut_off_on(date(2026, 12, 20), "GROUND") == 16 * 60
    assert calendar.cut_off_on(date(2026, 12, 23), "EXPRESS") == 18 * 60
    assert calendar.describe()[-1] == "Other hours on Sun 2026-12-20 10:00–17:00, Thu 2026-12-24 07:00–14:00."


@pytest.mark.parametrize(
    ("parse", "body", "path"),
    [
        (parse_policy, rule(limit={}), "groups[0].rules[0].limit"),
        (parse_policy, {"code": "p", "prices": {"split": 2.5}}, "prices.split"),
        (parse_policy, {"code": "p", "prices": {"split": "-1"}}, "prices.split"),
        (parse_policy, {"code": "p", "groups": [{"name": "g", "unfilled": {"then": "?"}}]}, "groups[0].unfilled.then"),
        (parse_policy, {"groups": []}, "code"),
        (parse_policy, rule(rank=["BEST"]), "groups[0].rules[0].rank"),
        (parse_policy, rule(prefer=[{"bonuss": "1"}]), "groups[0].rules[0].prefer[0].bonuss"),
        (parse_policy, rule(prefer=[{}]), "groups[0].rules[0].prefer[0]"),
        (parse_policy, rule(prefer=[{"nodes": {"within_km": 9}, "bonus": "1"}]),
         "groups[0].rules[0].prefer[0].nodes.within_km"),
        (parse_policy, rule(nodes={"kinds": ["SHOP"]}), "groups[0].rules[0].nodes.kinds"),
        (parse_policy, rule(nodes={"not": {"within_km": 9}}), "groups[0].rules[0].nodes.not.within_km"),
        (parse_policy, rule(limits={"max_splits": True}), "groups[0].rules[0].limits.max_splits"),
        (parse_policy, rule(limits={"max_splits": 101}), "groups[0].rules[0].limits.max_splits"),
        (parse_policy, rule(limits={"keep_together": 1}), "groups[0].rules[0].limits.keep_together"),
        (parse_policy, {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r"}] * 2}]}, "groups[0].rules"),
        (parse_policy, {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r"}]}] * 2}, "groups"),
        (parse_policy, {"code": "p", "groups": 1}, "groups"),
        (parse_policy, {"code": "p", "channels": [1]}, "channels"),
        (parse_policy, {"code": "p", "weights": {"freight": "100.0001"}}, "weights"),
        (parse_policy, {"code": "p", "weights": {"freight": "-0.0001"}}, "weights"),
        (parse_policy, {"code": "p", "prices": {"split": "1000000000.01"}}, "prices.split"),
        (parse_policy, {"code": "p", "prices": {"split": "0.00001"}}, "prices.split"),
        (parse_policy, {"code": "p", "prices": {"split": True}}, "prices.split"),
        (parse_policy, {"code": "p", "prices": {"split": "NaN"}}, "prices.split"),
        (parse_policy, {"code": "p\x00"}, "code"),
        (parse_policy, {"code": ""}, "code"),
        (parse_calendar, hours(FUN=["07:00", "19:00"]), "hours.FUN"),
        (parse_rate_card, {**CARD, "rates": [{"up_to_grams": [5, 1], "prices": ["1", "2"]}]}, "rates[0].up_to_grams"),
        (parse_rate_card, {**CARD, "rates": [{"up_to_grams": [1, 5], "prices": ["2", "1"]}]}, "rates[0].prices"),
        (parse_rate_card, {**CARD, "rates": [{"zones": ["9"], "up_to_grams": [1], "prices": ["2"]}]}, "rates[0].zones"),
        (parse_carrier_services, {"services": [{"code": "A", "methods": ["PIGEON"]}]}, "services[0].methods"),
        (parse_lanes, {"lanes": [{"to": {"country": ["US"]}}]}, "lanes[0].to.country"),
        (parse_calendar, hours(MON=["19:00", "07:00"]), "hours.MON"),
        (parse_calendar, hours(MON_FRI=["07:00", "19:00"], FRI=["07:00", "19:00"]), "hours.FRI"),
        (parse_calendar, {**CALENDAR, "holidays": ["25.12."]}, "holidays"),
        (parse_calendar, special("24.12.", "09:00", "14:00"), "special_hours.24.12."),
        (parse_calendar, special("2026-12-24", "14:00", "09:00"), "special_hours.2026-12-24"),
        (parse_calendar, special("2026-12-24", "9", "14:00"), "special_hours.2026-12-24[0]"),
        (parse_calendar, special("2026-12-25", "09:00", "14:00"), "special_hours.2026-12-25"),
        (parse_policy, [], ""),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_with_its_path(parse, body, path) -> None:  # type: ignore[no-untyped-def]  # three kinds of each
    with pytest.raises(ConfigInvalid) as refusal:
        parse(body)

    assert refusal.value.path == path


def test_a_configuration_survives_the_record() -> None:
    configuration = Configuration.from_bodies(
        policies=[POLICY], rate_cards=[CARD], carrier_services=SERVICES, lanes=LANES, calendars=[CALENDAR]
    )

    again = Configuration.from_data(configuration.to_data())

    assert again.policies == configuration.policies
    assert (again.rate_cards, again.services) == (configuration.rate_cards, configuration.services)
    assert (again.lanes, again.calendars) == (configuration.lanes, configuration.calendars)


def test_a_channel_takes_its_own_policy_first() -> None:
    shared, own = {"code": "a"}, {"code": "b", "channels": ["web"]}
    configuration = Configuration.from_bodies(policies=[own, shared])

    assert [configuration.policy_for(channel).code for channel in ("web", "store")] == ["b", "a"]
    assert Configuration().policy_for("web").code == "built-in"


def test_what_is_switched_off_is_read_said_and_left_out() -> None:
    rules = [{"name": "Near", "active": False}, {"name": "Far"}]
    groups = [{"name": "Old", "active": False}, {"name": "Web", "rules": rules}]

    policy = parse_policy({"code": "a", "groups": groups})

    assert [(group.name, [rule.name for rule in group.rules]) for group in policy.groups] == [("Web", ["Far"])]
    assert [words for words in policy.describe() if "Switched off" in words] == [
        "Switched off: rule Near.", "Switched off: group Old.",
    ]  # fmt: skip


def test_the_widest_values_are_read_exactly() -> None:
    policy = parse_policy(
        {"code": "p", "prices": {"split": "1000000000"}, "weights": {"freight": "100", "pick": "0"},
         "groups": [{"name": "g", "rules": [{"name": "r", "prefer": [{"bonus": "2", "penalty": "0.5"}]}]}]}
    )  # fmt: skip

    assert policy.prices.split_e4 == 10**13
    assert (max(policy.weights_ppm), min(policy.weights_ppm)) == (100_000_000, 0)
    assert policy.groups[0].rules[0].prefer[0].parcel_e4 == -15_000


def test_a_group_whose_rules_are_all_switched_off_takes_the_cheapest_plan() -> None:
    policy = parse_policy(
        {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", "active": False}]}, {"name": "bare"}]}
    )

    assert [[rule.name for rule in group.rules] for group in policy.groups] == [["Cheapest over all nodes"]] * 2
