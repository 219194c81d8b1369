"""Orders that name a node, and what a person is shown who picks one by hand."""

from dataclasses import replace
from typing import Any

import numpy as np

from routing.core.config import Configuration
from routing.core.covering import Judged, NodeCover, Way, cover
from routing.core.deciding import decide
from routing.core.explain import explain
from routing.core.facts import ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.reasons import Reason
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

SELLS = (True, True, True)
METHODS = frozenset({"SHIP", "PICKUP", "SHIP_TO_STORE"})
NODES = tuple(NodeFacts(code, "STORE", "US", methods=METHODS) for code in ("austin", "reno", "soho"))
ONLY_RENO = {"code": "p", "groups": [{"name": "g", "rules": [{"name": "r", "nodes": {"codes": ["reno"]}}]}]}


def world(
    *policies: dict[str, Any], stock: tuple[int, ...] = (9, 9, 9), sells: tuple[bool, ...] = (True,) * 3
) -> Facts:
    network = NetworkFacts(NODES, Configuration.from_bodies(policies=list(policies)))
    channels = {"web": ChannelFacts(nodes=np.array(sells))}
    available = np.array([stock], np.int64)
    return Facts(network=network, skus=(SkuFacts("SHOE"),), available=available, channels=channels)


def asks(method: Method, node: str, *quantities: int) -> RoutingRequest:
    lines = tuple(RequestLine(str(n), "SHOE", quantity) for n, quantity in enumerate(quantities or (1,)))
    to = None if node else Destination("US")
    return RoutingRequest("O:g", "web", method, lines, to, node)


def reasons(request: RoutingRequest, facts: Facts) -> list[Reason]:
    return [Reason(int(reason)) for reason in decide(request, facts, at=AT).trace.reason]


def test_a_pickup_comes_from_its_node_and_others_keep_the_reason_that_stands_first() -> None:
    facts = world(sells=(False, True, True))

    assert reasons(asks(Method.PICKUP, "soho"), facts) == [
        Reason.CHANNEL, Reason.NOT_THE_NAMED_NODE, Reason.CANDIDATE,
    ]  # fmt: skip


def test_goods_for_a_store_may_come_from_any_node() -> None:
    assert reasons(asks(Method.SHIP_TO_STORE, "soho"), world()) == [Reason.CANDIDATE] * 3


def covers(request: RoutingRequest, facts: Facts) -> dict[str, NodeCover]:
    free = replace(facts, network=NetworkFacts(NODES, Configuration()))

    def judged(of: Facts) -> Judged:
        decision = decide(request, of, at=AT)
        return Judged(decision, explain(request, of, decision, at=AT))

    return {one.node: one for one in cover(request, facts, ruled=judged(facts), free=judged(free))}


def test_who_picks_a_node_sees_whether_a_rule_or_the_world_is_against_it() -> None:
    told = covers(asks(Method.SHIP, "", 2), world(ONLY_RENO, stock=(0, 9, 9)))

    assert {code: one.way for code, one in told.items()} == {
        "reno": Way.OPEN, "soho": Way.AGAINST_RULES, "austin": Way.CLOSED,
    }  # fmt: skip
    assert list(told) == ["reno", "soho", "austin"]
    assert (told["austin"].units, told["austin"].cost_e4, told["soho"].total) == ({}, None, 2)


def test_two_lines_of_one_sku_share_what_a_node_has() -> None:
    told = covers(asks(Method.SHIP, "", 2, 2), world(stock=(9, 3, 9)))

    assert (told["reno"].units, told["soho"].units) == ({"0": 2, "1": 1}, {"0": 2, "1": 2})
