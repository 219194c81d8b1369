from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dom.kernel.errors import MissingTransaction
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import Node, Sku, StockLevel
from routing import selectors, services
from routing.errors import DecisionNotFound, RequestRefused
from routing.models import RoutingDecision, RoutingNetwork, RoutingRun
from routing.selectors.proofs import proofs_by_day
from tests.integration.routing.conftest import AT, MIDWEST, request_of, stock

pytestmark = pytest.mark.usefixtures("world")


def _nodes(decided: services.Decided) -> list[tuple[str, int]]:
    return [(parcel.node, line.quantity) for parcel in decided.plan.parcels for line in parcel.lines]


def _record(decided: list[services.Decided], **lost: str) -> None:
    with unit_of_work():
        services.record(decisions=services.packed(decided), lost=lost, attempts={}, at=AT)


def test_a_network_without_a_policy_routes_by_cost() -> None:
    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)[0]

    assert _nodes(decided) == [("S-SOHO", 1)]
    assert (decided.plan.policy, decided.plan.proven) == ("built-in", True)


def test_each_request_sees_what_those_before_it_take() -> None:
    requests = [request_of(f"O-{n}:1", ("BOOT", 1)) for n in range(3)]

    decided = services.route(requests=requests, at=AT)

    assert [_nodes(one) for one in decided] == [[("S-SOHO", 1)], [("S-SOHO", 1)], [("DC-RENO", 1)]]


def test_a_channel_gets_nothing_from_a_node_outside_its_group() -> None:
    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 3), channel="kiosk")], at=AT)[0]

    assert _nodes(decided) == [("S-SOHO", 2)]
    assert [(rest.line_ref, rest.quantity) for rest in decided.plan.unfilled] == [("1", 1)]


def test_a_quota_caps_what_a_channel_gets() -> None:
    with unit_of_work():
        inventory.upsert_quotas(rows=[inventory.QuotaRow("web", "BOOT", 1)], at=AT, actor="test")

    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 3))], at=AT)[0]

    assert sum(quantity for _, quantity in _nodes(decided)) == 1


def test_a_safety_stock_rule_keeps_units_back_at_once() -> None:
    rule = {"code": "stores", "units": 2, "node_group": "stores"}
    with unit_of_work():
        inventory.publish_safety_stock(bodies=[rule], at=AT, actor="maya")

    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)[0]

    assert _nodes(decided) == [("DC-RENO", 1)]
    assert (decided.withhold("BOOT", "S-SOHO"), decided.withhold("BOOT", "DC-RENO")) == (2, 0)


def test_a_rule_counts_only_beyond_the_levels_own_safety_stock() -> None:
    stock("BOOT", "S-SOHO", 9)
    sku, node = Sku.objects.get(code="BOOT").id, Node.objects.get(code="S-SOHO").id
    with unit_of_work():
        inventory.set_safety_stock(rows=[(sku, node, 3)], at=AT, actor="maya")
        inventory.publish_safety_stock(bodies=[{"code": "all", "units": 5}], at=AT, actor="maya")
        inventory.publish_channel_rules(bodies=[{"code": "web", "threshold": 1}], at=AT, actor="maya")

    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 3))], at=AT)[0]

    assert decided.withhold("BOOT", "S-SOHO") == 3
    assert decided.run.facts.available[0].tolist() == [100, 0, 6]
    assert _nodes(decided) == [("S-SOHO", 3)]


def test_a_switch_keeps_a_channel_from_a_node_for_one_method_or_for_all() -> None:
    off = {"code": "no-stores", "sell": False, "node_group": "stores", "channel": "web"}
    for body in ({**off, "methods": ["SHIP"]}, off):
        with unit_of_work():
            inventory.publish_channel_rules(bodies=[body], at=AT, actor="maya")
        assert _nodes(services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)[0]) == [("DC-RENO", 1)]

    with unit_of_work():
        inventory.publish_channel_rules(bodies=[{**off, "methods": ["SAME_DAY"]}], at=AT, actor="maya")
    assert _nodes(services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)[0]) == [("S-SOHO", 1)]


def test_a_published_policy_takes_effect_in_the_next_batch() -> None:
    wanted = [request_of("O-1:1", ("BOOT", 1))]
    assert _nodes(services.route(requests=wanted, at=AT)[0]) == [("S-SOHO", 1)]

    rules = [{"name": "Centers", "nodes": {"kinds": ["DC"]}}]
    with unit_of_work():
        body = {"code": "p", "groups": [{"name": "All", "rules": rules}]}
        services.publish_policies(bodies=[body], actor="maya", at=AT)

    decided = services.route(requests=wanted, at=AT)[0]
    assert _nodes(decided) == [("DC-RENO", 1)]
    assert (decided.plan.policy, decided.plan.rule) == ("p", "Centers")


def test_a_paused_node_takes_no_part() -> None:
    with unit_of_work():
        rows = [inventory.NodeRow("S-SOHO", "STORE", status="PAUSED", latitude=40.72, longitude=-74.0)]
        inventory.upsert_nodes(rows=rows, at=AT, actor="test")

    assert _nodes(services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)[0]) == [("DC-RENO", 1)]


def test_an_unknown_sku_or_channel_is_named() -> None:
    with pytest.raises(RequestRefused, match="There is no SKU GONE"):
        services.route(requests=[request_of("O-1:1", ("GONE", 1))], at=AT)
    with pytest.raises(RequestRefused, match="There is no channel nobody"):
        services.route(requests=[request_of("O-1:1", ("BOOT", 1), channel="nobody")], at=AT)


