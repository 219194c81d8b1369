"""A rule group's condition on the promise: its edges, its absence, its words, and what it says of whole policies."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from routing.core.config import ConfigInvalid, Configuration, parse_policy
from routing.core.config.choosing import OrderMatch
from routing.core.deciding import decide, decide_batch
from routing.core.explain import explain
from routing.core.facts import Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.matching import is_matched
from routing.core.passing import Asked, why_not
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.integration.console.written import Writer
from tests.unit.routing.worlds import AT

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HERE = Destination("US", "NY", "10001", 40.7, -74.0)
SHOE = SkuFacts("SHOE", weight_grams=800)
EVE = "2026-12-24T12:00:00-05:00"
EVE_AT = datetime(2026, 12, 24, 17, tzinfo=UTC)


def group(name: str, **match: Any) -> dict[str, Any]:
    return {"name": name, "match": match, "rules": [{"name": f"rule of {name}"}]}


def match_of(**match: Any) -> OrderMatch:
    return parse_policy({"code": "p", "groups": [group("g", **match)]}).groups[0].match


def asks(promised_by: datetime | None, **more: Any) -> RoutingRequest:
    line = RequestLine("1", "SHOE", 1, 1_000)
    told = {"ref": "O-1:g", "channel": "web", "method": Method.SHIP, "lines": (line,), "ship_to": HERE}
    return RoutingRequest(**{**told, "currency": "USD", "promised_by": promised_by, **more})


def world(*groups: dict[str, Any]) -> Facts:
    configuration = Configuration.from_bodies(policies=[{"code": "p", "groups": list(groups)}])
    network = NetworkFacts((NodeFacts(code="reno", kind="DC", country="US"),), configuration)
    return Facts(network=network, skus=(SHOE,), available=np.array([[99]], np.int64))


def takes(match: OrderMatch, request: RoutingRequest, at: datetime = AT) -> bool:
    return is_matched(match, request, HERE, [SHOE], at=at)


@pytest.mark.parametrize(
    ("promise", "slack", "fits"),
    [
        ({"within_hours": 24}, 24 * HOUR, True),
        ({"within_hours": 24}, 24 * HOUR + SECOND, False),
        ({"within_hours": 24}, -90 * HOUR, True),
        ({"within_hours": 0}, 0 * HOUR, True),
        ({"within_hours": 0}, SECOND, False),
        ({"later_than_hours": 24}, 24 * HOUR, False),
        ({"later_than_hours": 24}, 24 * HOUR + SECOND, True),
        ({"later_than_hours": 0}, -SECOND, False),
        ({"later_than_hours": 4, "within_hours": 24}, 4 * HOUR, False),
        ({"later_than_hours": 4, "within_hours": 24}, 5 * HOUR, True),
        ({"later_than_hours": 4, "within_hours": 24}, 25 * HOUR, False),
    ],
)
def test_hours_are_counted_from_the_decision_to_the_second(promise: Any, slack: timedelta, fits: bool) -> None:
    assert takes(match_of(promise=promise), asks(AT + slack)) is fits


@pytest.mark.parametrize(
    ("promise", "slack", "fits"),
    [
        ({"from": EVE}, -SECOND, False),
        ({"from": EVE}, 0 * SECOND, True),
        ({"before": EVE}, -SECOND, True),
        ({"before": EVE}, 0 * SECOND, False),
        ({"from": EVE, "before": "2026-12-24T17:00:01Z"}, 0 * SECOND, True),
    ],
)
def test_an_instant_is_the_same_whatever_its_offset(promise: Any, slack: timedelta, fits: bool) -> None:
    assert takes(match_of(promise=promise), asks(EVE_AT + slack)) is fits


def test_the_night_that_clocks_go_back_is_no_longer_than_another() -> None:
    evening = datetime(2026, 11, 1, 2, tzinfo=UTC)  # 22:00 in New York, where this night has 25 hours.
    within = match_of(promise={"within_hours": 24})

    assert takes(within, asks(evening + 24 * HOUR), at=evening)
    assert not takes(within, asks(evening + 25 * HOUR), at=evening)


def test_an_order_without_a_promise_fits_no_promise_and_is_left_out_by_none() -> None:
    for promise in ({"within_hours": 8_784}, {"later_than_hours": 0}, {"from": EVE}, {"before": EVE}):
        assert not takes(match_of(promise=promise), asks(None))
        assert takes(match_of(**{"not": {"promise": promise}}), asks(None))
    assert [takes(match_of(promised=False), asks(by)) for by in (None, AT)] == [True, False]
    assert [takes(match_of(promised=True), asks(by)) for by in (None, AT)] == [False, True]


def test_what_is_left_out_is_left_out_by_its_promise() -> None:
    calm = match_of(channels=["web"], **{"not": {"promise": {"within_hours": 24}}})

    assert [takes(calm, asks(AT + slack)) for slack in (24 * HOUR, 24 * HOUR + SECOND)] == [False, True]


def test_each_group_of_an_order_is_asked_by_its_own_promise() -> None:
    facts = world(group("rush", promise={"within_hours": 24}), group("later", promised=True), group("rest"))
    soon, late, none = (asks(by, ref=f"O-1:{n}") for n, by in enumerate((AT + HOUR, AT + 72 * HOUR, None)))

    decided = decide_batch([soon, late, none], facts, at=AT)

    assert [decision.plan.group for decision in decided] == ["rush", "later", "rest"]
    assert decide(late, facts, at=AT + 50 * HOUR).plan.group == "rush"


def test_the_record_finds_the_answer_that_was_found() -> None:
    """The record keeps whole seconds: a promise half a second late of an edge may not change sides on replay."""
    facts, at = world(group("rush", promise={"within_hours": 1}), group("rest")), AT + timedelta(microseconds=300_000)
    for micros in (0, 200_000, 300_000, 300_001, 999_999):
        asked = asks(AT + HOUR + timedelta(microseconds=micros))

        again = decide(RoutingRequest.from_data(asked.to_data()), Facts.from_data(facts.to_data()), at=at)

        assert again.plan == decide(asked, facts, at=at).plan


@pytest.mark.parametrize(
    ("match", "words"),
    [
        ({"promise": {"within_hours": 1}}, "orders promised within 1 hour of the decision"),
        (
            {"promise": {"later_than_hours": 4, "within_hours": 1_000}},
            "orders promised more than 4 hours after the decision and within 1,000 hours of the decision",
        ),
        (
            {"promise": {"from": EVE, "before": "2026-12-25T00:00:30Z"}},
            "orders promised from 2026-12-24 17:00 UTC and before 2026-12-25 00:00:30 UTC",
        ),
        (
            {"channels": ["web"], "not": {"promise": {"within_hours": 24}}},
            "orders from channel web, but not promised within 24 hours of the decision",
        ),
        ({"promised": False}, "orders without a promise"),
        ({"not": {"promised": False}}, "orders not without a promise"),
    ],
)
def test_the_condition_reads_as_a_sentence(match: dict[str, Any], words: str) -> None:
    assert match_of(**match).describe() == words


@pytest.mark.parametrize(
    ("promise", "path"),
    [
        ({}, "promise"),
        ({"within_hours": 4, "later_than_hours": 4}, "promise.within_hours"),
        ({"from": EVE, "before": "2026-12-24T17:00:00Z"}, "promise.before"),
        ({"within_hours": -1}, "promise.within_hours"),
        ({"within_hours": 8_785}, "promise.within_hours"),
        ({"later_than_hours": 1.5}, "promise.later_than_hours"),
        ({"from": "2026-12-24T12:00:00"}, "promise.from"),
        ({"from": "2026-12-24"}, "promise.from"),
        ({"before": "0001-01-01T00:00:00+05:00"}, "promise.before"),
        ({"before": "2026-12-24T12:00:00.5Z"}, "promise.before"),
        ({"before": 1_782_000_000}, "promise.before"),
        ({"until": EVE}, "promise.until"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_path(promise: Any, path: str) -> None:
    with pytest.raises(ConfigInvalid) as refusal:
        match_of(promise=promise)

    assert refusal.value.path == f"groups[0].match.{path}"


@pytest.mark.parametrize(
    ("promised_by", "actual"),
    [
        (AT + 31 * HOUR, "is promised by 2026-11-25 22:20 UTC, 31 hours after the decision"),
        (AT + 24 * HOUR + SECOND, "is promised by 2026-11-25 15:20:01 UTC, 24 hours 1 min after the decision"),
        (None, "is without a promise"),
    ],
)
def test_the_explanation_says_how_far_the_promise_was(promised_by: datetime | None, actual: str) -> None:
    facts, request = world(group("rush", promise={"within_hours": 24}), group("rest")), asks(promised_by)

    told = explain(request, facts, decide(request, facts, at=AT), at=AT)

    asked = 'Group "rush" does not take it: it takes orders promised within 24 hours of the decision'
    assert told.passed_by == (f"{asked}, this order {actual}.",)


def test_the_explanation_says_how_little_was_left() -> None:
    calm = match_of(promise={"later_than_hours": 24})

    for slack, words in ((20 * SECOND, "1 min after"), (-HOUR, "1 hour before"), (0 * HOUR, "0 hours after")):
        said = why_not(calm, Asked(asks(AT + slack), HERE, [SHOE], AT))

        assert said.endswith(f", {words} the decision"), said


def test_what_a_group_leaves_out_is_why_it_did_not_take_it() -> None:
    facts = world(group("calm", **{"not": {"promise": {"within_hours": 24}}}), group("rest"))
    request = asks(AT + HOUR)

    told = explain(request, facts, decide(request, facts, at=AT), at=AT)

    assert told.passed_by == (
        'Group "calm" does not take it: it leaves out orders promised within 24 hours of the decision.',
    )


def chance_requests(seed: int) -> Sequence[tuple[RoutingRequest, SkuFacts, datetime]]:
    """Orders that fit the conditions which `Writer` draws often enough: they are made of the same words."""
    rng, made = random.Random(seed), []

    def pick() -> str:
        return rng.choice(["gift", "vip", "a b", "94", "US", "CA", "NY", ""])

    for _ in range(12):
        sku = SkuFacts("SHOE", tags=frozenset({pick()}), handling_class=pick(), hazmat_class=pick())
        place = Destination(pick(), pick(), rng.choice(["94016", "US1", "10001"]))
        by = rng.choice([None, AT + rng.randint(-50, 500) * HOUR, EVE_AT - rng.randint(0, 400) * HOUR])
        more = {"channel": rng.choice(["web", "market"]), "ship_to": place, "tags": frozenset({pick()})}
        more |= {"customer_tier": pick(), "service_level": pick(), "priority": rng.randint(0, 400)}
        lines = (RequestLine("1", "SHOE", rng.randint(1, 300), rng.randint(0, 2_000)),)
        made.append((asks(by, **more, lines=lines, method=rng.choice(["SHIP", "SAME_DAY"])), sku, AT))
    return made


def thinned(match: OrderMatch, rng: random.Random) -> OrderMatch:
    """The same conditions but for most of them: with all of them at once no order would fit."""
    drop = {name: getattr(OrderMatch(), name) for name in OrderMatch.__dataclass_fields__ if rng.random() < 0.8}
    return replace(match, **{**drop, "exclude": match.exclude and thinned(match.exclude, rng)})


def drawn(seed: int) -> OrderMatch:
    return thinned(match_of(**Writer(seed).match()), random.Random(seed))


def test_words_and_deeds_agree_on_every_order() -> None:
    taken = passed = 0
    for seed in range(400):
        match = drawn(seed)
        for request, sku, at in chance_requests(seed):
            asked = Asked(request, request.ship_to or HERE, [sku], at)

            assert (why_not(match, asked) == "") == asked.meets(match)
            taken, passed = taken + asked.meets(match), passed + (not asked.meets(match))
    assert min(taken, passed) > 500


def test_what_covers_takes_whatever_the_other_takes() -> None:
    covered = 0
    matches = [drawn(seed) for seed in range(160)]
    orders = [order for seed in range(20) for order in chance_requests(seed)]
    for wide in matches[:40]:
        for narrow in (one for one in matches if wide.covers(one)):
            covered += 1
            for request, sku, at in orders:
                asked = Asked(request, request.ship_to or HERE, [sku], at)
                assert asked.meets(wide) or not asked.meets(narrow), (wide, narrow)
    assert covered > 100


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        ({"promise": {"within_hours": 48}}, {"promise": {"within_hours": 48}, "channels": ["web"]}, True),
        ({"promise": {"within_hours": 48}}, {"promise": {"within_hours": 49}}, False),
        ({"promise": {"within_hours": 48}}, {"promise": {"later_than_hours": 4}}, False),
        ({"promise": {"later_than_hours": 4}}, {"promise": {"later_than_hours": 5, "within_hours": 9}}, True),
        ({"promise": {"later_than_hours": 4}}, {"promise": {"later_than_hours": 3}}, False),
        ({"promise": {"before": EVE}}, {"promise": {"before": EVE, "from": "2026-12-01T00:00:00Z"}}, True),
        ({"promise": {"from": EVE}}, {"promise": {"from": "2026-12-01T00:00:00Z"}}, False),
        ({"promised": True}, {"promise": {"within_hours": 4}}, True),
        ({"promised": False}, {"promise": {"within_hours": 4}}, False),
        ({"promised": False}, {}, False),
        ({"channels": ["web", "app"]}, {"channels": ["web"]}, True),
        ({"channels": ["web"]}, {"channels": ["web", "app"]}, False),
        ({"value": {"at_least": "10"}}, {"value": {"at_least": "10", "below": "20"}}, True),
        ({"value": {"at_least": "10"}}, {"value": {"at_least": "9.99"}}, False),
        ({"priority": {"below": 5}}, {}, False),
        ({"not": {"tags": ["gift"]}}, {"channels": ["web"]}, False),
        ({"not": {"tags": ["gift"]}}, {"channels": ["web"], "not": {"tags": ["gift"]}}, True),
        ({}, {"not": {"tags": ["gift"]}}, True),
    ],
)
def test_covering_is_seen_where_it_is_certain(wide: Any, narrow: Any, covers: bool) -> None:
    assert match_of(**wide).covers(match_of(**narrow)) is covers
