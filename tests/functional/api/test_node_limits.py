"""A key of one node: what it sends about others is refused row by row, and what is of others it does not find."""

from typing import Any

import pytest

from dom.kernel import config
from inventory.models import Node
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import count_the_stock, let_workers_work, ok, order, set_up_the_network

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house() -> Partner:
    made = partner_with(name="house")
    set_up_the_network(made)
    count_the_stock(made)
    return made


def refused(summary: Any) -> list[tuple[int, str, str]]:
    return [(fault["row"], fault["field"], fault["code"]) for fault in summary["errors"]]


def test_it_changes_no_other_node(house: Partner) -> None:
    soho = partner_with(name="soho", nodes=("SOHO",))
    rows = [{"code": code, "kind": "STORE", "country": "US", "name": "Mine"} for code in ("DC-RENO", "SOHO", "NEW")]
    told = soho.put("/nodes", rows).json()

    assert (told["applied"], refused(told)) == (1, [(1, "code", "node-forbidden"), (3, "code", "node-forbidden")])
    assert dict(Node.objects.values_list("code", "name")) == {"DC-RENO": "", "SOHO": "Mine"}


def test_it_publishes_no_other_nodes_capacity(house: Partner) -> None:
    soho = partner_with(name="soho", nodes=("SOHO",))
    told = soho.put(
        "/capacities", [{"node": code, "limits": [{"unit": "ORDERS", "limit": 5}]} for code in ("DC-RENO", "SOHO")]
    ).json()

    assert (told["applied"], refused(told)) == (1, [(1, "node", "node-forbidden")])
    assert set(config.live_versions("capacity")) == {"SOHO"}


def test_it_reads_no_decision_about_an_order_that_another_node_works_for(house: Partner) -> None:
    placed = ok(house.post("/orders", order("1001")))
    let_workers_work()
    address = f"/orders/{placed['ref']}/decision"

    assert ok(partner_with(name="reno", nodes=("DC-RENO",)).get(address))["nodes"]
    problem(partner_with(name="soho", nodes=("SOHO",)).get(address), 404, "order-not-found")
