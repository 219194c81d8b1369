"""What a merchandiser reads: one sentence a node, with its numbers, and what the plan costs."""

from dataclasses import replace

import numpy as np

from routing.core.config import Configuration
from routing.core.deciding import decide
from routing.core.explain import explain
from routing.core.facts import ChannelFacts, Facts, NetworkFacts, NodeFacts, SkuFacts
from routing.core.types import Destination, Held, Method, RequestLine, RoutingRequest, Then
from tests.unit.routing.worlds import AT

POLICY = {
    "code": "retail",
    "groups": [
        {
            "name": "Web",
            "rules": [{"name": "Near DCs", "nodes": {"kinds": ["DC"], "within_km": 1_500}}],
            "unfilled": {"then": "HOLD", "auto_cancel_days": 7},
        }
    ],
}
LANES = {"cross_border": False}
NEW_YORK = Destination("US", "NY", "10001", 40.7, -74.0)


def node(code: str, **facts: object) -> NodeFacts:
    place = {"country": "US", "latitude": 41.0, "longitude": -75.0}
    return NodeFacts(code=code, **{"kind": "DC", **place, **facts})  # type: ignore[arg-type]  # any fact


NODES = (
    node("reno", latitude=39.5, longitude=-119.8),
    node("newark", fulfillment_cost_e4=10_000),
    node("soho", kind="STORE"),
    node("albany", is_paused=True),
    node("boston"),
    node("toronto", country="CA"),
    node("trenton"),
    node("scranton", methods=frozenset({"PICKUP"})),
)
SHOE = SkuFacts("SHOE", weight_grams=800)


def world() -> tuple[RoutingRequest, Facts]:
    network = NetworkFacts(NODES, Configuration.from_bodies(policies=[POLICY], lanes=LANES))
    available = np.array([[9, 9, 9, 9, 0, 9, 9, 9]], np.int64)
    request = RoutingRequest(
        ref="O-1:g",
        channel="web",
        method=Method.SHIP,
        lines=(RequestLine("1", "SHOE", 2, 5_000),),
        ship_to=NEW_YORK,
        excluded={"trenton": "it rejected the order before (damaged)"},
        currency="USD",
    )
    return request, Facts(network=network, skus=(SHOE,), available=available)


def test_every_node_has_its_one_sentence() -> None:
    request, facts = world()

    story = explain(request, facts, decide(request, facts, at=AT), at=AT)

    assert [node.sentence for node in story.nodes] == [
        "newark could serve the whole order alone for 8.64.",
        "albany is paused.",
        "trenton is ruled out for this order: it rejected the order before (damaged).",
        "scranton does not do shipping.",
        'soho is not among the nodes of rule "Near DCs".',
        'reno is 3,853 km away, farther than rule "Near DCs" allows.',
        "toronto may not send SHOE to US NY 10001: Goods may not cross a border.",
        "boston has 0 of SHOE available, 2 asked.",
    ]


def test_the_summary_says_what_it_costs_and_that_nothing_is_better() -> None:
    request, facts = world()

    summary = explain(request, facts, decide(request, facts, at=AT), at=AT).summary

    assert summary[0] == 'Policy retail, group "Web", rule "Near DCs".'
    assert summary[1].startswith("newark sends 2 × SHOE by STANDARD for 8.64 (pack 1.00, freight 7.64)")
    assert summary[-1] == "The plan costs 8.64; no other under this rule is better."


def test_what_nobody_has_goes_down_the_groups_chain() -> None:
    request, facts = world()
    empty = replace(facts, available=np.zeros_like(facts.available))

    plan = decide(request, empty, at=AT).plan

    assert [(part.quantity, part.then, part.auto_cancel_days) for part in plan.unfilled] == [(2, Then.HOLD, 7)]
    assert plan.unfilled[0].why == "No node has it."
    assert (plan.cost_e4, plan.parcels) == (0, ())


