"""Answers one request as arrays: where it goes, what its lines are, which services, zones and lanes speak of it.

What depends on the destination's area alone is kept from order to order.
"""

import numpy as np
from numpy.typing import NDArray

from routing.core.compiled import METHOD_BITS, Compiled, unit_vector
from routing.core.config.lanes import Lanes
from routing.core.facts import ChannelFacts, Facts, SkuFacts
from routing.core.kernels.shapes import NO_LIMIT, Order
from routing.core.matching import is_sku_chosen, value_e4
from routing.core.reasons import Reason
from routing.core.schedule import Schedule, minutes_of
from routing.core.types import Destination, Method, RoutingRequest
from routing.core.working import plain

Int = NDArray[np.int64]
AREAS_KEPT = 20_000
NOWHERE = Destination(country="")


def is_lane_open(lanes: Lanes, origin: str, destination: Destination, sku: SkuFacts) -> tuple[bool, str]:
    """Say whether `sku` may travel from the country `origin` to `destination`, and why not."""
    for lane in lanes.lanes:
        if lane.from_countries and origin not in lane.from_countries:
            continue
        if destination in lane.to and is_sku_chosen(lane.skus, sku):
            return lane.allow, lane.why or "A lane forbids it."
    if not origin or not destination.country or origin == destination.country:
        return True, ""
    if sku.export_controlled and not lanes.export_controlled_abroad:
        return False, "It is under export control and may not leave its country."
    return lanes.cross_border, "" if lanes.cross_border else "Goods may not cross a border."


class LaneTable:
    """Which nodes may not send a SKU to an area: rows of bytes per node, each distinct row kept once."""

    def __init__(self, known: Compiled) -> None:
        self._lanes = known.configuration.lanes
        self._origins = [node.country for node in known.node_facts]
        self._row_of: dict[tuple[str, str, str, str], int] = {}
        self._distinct: dict[bytes, int] = {bytes(len(self._origins)): 0}
        self.table = np.zeros((1, len(self._origins)), np.uint8)

    def row(self, destination: Destination, sku: SkuFacts) -> int:
        """Return the row of `sku` to `destination`."""
        key = (destination.country, destination.region, destination.postal_code, sku.code)
        found = self._row_of.get(key)
        if found is None:
            if len(self._row_of) >= AREAS_KEPT:
                self._row_of.clear()
            found = self._row_of[key] = self._make(destination, sku)
        return found

    def _make(self, destination: Destination, sku: SkuFacts) -> int:
        closed = {origin: not is_lane_open(self._lanes, origin, destination, sku)[0] for origin in set(self._origins)}
        row = np.array([closed[origin] for origin in self._origins], np.uint8)
        key = row.tobytes()
        if key not in self._distinct:
            self._distinct[key] = len(self.table)
            self.table = np.vstack([self.table, row[None]])
        return self._distinct[key]


class Preparer:
    """Turns requests into `Order` arrays for one set of facts."""

    def __init__(self, facts: Facts, known: Compiled, schedule: Schedule) -> None:
        self._facts, self._known = facts, known
        self.sku_index = {sku.code: s for s, sku in enumerate(facts.skus)}
        self._lanes, self._areas = LaneTable(known), known.areas
        self._nobody = np.zeros(len(known.node_facts), np.uint8)
        self._channel_blocks: dict[str, NDArray[np.uint8]] = {}
        self._no_units, self._no_quota = np.zeros((0, 0), np.int64), np.zeros(0, np.int64)
        channels = facts.channels.items()
        self.quotas = {code: plain(c.quota_left).copy() for code, c in channels if c.quota_left is not None}
        self.withheld = {code: plain(c.withhold) for code, c in channels if c.withhold is not None}
        self.offset = (facts.capacity_from - schedule.base).days if facts.capacity_from else 0

    def skus(self, request: RoutingRequest) -> list[SkuFacts]:
        """Return the SKUs of a request, line by line.

        Raises:
            KeyError: the facts do not hold a SKU of the request.
        """
        return [self._facts.skus[self.sku_index[line.sku]] for line in request.lines]

    def destination(self, request: RoutingRequest) -> Destination:
        """Return where the goods end: the address, or the named node."""
        if request.ship_to is not None and request.method not in {Method.PICKUP, Method.SHIP_TO_STORE}:
            return request.ship_to
        index = self._known.node_index.get(request.node)
        if index is None:
            return request.ship_to or NOWHERE
        node = self._known.node_facts[index]
        return Destination(node.country, node.region, node.postal_code, node.latitude, node.longitude)

    def order(self, request: RoutingRequest, place: Destination, rule: int) -> Order:
        """Return the request under rule `rule` as arrays."""
        lines, channel = request.lines, self._facts.channels.get(request.channel)
        skus = self.skus(request)
        groups: dict[str, int] = {}
        tied = [groups.setdefault(line.keep_together, len(groups)) if line.keep_together else -1 for line in lines]
        lane = np.array([self._lanes.row(place, sku) for sku in skus], np.int64)
        return Order(
            numbers=self._numbers(request, place, rule),
            xyz=np.array(unit_vector(place.latitude, place.longitude), np.float64),
            sku=np.array([self.sku_index[line.sku] for line in lines], np.int64),
            quantity=np.array([line.quantity for line in lines], np.int64),
            value=np.array([value_e4(line.value_minor, request.currency) for line in lines], np.int64),
            group=np.array(tied, np.int64),
            lane=lane,
            lanes=self._lanes.table,
            blocked=self._blocked(request, channel),
            service_ok=self._areas.services(place, request.method, request.service_level),
            zone_ok=self._areas.zones(place),
            withhold=self.withheld.get(request.channel, self._no_units),
            quota=self.quotas.get(request.channel, self._no_quota),
        )

    def _numbers(self, request: RoutingRequest, place: Destination, rule: int) -> Int:
        method, ship = request.method, METHOD_BITS[Method.SHIP]
        store = METHOD_BITS[Method.SHIP_TO_STORE]
        counter = method in {Method.PICKUP, Method.SHIP_TO_STORE}
        source = ship | store if method == Method.SHIP_TO_STORE else METHOD_BITS[method]
        return np.array(
            [
                place.latitude is not None,
                -1 if request.promised_by is None else minutes_of(request.promised_by),
                self._known.node_index.get(request.node, -1) if counter else -1,
                method == Method.PICKUP,
                source,
                METHOD_BITS[Method.PICKUP] | (store if method == Method.SHIP_TO_STORE else 0),
                rule,
                self.offset,
                NO_LIMIT if request.allow_split else 1,
            ],
            np.int64,
        )

    def _blocked(self, request: RoutingRequest, channel: ChannelFacts | None) -> NDArray[np.uint8]:
        named = request.node if request.method != Method.SHIP_TO_STORE else ""
        blocked = self._channel_block(request.channel, channel)
        if not named and not request.excluded:
            return blocked
        blocked = blocked.copy()
        if named:
            here = self._known.node_index.get(named, -1)
            others = np.arange(len(blocked)) != here
            blocked[others & (blocked == 0)] = Reason.NOT_THE_NAMED_NODE
        for code in request.excluded:
            if code in self._known.node_index:
                blocked[self._known.node_index[code]] = Reason.EXCLUDED
        return blocked

    def _channel_block(self, code: str, channel: ChannelFacts | None) -> NDArray[np.uint8]:
        if channel is None or channel.nodes is None:
            return self._nobody
        found = self._channel_blocks.get(code)
        if found is None:
            found = np.where(channel.nodes, 0, int(Reason.CHANNEL)).astype(np.uint8)
            self._channel_blocks[code] = found
        return found
