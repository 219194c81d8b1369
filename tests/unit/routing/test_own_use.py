"""What an order takes of stock, quota and days already is free to its own request, and to those decided after it."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from routing.core.deciding import decide, decide_batch
from routing.core.facts import CAPACITY_UNITS, ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Held, HeldDay, Method, RequestLine, RoutingRequest
from tests.unit.routing.test_decide_laws import limited_by_minutes
from tests.unit.routing.worlds import AT, request, small_world


def _world(seed: int) -> tuple[list[RoutingRequest], Facts]:
    """Two requests, in a world whose channel has quotas and whose nodes have limited days."""
    rng = random.Random(seed)
    asked, facts = small_world(seed)
    asked = replace(asked, held=())
    quota = np.array([rng.randint(0, 5) for _ in facts.skus], np.int64)
    facts = replace(facts, channels={asked.channel: ChannelFacts(quota_left=quota)})
    if facts.capacity_left is None:
        facts = limited_by_minutes(facts, rng)
    other = replace(request(rng, facts, lines=1, quantity=3, ref="O-2:g"), channel=asked.channel, held=())
    return [asked, other], facts


def _used(asked: RoutingRequest, facts: Facts, rng: random.Random) -> tuple[RoutingRequest, Facts]:
    """Return the world in which the order itself has taken some of everything, and the request that says so."""
    assert facts.capacity_left is not None
    assert facts.capacity_from is not None
    available, left = facts.available.copy(), facts.capacity_left.copy()
    quota = facts.channels[asked.channel].quota_left
    assert quota is not None
    quota, held, of_quota, days = quota.copy(), [], {}, []
    for (s, n), units in np.ndenumerate(available):
        if units and rng.random() < 0.5:
            held.append(Held(facts.skus[s].code, facts.network.nodes[n].code, int(units)))
            available[s, n] = 0
    for s, units in enumerate(quota.tolist()):
        if units:
            of_quota[facts.skus[s].code], quota[s] = units, 0
    for (n, day, unit), units in np.ndenumerate(left):
        if 0 < units < 1_000 and rng.random() < 0.7:
            on = (np.datetime64(facts.capacity_from) + day).astype(str)
            days.append(HeldDay(facts.network.nodes[n].code, on, CAPACITY_UNITS[unit], int(units)))
            left[n, day, unit] = 0
    channel = replace(facts.channels[asked.channel], quota_left=quota)
    used = replace(facts, available=available, capacity_left=left, channels={asked.channel: channel})
    return replace(asked, held=tuple(held), held_quota=of_quota, held_days=tuple(days)), used


@pytest.mark.parametrize("seed", range(250))
def test_an_order_is_decided_as_if_it_had_taken_nothing_yet(seed: int) -> None:
    asked, facts = _world(seed)
    mine, used = _used(asked[0], facts, random.Random(seed))

    assert decide(mine, used, at=AT) == decide(asked[0], facts, at=AT)
    assert decide_batch([mine, asked[1]], used, at=AT) == decide_batch(asked, facts, at=AT)


def test_the_worlds_hold_orders_that_their_own_use_would_stop() -> None:
    stopped = {"quota": 0, "days": 0}
    for seed in range(250):
        asked, facts = _world(seed)
        mine, used = _used(asked[0], facts, random.Random(seed))
        free = decide(mine, used, at=AT).plan
        stopped["quota"] += decide(replace(mine, held_quota={}), used, at=AT).plan != free
        stopped["days"] += decide(replace(mine, held_days=()), used, at=AT).plan != free

    assert min(stopped.values()) >= 20, stopped


def test_what_is_held_of_an_unknown_node_sku_or_day_changes_nothing() -> None:
    asked, facts = _world(1)
    strange = replace(
        asked[0],
        held=(Held("nothing", "nowhere", 1),),
        held_quota={"nothing": 1},
        held_days=(
            HeldDay("nowhere", "2026-11-24", "UNITS", 1),
            HeldDay(facts.network.nodes[0].code, "2031-01-01", "UNITS", 1),
        ),
    )

    assert decide(strange, facts, at=AT) == decide(asked[0], facts, at=AT)


def test_a_request_that_was_stored_before_is_read_as_holding_neither() -> None:
    asked, facts = _world(2)
    mine, _ = _used(asked[0], facts, random.Random(2))
    data = mine.to_data()
    assert RoutingRequest.from_data(data) == mine

    del data["held_quota"], data["held_days"]

    assert RoutingRequest.from_data(data) == replace(mine, held_quota={}, held_days=())


def test_a_day_that_is_given_back_is_open_to_an_order_behind_one_that_found_it_full() -> None:
    full = np.zeros((1, 60, len(CAPACITY_UNITS)), np.int64)
    network = NetworkFacts((NodeFacts("N", "DC", "US"),))
    day = (AT.date() + timedelta(days=2)).isoformat()
    facts = Facts(network, (SkuFacts("S"),), np.array([[9]]), capacity_from=AT.date(), capacity_left=full)
    asked = RoutingRequest("O-1", "", Method.SHIP, (RequestLine("l", "S", 1),), Destination("US"))
    back = tuple(HeldDay("N", day, unit, 1) for unit in CAPACITY_UNITS)

    first, second = decide_batch([asked, replace(asked, ref="O-2", held_days=back)], facts, at=AT)

    assert not first.plan.parcels
    assert [parcel.work_date for parcel in second.plan.parcels] == [day]
