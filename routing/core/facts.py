"""Answers what a run of decisions shares: network, configuration, SKUs, stock and capacity at one instant.

`NetworkFacts` changes rarely and is compiled once; build it once per change of configuration and pass the same object
again. `Facts` is one reading of stock. Both are plain values: `to_data` / `from_data` give them to the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from routing.core.config import Configuration
from routing.core.types import Method
from routing.core.values import Data, demand

Units = NDArray[np.int64]

NO_LIMIT = 1 << 40
"""Units or capacity without a limit (made to order, no node-day limit)."""

CAPACITY_UNITS = ("ORDERS", "LINES", "UNITS", "MINUTES")
"""The last axis of `Facts.capacity_left`."""


_ARRAYS = (
    "available",
    "capacity_left",
    "capacity_limit",
    "work_seconds",
    "opportunity_e4",
    "scarcity_e4",
    "markdown_e4",
    "backorders_left",
)


def _sets_again(data: Data) -> list[Any]:
    return [frozenset(value) if isinstance(value, list | tuple) else value for value in data]


def _plain(values: Iterable[Any]) -> list[Any]:
    # dataclasses.astuple would do, at twenty times the cost: it copies deeply, for every SKU of every batch.
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """One active node. Costs are per fulfillment order, per line and per unit."""

    code: str
    kind: str
    country: str
    time_zone: str = "UTC"
    region: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_paused: bool = False
    groups: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset({Method.SHIP.value})
    hazmat_classes: frozenset[str] = frozenset()
    temperature_classes: frozenset[str] = frozenset({"AMBIENT"})
    max_piece_grams: int | None = None
    handles_oversize: bool = True
    calendar: str = ""
    fulfillment_cost_e4: int = 0
    line_cost_e4: int = 0
    unit_cost_e4: int = 0
    failed_pick_ppm: int = 0

    def __post_init__(self) -> None:
        demand((self.latitude is None) == (self.longitude is None), "latitude and longitude come together")
        demand(min(self.fulfillment_cost_e4, self.line_cost_e4, self.unit_cost_e4) >= 0, "costs are not negative")
        demand(0 <= self.failed_pick_ppm <= 1_000_000, "failed_pick_ppm is within 0 and 1,000,000")

    def to_data(self) -> Data:
        """Return this node as a plain list."""
        return _plain(getattr(self, name) for name in self.__slots__)

    @classmethod
    def from_data(cls, data: Data) -> "NodeFacts":
        """Return the node that `to_data` wrote."""
        return cls(*_sets_again(data))


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """One SKU: weight, size, and what the law says of it."""

    code: str
    weight_grams: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    handling_class: str = ""
    hazmat_class: str = ""
    temperature_class: str = "AMBIENT"
    minimum_age: int = 0
    export_controlled: bool = False
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        sizes = (self.weight_grams, self.length_mm, self.width_mm, self.height_mm)
        demand(min(sizes) >= 0, "weights and lengths are not negative")

    @property
    def volume_mm3(self) -> int:
        """The volume of one unit."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def is_oversize(self) -> bool:
        """Whether handling it needs a node for big things."""
        return self.handling_class.upper() == "OVERSIZE"

    def to_data(self) -> Data:
        """Return this SKU as a plain list."""
        return _plain(getattr(self, name) for name in self.__slots__)

    @classmethod
    def from_data(cls, data: Data) -> "SkuFacts":
        """Return the SKU that `to_data` wrote."""
        return cls(*_sets_again(data))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class NetworkFacts:
    """Every active node, and the configuration that is live."""

    nodes: tuple[NodeFacts, ...]
    configuration: Configuration = field(default_factory=Configuration)

    def __post_init__(self) -> None:
        demand(len({node.code for node in self.nodes}) == len(self.nodes), "node codes are unique")

    def to_data(self) -> Data:
        """Return the network as plain data; the configuration as the documents it was read from."""
        return {"nodes": [node.to_data() for node in self.nodes], "configuration": self.configuration.to_data()}

    @classmethod
    def from_data(cls, data: Data) -> "NetworkFacts":
        """Return the network that `to_data` wrote."""
        nodes = tuple(NodeFacts.from_data(node) for node in data["nodes"])
        return cls(nodes=nodes, configuration=Configuration.from_data(data["configuration"]))


def _array_data(array: NDArray[np.generic] | None) -> Data:
    return None if array is None else [list(array.shape), array.dtype.str, np.ascontiguousarray(array).tobytes()]


def _array(data: Data) -> NDArray[np.generic] | None:
    if data is None:
        return None
    shape, kind, raw = data
    return cast("NDArray[np.generic]", np.frombuffer(raw, dtype=np.dtype(kind)).reshape(shape).copy())


