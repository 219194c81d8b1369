"""Answers what goes into a decision for one order and what comes out: request, plan, trace.

Values check themselves: an invalid one cannot exist. Quantities are units, money is int64 in 1/10,000 of the major
unit (`_e4`), instants are aware UTC, distances km, weights grams. `to_data` gives plain lists, dicts, numbers, strings
and bytes (msgpack and JSON can carry them, but for bytes); `from_data` gives an equal value back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.core.values import Data, demand, instant, is_utc, seconds


class Method(StrEnum):
    """How the customer gets the goods."""

    SHIP = "SHIP"
    PICKUP = "PICKUP"
    SHIP_TO_STORE = "SHIP_TO_STORE"
    SAME_DAY = "SAME_DAY"


class Then(StrEnum):
    """What happens to units that no node can give."""

    BACKORDER = "BACKORDER"
    HOLD = "HOLD"
    CANCEL = "CANCEL"


COST_TERMS = (
    "pack",
    "pick",
    "handling",
    "freight",
    "split",
    "lateness",
    "capacity",
    "failed_pick",
    "opportunity",
    "markdown",
    "preference",
)
"""The terms of a parcel's cost, in the order of `Parcel.terms_e4`; markdown relief and bonuses are negative."""


_OPPORTUNITY = COST_TERMS.index("opportunity")
_BEHIND_TIMES = 4
"""Values of a stored parcel behind its two times: its day, its rule, its minutes, its scarcity."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a parcel goes. Without coordinates, distance is unknown and counts as 0 km."""

    country: str
    region: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        demand((self.latitude is None) == (self.longitude is None), "latitude and longitude come together")
        demand(self.latitude is None or -90 <= self.latitude <= 90, "latitude is within ±90")
        demand(self.longitude is None or -180 <= self.longitude <= 180, "longitude is within ±180")

    def to_data(self) -> Data:
        """Return this destination as a plain list."""
        return [self.country, self.region, self.postal_code, self.latitude, self.longitude]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """`quantity` units of one SKU, of which any number may come from any node.

    Lines with the same non-empty `keep_together` leave from one node in one parcel, whole or not at all; a line alone
    with its name is never cut. `value_minor` is the price of one unit in minor units of the request's currency.
    """

    line_ref: str
    sku: str
    quantity: int
    value_minor: int = 0
    keep_together: str = ""

    def __post_init__(self) -> None:
        demand(self.quantity > 0, "a line asks for one unit or more")
        demand(self.value_minor >= 0, "a unit's value is not negative")

    def to_data(self) -> Data:
        """Return this line as a plain list."""
        return [self.line_ref, self.sku, self.quantity, self.value_minor, self.keep_together]


@dataclass(frozen=True, slots=True)
class Held:
    """Units that this request's order holds at a node already, and gives back as the new plan is reserved."""

    sku: str
    node: str
    quantity: int

    def __post_init__(self) -> None:
        demand(self.quantity > 0, "a hold is of one unit or more")

    def to_data(self) -> Data:
        """Return this hold as a plain list."""
        return [self.sku, self.node, self.quantity]


