"""Answers which carrier services exist, what each may carry, when it picks up and how long it takes.

{"services": [{"code": "GROUND", "carrier": "UPS", "rate_card": "ground", "levels": ["STANDARD"],
               "transit": {"steps": [{"within_km": 300, "days": 1}, {"within_km": 1000, "days": 2}], "days": 5},
               "pickup_days": "MON-FRI", "delivery_days": "MON-SAT",
               "temperature_hours": {"CHILLED": 24}, "hazmat_classes": ["9"], "max_package_grams": 30000},
              {"code": "EXPRESS", "methods": ["SHIP", "SAME_DAY"], "levels": ["EXPRESS"], "transit": {"days": 1}}]}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from routing.core.config.choosing import ALL_NODES, METHOD_WORDS, NodeChoice, listed, read_node_choice
from routing.core.config.places import ANYWHERE, Places, read_places
from routing.core.config.reading import ConfigInvalid, Reader, read_object, said_days, weekdays
from routing.core.types import Method

EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
_SAME_DAY = "the same day"


@dataclass(frozen=True, slots=True)
class Transit:
    """Days on the way: of the first step that reaches as far, else `days` (None: it does not go further)."""

    steps: tuple[tuple[int, int], ...] = ()
    days: int | None = 5

    def describe(self) -> str:
        """Return the transit as the end of a sentence: in 1 day up to 300 km, 5 days beyond."""
        parts = [f"{_days(days)} up to {km:,} km" for km, days in self.steps]
        parts += [_days(self.days) + (" beyond" if self.steps else "")] if self.days is not None else []
        words = ", ".join(parts)
        return f"on {words}" if words.startswith(_SAME_DAY) else f"in {words}"


def _days(days: int) -> str:
    return {0: _SAME_DAY, 1: "1 day"}.get(days, f"{days} days")


@dataclass(frozen=True, slots=True)
class CarrierService:
    """One product of a carrier. Empty `levels`: serves orders of any service level."""

    code: str
    carrier: str = ""
    rate_card: str = ""
    methods: frozenset[str] = frozenset({Method.SHIP.value, Method.SHIP_TO_STORE.value})
    levels: frozenset[str] = frozenset()
    transit: Transit = field(default_factory=Transit)
    pickup_days: frozenset[int] = WORKING_DAYS
    delivery_days: frozenset[int] = WORKING_DAYS
    hazmat_classes: frozenset[str] = frozenset()
    temperature_hours: Mapping[str, int] = field(default_factory=dict)
    max_package_grams: int | None = None
    max_side_mm: int | None = None
    adult_signature: bool = False
    nodes: NodeChoice = ALL_NODES
    to: Places = ANYWHERE

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        ways = listed((METHOD_WORDS[method] for method in self.methods), "and")
        cold = " and ".join(
            f"{name.lower()} goods up to {hours} hours" for name, hours in sorted(self.temperature_hours.items())
        )
        carrier = f" of {self.carrier}" if self.carrier else ""
        sentences = [
            f"{self.code}{carrier} carries orders by {ways} {self.transit.describe()}.",
            f"{self.code} picks up {_on(self.pickup_days)} and delivers {_on(self.delivery_days)}.",
            f"{self.code} serves service level {listed(self.levels)}." if self.levels else "",
            f"{self.code} carries hazmat class {listed(self.hazmat_classes)}." if self.hazmat_classes else "",
            f"{self.code} carries {cold}." if cold else "",
            f"A package weighs {self.max_package_grams / 1000:g} kg or less." if self.max_package_grams else "",
            f"No side of a package is longer than {self.max_side_mm:,} mm." if self.max_side_mm else "",
            f"{self.code} checks the age at the door." if self.adult_signature else "",
            f"{self.code} leaves from {self.nodes.describe()}." if self.nodes != ALL_NODES else "",
            f"{self.code} goes to {self.to.describe()}." if self.to != ANYWHERE else "",
        ]
        return [sentence for sentence in sentences if sentence]


def _on(days: frozenset[int]) -> str:
    words = said_days(days)
    return words if words == "every day" else f"on {words}"


@dataclass(frozen=True, slots=True)
class CarrierServices:
    """All services, in the order that decides between equals."""

    services: tuple[CarrierService, ...]

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        return [sentence for service in self.services for sentence in service.describe()]


BUILT_IN_SERVICES = CarrierServices(
    services=(
        CarrierService(
            code="STANDARD",
            transit=Transit(((300, 1), (1_000, 2), (2_000, 3)), 5),
            hazmat_classes=frozenset({"9"}),
            temperature_hours={"CHILLED": 24},
            adult_signature=True,
        ),
        CarrierService(
            code="COURIER",
            methods=frozenset({Method.SAME_DAY.value}),
            transit=Transit(((60, 0),), None),
            pickup_days=EVERY_DAY,
            delivery_days=EVERY_DAY,
            temperature_hours={"CHILLED": 24, "FROZEN": 24},
            adult_signature=True,
        ),
    )
)
"""What a network without carrier services ships with."""


def _read_step(reader: Reader) -> tuple[int, int]:
    return reader.whole("within_km", most=40_000), reader.whole("days", most=60)


def _read_transit(reader: Reader) -> Transit:
    steps, days = reader.children("steps", _read_step), reader.whole_or_none("days", most=60)
    if not steps and days is None:
        raise ConfigInvalid(reader.path, "expected steps, days or both")
    if any(low >= high for (low, _), (high, _) in pairwise(steps)):
        raise ConfigInvalid(reader.at("steps"), "expected rising distances")
    return Transit(steps, days)


def _read_temperatures(reader: Reader) -> dict[str, int]:
    return {name: reader.whole(name) for name in ("AMBIENT", "CHILLED", "FROZEN") if reader.has(name)}


def _read_days(reader: Reader, name: str) -> frozenset[int]:
    return weekdays(reader.raw(name), reader.at(name)) if reader.has(name) else WORKING_DAYS


def _read_service(reader: Reader) -> CarrierService:
    methods, known = reader.texts("methods"), {Method.SHIP.value, Method.SHIP_TO_STORE.value, Method.SAME_DAY.value}
    if not methods <= known:
        raise ConfigInvalid(reader.at("methods"), f"expected methods out of {', '.join(sorted(known))}")
    return CarrierService(
        code=reader.text("code"),
        carrier=reader.text("carrier", ""),
        rate_card=reader.text("rate_card", ""),
        methods=methods or frozenset({Method.SHIP.value, Method.SHIP_TO_STORE.value}),
        levels=reader.texts("levels"),
        transit=reader.child("transit", _read_transit) or Transit(),
        pickup_days=_read_days(reader, "pickup_days"),
        delivery_days=_read_days(reader, "delivery_days"),
        hazmat_classes=reader.texts("hazmat_classes"),
        temperature_hours=reader.child("temperature_hours", _read_temperatures) or {},
        max_package_grams=reader.whole_or_none("max_package_grams", least=1),
        max_side_mm=reader.whole_or_none("max_side_mm", least=1),
        adult_signature=reader.flag("adult_signature", default=False),
        nodes=reader.child("nodes", read_node_choice) or ALL_NODES,
        to=reader.child("to", read_places) or ANYWHERE,
    )


def _read_services(reader: Reader) -> CarrierServices:
    services = reader.children("services", _read_service)
    if len({service.code for service in services}) != len(services):
        raise ConfigInvalid(reader.at("services"), "expected a different code for each service")
    if len(services) > 30:
        raise ConfigInvalid(reader.at("services"), "expected 30 services or fewer")
    return CarrierServices(services)


def parse_carrier_services(body: object) -> CarrierServices:
    """Read a carrier services document.

    Raises:
        ConfigInvalid: a field is missing, misspelt or not what it should be; names its path.
    """
    return read_object(body, "", _read_services)