def test_the_summary_says_how_far_the_plan_may_be_from_the_best() -> None:
    request, facts = world()
    decision = decide(request, facts, at=AT)

    def last(**changes: object) -> str:
        plan = replace(decision.plan, **changes)  # type: ignore[arg-type]  # fields of a plan
        return explain(request, facts, replace(decision, plan=plan), at=AT).summary[-1]

    (parcel,) = decision.plan.parcels
    costs = "The plan costs 8.64;"
    assert last(proven=False, bound_e4=80_000) == f"{costs} no other can be cheaper by more than 0.64."
    assert last(parcels=(replace(parcel, rule="Overstock"),)) == (
        f"{costs} each rule placed what was left to it at the least cost."
    )
    assert last(parcels=()) == "Nothing could be placed."


def test_what_a_node_has_free_is_told_with_what_is_kept_from_the_channel_and_what_the_order_holds() -> None:
    request, facts = world()
    few = facts.available.copy()
    few[0] = [0, 3, 0, 0, 1, 0, 0, 0]
    kept = ChannelFacts(withhold=np.array([[0, 2, 0, 0, 3, 0, 0, 0]], np.int64))
    facts = replace(facts, available=few, channels={"web": kept})

    def told(asked: RoutingRequest) -> dict[str, str]:
        return {story.node: story.sentence for story in explain(asked, facts, decide(asked, facts, at=AT), at=AT).nodes}

    two_lines = (RequestLine("1", "SHOE", 2), RequestLine("2", "SHOE", 1))
    assert "a part of the order: 1 of 3 × SHOE;" in told(replace(request, lines=two_lines))["newark"]
    assert told(request)["boston"] == "boston has 0 of SHOE available, 2 asked."
    holds = replace(request, held=(Held("SHOE", "newark", 1), Held("SHOE", "boston", 4)))
    assert told(holds)["newark"].startswith("newark could serve the whole order alone")
    assert told(replace(holds, lines=two_lines))["boston"].startswith(
        "boston could serve a part of the order: 2 of 3 × SHOE;"
    )


def test_nodes_that_fall_out_have_no_cost_and_another_policy_has_no_groups_to_tell_of() -> None:
    request, facts = world()
    decision = decide(request, facts, at=AT)
    told = explain(request, facts, decision, at=AT)

    assert {story.node for story in told.nodes if story.cost_e4 is not None} == {"newark"}
    other = replace(decision.plan, policy="another", group="Every other order")
    assert explain(request, facts, replace(decision, plan=other), at=AT).passed_by == ()


def test_the_sku_that_a_node_may_not_handle_is_named_among_those_that_stay_together() -> None:
    request, facts = world()
    lines = (RequestLine("1", "PAINT", 1, 0, "set"), RequestLine("2", "ACID", 1, 0, "set"))
    able = replace(NODES[1], hazmat_classes=frozenset({"3"}))
    facts = Facts(
        network=replace(facts.network, nodes=(able,)),
        skus=(SkuFacts("PAINT", hazmat_class="3"), SkuFacts("ACID", hazmat_class="8")),
        available=np.array([[9], [9]], np.int64),
    )
    asked = replace(request, lines=lines)

    (story,) = explain(asked, facts, decide(asked, facts, at=AT), at=AT).nodes

    assert story.sentence == "newark does not handle hazmat class 8 of ACID."


def test_a_node_is_said_to_have_no_more_of_a_sku_than_is_asked() -> None:
    request, facts = world()
    lines = (RequestLine("1", "SHOE", 2), RequestLine("2", "HAT", 1))
    facts = replace(facts, skus=(SHOE, SkuFacts("HAT")), available=np.array([[9] * 8, [0] * 8], np.int64))
    asked = replace(request, lines=lines)

    told = {story.node: story.sentence for story in explain(asked, facts, decide(asked, facts, at=AT), at=AT).nodes}

    assert "a part of the order: 2 of 2 × SHOE, 0 of 1 × HAT;" in told["newark"]
