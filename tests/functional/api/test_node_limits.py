"""A key of one node: what concerns every node is closed to it, and what is of other nodes is refused or not found."""

from typing import Any

import pytest

from dom.kernel import config
from dom.kernel.models import ConfigVersion
from dom.kernel.rest.spec import ForNodes
from inventory.models import Channel, Node, NodeGroup, Sku
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_channel_limits import every_endpoint
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


#: What configures the network, and whether a key of some nodes may do it for them. A new endpoint finds its line here.
CONFIGURES = {
    "/calendars": ForNodes.CLOSED,
    "/capacities": ForNodes.OWN,
    "/carrier-services": ForNodes.CLOSED,
    "/channel-rules": ForNodes.CLOSED,
    "/channels": ForNodes.CLOSED,
    "/lanes": ForNodes.CLOSED,
    "/low-stock": ForNodes.CLOSED,
    "/node-groups": ForNodes.CLOSED,
    "/nodes": ForNodes.OWN,
    "/policies": ForNodes.CLOSED,
    "/quotas": ForNodes.CLOSED,
    "/rate-cards": ForNodes.CLOSED,
    "/safety-stock": ForNodes.CLOSED,
    "/skus": ForNodes.CLOSED,
}

#: What of it can be ended; the last two are one for the network.
ENDED = (
    "calendars/anything", "channel-rules/anything", "low-stock/anything", "node-groups/anything", "policies/anything",
    "rate-cards/anything", "safety-stock/anything", "carrier-services", "lanes",
)  # fmt: skip


def _configuration() -> list[Any]:
    return [list(table.objects.order_by("id").values()) for table in (Sku, Node, NodeGroup, Channel, ConfigVersion)]


def test_the_table_names_every_endpoint_that_configures_the_network() -> None:
    found = {(method, address): told.for_nodes for method, address, told in every_endpoint() if told.for_nodes}

    ends = {("DELETE", f"/{path.replace('anything', '<str:code>')}"): ForNodes.CLOSED for path in ENDED}
    ends[("DELETE", "/quotas/<str:channel>/<path:sku>")] = ForNodes.CLOSED
    ends[("DELETE", "/capacities/<str:node>")] = ForNodes.OWN
    assert found == {("PUT", address): means for address, means in CONFIGURES.items()} | ends


@pytest.mark.parametrize("path", ENDED)
def test_it_ends_nothing_that_concerns_every_node(house: Partner, path: str) -> None:
    soho, before = partner_with(name="soho", nodes=("SOHO",)), _configuration()

    problem(soho.delete(f"/{path}"), 403, "node-forbidden")

    assert _configuration() == before


@pytest.mark.parametrize("address", [address for address, means in CONFIGURES.items() if means is ForNodes.CLOSED])
@pytest.mark.parametrize("prefer", ["", "respond-async"])
def test_what_concerns_every_node_is_closed_to_it(house: Partner, address: str, prefer: str) -> None:
    (told,) = [told for method, path, told in every_endpoint() if (method, path) == ("PUT", address)]
    soho, before = partner_with(name="soho", nodes=("SOHO",)), _configuration()

    problem(soho.put(address, told.body_example, Prefer=prefer), 403, "node-forbidden")

    assert _configuration() == before
    assert house.put(address, told.body_example).status_code == 200


@pytest.mark.parametrize("address", [address for address, means in CONFIGURES.items() if means is ForNodes.OWN])
def test_the_examples_of_another_node_are_refused_row_by_row(house: Partner, address: str) -> None:
    (told,) = [told for method, path, told in every_endpoint() if (method, path) == ("PUT", address)]
    before = _configuration()

    summary = partner_with(name="austin", nodes=("AUSTIN",)).put(address, told.body_example).json()

    assert {code for _, _, code in refused(summary)} == {"node-forbidden"}
    assert summary["applied"] == 0
    assert _configuration() == before
