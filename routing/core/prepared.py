"""Answers requests as arrays: where each goes, what its lines are, which services, zones and lanes speak of it.

What depends on the destination's area alone is kept from order to order.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from routing.core.compiled import METHOD_BITS, Compiled, unit_vector
from routing.core.facts import CAPACITY_UNITS, Facts, SkuFacts
from routing.core.kernels.shapes import HELD, NO_LIMIT, OF_DAY, OF_QUOTA, OF_STOCK, ORDER_NUMBERS, Orders
from routing.core.matching import value_e4
from routing.core.reasons import Reason
from routing.core.schedule import Schedule, minutes_of
from routing.core.types import Destination, Method, RoutingRequest
from routing.core.working import plain

Int = NDArray[np.int64]
NOWHERE = Destination(country="")


class Rows:
    """A table that is built row by row; the same row object is kept once."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._rows: list[NDArray[np.generic]] = []

    def place(self, row: NDArray[np.generic]) -> int:
        """Return the place of `row` in the table."""
        found = self._places.get(id(row))
        if found is None:
            found = self._places[id(row)] = len(self._rows)
            self._rows.append(row)
        return found

    def table(self) -> NDArray[np.generic]:
        """Return the rows as one array."""
        return np.stack(self._rows)


class Preparer:
    """Turns requests into `Orders` for one set of facts."""

    def __init__(self, facts: Facts, known: Compiled, schedule: Schedule) -> None:
        self._facts, self._known = facts, known
        self.sku_index = {sku.code: s for s, sku in enumerate(facts.skus)}
        self._nobody = np.zeros(len(known.node_facts), np.uint8)
        self.offset = (facts.capacity_from - schedule.base).days if facts.capacity_from else 0
        self._channel_rows = {code: row for row, code in enumerate(facts.channels, start=1)}
        self._channel_blocks = {
            code: np.where(channel.nodes, 0, int(Reason.CHANNEL)).astype(np.uint8)
            for code, channel in facts.channels.items()
            if channel.nodes is not None
        }
        self._withhold, self._quota = _withhold(facts), _quota(facts)

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

    def orders(self, asked: Sequence[tuple[RoutingRequest, Destination, int, int, bool]]) -> Orders:
        """Return (request, place, first rule, rules, complete or nothing) of each order as arrays."""
        blocked, services, zones = Rows(), Rows(), Rows()
        areas, lanes = self._known.areas, self._known.lanes
        numbers: list[list[int]] = []
        lines: list[tuple[int, ...]] = []
        held: list[tuple[int, ...]] = []
        for request, place, first, rules, complete in asked:
            start, gives_back = len(lines), len(held)
            lines += self._lines(request, place)
            held += self._held(request)
            row = [
                *self._numbers(request, place),
                first,
                rules,
                int(complete),
                start,
                len(lines),
                gives_back,
                len(held),
            ]
            row.append(blocked.place(self._blocked(request)))
            row.append(services.place(areas.services(place, request.method, request.service_level)))
            row.append(zones.place(areas.zones(place)))
            row.append(self._channel_rows.get(request.channel, 0))
            numbers.append(row)
        sku, quantity, value, group, lane = np.array(lines, np.int64).reshape(-1, 5).T.copy()
        places = [unit_vector(place.latitude, place.longitude) for _, place, *_ in asked]
        return Orders(
            numbers=np.array(numbers, np.int64).reshape(-1, len(ORDER_NUMBERS)),
            xyz=np.array(places, np.float64).reshape(-1, 3),
            sku=sku,
            quantity=quantity,
            value=value,
            group=group,
            lane=lane,
            lanes=lanes.table,
            blocked=blocked.table(),
            service_ok=services.table(),
            zone_ok=zones.table(),
            withhold=self._withhold,
            quota=self._quota,
            held=np.array(held, np.int64).reshape(-1, len(HELD)),
        )

    def _lines(self, request: RoutingRequest, place: Destination) -> list[tuple[int, int, int, int, int]]:
        """Return (SKU, units, value of a unit, group of lines that stay together, lane row) of each line."""
        groups: dict[str, int] = {}
        lanes, rate = self._known.lanes, value_e4(1, request.currency)
        rows = []
        for line in request.lines:
            sku, name = self.sku_index[line.sku], line.keep_together
            group = groups.setdefault(name, len(groups)) if name else -1
            lane = lanes.row(place, self._facts.skus[sku])
            rows.append((sku, line.quantity, line.value_minor * rate, group, lane))
        return rows

    def _held(self, request: RoutingRequest) -> Iterator[tuple[int, int, int, int]]:
        """Yield what the request gives back, as HELD; closed nodes and what nothing limits have nothing to get."""
        skus, nodes, first = self.sku_index, self._known.node_index, self._facts.capacity_from
        for held in request.held:
            if held.sku in skus and held.node in nodes:
                yield OF_STOCK, skus[held.sku], nodes[held.node], held.quantity
        for sku, units in request.held_quota.items():
            if sku in skus:
                yield OF_QUOTA, skus[sku], 0, units
        for use in request.held_days:
            if use.node in nodes and first is not None:
                unit = OF_DAY + CAPACITY_UNITS.index(use.unit)
                yield unit, nodes[use.node], (date.fromisoformat(use.day) - first).days, use.quantity

    def _numbers(self, request: RoutingRequest, place: Destination) -> list[int]:
        method, ship = request.method, METHOD_BITS[Method.SHIP]
        store = METHOD_BITS[Method.SHIP_TO_STORE]
        counter = method in {Method.PICKUP, Method.SHIP_TO_STORE}
        source = ship | store if method == Method.SHIP_TO_STORE else METHOD_BITS[method]
        return [
            place.latitude is not None,
            -1 if request.promised_by is None else minutes_of(request.promised_by),
            self._known.node_index.get(request.node, -1) if counter else -1,
            method == Method.PICKUP,
            source,
            METHOD_BITS[Method.PICKUP] | (store if method == Method.SHIP_TO_STORE else 0),
            0,
            self.offset,
            NO_LIMIT if request.allow_split else 1,
            0,
        ]

    def _blocked(self, request: RoutingRequest) -> NDArray[np.uint8]:
        """Return why each node is out for this request whatever the rule, 0 where it is not."""
        named = request.node if request.method != Method.SHIP_TO_STORE else ""
        blocked = self._channel_blocks.get(request.channel, self._nobody)
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


def _withhold(facts: Facts) -> Int:
    """Return withhold[channel, SKU, node], channel 0 standing for none; without SKUs where no channel withholds."""
    known = [channel.withhold for channel in facts.channels.values()]
    if all(withhold is None for withhold in known):
        return np.zeros((len(known) + 1, 0, 0), np.int64)
    table = np.zeros((len(known) + 1, *facts.available.shape), np.int64)
    for row, withhold in enumerate(known, start=1):
        if withhold is not None:
            table[row] = withhold
    return table


def _quota(facts: Facts) -> Int:
    """Return what is left of quota[channel, SKU], channel 0 standing for none."""
    table = np.full((len(facts.channels) + 1, len(facts.skus)), NO_LIMIT, np.int64)
    for row, channel in enumerate(facts.channels.values(), start=1):
        if channel.quota_left is not None:
            table[row] = plain(channel.quota_left)
    return table
