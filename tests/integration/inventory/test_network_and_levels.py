from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dom.kernel import config
from dom.kernel.transactions import unit_of_work
from inventory import selectors, services
from inventory.models import ChannelQuota, Node, NodeDay, Sku, StockLevel

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _nodes(*rows: services.NodeRow) -> None:
    with unit_of_work():
        services.upsert_nodes(rows=rows, at=AT, actor="test")


def _sku(code: str) -> Sku:
    with unit_of_work():
        services.upsert_skus(rows=[services.SkuRow(code, weight_grams=100)], at=AT, actor="test")
    return Sku.objects.get(code=code)


def test_the_network_is_read_once_while_nothing_changes() -> None:
    _nodes(services.NodeRow("B", "STORE"), services.NodeRow("A", "DC"))
    first = selectors.network(at=AT)

    with CaptureQueriesContext(
        connection,
    ) as seen:
        again = selectors.network(at=AT)

    assert again is first
    assert len(seen) == 1
    assert [node.code for node in first.nodes] == ["A", "B"]


def test_a_change_of_a_node_shows_in_the_next_reading() -> None:
    _nodes(services.NodeRow("A", "DC"))
    assert selectors.network(at=AT).nodes[0].tags == frozenset()

    _nodes(services.NodeRow("A", "DC", tags=("cold-room",)))

    assert selectors.network(at=AT).nodes[0].tags == {"cold-room"}


def test_a_pause_ends_by_itself_and_a_closed_node_is_gone() -> None:
    until = AT + timedelta(hours=1)
    _nodes(
        services.NodeRow("A", "DC", status="PAUSED", paused_until=until), services.NodeRow("B", "DC", status="CLOSED")
    )

    assert [(node.code, node.is_paused) for node in selectors.network(at=AT).nodes] == [("A", True)]
    assert [node.is_paused for node in selectors.network(at=until).nodes] == [False]


def test_groups_and_channels_name_their_nodes() -> None:
    _nodes(services.NodeRow("A", "DC"), services.NodeRow("B", "STORE"))
    with unit_of_work():
        services.upsert_node_groups(rows=[services.NodeGroupRow("west", nodes=("B",))], at=AT, actor="test")
        rows = [services.ChannelRow("web"), services.ChannelRow("market", node_group="west")]
        services.upsert_channels(rows=rows, at=AT, actor="test")

    network = selectors.network(at=AT)

    assert [node.groups for node in network.nodes] == [frozenset(), {"west"}]
    assert {code: channel.nodes for code, channel in network.channels.items()} == {"web": None, "market": {"B"}}


def test_levels_come_as_arrays_of_what_is_free() -> None:
    _nodes(services.NodeRow("A", "DC"), services.NodeRow("B", "DC"), services.NodeRow("C", "SUPPLIER"))
    sku, a, b, c = _sku("X"), *Node.objects.order_by("code")
    StockLevel.objects.create(sku=sku, node=a, on_hand=9, unsellable=1, reserved=2, safety_stock=3)
    StockLevel.objects.create(sku=sku, node=b, on_hand=1, safety_stock=5)
    StockLevel.objects.create(sku=sku, node=c, unlimited=True)

    with CaptureQueriesContext(connection) as seen:
        rows = selectors.available([sku.id])

    found = {(int(row["node_id"]), int(row["unlimited"]), int(row["available"])) for row in rows}
    assert found == {(a.id, 0, 3), (c.id, 1, 0)}
    assert len(seen) == 1
    assert len(selectors.available([])) == 0


def test_quotas_say_what_is_left_and_how_far_they_are_exceeded() -> None:
    sku = _sku("X")
    with unit_of_work():
        services.upsert_channels(rows=[services.ChannelRow("web")], at=AT, actor="test")
    channel = selectors.network(at=AT).channels["web"]
    ChannelQuota.objects.create(channel_id=channel.id, sku=sku, quota=5, used=7, excess=2)

    assert selectors.quota_left([channel.id], [sku.id]) == [(channel.id, sku.id, -2)]


def _capacity(node: str, *limits: dict[str, Any]) -> None:
    with unit_of_work():
        config.publish(kind="capacity", scope=node, body={"node": node, "limits": list(limits)}, author="test", at=AT)


def test_a_date_beats_a_weekday_beats_every_day_as_the_guard_in_sql_says() -> None:
    _nodes(services.NodeRow("A", "DC"), services.NodeRow("B", "DC"))
    _capacity(
        "A",
        {"unit": "ORDERS", "limit": 10},
        {"unit": "ORDERS", "limit": 20, "days": ["WED", "SAT"]},
        {"unit": "ORDERS", "limit": 30, "date": "2026-12-02"},
        {"unit": "UNITS", "limit": 5, "slot": "AM"},
    )
    network, first = selectors.network(at=AT), date(2026, 11, 24)

    days = selectors.node_days(network, first=first, days=9)

    assert days is not None
    assert days.limit[0, :, 0].tolist() == [10, 20, 10, 10, 20, 10, 10, 10, 30]
    assert days.limit[1].min() == days.limit[0, :, 1:].min() == 1 << 40
    with connection.cursor() as cursor:
        for day in range(9):
            cursor.execute(
                "SELECT inventory_day_limit(%s, %s, '', 'ORDERS')", [network.nodes[0].id, first + timedelta(days=day)]
            )
            assert cursor.fetchone() == (days.limit[0, day, 0],)


def test_what_is_used_of_a_node_day_is_gone() -> None:
    _nodes(services.NodeRow("A", "DC"), services.NodeRow("B", "DC"))
    _capacity("B", {"unit": "ORDERS", "limit": 10})
    network, first = selectors.network(at=AT), date(2026, 11, 24)
    NodeDay.objects.create(node_id=network.node_ids["B"], day=date(2026, 11, 25), unit="ORDERS", limit=10, used=4)

    days = selectors.node_days(network, first=first, days=3)

    assert days is not None
    assert days.left[1, :, 0].tolist() == [10, 6, 10]
    assert days.left[0].min() == 1 << 40
    assert days.over.max() == 0


def test_a_limit_lowered_below_its_use_leaves_nothing_and_says_how_far() -> None:
    _nodes(services.NodeRow("A", "DC"))
    _capacity("A", {"unit": "ORDERS", "limit": 3})
    network, first = selectors.network(at=AT), date(2026, 11, 24)
    NodeDay.objects.create(node_id=network.node_ids["A"], day=first, unit="ORDERS", limit=3, used=5, excess=2)

    days = selectors.node_days(network, first=first, days=2)

    assert days is not None
    assert (days.left[0, :, 0].tolist(), days.over[0, :, 0].tolist()) == ([0, 3], [2, 0])


def test_nothing_is_read_where_nothing_is_limited() -> None:
    _nodes(services.NodeRow("A", "DC"))
    network = selectors.network(at=AT)
    selectors.node_days(network, first=date(2026, 11, 24), days=3)

    with CaptureQueriesContext(connection) as seen:
        assert selectors.node_days(network, first=date(2026, 11, 24), days=3) is None

    assert len(seen) == 0
