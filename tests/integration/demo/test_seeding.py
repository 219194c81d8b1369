from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from dom.demo import network, rules
from dom.demo.life import FIRST_ORDERS
from dom.kernel import prove
from inventory.models import ChannelQuota, Node, Sku, StockLevel
from orders.models import FulfillmentOrder, Order
from routing import selectors

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_seed_sets_up_a_living_network_that_adds_up(engine: None) -> None:
    call_command("seed", verbosity=0)

    assert Node.objects.count() == len(list(network.node_rows()))
    assert Sku.objects.count() >= 1_000
    assert StockLevel.objects.filter(unlimited=True).exists()
    assert ChannelQuota.objects.exists()
    assert [version.body for version in selectors.live_documents("policy")] == [rules.POLICY]
    assert Order.objects.count() == FIRST_ORDERS
    states = set(FulfillmentOrder.objects.values_list("status", flat=True))
    assert {"PLANNED", "ACCEPTED", "PICKED", "SHIPPED"} <= states
    assert prove.differences() == []

    call_command("feed", every=0, beats=10, stdout=StringIO())
    assert Order.objects.count() == FIRST_ORDERS + 10
    assert prove.differences() == []


def test_a_machine_that_has_not_compiled_the_engine_need_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))

    call_command("seed", verbosity=0)

    assert set(Order.objects.values_list("status", flat=True)) <= {"QUEUED", "HELD"}
    assert not FulfillmentOrder.objects.exists()
    assert prove.differences() == []


def test_an_empty_installation_stays_empty() -> None:
    call_command("seed", "none", verbosity=0)

    assert not Node.objects.exists()
