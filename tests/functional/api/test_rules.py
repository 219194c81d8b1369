"""Publishing what keeps stock and capacity back, over HTTP."""

from typing import Any

import pytest

from dom.kernel.models import ConfigVersion
from tests.functional.api.conftest import Partner
from tests.functional.api.test_network import summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(partner: Partner) -> Partner:
    """A partner with a store in a group and a channel."""
    partner.put("/nodes", [{"code": "SOHO", "kind": "STORE"}])
    partner.put("/node-groups", [{"code": "STORES", "nodes": ["SOHO"]}])
    partner.put("/channels", [{"code": "WEB"}])
    return partner


RULES: list[tuple[str, dict[str, Any]]] = [
    ("/safety-stock", {"code": "S", "units": 2, "node_group": "STORES", "tags": ["sale"]}),
    ("/safety-stock", {"code": "S", "percent": 10, "from": "2026-11-27", "to": "2026-12-24"}),
    ("/channel-rules", {"code": "C", "threshold": 5, "channel": "WEB"}),
    ("/channel-rules", {"code": "C", "threshold_percent": 20, "to": "2026-12-24"}),
    ("/channel-rules", {"code": "C", "sell": False, "methods": ["PICKUP"], "channel": "WEB"}),
    ("/capacities", {"node": "SOHO", "limits": [{"unit": "ORDERS", "limit": 40, "date": "2026-11-27"}]}),
]


@pytest.mark.parametrize(("path", "row"), RULES)
def test_a_rule_is_published_and_read_back_as_it_was_put(shop: Partner, path: str, row: dict[str, Any]) -> None:
    assert summary(shop.put(path, [row]))[:2] == (1, 0)

    assert shop.get(path).json()["items"] == [row]
    assert summary(shop.put(path, shop.get(path).json()))[:2] == (1, 0)
    assert ConfigVersion.objects.count() == 1


def test_a_changed_rule_is_the_next_version(shop: Partner) -> None:
    for units in (2, 3):
        shop.put("/safety-stock", [{"code": "S", "units": units}])

    versions = ConfigVersion.objects.order_by("number")
    assert [(v.number, v.author, v.live_until is None) for v in versions] == [
        (1, "api:partner", False),
        (2, "api:partner", True),
    ]


@pytest.mark.parametrize(
    ("path", "row", "field"),
    [
        ("/safety-stock", {"code": "S", "units": -1}, "units"),
        ("/safety-stock", {"code": "S", "units": 1, "node_group": "NONE"}, "node_group"),
        ("/safety-stock", {"code": "S"}, "units"),
        ("/safety-stock", {"code": "S", "percent": 101}, "percent"),
        ("/safety-stock", {"code": "S", "units": 1, "from": "soon"}, "from"),
        ("/safety-stock", {"code": "S", "units": 1, "from": "2026-12-24", "to": "2026-12-23"}, "to"),
        ("/channel-rules", {"code": "C"}, "threshold"),
        ("/channel-rules", {"code": "C", "sell": False, "channel": "NONE"}, "channel"),
        ("/channel-rules", {"code": "C", "sell": False, "methods": ["FAX"]}, "methods/0"),
        ("/capacities", {"node": "NONE", "limits": []}, "node"),
        ("/capacities", {"node": "SOHO", "limits": [{"unit": "TONS", "limit": 1}]}, "limits/0/unit"),
        ("/capacities", {"node": "SOHO", "limits": [{"unit": "ORDERS", "limit": 1, "date": "soon"}]}, "limits/0/date"),
    ],
)
def test_a_rule_that_means_nothing_is_named(shop: Partner, path: str, row: dict[str, Any], field: str) -> None:
    _, failed, errors = summary(shop.put(path, [row]))

    assert (failed, [(n, name) for n, name, _ in errors]) == (1, [(1, field)])
    assert not ConfigVersion.objects.exists()
