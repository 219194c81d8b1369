"""The values in which a node says what it did: picked, could not find, packed."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a node gives units back."""

    NOT_FOUND = "NOT_FOUND"
    DAMAGED = "DAMAGED"
    NO_CAPACITY = "NO_CAPACITY"
    STORE_CLOSED = "STORE_CLOSED"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Returned:
    """Units of a line that the node does not send, and why.

    `found` is how many units of the SKU stand on the shelf, where somebody counted; units picked already are not in it.
    """

    line_ref: str
    quantity: int
    reason: Reason = Reason.OTHER
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """The picked units of a line; what is missing to the units asked for comes back as `reason` says."""

    line_ref: str
    quantity: int
    reason: Reason = Reason.NOT_FOUND
    found: int | None = None


@dataclass(frozen=True, slots=True)
class PackedLine:
    """Units of a line in one package."""

    line_ref: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PackedBox:
    """One package that leaves; without lines it holds everything picked that no other package names."""

    lines: tuple[PackedLine, ...] = ()
    tracking_number: str = ""
    carrier: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a node's report says of stock: `quantity` units of a SKU are missing or damaged there."""

    sku_id: int
    node_id: int
    reference: str
    quantity: int
    reason: Reason
    found: int | None = None
