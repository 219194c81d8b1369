import random
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dom.kernel.transactions import unit_of_work
from inventory import selectors, services
from inventory.models import Node, StockLevel
from inventory.services import Adjustment, LineClaim, QueuedRow, QuotaRow, SupplyRow, Want, WantLine
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

LATER = cast.NOW + timedelta(hours=2)


def _ats(channel: str = "web", **asked: Any) -> int:
    return selectors.available_to_sell(channel=channel, skus=["TEE"], at=LATER, **asked)[0].available_to_sell


def _explain(**asked: Any) -> selectors.Waterfall:
    waterfall = selectors.explain_ats(channel="web", sku="TEE", at=LATER, **asked)
    assert waterfall is not None
    return waterfall


def _reserve(people: cast.Cast, ref: str, node: Node, units: int) -> None:
    line = WantLine(ref, "1", people.tee.id, node.id, units)
    with unit_of_work():
        assert services.reserve(wants=[Want(ref, people.web.id, (line,))], at=cast.NOW, actor=cast.ACTOR).won


def _publish_rules(*, safety: dict[str, object] | None = None, channel: dict[str, object] | None = None) -> None:
    with unit_of_work():
        if safety:
            services.publish_safety_stock(bodies=[{"code": "s", **safety}], at=cast.NOW, actor=cast.ACTOR)
        if channel:
            services.publish_channel_rules(bodies=[{"code": "c", **channel}], at=cast.NOW, actor=cast.ACTOR)


def test_each_step_takes_its_units_and_has_a_name(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 20, safety_stock=1)
    cast.stock(people.tee, people.store_soho, 3)
    _reserve(people, "F-1", people.dc_reno, 4)
    _publish_rules(safety={"units": 2}, channel={"threshold": 1, "node_group": "stores"})
    with unit_of_work():
        services.queue_demand(rows=[QueuedRow("O-1", "1", people.tee.id, people.market.id, 2)], at=cast.NOW)
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 15)], at=cast.NOW, actor=cast.ACTOR)

    waterfall = _explain()

    reno, soho = waterfall.nodes
    assert [(step.name, step.units, step.why) for step in reno.steps] == [
        ("ON_HAND", 20, ""),
        ("RESERVED", -4, ""),
        ("SAFETY_STOCK", -2, "rule s"),
    ]
    assert [(step.name, step.units) for step in soho.steps] == [("ON_HAND", 3), ("SAFETY_STOCK", -2), ("THRESHOLD", -1)]
    assert [(step.name, step.units) for step in waterfall.steps] == [
        ("NODES", 14),
        ("QUEUED_DEMAND", -2),
        ("QUOTA", -1),
    ]
    assert waterfall.available_to_sell == _ats() == 11


def test_a_node_below_zero_takes_nothing_from_the_others(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 5)
    cast.stock(people.tee, people.store_soho, 1, safety_stock=9)

    assert _ats() == 5
    assert _explain().nodes[1].steps[-1].name == "BELOW_ZERO"


def test_pauses_methods_channels_and_switches_exclude_nodes_and_say_so(people: cast.Cast) -> None:
    for node in (people.dc_reno, people.store_soho, people.store_austin):
        cast.stock(people.tee, node, 10)
    Node.objects.filter(id=people.store_austin.id).update(status="PAUSED")
    _publish_rules(channel={"sell": False, "methods": ["SHIP"], "node_group": "dcs"})

    excluded = {node.node: node.excluded for node in _explain(method="PICKUP").nodes}

    assert excluded == {"dc_reno": "does not offer pickup", "store_austin": "paused", "store_soho": ""}
    assert (_ats(method="PICKUP"), _ats(method="SHIP"), _ats()) == (10, 10, 20)
    assert _ats(nodes=["dc_reno"]) == 10


