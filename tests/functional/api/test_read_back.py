"""What can be written can be read back, and writing what was read changes nothing: for every kind that has both."""

from typing import Any

import pytest

from dom.kernel.models import Change, ConfigVersion
from inventory.models import ChannelQuota
from tests.functional.api.conftest import Partner, partner_with
from tests.functional.api.test_channel_limits import every_endpoint
from tests.functional.api.test_frame import problem
from tests.functional.api.test_partners_day import ok, set_up_the_network

pytestmark = pytest.mark.django_db(transaction=True)

DECLARED = {(method, address): told for method, address, told in every_endpoint()}
#: Counts are read as balances (GET /stock), not as the counts that were sent; a webhook is made by POST first.
BOTH = sorted({address for method, address in DECLARED if method == "PUT"} - {"/stock", "/webhooks/<str:ref>"})


@pytest.fixture
def house() -> Partner:
    """A partner whose network the examples speak of."""
    made = partner_with(name="house")
    set_up_the_network(made)
    for address in ("/skus", "/nodes", "/node-groups", "/channels"):
        ok(made.put(address, DECLARED["PUT", address].body_example))
    ok(made.put("/node-groups", [{"code": "STORES", "nodes": ["SOHO"]}]))
    ok(made.put("/channels", [{"code": "MARKET"}]))
    return made


def _read(house: Partner, address: str) -> Any:
    items = ok(house.get(f"{address}?limit=100"))["items"]
    rows = [item.get("document", item) for item in items]
    return rows if isinstance(DECLARED["PUT", address].body_example, list) else rows[0]


@pytest.mark.parametrize("address", BOTH)
def test_what_is_written_is_read_back_and_written_again_changes_nothing(house: Partner, address: str) -> None:
    assert ("GET", address) in DECLARED
    ok(house.put(address, DECLARED["PUT", address].body_example))
    read = _read(house, address)
    before = (Change.objects.count(), ConfigVersion.objects.count())

    told = ok(house.put(address, read))

    assert told.get("failed", 0) == 0
    assert _read(house, address) == read
    assert (Change.objects.count(), ConfigVersion.objects.count()) == before


def test_a_quota_is_set_shown_with_its_use_and_ended(house: Partner) -> None:
    row = {"channel": "WEB", "sku": "MUG", "quota": 3}
    ok(house.put("/quotas", [row]))
    ok(house.put("/stock", [{"sku": "MUG", "node": "SOHO", "on_hand": 9}]))
    cart = {"channel": "WEB", "lines": [{"line_ref": "1", "sku": "MUG", "quantity": 2}], "ttl_seconds": 900}
    ok(house.post("/reservations", cart))

    assert ok(house.get("/quotas?channel=WEB"))["items"] == [{**row, "used": 2}]
    problem(house.post("/reservations", cart), 409, "insufficient-stock")
    assert house.delete("/quotas/WEB/MUG").status_code == 204
    ok(house.post("/reservations", cart))

    problem(house.delete("/quotas/WEB/MUG"), 404, "not-found")
    refused = house.put("/quotas", [{**row, "sku": "NONE"}, {**row, "quota": -1}]).json()
    assert [(one["row"], one["field"]) for one in refused["errors"]] == [(1, "sku"), (2, "quota")]
    assert not ChannelQuota.objects.exists()
    verbs = list(Change.objects.filter(kind="quotas").order_by("id").values_list("verb", flat=True))
    assert verbs == ["CREATED", "REMOVED"]