class HeldDay(NamedTuple):
    """What this request's order takes of a node's day (ISO date) already, and gives back likewise."""

    node: str
    day: str
    unit: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RoutingRequest:
    """One fulfillment group of one order, to be placed on nodes.

    `node` is the named node: the only source for PICKUP, the destination for SHIP_TO_STORE. `excluded` maps node codes
    to the reason, in words, why they may not be used ("rejected: damaged"). What its order holds of
    stock, of the channel's quota (units by SKU) and of days is free to this request, and to those decided after it; its
    places among backorders (units by SKU) are free to it alone.
    `ship_to` may be absent for PICKUP and SHIP_TO_STORE.
    """

    ref: str
    channel: str
    method: Method
    lines: tuple[RequestLine, ...]
    ship_to: Destination | None = None
    node: str = ""
    service_level: str = ""
    promised_by: datetime | None = None
    allow_split: bool = True
    currency: str = ""
    excluded: Mapping[str, str] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    held_quota: Mapping[str, int] = field(default_factory=dict)
    held_days: tuple[HeldDay, ...] = ()
    held_backorders: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    customer_tier: str = ""
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        demand(len(self.lines) > 0, "a request has one line or more")
        demand(len({line.line_ref for line in self.lines}) == len(self.lines), "line_refs are unique in a request")
        demand(self.promised_by is None or is_utc(self.promised_by), "promised_by is aware UTC")
        if self.method in {Method.PICKUP, Method.SHIP_TO_STORE}:
            demand(self.node != "", f"{self.method} names its node")
        else:
            demand(self.ship_to is not None, f"{self.method} has a ship_to")

    @property
    def value_minor(self) -> int:
        """The value of all units, in minor units."""
        return sum(line.quantity * line.value_minor for line in self.lines)

    def to_data(self) -> Data:
        """Return this request as plain data."""
        return {
            "ref": self.ref,
            "channel": self.channel,
            "method": self.method.value,
            "lines": [line.to_data() for line in self.lines],
            "ship_to": self.ship_to and self.ship_to.to_data(),
            "node": self.node,
            "service_level": self.service_level,
            "promised_by": seconds(self.promised_by),
            "allow_split": self.allow_split,
            "currency": self.currency,
            "excluded": dict(self.excluded),
            "held": [held.to_data() for held in self.held],
            "held_quota": dict(self.held_quota),
            "held_days": [list(held) for held in self.held_days],
            "held_backorders": dict(self.held_backorders),
            "priority": self.priority,
            "customer_tier": self.customer_tier,
            "tags": sorted(self.tags),
        }

    @classmethod
    def from_data(cls, data: Data) -> "RoutingRequest":
        """Return the request that `to_data` wrote."""
        values = dict(data)
        values["method"] = Method(values["method"])
        values["lines"] = tuple(RequestLine(*line) for line in values["lines"])
        values["ship_to"] = Destination(*values["ship_to"]) if values["ship_to"] else None
        values["promised_by"] = instant(values["promised_by"])
        values["held"] = tuple(Held(*held) for held in values["held"])
        # Requests stored before their own use of quotas, days and places was handed back have none.
        values["held_quota"] = values.get("held_quota", {})
        values["held_days"] = tuple(HeldDay(*held) for held in values.get("held_days", ()))
        values["held_backorders"] = values.get("held_backorders", {})
        values["tags"] = frozenset(values["tags"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """Units of one request line in one parcel."""

    line_ref: str
    sku: str
    quantity: int

    def __post_init__(self) -> None:
        demand(self.quantity > 0, "a parcel line has one unit or more")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one node sends or hands over: the future fulfillment order.

    `service` is '' for a hand-over at the counter. `work_date` is the node's local day whose capacity it uses.
    `terms_e4` follows `COST_TERMS` and adds up to `cost_e4`; `scarcity_e4` is what its units were counted at besides,
    as orders that want them shared them: nobody pays it. `rule` names the rule that placed it where that is not the
    plan's own: one before it in the chain, which kept a part. `minutes` is the work of it, as the node's day counts it.
    """

    node: str
    service: str
    lines: tuple[ParcelLine, ...]
    terms_e4: tuple[int, ...]
    ship_by: datetime
    deliver_by: datetime
    work_date: str
    rule: str = ""
    minutes: int = 0
    scarcity_e4: int = 0

    def __post_init__(self) -> None:
        demand(len(self.lines) > 0, "a parcel has one line or more")
        demand(len(self.terms_e4) == len(COST_TERMS), "a parcel has every cost term")

    @property
    def cost_e4(self) -> int:
        """The sum of the terms."""
        return sum(self.terms_e4)

    @property
    def terms_by_name(self) -> dict[str, int]:
        """The cost terms that are not zero, by name."""
        return {name: value for name, value in zip(COST_TERMS, self.terms_e4, strict=True) if value}

    def to_data(self) -> Data:
        """Return this parcel as plain data."""
        lines = [[line.line_ref, line.sku, line.quantity] for line in self.lines]
        times = [seconds(self.ship_by), seconds(self.deliver_by), self.work_date]
        rest = (self.rule, self.minutes, self.scarcity_e4)
        return [self.node, self.service, lines, list(self.terms_e4), *times, *rest]

    @classmethod
    def from_data(cls, data: Data) -> "Parcel":
        """Return the parcel that `to_data` wrote."""
        node, service, lines, terms, ship_by, deliver_by, *rest = data
        shipped, delivered = datetime.fromtimestamp(ship_by, UTC), datetime.fromtimestamp(deliver_by, UTC)
        found = cls(node, service, tuple(ParcelLine(*x) for x in lines), tuple(terms), shipped, delivered, *rest)
        return found if len(rest) == _BEHIND_TIMES else found._set_apart()

    def _set_apart(self) -> "Parcel":
        """Return this parcel of before scarcity stood apart: its opportunity cost was that and nothing else."""
        terms = [0 if k == _OPPORTUNITY else value for k, value in enumerate(self.terms_e4)]
        return replace(self, terms_e4=tuple(terms), scarcity_e4=self.terms_e4[_OPPORTUNITY])


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Units of a line that the plan gives to no node, why, and what happens to them.

    `auto_cancel_days` counts from the decision; None means they wait without end. `beyond_limit`: the SKU's backorder
    limit had no place for them.
    """

    line_ref: str
    quantity: int
    then: Then
    why: str = ""
    auto_cancel_days: int | None = None
    beyond_limit: bool = False

    def __post_init__(self) -> None:
        demand(self.quantity > 0, "one unit or more is unfilled, or none is named")

    def to_data(self) -> Data:
        """Return this as a plain list."""
        return [self.line_ref, self.quantity, self.then.value, self.why, self.auto_cancel_days, self.beyond_limit]

    @classmethod
    def from_data(cls, data: Data) -> "Unfilled":
        """Return what `to_data` wrote."""
        line_ref, quantity, then, *rest = data  # those stored before there were limits end a place earlier
        return cls(line_ref, quantity, Then(then), *rest)


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """Which node gives what, at what cost, and how far from the best possible that can be.

    Laws: per line, units in parcels + unfilled = asked. `bound_e4` ≤ `cost_e4`; they are equal where `proven`: no plan
    under the same rule that fills as many units costs less (for a ranked rule: ranks better); where several rules of a
    chain placed parcels, each did so for what was left to it. `effort` counts search
    steps, never time; a decision stopped earlier by a guard is replayed with the effort it reached.

    Where orders share scarce units, plans are compared by cost and scarcity together: the gap is what another could
    save of both, and `bound_e4` the cost less the gap. The cost itself is money alone, and another may cost less.
    """

    parcels: tuple[Parcel, ...]
    unfilled: tuple[Unfilled, ...]
    cost_e4: int
    bound_e4: int
    proven: bool
    effort: int
    policy: str
    group: str
    rule: str

    def __post_init__(self) -> None:
        demand(self.bound_e4 <= self.cost_e4, "a bound is not above the cost")

    @property
    def gap_e4(self) -> int:
        """What a better plan could save at most; 0 where the plan is proven best."""
        return self.cost_e4 - self.bound_e4

    @property
    def scarcity_e4(self) -> int:
        """What its units were counted at besides, as orders that want them shared them: nobody pays it."""
        return sum(parcel.scarcity_e4 for parcel in self.parcels)

    def to_data(self) -> Data:
        """Return this plan as plain data."""
        return {
            "parcels": [parcel.to_data() for parcel in self.parcels],
            "unfilled": [unfilled.to_data() for unfilled in self.unfilled],
            "cost_e4": self.cost_e4,
            "bound_e4": self.bound_e4,
            "proven": self.proven,
            "effort": self.effort,
            "policy": self.policy,
            "group": self.group,
            "rule": self.rule,
        }

    @classmethod
    def from_data(cls, data: Data) -> "RoutingPlan":
        """Return the plan that `to_data` wrote."""
        values = dict(data)
        values["parcels"] = tuple(Parcel.from_data(parcel) for parcel in values["parcels"])
        values["unfilled"] = tuple(Unfilled.from_data(unfilled) for unfilled in values["unfilled"])
        # Plans stored before scarcity stood apart hold it in both.
        scarcity = values["cost_e4"] - sum(parcel.cost_e4 for parcel in values["parcels"])
        return cls(**values | {name: values[name] - scarcity for name in ("cost_e4", "bound_e4")})


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """For every node of the network, in `Facts.network.nodes` order: a cost, or the one reason why it fell out.

    `reason` (uint8) holds `reasons.Reason`; `cost_e4` (int64) is what the node would cost for all it can serve of the
    request in one parcel, 0 where it can serve nothing.
    """

    reason: NDArray[np.uint8]
    cost_e4: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return np.array_equal(self.reason, other.reason) and np.array_equal(self.cost_e4, other.cost_e4)

    __hash__ = None  # type: ignore[assignment]  # arrays inside


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan, and the trace that explains it."""

    request_ref: str
    plan: RoutingPlan
    trace: Trace
