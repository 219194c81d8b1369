from collections import Counter

from dom.demo import network, stock
from dom.demo.catalog import articles


def test_the_network_is_as_large_as_promised() -> None:
    kinds = Counter(row.kind for row in network.node_rows())
    zones = {row.time_zone for row in network.node_rows()}

    assert (kinds["DC"], kinds["STORE"], kinds["THREE_PL"], kinds["SUPPLIER"]) == (5, 60, 2, 2)
    assert len(zones) >= 4


def test_there_are_a_thousand_skus_of_every_handling() -> None:
    rows = [network.sku_row(article) for article in articles()]

    assert len({row.code for row in rows}) == len(rows) >= 1_000
    assert {row.handling_class for row in rows} == {"STANDARD", "FRAGILE", "OVERSIZE"}
    assert {row.temperature_class for row in rows} == {"AMBIENT", "CHILLED", "FROZEN"}
    assert {row.hazmat_class for row in rows} == {"", "2.1", "9"}
    assert {row.minimum_age for row in rows} == {0, 18, 21}
    assert any(row.export_controlled for row in rows)


def test_stock_lies_where_it_may_and_is_the_same_every_time() -> None:
    nodes, goods = list(network.node_rows()), list(articles())
    by_code = {node.code: node for node in nodes}
    sku = {article.code: article for article in goods}

    found = list(stock.stock(goods, nodes))

    assert found == list(stock.stock(goods, nodes))
    for held in found:
        assert sku[held.sku].temperature_class in by_code[held.node].temperature_classes
        assert held.on_hand >= 0


def test_groups_name_nodes_that_are_there() -> None:
    codes = {row.code for row in network.node_rows()}

    assert {code for group in network.group_rows() for code in group.nodes} <= codes
