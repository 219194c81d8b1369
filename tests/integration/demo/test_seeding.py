from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from dom.demo import network, rules
from dom.demo.errands import COUNTS, TRANSFERS, UNDER_WAY, Errands
from dom.demo.life import FIRST_ORDERS
from dom.kernel import config, prove
from inventory.models import ChannelQuota, CountSession, Node, Sku, StockLevel, Transfer
from inventory.selectors import stock_lists
from orders.models import FulfillmentOrder, Hold, Order
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
    _every_list_of_the_menu_has_rows()

    call_command("feed", every=0, beats=10, stdout=StringIO())
    assert Order.objects.count() == FIRST_ORDERS + 10
    assert prove.differences() == []


def _every_list_of_the_menu_has_rows() -> None:
    at = timezone.now()
    assert set(Transfer.objects.values_list("status", flat=True)) == set(Transfer.Status)
    assert set(CountSession.objects.values_list("status", flat=True)) == set(CountSession.Status)
    for trouble in ("short", "low", "unsellable", "unlimited"):
        assert stock_lists.levels(trouble=trouble).exists(), trouble
    for view in ("open", "late", "week", "closed"):
        assert stock_lists.supplies(view=view, at=at).exists(), view
    assert len(config.live_versions("low-stock")) == 3
    # Nothing but an engine that fails gives the last kind.
    assert set(Hold.objects.values_list("kind", flat=True)) == set(Hold.Kind) - {Hold.Kind.ROUTING_ERROR}


def test_stockrooms_keep_moving_and_stay_few(engine: None) -> None:
    call_command("seed", verbosity=0)
    errands = Errands(7)

    told = [errands.step(at=timezone.now()) for _ in range(150)]

    assert any("received" in words for words in told)
    assert any("posted" in words for words in told)
    assert any("fewer units" in words for words in told) or StockLevel.objects.filter(shortage__gt=0).exists()
    assert Transfer.objects.filter(status__in=UNDER_WAY).count() <= TRANSFERS
    assert CountSession.objects.filter(status__in=("OPEN", "REVIEW")).count() <= COUNTS
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
