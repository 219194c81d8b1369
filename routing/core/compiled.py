"""Answers a network as arrays: everything about nodes, services, rates and rules that no order changes.

Compiled once for each `NetworkFacts` object and kept while that object lives.
"""

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from routing.core.areas import Areas
from routing.core.config.policy import BUILT_IN_POLICY, LAST_GROUP, Policy, Rule, RuleGroup
from routing.core.config.rate_card import RateCard
from routing.core.facts import NetworkFacts, NodeFacts
from routing.core.kernels.records import COST, NODE, RATE, SERVICE, STRETCH
from routing.core.kernels.shapes import (
    FAILED_PICK,
    NO_LIMIT,
    W_FAILED,
    W_HANDLING,
    W_PACK,
    W_PICK,
    Nodes,
    Rules,
    Services,
)
from routing.core.lane_table import LaneTable
from routing.core.matching import is_chosen
from routing.core.schedule import Rows, Schedule, base_date
from routing.core.types import Method

Int = NDArray[np.int64]

METHOD_BITS = {method: 1 << index for index, method in enumerate(Method)}
TEMPERATURES = ("AMBIENT", "CHILLED", "FROZEN")
UNKNOWN_TEMPERATURE = 1 << len(TEMPERATURES)
UNKNOWN_HAZMAT = 1 << 61
SCHEDULES_KEPT = 4