@pytest.mark.parametrize("size", [1, 40])
def test_a_batch_of_any_size_costs_six_statements_or_fewer(size: int) -> None:
    requests = [request_of(f"O-{n}:1", ("BOOT", 1), ("LAMP", 1)) for n in range(size)]
    services.route(requests=requests, at=AT)

    with CaptureQueriesContext(connection) as seen:
        services.route(requests=requests, at=AT)

    assert len(seen) <= 6


def test_a_batch_is_recorded_in_two_statements_once_its_network_is_known() -> None:
    decided = services.route(requests=[request_of(f"O-{n}:1", ("BOOT", 1)) for n in range(40)], at=AT)
    _record(decided)

    with unit_of_work(), CaptureQueriesContext(connection) as seen:
        services.record(decisions=services.packed(decided), lost={}, attempts={"O-1:1": 2}, at=AT)

    assert len(seen) == 2
    assert (RoutingNetwork.objects.count(), RoutingRun.objects.count(), RoutingDecision.objects.count()) == (1, 2, 80)


def test_recording_demands_a_unit_of_work() -> None:
    decided = services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT)

    with pytest.raises(MissingTransaction):
        services.record(decisions=services.packed(decided), lost={}, attempts={}, at=AT)


def test_every_stored_decision_replays_equal_whatever_happened_since() -> None:
    requests = [request_of(f"O-{n}:1", ("BOOT", 1 + n % 3), ("LAMP", 1)) for n in range(12)]
    _record(services.route(requests=requests, at=AT))
    stock("BOOT", "S-SOHO", 0)
    with unit_of_work():
        body = {"code": "p", "groups": [{"name": "All", "rules": [{"name": "None", "nodes": {"tags": ["x"]}}]}]}
        services.publish_policies(bodies=[body], actor="maya", at=AT)

    for request in requests:
        again = selectors.replay(request.ref)
        assert again.is_equal, request.ref
        assert again.stored.request == request


def test_orders_that_share_are_told_so_and_replay_equal() -> None:
    decided = _shared()

    assert [_nodes(one) for one in decided] == [[("DC-RENO", 2)], [("S-SOHO", 2)]]
    for ref in ("O-1", "O-2"):
        stored = selectors.decision(ref)
        assert selectors.replay(ref).is_equal
        assert (stored.sharing,) == decided[0].run.sharings
        assert "Decided together with 1 other order" in stored.explain().summary[-1]


def test_what_is_stored_and_added_up_as_cost_is_money_alone() -> None:
    decided = _shared()
    (sharing,) = decided[0].run.sharings

    (day,) = proofs_by_day(since=AT, until=AT + timedelta(days=1), zone="UTC")

    assert (day.proofs.cost_e4, day.proofs.gap_e4) == (sharing.cost_e4, 0)
    alone = [services.route(requests=[one.request], at=AT)[0].plan for one in decided]
    assert decided[1].plan.cost_e4 == alone[1].cost_e4
    assert [one.plan.scarcity_e4 > 0 for one in decided] == [False, True]
    assert RoutingDecision.objects.get(order_ref="O-2").cost_e4 == alone[1].cost_e4


def _shared() -> list[services.Decided]:
    """Record two orders of which the second gets the scarce units that the first would have taken."""
    asked = [request_of("O-1:1", ("BOOT", 2)), request_of("O-2:1", ("BOOT", 2))]
    decided = services.route(requests=[replace(asked[0], ship_to=MIDWEST), asked[1]], at=AT)
    _record(decided)
    return decided


def test_a_decision_names_every_node_and_every_version_it_saw() -> None:
    with unit_of_work():
        services.publish_lanes(body={"cross_border": False}, actor="maya", at=AT)
    _record(services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT))

    stored = selectors.decision("O-1")

    assert stored.versions == {"lanes": {"default": 1}}
    assert [node.code for node in stored.facts.network.nodes] == ["DC-RENO", "S-AUSTIN", "S-SOHO"]
    assert len(stored.trace.reason) == 3


def test_decisions_are_found_by_order_and_by_request_newest_first() -> None:
    _record(services.route(requests=[request_of("O-1:1", ("BOOT", 1)), request_of("O-1:2", ("LAMP", 1))], at=AT))
    with unit_of_work():
        later = services.route(requests=[request_of("O-1:1", ("BOOT", 1))], at=AT + timedelta(minutes=1))
        services.record(
            decisions=services.packed(later), lost={"O-1:1": "INSUFFICIENT_STOCK: 0 left"}, attempts={"O-1:1": 2}, at=AT
        )

    assert [(d.request.ref, d.attempt) for d in selectors.decisions("O-1")] == [
        ("O-1:1", 2),
        ("O-1:2", 1),
        ("O-1:1", 1),
    ]
    assert selectors.decision("O-1:1").lost == "INSUFFICIENT_STOCK: 0 left"
    assert selectors.decision("O-1:2").lost == ""
    with pytest.raises(DecisionNotFound):
        selectors.decision("O-2")


def test_deciding_holds_nothing() -> None:
    before = list(StockLevel.objects.order_by("id").values())

    services.route(requests=[request_of("O-1:1", ("BOOT", 2))], at=AT)

    assert list(StockLevel.objects.order_by("id").values()) == before