@dataclass(frozen=True, slots=True, eq=False)
class ChannelFacts:
    """What one channel may use: nodes (bool[node], None = all), units kept from it, and quota left per SKU.

    `withhold[sku, node]` is subtracted from `Facts.available` for this channel (rule safety + thresholds);
    `quota_left[sku]` caps the units a request may place in all.
    """

    nodes: NDArray[np.bool_] | None = None
    withhold: Units | None = None
    quota_left: Units | None = None

    def to_data(self) -> Data:
        """Return this as plain data."""
        return [_array_data(self.nodes), _array_data(self.withhold), _array_data(self.quota_left)]

    @classmethod
    def from_data(cls, data: Data) -> "ChannelFacts":
        """Return what `to_data` wrote."""
        return cls(*(_array(part) for part in data))  # type: ignore[arg-type]  # each array kept its dtype


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Stock and capacity as one reading found them. Arrays follow the order of `skus` and `network.nodes`.

    `available[sku, node]` = units that may be promised (on hand − unsellable − reserved − safety stock, ≥ 0; `NO_LIMIT`
    where unlimited). `capacity_left[node, day, unit]` counts days from `capacity_from` (node-local), units as
    `CAPACITY_UNITS`, `NO_LIMIT` where none; `capacity_limit` likewise, for pressure. Days past the axis have no limit.
    `work_seconds[node]` = seconds that an order, a line and a unit take there, for minutes; None = 0. `opportunity_e4`
    and `markdown_e4[sku, node]` price one unit's later use and its ageing; None = 0. `scarcity_e4[sku, node]` is what
    orders that share scarce units count a unit at beside its opportunity cost: it steers, and is no cost; None = 0.
    `backorders_left[sku]` units may still wait for stock (≥ 0, `NO_LIMIT` where there is no limit); None = no limit.
    """

    network: NetworkFacts
    skus: tuple[SkuFacts, ...]
    available: Units
    capacity_from: date | None = None
    capacity_left: Units | None = None
    capacity_limit: Units | None = None
    work_seconds: Units | None = None
    opportunity_e4: Units | None = None
    scarcity_e4: Units | None = None
    markdown_e4: Units | None = None
    backorders_left: Units | None = None
    channels: Mapping[str, ChannelFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.skus), len(self.network.nodes))
        demand(len({sku.code for sku in self.skus}) == len(self.skus), "SKU codes are unique")
        demand(self.available.shape == shape and self.available.dtype == np.int64, "available is int64[sku, node]")
        demand(self.available.size == 0 or int(self.available.min()) >= 0, "available is not negative")
        demand((self.capacity_left is None) or self.capacity_from is not None, "capacity_left needs capacity_from")

    @property
    def unit_worth_e4(self) -> Units | None:
        """What taking a unit is counted at: its opportunity cost and its scarcity; None = 0."""
        if self.opportunity_e4 is None or self.scarcity_e4 is None:
            return self.scarcity_e4 if self.opportunity_e4 is None else self.opportunity_e4
        return self.opportunity_e4 + self.scarcity_e4

    def to_data(self, *, with_network: bool = True) -> Data:
        """Return these facts as plain data; a run stores its network elsewhere, once for many."""
        arrays = {name: _array_data(getattr(self, name)) for name in _ARRAYS}
        return {
            "network": self.network.to_data() if with_network else None,
            "skus": [sku.to_data() for sku in self.skus],
            "capacity_from": self.capacity_from and self.capacity_from.isoformat(),
            "channels": {code: channel.to_data() for code, channel in self.channels.items()},
            **arrays,
        }

    @classmethod
    def from_data(cls, data: Data, *, network: NetworkFacts | None = None) -> "Facts":
        """Return the facts that `to_data` wrote; pass `network` to share one among many."""
        values = {item.name: data[item.name] for item in fields(cls) if item.name in data}
        for name in _ARRAYS:
            # Facts stored before minutes were counted have no `work_seconds`, nor older ones `backorders_left`.
            values[name] = _array(values.get(name))
        if "scarcity_e4" not in data:
            # Facts stored before it stood apart hold it as opportunity cost, of which there was no other.
            values["scarcity_e4"], values["opportunity_e4"] = values["opportunity_e4"], None
        values["network"] = network or NetworkFacts.from_data(data["network"])
        values["skus"] = tuple(SkuFacts.from_data(sku) for sku in data["skus"])
        values["capacity_from"] = date.fromisoformat(data["capacity_from"]) if data["capacity_from"] else None
        values["channels"] = {code: ChannelFacts.from_data(part) for code, part in data["channels"].items()}
        return cls(**values)
