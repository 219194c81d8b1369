"""The order as a channel asked for it: values that any intake (REST, file, connector) maps to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

#: Kinds of lines that a node has to send; the others are fulfilled without goods.
ROUTED = frozenset({"PRODUCT", "COMPONENT"})
#: Methods that end at the customer's address; the others end at a node's counter.
TO_ADDRESS = frozenset({"SHIP", "SAME_DAY"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A person; all of it but `external_ref` is personal data."""

    external_ref: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address."""

    country: str
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Lines that go one way: to `ship_to`, or to the node with code `node`. `place` is where the body says so."""

    group_ref: str
    method: str
    node: str = ""
    ship_to: Place | None = None
    pickup_person: Contact | None = None
    service_level: str = ""
    promised_by: datetime | None = None
    allow_split: bool = True
    place: str = field(default="", compare=False)

    @property
    def goes_to_address(self) -> bool:
        """Whether it is sent to the customer."""
        return self.method in TO_ADDRESS


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Units of one SKU; money in minor units: the price of one unit, discount and tax of the whole line."""

    line_ref: str
    sku: str
    quantity: int
    group: str
    unit_price_minor: int = 0
    discount_minor: int = 0
    tax_minor: int = 0
    kind: str = "PRODUCT"
    parent: str = ""
    keep_together: str = ""

    @property
    def total_minor(self) -> int:
        """What the line costs, tax included."""
        return self.quantity * self.unit_price_minor - self.discount_minor + self.tax_minor

    @property
    def is_routed(self) -> bool:
        """Whether a node has to send it."""
        return self.kind in ROUTED


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """One order in canonical form.

    `authorized_minor` is None where the channel said nothing of payment; nothing is planned before `not_before`.
    Law: `total_minor` = lines + charges.
    """

    channel: str
    external_ref: str
    placed_at: datetime
    currency: str
    groups: tuple[AskedGroup, ...]
    lines: tuple[AskedLine, ...]
    customer: Contact | None = None
    customer_tier: str = ""
    charges_minor: int = 0
    payment_status: str = ""
    authorized_minor: int | None = None
    reservations: tuple[str, ...] = ()
    queue_if_lapsed: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    not_before: datetime | None = None

    @property
    def total_minor(self) -> int:
        """What the customer pays."""
        return sum(line.total_minor for line in self.lines) + self.charges_minor

    @property
    def routed_lines(self) -> tuple[AskedLine, ...]:
        """The lines that nodes have to send."""
        return tuple(line for line in self.lines if line.is_routed)

    def digest(self) -> str:
        """Return the SHA-256 of what was asked; spelling, spacing and the order of names do not matter."""
        asked = asdict(self)
        for group in asked["groups"]:
            del group["place"]  # where something stood says nothing of what it was
        if self.not_before is None:
            del asked["not_before"]  # what was asked before there was such a date keeps its digest
        text = json.dumps(asked, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