def unit_vector(latitude: float | None, longitude: float | None) -> tuple[float, float, float]:
    """Return the place on the unit sphere; the origin's axis where it is unknown."""
    if latitude is None or longitude is None:
        return 1.0, 0.0, 0.0
    lat, lon = math.radians(latitude), math.radians(longitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def temperature_bits(classes: Iterable[str]) -> int:
    """Return the bit set of temperature classes; one that nobody knows has a bit that nobody carries."""
    bits = 0
    for name in classes:
        bits |= 1 << TEMPERATURES.index(name) if name in TEMPERATURES else UNKNOWN_TEMPERATURE
    return bits


def _limit(value: int | None) -> int:
    return NO_LIMIT if value is None else value


class RateTables:
    """Zones and prices of the cards that the services use, padded to one shape."""

    def __init__(self, network: NetworkFacts) -> None:
        services = network.configuration.services.services
        self.cards: list[RateCard] = []
        self.card = np.zeros(len(services), np.int64)
        for v, service in enumerate(services):
            card = network.configuration.rate_card_for(service.rate_card)
            if card not in self.cards:
                self.cards.append(card)
            self.card[v] = self.cards.index(card)
        zones = max((len(card.zones) for card in self.cards), default=1)
        steps = max((len(rate.up_to_grams) for card in self.cards for rate in card.rates), default=1)
        self.zone_km = np.zeros((max(1, len(self.cards)), zones), np.int64)
        self.zone_from = np.zeros((len(network.nodes), max(1, len(self.cards)), zones), np.bool_)
        shape = (len(services), zones)
        self.rate = np.zeros(shape, RATE)
        self.up_to, self.prices = (np.zeros((*shape, steps), np.int64) for _ in range(2))
        self._fill_zones(network.nodes)
        for v, service in enumerate(services):
            self._fill_rates(v, service.code)

    def _fill_zones(self, nodes: tuple[NodeFacts, ...]) -> None:
        for k, card in enumerate(self.cards):
            for r, zone in enumerate(card.zones):
                self.zone_km[k, r] = NO_LIMIT if zone.within_km is None else zone.within_km
                self.zone_from[:, k, r] = [not zone.from_countries or n.country in zone.from_countries for n in nodes]

    def _fill_rates(self, v: int, service: str) -> None:
        card = self.cards[self.card[v]]
        for r, zone in enumerate(card.zones):
            rate = card.rate_for(zone.zone, service)
            if rate is not None:
                count = len(rate.up_to_grams)
                self.rate[v, r] = count, rate.per_extra_kg_e4, rate.per_km_e4
                self.up_to[v, r, :count], self.prices[v, r, :count] = rate.up_to_grams, rate.prices_e4


def _services(network: NetworkFacts, rates: RateTables, hazmat: Callable[[Iterable[str]], int]) -> Services:
    services = network.configuration.services.services
    longest = max((len(service.transit.steps) for service in services), default=0) + 1
    stretch = np.zeros((len(services), longest), STRETCH)
    stretch["km"], stretch["days"] = NO_LIMIT, -1
    hours = np.full((len(services), len(TEMPERATURES)), -1, np.int64)
    rows = []
    for v, service in enumerate(services):
        for i, step in enumerate(service.transit.steps):
            stretch[v, i] = step
        if service.transit.days is not None:
            stretch["days"][v, len(service.transit.steps) :] = service.transit.days
        hours[v] = [service.temperature_hours.get(name, NO_LIMIT if name == "AMBIENT" else -1) for name in TEMPERATURES]
        rows.append(
            (
                hazmat(service.hazmat_classes),
                _limit(service.max_package_grams),
                _limit(service.max_side_mm),
                service.adult_signature,
                _limit(service.nodes.within_km),
                rates.card[v],
                rates.cards[rates.card[v]].dimensional_divisor or 0,
            )
        )
    chosen = [[is_chosen(service.nodes, node) for node in network.nodes] for service in services]
    return Services(
        row=np.array(rows, SERVICE),
        temperature_hours=hours,
        nodes=np.array(chosen, np.bool_).reshape(len(services), len(network.nodes)),
        stretch=stretch,
        zone_km=rates.zone_km,
        zone_from=rates.zone_from,
        rate=rates.rate,
        up_to=rates.up_to,
        prices=rates.prices,
    )


def _nodes(network: NetworkFacts, rows: Rows, hazmat: Callable[[Iterable[str]], int]) -> Nodes:
    nodes = network.nodes
    facts = [
        (
            node.is_paused,
            sum(METHOD_BITS[Method(m)] for m in node.methods),
            hazmat(node.hazmat_classes),
            temperature_bits(node.temperature_classes),
            _limit(node.max_piece_grams),
            node.handles_oversize,
            rows.of_node[n],
            node.fulfillment_cost_e4,
            node.line_cost_e4,
            node.unit_cost_e4,
            node.failed_pick_ppm,
        )
        for n, node in enumerate(nodes)
    ]
    return Nodes(
        xyz=np.array([unit_vector(node.latitude, node.longitude) for node in nodes], np.float64)
        .reshape(-1, 3)
        .T.copy(),
        located=np.array([node.latitude is not None for node in nodes], np.int64),
        row=np.array(facts, NODE),
        by_code=np.array(sorted(range(len(nodes)), key=lambda n: nodes[n].code), np.int64),
    )


def _weighed(amounts: Int, weights: Int) -> Int:
    """Return weighed[rule, node] as the kernels weigh: rounded down, exact for the weight 1."""
    return amounts[None, :] * weights[:, None] // 1_000_000


def _limits(rule: Rule) -> list[int]:
    limits = rule.limits
    return [
        NO_LIMIT if limits.max_splits is None else limits.max_splits + 1,
        int(limits.keep_together),
        limits.min_parcel_value_e4,
        limits.min_parcel_units,
        NO_LIMIT if limits.max_late_hours is None else limits.max_late_hours,
        limits.keep_units,
        int(rule.allow_partial),
    ]


RANK_CODES = ("NEAREST", "CHEAPEST", "EARLIEST", "FEWEST_LATE_HOURS", "MOST_CAPACITY_LEFT", "MOST_STOCK", "PREFERRED")


def _rules(network: NetworkFacts, costs: Nodes, listed: list[tuple[Policy, Rule]]) -> Rules:
    nodes, shape = network.nodes, (len(listed), len(network.nodes))
    cost = np.zeros(shape, COST)
    for q, (_, rule) in enumerate(listed):
        for preference in rule.prefer:
            chosen = np.array([is_chosen(preference.nodes, node) for node in nodes], np.bool_)
            cost["parcel"][q] += chosen * preference.parcel_e4
            cost["per_km"][q] += chosen * preference.per_km_e4
    ranks = np.full((len(listed), len(RANK_CODES) + 1), -1, np.int64)
    for q, (_, rule) in enumerate(listed):
        order = list(dict.fromkeys(rule.rank))
        ranks[q, : len(order)] = [RANK_CODES.index(rank) for rank in order]
    money = [
        (p.prices.split_e4, p.prices.late_hour_e4, p.prices.failed_pick_e4, p.prices.full_node_e4) for p, _ in listed
    ]
    weights, prices = np.array([policy.weights_ppm for policy, _ in listed], np.int64), np.array(money, np.int64)
    failed = costs.row["failed_ppm"][None, :] * prices[:, FAILED_PICK, None] // 1_000_000
    cost["pack"] = _weighed(costs.row["fulfillment"], weights[:, W_PACK])
    cost["pick"] = _weighed(costs.row["line"], weights[:, W_PICK]) + failed * weights[:, W_FAILED, None] // 1_000_000
    cost["unit"] = _weighed(costs.row["unit"], weights[:, W_HANDLING])
    return Rules(
        mask=np.array([[is_chosen(rule.nodes, node) for node in nodes] for _, rule in listed], np.bool_).reshape(shape),
        within_km=np.array([_limit(rule.nodes.within_km) for _, rule in listed], np.int64),
        cost=cost,
        limits=np.array([_limits(rule) for _, rule in listed], np.int64),
        ranks=ranks,
        prices=prices,
        weights=weights,
    )


class Compiled:
    """One network for the kernels, with the tables of the dates met last."""

    def __init__(self, network: NetworkFacts) -> None:
        # Not the network itself: it is the weak key under which this object is kept.
        self.node_facts, self.configuration = network.nodes, network.configuration
        self.node_index = {node.code: n for n, node in enumerate(network.nodes)}
        self.service_list = network.configuration.services.services
        names = {name for node in network.nodes for name in node.hazmat_classes}
        names |= {name for service in self.service_list for name in service.hazmat_classes}
        self._hazmat = {name: 1 << index for index, name in enumerate(sorted(names)[:60])}
        self.rows = Rows(network.nodes, network.configuration)
        self.rates = RateTables(network)
        self.areas = Areas(self.rates.cards, self.rates.zone_km.shape[1], self.service_list)
        self.lanes = LaneTable(network.configuration.lanes, network.nodes)
        self.nodes = _nodes(network, self.rows, self.hazmat_bits)
        self.services = _services(network, self.rates, self.hazmat_bits)
        self._listed: list[tuple[Policy, Rule]] = []
        self._groups: dict[str, list[tuple[RuleGroup, int]]] = {}
        for policy in (*network.configuration.policies, BUILT_IN_POLICY):
            self._list_policy(policy)
        self.rules = _rules(network, self.nodes, self._listed)
        self._schedules: dict[object, Schedule] = {}

    def hazmat_bits(self, classes: Iterable[str]) -> int:
        """Return the bit set of hazmat classes; '' is none, and one that nobody names has a bit that nobody carries."""
        bits = 0
        for name in classes:
            if name:
                bits |= self._hazmat.get(name, UNKNOWN_HAZMAT)
        return bits

    def _list_policy(self, policy: Policy) -> None:
        if policy.code in self._groups:
            return
        groups = []
        for group in (*policy.groups, LAST_GROUP):
            groups.append((group, len(self._listed)))
            self._listed.extend((policy, rule) for rule in group.rules)
        self._groups[policy.code] = groups

    def rule(self, index: int) -> Rule:
        """Return the rule of an index."""
        return self._listed[index][1]

    def groups(self, policy: Policy) -> list[tuple[RuleGroup, int]]:
        """Return the rule groups of a policy with the index of each one's first rule; the last takes every order."""
        return self._groups[policy.code]

    def schedule(self, at: datetime) -> Schedule:
        """Return the tables for `at`, kept for the dates met last."""
        base = base_date(at)
        found = self._schedules.get(base)
        if found is None:
            found = Schedule(self.rows, self.service_list, base)
            while len(self._schedules) >= SCHEDULES_KEPT:
                self._schedules.pop(next(iter(self._schedules)))
            self._schedules[base] = found
        return found


_KEPT: WeakKeyDictionary[NetworkFacts, Compiled] = WeakKeyDictionary()


def compiled(network: NetworkFacts) -> Compiled:
    """Return the arrays of `network`, made once for each object."""
    found = _KEPT.get(network)
    if found is None:
        found = _KEPT[network] = Compiled(network)
    return found
