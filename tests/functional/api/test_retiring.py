"""What is no longer wanted goes over the API as it does in the back office; what is still needed stays."""

import pytest

from dom.kernel.models import Change, ConfigVersion
from inventory.models import NodeGroup
from tests.functional.api.conftest import Partner
from tests.functional.api.test_frame import problem

pytestmark = pytest.mark.django_db

RULE = {"code": "X", "units": 2}
DOCUMENTS = {
    "safety-stock": ("safety-stock", RULE),
    "channel-rules": ("channel-rules", {"code": "X", "threshold": 2}),
    "policies": ("policy", {"code": "X", "groups": []}),
    "rate-cards": ("rate-card", {"code": "X", "rates": [{"up_to_grams": [1], "prices": ["1"]}]}),
    "calendars": ("calendar", {"code": "X", "hours": {"MON-FRI": ["09:00", "18:00"]}}),
}


@pytest.mark.parametrize("address", DOCUMENTS)
def test_a_document_ends_once_and_comes_back_when_it_is_published_again(partner: Partner, address: str) -> None:
    kind, body = DOCUMENTS[address]
    assert partner.put(f"/{address}", [body]).status_code == 200

    assert partner.delete(f"/{address}/X").status_code == 204
    assert partner.get(f"/{address}").json()["items"] == []
    problem(partner.delete(f"/{address}/X"), 404, "not-found")

    assert partner.put(f"/{address}", [body]).status_code == 200
    assert [row.number for row in ConfigVersion.objects.filter(kind=kind, live_until__isnull=True)] == [2]


def test_a_group_that_something_names_stays_and_what_names_it_is_told(partner: Partner) -> None:
    partner.put("/node-groups", [{"code": "ALL", "nodes": []}])
    partner.put("/safety-stock", [{**RULE, "node_group": "ALL"}])

    refused = problem(partner.delete("/node-groups/ALL"), 409, "node-group-in-use")
    assert refused["detail"] == "Group ALL is named by safety stock X. Change that first."
    partner.delete("/safety-stock/X")
    assert partner.delete("/node-groups/ALL").status_code == 204

    assert not NodeGroup.objects.exists()
    assert Change.objects.filter(kind="node-groups", verb="REMOVED").get().actor.startswith("api:")
