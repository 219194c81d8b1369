"""The values that other applications hand to inventory and get back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LossReason(StrEnum):
    """Why a want got nothing."""

    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    QUOTA = "QUOTA"
    CAPACITY = "CAPACITY"


@dataclass(frozen=True, slots=True)
class WantLine:
    """Units of a SKU wanted at a node, for one line of a demand.

    `withhold` is what rules keep back on top of the level's own safety stock. `by_rules` has the claim work out once
    more what rules keep of what is on hand when it is locked, where a rule keeps a percent: a claim that takes over
    units of another one leaves it out. `supply_id` claims incoming supply instead of stock on hand.
    """

    demand_ref: str
    line_ref: str
    sku_id: int
    node_id: int
    quantity: int
    withhold: int = 0
    supply_id: int | None = None
    by_rules: bool = False

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.withhold < 0:
            raise ValueError(f"A claim is for at least one unit and withholds none or more: {self}")


@dataclass(frozen=True, slots=True)
class DayUse:
    """Capacity that a demand uses on a node's local day; `unit` is ORDERS, LINES, UNITS or MINUTES."""

    demand_ref: str
    node_id: int
    day: date
    slot: str
    unit: str
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"A use of capacity is at least one: {self}")


@dataclass(frozen=True, slots=True)
class Want:
    """Claims that are granted together or not at all.

    `expires_at` makes them SOFT; None means HARD. `releases` are demand references whose open claims and day use end
    in the same statement, first, if the want is granted. `dequeues` are demand references whose queued demand for the
    want's lines and SKUs is deleted then. `ignore_safety` may use safety stock and withheld units; the ledger says so.
    `priority` decides who is served first when incoming supply comes short; higher goes first.
    """

    ref: str
    channel_id: int
    lines: tuple[WantLine, ...]
    expires_at: datetime | None = None
    days: tuple[DayUse, ...] = ()
    releases: tuple[str, ...] = ()
    dequeues: tuple[str, ...] = ()
    ignore_safety: bool = False
    priority: int = 0

    def __post_init__(self) -> None:
        if self.days and self.expires_at is not None:
            raise ValueError(f"A soft claim uses no capacity: {self.ref}")


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a want lost: the first thing that did not suffice, and how much of it there was for this want."""

    reason: LossReason
    sku_id: int | None
    node_id: int | None
    available: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch of wants, by want reference."""

    won: frozenset[str]
    lost: Mapping[str, Loss]


@dataclass(frozen=True, slots=True)
class LineClaim:
    """Units to take off the claims of one demand line at a node."""

    demand_ref: str
    line_ref: str
    sku_id: int
    node_id: int
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"At least one unit has to be named: {self}")


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """Accepted units of a line that nothing claims yet."""

    demand_ref: str
    line_ref: str
    sku_id: int
    channel_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A signed change of what is on hand and how much of it is unsellable, with its reason."""

    sku_id: int
    node_id: int
    on_hand: int = 0
    unsellable: int = 0
    reason: str = ""
    reference: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class CountRow:
    """What was on hand (or free, at a node that feeds that) at `counted_at`."""

    sku_id: int
    node_id: int
    on_hand: int
    counted_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, counting from 0, that was not applied, and why; the others were."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many counts changed stock, found it right, or came later than a newer one (their rows, from 0)."""

    changed: int
    unchanged: int
    ignored: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Freed:
    """Units of a claim that its incoming supply no longer covers; the demand has to be sourced afresh."""

    demand_ref: str
    line_ref: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SupplyClaim:
    """The claim of a demand line on one incoming supply, and why it ends (`LostSupply.Reason`)."""

    demand_ref: str
    line_ref: str
    sku_id: int
    supply_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A claim that ended because its supply came short or late; `reason` is one of `LostSupply.Reason`."""

    demand_ref: str
    line_ref: str
    sku_id: int
    source_ref: str
    expected_at: datetime
    reason: str
    quantity: int


@dataclass(frozen=True, slots=True)
class DayKept:
    """What a demand still takes of its node-days; the rest of what it used is given back."""

    demand_ref: str
    orders: int
    lines: int
    units: int