def test_a_rule_counts_in_the_next_question_and_writes_no_level(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 10)
    before = _ats()
    _publish_rules(safety={"units": 4, "tags": ["apparel"]})

    assert (before, _ats()) == (10, 6)
    assert StockLevel.objects.get().safety_stock == 0


def test_incoming_supply_counts_by_its_date_and_within_the_quota(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 1)
    with unit_of_work():
        services.upsert_incoming_supply(
            rows=[SupplyRow("PO-1", people.tee.id, people.dc_reno.id, 8, LATER)], at=cast.NOW, actor=cast.ACTOR
        )

    assert (_ats(), _ats(by=cast.NOW), _ats(by=LATER)) == (1, 1, 9)
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 5)], at=cast.NOW, actor=cast.ACTOR)
    assert _ats(by=LATER) == 5


def test_an_unlimited_level_offers_more_than_anyone_asks(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 0, unlimited=True)

    (answer,) = selectors.available_to_sell(channel="web", skus=["TEE", "GONE"], at=LATER)

    assert (answer.unlimited, answer.available_to_sell, answer.status) == (True, selectors.UNLIMITED, "IN_STOCK")


def test_what_was_available_then_is_what_was_answered_then(people: cast.Cast) -> None:
    """Time travel: every answer given along a random history is found again afterwards."""
    cast.stock(people.tee, people.dc_reno, 30)
    seeded, told = random.Random(7), []
    with unit_of_work():
        services.upsert_quotas(rows=[QuotaRow("web", "TEE", 40)], at=cast.NOW, actor=cast.ACTOR)
    for n in range(12):
        at = cast.NOW + timedelta(minutes=n)
        line = WantLine(f"F-{n}", "1", people.tee.id, people.dc_reno.id, 1 + n % 3)
        claim = LineClaim("F-1", "1", people.tee.id, people.dc_reno.id, 1)
        with unit_of_work():
            services.reserve(wants=[Want(line.demand_ref, people.web.id, (line,))], at=at, actor=cast.ACTOR)
            if n == 3:
                services.consume(lines=[claim], reason="", at=at, actor=cast.ACTOR)
            if n == 5:
                services.release(demand_refs=["F-2"], reason="", at=at, actor=cast.ACTOR)
            if n == 7:
                _tighten(people, at)
            change = Adjustment(people.tee.id, people.dc_reno.id, seeded.randint(-1, 3), seeded.randint(0, 1))
            services.adjust(rows=[change], at=at, actor=cast.ACTOR)
        told.append((at, _ats()))

    assert len({units for _, units in told}) > 5
    assert [(at, _explain(instant=at).available_to_sell) for at, _ in told] == told


def _tighten(people: cast.Cast, at: Any) -> None:
    services.publish_safety_stock(bodies=[{"code": "s", "units": 3}], at=at, actor=cast.ACTOR)
    services.set_safety_stock(rows=[(people.tee.id, people.dc_reno.id, 5)], at=at, actor=cast.ACTOR)


def test_any_number_of_skus_costs_four_statements(
    people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for sku in (people.tee, people.mug, people.lamp):
        cast.stock(sku, people.dc_reno, 5)
    _ats()

    with django_assert_num_queries(4):
        answers = selectors.available_to_sell(channel="web", skus=["TEE", "MUG", "LAMP"], at=LATER)

    assert [answer.available_to_sell for answer in answers] == [5, 5, 5]


def test_claims_can_be_read_by_reference(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    _reserve(people, "F-1", people.dc_reno, 2)
    with unit_of_work():
        services.release(demand_refs=["F-1"], reason="CANCELLED", at=cast.NOW, actor=cast.ACTOR)
    _reserve(people, "F-2", people.dc_reno, 3)

    assert [(claim.demand_ref, claim.quantity) for claim in selectors.open_claims(["F-1", "F-2"])] == [("F-2", 3)]
    assert [(entry.kind, entry.delta) for entry in selectors.history("F-1")] == [("RESERVE", 2), ("RELEASE", -2)]
