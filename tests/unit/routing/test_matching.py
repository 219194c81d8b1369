"""Each condition of a choice alone lets one thing in and keeps another out, and an exclusion turns it round."""

from typing import Any

import pytest

from dom.kernel import money
from routing.core.config import parse_lanes, parse_policy
from routing.core.config.choosing import NodeChoice, OrderMatch
from routing.core.facts import NodeFacts, SkuFacts
from routing.core.matching import is_chosen, is_matched, is_sku_chosen, value_e4
from routing.core.types import Destination, Method, RequestLine, RoutingRequest
from tests.unit.routing.worlds import AT

FITS: dict[str, Any] = {
    "channel": "web", "method": Method.SHIP, "service_level": "EXPRESS", "customer_tier": "GOLD", "currency": "USD",
    "priority": 5, "tags": frozenset({"gift", "press"}),
}  # fmt: skip
PLACE: dict[str, Any] = {"country": "US", "region": "NY", "postal_code": "10001"}
SKU: dict[str, Any] = {
    "tags": frozenset({"wine", "red"}), "handling_class": "FRAGILE", "hazmat_class": "3", "minimum_age": 21,
    "temperature_class": "CHILLED", "export_controlled": True,
}  # fmt: skip
NODE: dict[str, Any] = {
    "kind": "STORE", "country": "US", "region": "NY", "groups": frozenset({"east", "city"}),
    "tags": frozenset({"loved", "old"}),
}  # fmt: skip

ORDERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # what is asked, and what an order that does not meet it has instead
    ({"channels": ["web", "app"]}, {"channel": "market"}),
    ({"methods": ["SHIP"]}, {"method": Method.SAME_DAY}),
    ({"service_levels": ["EXPRESS"]}, {"service_level": "STANDARD"}),
    ({"customer_tiers": ["GOLD"]}, {"customer_tier": ""}),
    ({"tags": ["gift", "vip"]}, {"tags": frozenset({"press"})}),
    ({"countries": ["US"]}, {"country": "CA"}),
    ({"regions": ["NY"]}, {"region": "NJ"}),
    ({"postal_prefixes": ["100", "94"]}, {"postal_code": "11001"}),
    ({"sku_tags": ["wine"]}, {"sku": {"tags": frozenset({"beer"})}}),
    ({"handling_classes": ["FRAGILE"]}, {"sku": {"handling_class": "BULKY"}}),
    ({"hazmat_classes": ["3"]}, {"sku": {"hazmat_class": ""}}),
    ({"temperature_classes": ["CHILLED"]}, {"sku": {"temperature_class": "FROZEN"}}),
    ({"value": {"at_least": "30"}}, {"price": 999}),
    ({"value": {"below": "30.01"}}, {"price": 1_001}),
    ({"units": {"at_least": 3}}, {"quantity": 2}),
    ({"units": {"below": 4}}, {"quantity": 4}),
    ({"priority": {"at_least": 5}}, {"priority": 4}),
    ({"priority": {"below": 6}}, {"priority": 6}),
]
NODES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kinds": ["STORE", "DC"]}, {"kind": "SUPPLIER"}),
    ({"codes": ["soho"]}, {"code": "reno"}),
    ({"countries": ["US"]}, {"country": "CA"}),
    ({"regions": ["NY"]}, {"region": "NJ"}),
    ({"groups": ["east", "west"]}, {"groups": frozenset({"city"})}),
    ({"tags": ["loved"]}, {"tags": frozenset({"old"})}),
]
SKUS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"codes": ["SHOE"]}, {"code": "BOOT"}),
    ({"tags": ["wine"]}, {"tags": frozenset({"beer"})}),
    ({"handling_classes": ["FRAGILE"]}, {"handling_class": ""}),
    ({"hazmat_classes": ["3"]}, {"hazmat_class": "8"}),
    ({"export_controlled": True}, {"export_controlled": False}),
    ({"age_restricted": True}, {"minimum_age": 0}),
]


def order_match(body: dict[str, Any]) -> OrderMatch:
    group = {"name": "g", "match": body, "rules": [{"name": "r"}]}
    return parse_policy({"code": "p", "groups": [group]}).groups[0].match


def node_choice(body: dict[str, Any]) -> NodeChoice:
    rule = {"name": "r", "nodes": body}
    return parse_policy({"code": "p", "groups": [{"name": "g", "rules": [rule]}]}).groups[0].rules[0].nodes


def takes(match: OrderMatch, **other: Any) -> bool:
    told, place = {**FITS, **other}, {**PLACE, **other}
    lines = (RequestLine("1", "SHOE", told.pop("quantity", 3), told.pop("price", 1_000)),)
    to = Destination(*(place[name] for name in PLACE))
    request = RoutingRequest(ref="O", lines=lines, ship_to=to, **{name: told[name] for name in FITS})
    return is_matched(match, request, to, [SkuFacts("SHOE", **{**SKU, **other.get("sku", {})})], at=AT)


@pytest.mark.parametrize(("asked", "other"), ORDERS, ids=str)
def test_an_order_meets_a_condition_or_does_not(asked: dict[str, Any], other: dict[str, Any]) -> None:
    match, but = order_match(asked), order_match({"not": asked})

    assert (takes(match), takes(match, **other)) == (True, False)
    assert (takes(but), takes(but, **other)) == (False, True)


@pytest.mark.parametrize(("asked", "other"), NODES, ids=str)
def test_a_node_meets_a_condition_or_does_not(asked: dict[str, Any], other: dict[str, Any]) -> None:
    here, there = NodeFacts(**{"code": "soho", **NODE}), NodeFacts(**{"code": "soho", **NODE, **other})

    assert [is_chosen(node_choice(asked), node) for node in (here, there)] == [True, False]
    assert [is_chosen(node_choice({"not": asked}), node) for node in (here, there)] == [False, True]


@pytest.mark.parametrize(("asked", "other"), SKUS, ids=str)
def test_a_sku_meets_a_condition_or_does_not(asked: dict[str, Any], other: dict[str, Any]) -> None:
    choice = parse_lanes({"lanes": [{"skus": asked, "allow": False}]}).lanes[0].skus

    assert is_sku_chosen(choice, SkuFacts(**{"code": "SHOE", **SKU}))
    assert not is_sku_chosen(choice, SkuFacts(**{"code": "SHOE", **SKU, **other}))


def test_every_currency_has_as_many_decimals_to_the_engine_as_to_the_till() -> None:
    for currency in money.CURRENCIES:
        assert value_e4(10 ** money.exponent_of(currency), currency) == 10_000, currency
