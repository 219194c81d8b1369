"""A backorder limit gives as many places as it says, plan after plan; a line waits whole or not at all."""

import random
from dataclasses import replace

import numpy as np
import pytest

from routing.core.config.policy import UnfilledAction
from routing.core.deciding import decide_batch
from routing.core.facts import NO_LIMIT, Facts
from routing.core.types import Destination, Method, RequestLine, RoutingPlan, RoutingRequest, Then
from routing.core.waiting import Places
from tests.unit.routing.worlds import AT, small_world

WAIT, CANCEL = UnfilledAction(), UnfilledAction(then=Then.CANCEL)


def _line(units: int, sku: str = "TEE") -> RequestLine:
    return RequestLine("1", sku, units)


@pytest.mark.parametrize(("left", "units", "waits"), [(0, 1, False), (3, 3, True), (3, 4, False), (4, 3, True)])
def test_a_line_waits_where_all_of_it_has_a_place(left: int, units: int, waits: bool) -> None:
    places = Places({"TEE": left})
    places.begin({})

    then, why = places.fate(WAIT, _line(units), units)

    assert (then, why == "") == ((Then.BACKORDER, True) if waits else (Then.HOLD, False))
    assert places.left == {"TEE": left - units if waits else left}


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (0, "No more units of it may wait: its backorder limit is reached."),
        (1, "Its backorder limit has a place for 1 more unit only."),
        (2, "Its backorder limit has a place for 2 more units only."),
    ],
)
def test_a_refusal_says_what_is_left(left: int, words: str) -> None:
    places = Places({"TEE": left})
    places.begin({})

    assert places.fate(WAIT, _line(9), 9) == (Then.HOLD, words)


def test_what_the_rule_says_beyond_the_limit_happens() -> None:
    places = Places({"TEE": 0})
    places.begin({})

    assert places.fate(UnfilledAction(beyond_limit=Then.CANCEL), _line(1), 1)[0] is Then.CANCEL
    assert places.fate(CANCEL, _line(1), 1) == (Then.CANCEL, "")
    assert places.fate(WAIT, _line(1, "MUG"), 1) == (Then.BACKORDER, "")


def test_an_orders_own_places_are_free_to_it_and_to_nobody_else() -> None:
    places = Places({"TEE": 1})
    places.begin({"TEE": 3})

    assert places.fate(WAIT, _line(2), 2)[0] is Then.BACKORDER
    assert places.left == {"TEE": 1}
    assert places.fate(WAIT, _line(2), 2)[0] is Then.BACKORDER
    assert places.left == {"TEE": 0}
    places.begin({})
    assert places.fate(WAIT, _line(1), 1)[0] is Then.HOLD


def _emptied(facts: Facts, rng: random.Random) -> Facts:
    left = np.array([rng.choice([0, 1, 3, 8, NO_LIMIT]) for _ in facts.skus], np.int64)
    return replace(facts, available=np.zeros_like(facts.available), backorders_left=left, channels={})


def _asked(facts: Facts, rng: random.Random, number: int) -> RoutingRequest:
    skus = rng.sample([sku.code for sku in facts.skus], k=min(2, len(facts.skus)))
    lines = tuple(RequestLine(str(n), sku, rng.randint(1, 4)) for n, sku in enumerate(skus))
    return RoutingRequest(f"O-{number}:1", "web", Method.SHIP, lines, Destination("US", "NY", "10013"))


@pytest.mark.parametrize("seed", range(200))
def test_a_batch_lets_no_more_wait_than_its_limits_and_stores_what_it_saw(seed: int) -> None:
    rng = random.Random(seed)
    facts = _emptied(small_world(seed)[1], rng)
    asked = [_asked(facts, rng, number) for number in range(6)]
    assert facts.backorders_left is not None
    left = dict(zip((sku.code for sku in facts.skus), facts.backorders_left.tolist(), strict=True))

    decided = decide_batch(asked, facts, at=AT)

    for request, decision in zip(asked, decided, strict=True):
        skus = {line.line_ref: line.sku for line in request.lines}
        assert {rest.line_ref: rest.quantity for rest in decision.plan.unfilled} == {
            line.line_ref: line.quantity for line in request.lines
        }
        for rest in decision.plan.unfilled:
            fits = rest.quantity <= left[skus[rest.line_ref]]
            assert (rest.then is Then.BACKORDER, rest.beyond_limit) == (fits, not fits)
            left[skus[rest.line_ref]] -= rest.quantity if fits and left[skus[rest.line_ref]] < NO_LIMIT else 0
        assert RoutingPlan.from_data(decision.plan.to_data()) == decision.plan
    stored = Facts.from_data(facts.to_data())
    assert decide_batch([RoutingRequest.from_data(one.to_data()) for one in asked], stored, at=AT) == decided
