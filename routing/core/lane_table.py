"""Answers what may travel where: the lane table of a network, kept from run to run."""

import numpy as np
from numpy.typing import NDArray

from routing.core.config.lanes import Lanes
from routing.core.facts import NodeFacts, SkuFacts
from routing.core.matching import is_sku_chosen
from routing.core.types import Destination

ROWS_KEPT = 100_000
Key = tuple[str, ...]


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
    """Which nodes may not send a SKU to an area: rows of bytes per node, each distinct row kept once; row 0 is open."""

    def __init__(self, lanes: Lanes, nodes: tuple[NodeFacts, ...]) -> None:
        self._lanes = lanes
        self._origins = [node.country for node in nodes]
        self._row_of: dict[Key, tuple[SkuFacts, int]] = {}
        self._distinct: dict[bytes, int] = {bytes(len(nodes)): 0}
        self.table: NDArray[np.uint8] = np.zeros((1, len(nodes)), np.uint8)

    def row(self, destination: Destination, sku: SkuFacts) -> int:
        """Return the row of `sku` to `destination`."""
        key: Key
        if self._lanes.lanes:
            key = (destination.country, destination.region, destination.postal_code, sku.code)
        else:
            key = (destination.country, "export" if sku.export_controlled else "")
        found = self._row_of.get(key)
        # The same code may mean other facts in another run, and then other lanes.
        if found is None or (len(key) > 2 and found[0] is not sku and found[0] != sku):
            if len(self._row_of) >= ROWS_KEPT:
                self._row_of.clear()
            found = self._row_of[key] = sku, self._make(destination, sku)
        return found[1]

    def _make(self, destination: Destination, sku: SkuFacts) -> int:
        closed = {origin: not is_lane_open(self._lanes, origin, destination, sku)[0] for origin in set(self._origins)}
        row = np.array([closed[origin] for origin in self._origins], np.uint8)
        key = row.tobytes()
        if key not in self._distinct:
            self._distinct[key] = len(self.table)
            self.table = np.vstack([self.table, row[None]])
        return self._distinct[key]
