from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dom.kernel import config
from dom.kernel.errors import NotFound
from dom.kernel.models import Change, Event
from dom.kernel.transactions import unit_of_work
from inventory.errors import NodeNotOpen
from inventory.models import Node
from inventory.selectors import available_to_sell, network
from inventory.selectors.node_page import coming_days
from inventory.services import nodes, publish_capacities
from tests import cast
from tests.integration.inventory.rivals import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SOON = cast.NOW + timedelta(hours=2)


def _act(act: Callable[..., Any], **asked: Any) -> Any:
    asked = {"reason": "Weather", "at": cast.NOW, "actor": "omar", **asked}
    with unit_of_work():
        return act(**asked)


def _offered(people: cast.Cast, at: Any = cast.NOW) -> int:
    return available_to_sell(channel="web", skus=[people.tee.code], at=at)[0].available_to_sell


def test_a_paused_node_offers_nothing_until_its_time_and_comes_back_by_itself(people: cast.Cast) -> None:
    cast.stock(people.tee, people.dc_reno, 9)
    assert _offered(people) == 9

    _act(nodes.pause_node, code="dc_reno", until=SOON)

    assert _offered(people) == 0
    assert _offered(people, SOON) == 9
    with unit_of_work():
        assert nodes.end_pauses(at=SOON - timedelta(seconds=1)) == 0
    with unit_of_work():
        assert nodes.end_pauses(at=SOON) == 1
    node = Node.objects.get(code="dc_reno")
    assert (node.status, node.paused_until, node.revision) == ("ACTIVE", None, 3)
    told = Event.objects.filter(entity="node").order_by("id").values_list("kind", "revision", "node", "data__by")
    assert list(told) == [("node.paused", 2, "dc_reno", "omar"), ("node.resumed", 3, "dc_reno", "system")]


def test_a_pause_moves_the_network_and_is_signed(people: cast.Cast) -> None:
    before = network(at=cast.NOW).stamp

    _act(nodes.pause_node, code="store_soho", until=None)

    assert network(at=cast.NOW).stamp != before
    change = Change.objects.filter(kind="nodes", code="store_soho").latest("id")
    assert (change.actor, change.fields["status"]) == ("omar", ["ACTIVE", "PAUSED"])
    assert change.fields["change_reason"] == ["", "Weather"]


def test_sweeps_at_once_end_a_pause_once(people: cast.Cast) -> None:
    _act(nodes.pause_node, code="dc_reno", until=SOON)

    def sweep(_number: int) -> int:
        with unit_of_work():
            return nodes.end_pauses(at=SOON)

    assert sum(at_once(4, sweep)) == 1
    assert Event.objects.filter(kind="node.resumed").count() == 1


@pytest.mark.parametrize("until", [cast.NOW, cast.NOW - timedelta(minutes=1)])
def test_a_pause_that_is_over_before_it_begins_is_refused(people: cast.Cast, until: Any) -> None:
    with pytest.raises(NodeNotOpen):
        _act(nodes.pause_node, code="dc_reno", until=until)

    assert Node.objects.get(code="dc_reno").revision == 1
    assert not Event.objects.filter(entity="node").exists()


def test_what_is_not_paused_is_not_resumed_and_what_is_closed_not_paused(people: cast.Cast) -> None:
    Node.objects.filter(code="store_soho").update(status="CLOSED")

    with pytest.raises(NodeNotOpen):
        _act(nodes.resume_node, code="dc_reno")
    with pytest.raises(NodeNotOpen):
        _act(nodes.pause_node, code="store_soho", until=None)
    with pytest.raises(NotFound):
        _act(nodes.pause_node, code="nowhere", until=None)
    assert not Event.objects.filter(entity="node").exists()


def test_methods_are_switched_off_and_on(people: cast.Cast) -> None:
    cast.stock(people.tee, people.store_soho, 4)

    _act(nodes.switch_methods, code="store_soho", methods=["SHIP"])

    assert Node.objects.get(code="store_soho").methods == ["SHIP"]
    offered = available_to_sell(channel="web", skus=["TEE"], at=cast.NOW, method="PICKUP")
    assert offered[0].available_to_sell == 0
    assert Event.objects.get(kind="node.methods_switched").data["methods"] == ["SHIP"]


def test_a_days_limit_is_an_exception_that_can_be_taken_back(people: cast.Cast) -> None:
    usual = {"unit": "ORDERS", "limit": 40}
    gone = {"unit": "ORDERS", "limit": 1, "date": "2026-11-20"}
    with unit_of_work():
        body = {"node": "store_soho", "limits": [usual, gone], "order_seconds": 90}
        publish_capacities(bodies=[body], at=cast.NOW, actor=cast.ACTOR)
    day = cast.NOW.date()

    _act(nodes.limit_day, code="store_soho", day=day, unit="ORDERS", limit=5)

    found = coming_days(people.store_soho, first=day, count=2)
    assert [(unit.unit, unit.limit) for one in found for unit in one.units] == [("ORDERS", 5), ("ORDERS", 40)]
    live = config.live("capacity", "store_soho")
    assert live is not None
    assert (live.author, live.note, len(live.body["limits"])) == ("omar", "Weather", 2)
    assert live.body["order_seconds"] == 90
    _act(nodes.limit_day, code="store_soho", day=day, unit="ORDERS", limit=None)
    assert [unit.limit for unit in coming_days(people.store_soho, first=day, count=1)[0].units] == [40]
