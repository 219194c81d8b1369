"""What is no longer wanted goes over the API as it does in the back office; what is still needed stays."""

from typing import Any

import pytest

from dom.kernel import config
from dom.kernel.models import Change, ConfigVersion
from inventory.models import NodeGroup
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db

RULE = {"code": "X", "units": 2}
LIMITS = {"node": "X", "limits": [{"unit": "ORDERS", "limit": 5}]}
DOCUMENTS = {
    "safety-stock": ("safety-stock", RULE),
    "low-stock": ("low-stock", {"code": "X", "percent": 20}),
    "capacities": ("capacity", LIMITS),
    "channel-rules": ("channel-rules", {"code": "X", "threshold": 2}),
    "policies": ("policy", {"code": "X", "groups": []}),
    "rate-cards": ("rate-card", {"code": "X", "rates": [{"up_to_grams": [1], "prices": ["1"]}]}),
    "calendars": ("calendar", {"code": "X", "hours": {"MON-FRI": ["09:00", "18:00"]}}),
}


@pytest.mark.parametrize("address", DOCUMENTS)
def test_a_document_ends_once_and_comes_back_when_it_is_published_again(partner: Partner, address: str) -> None:
    kind, body = DOCUMENTS[address]
    partner.put("/nodes", [{"code": "X", "kind": "STORE"}])
    assert partner.put(f"/{address}", [body]).status_code == 200

    assert partner.delete(f"/{address}/X").status_code == 204
    assert partner.get(f"/{address}").json()["items"] == []
    problem(partner.delete(f"/{address}/X"), 404, "not-found")

    assert partner.put(f"/{address}", [body]).status_code == 200
    assert [row.number for row in ConfigVersion.objects.filter(kind=kind, live_until__isnull=True)] == [2]


@pytest.mark.parametrize(("address", "body"), [
    ("carrier-services", {"services": [{"code": "GROUND"}]}), ("lanes", {"lanes": [], "cross_border": False}),
])  # fmt: skip
def test_the_one_document_of_the_network_ends_once_and_comes_back(
    partner: Partner, address: str, body: dict[str, Any]
) -> None:
    assert partner.put(f"/{address}", body).status_code == 200

    ended = partner.delete(f"/{address}", **{"Idempotency-Key": "once"})
    again = partner.delete(f"/{address}", **{"Idempotency-Key": "once"})
    assert (ended.status_code, again.status_code) == (204, 204)
    assert partner.get(f"/{address}").json()["items"] == []
    problem(partner.delete(f"/{address}"), 404, "not-found")

    assert partner.put(f"/{address}", body).status_code == 200
    assert [row.number for row in ConfigVersion.objects.filter(kind=address, live_until__isnull=True)] == [2]
    assert Change.objects.filter(kind=address).count() == 3


def test_a_key_of_some_nodes_ends_their_capacity_alone(partner: Partner) -> None:
    for code in ("X", "Y"):
        partner.put("/nodes", [{"code": code, "kind": "STORE"}])
        partner.put("/capacities", [{**LIMITS, "node": code}])
    mine = partner_with(name="x", nodes=("X",))

    problem(mine.delete("/capacities/Y"), 403, "node-forbidden")
    problem(mine.delete("/low-stock/X"), 403, "node-forbidden")
    assert mine.delete("/capacities/X").status_code == 204

    assert list(config.live_versions("capacity")) == ["Y"]


def test_a_group_that_something_names_stays_and_what_names_it_is_told(partner: Partner) -> None:
    partner.put("/node-groups", [{"code": "ALL", "nodes": []}])
    partner.put("/safety-stock", [{**RULE, "node_group": "ALL"}])

    refused = problem(partner.delete("/node-groups/ALL"), 409, "node-group-in-use")
    assert refused["detail"] == "Group ALL is named by safety stock X. Change that first."
    partner.delete("/safety-stock/X")
    assert partner.delete("/node-groups/ALL").status_code == 204

    assert not NodeGroup.objects.exists()
    assert Change.objects.filter(kind="node-groups", verb="REMOVED").get().actor.startswith("api:")
