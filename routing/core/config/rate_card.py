"""Answers what carrying a parcel costs: zones by distance or destination, prices by weight step.

    {"code": "ground", "currency": "USD", "dimensional_divisor": 5000,
     "zones": [{"zone": "CA", "to": {"countries": ["CA"]}}, {"zone": "2", "within_km": 240}, {"zone": "8"}],
     "rates": [{"zones": ["2"], "up_to_grams": [500, 1000, 5000], "prices": ["6.10", "6.90", "9.50"],
                "per_extra_kg": "0.55"},
               {"zones": ["8", "CA"], "services": ["GROUND"], "up_to_grams": [5000], "prices": ["14.00"]}]}

The first zone whose conditions hold is the parcel's; no zone: the service does not go there. The billable weight is the
larger of the weight and, with `dimensional_divisor` (cm³ per kg), the volume's. A parcel above a service's largest
package ships as several equal packages.
"""

from dataclasses import dataclass
from itertools import pairwise

from routing.core.config.choosing import listed
from routing.core.config.places import ANYWHERE, Places, read_places
from routing.core.config.reading import ConfigInvalid, Reader, in_money, money_e4, read_object


@dataclass(frozen=True, slots=True)
class Zone:
    """Ways to the places named, from the countries named, up to a distance."""

    zone: str
    to: Places = ANYWHERE
    from_countries: frozenset[str] = frozenset()
    within_km: int | None = None

    def describe(self) -> str:
        """Return one sentence."""
        parts = [
            f"from {listed(self.from_countries)}" if self.from_countries else "",
            f"to {self.to.describe()}" if self.to != ANYWHERE else "",
            f"up to {self.within_km:,} km" if self.within_km is not None else "any distance",
        ]
        return f"Zone {self.zone}: {' '.join(filter(None, parts))}."


@dataclass(frozen=True, slots=True)
class Rate:
    """Prices by weight step for some zones and services (empty: all). Prices never fall as weight rises."""

    zones: frozenset[str]
    services: frozenset[str]
    up_to_grams: tuple[int, ...]
    prices_e4: tuple[int, ...]
    per_extra_kg_e4: int = 0
    per_km_e4: int = 0

    def describe(self) -> str:
        """Return one sentence."""
        where = f"zone {listed(self.zones)}" if self.zones else "every zone"
        what = f" by {listed(self.services)}" if self.services else ""
        steps = zip(self.up_to_grams, self.prices_e4, strict=True)
        prices = ", ".join(f"{in_money(price)} up to {grams / 1000:g} kg" for grams, price in steps)
        extra = f", then {in_money(self.per_extra_kg_e4)} per started kg" if self.per_extra_kg_e4 else ""
        way = f", plus {in_money(self.per_km_e4)} a km" if self.per_km_e4 else ""
        return f"{where.capitalize()}{what}: {prices}{extra}{way}."


@dataclass(frozen=True, slots=True)
class RateCard:
    """A merchant's prices with a carrier."""

    code: str
    zones: tuple[Zone, ...]
    rates: tuple[Rate, ...]
    currency: str = ""
    dimensional_divisor: int | None = None

    def rate_for(self, zone: str, service: str) -> Rate | None:
        """Return the first rate that speaks of `zone` and `service`."""
        for rate in self.rates:
            if (not rate.zones or zone in rate.zones) and (not rate.services or service in rate.services):
                return rate
        return None

    def describe(self) -> list[str]:
        """Return sentences for a merchandiser."""
        size = []
        if self.dimensional_divisor:
            size = [f"Bulky goods count 1 kg for each {self.dimensional_divisor:,} cm³ if that is more."]
        return [*(zone.describe() for zone in self.zones), *(rate.describe() for rate in self.rates), *size]


BUILT_IN_RATE_CARD = RateCard(
    code="built-in",
    zones=(Zone("any"),),
    rates=(
        Rate(frozenset(), frozenset({"COURIER"}), (30_000,), (60_000,), per_extra_kg_e4=5_000, per_km_e4=4_000),
        Rate(frozenset(), frozenset(), (1_000, 5_000), (60_000, 75_000), per_extra_kg_e4=4_000, per_km_e4=15),
    ),
)
"""Prices that make a near node cheaper than a far one, for a network without a rate card."""


def _read_zone(reader: Reader) -> Zone:
    return Zone(
        zone=reader.text("zone"),
        to=reader.child("to", read_places) or ANYWHERE,
        from_countries=reader.texts("from_countries"),
        within_km=reader.whole_or_none("within_km", most=40_000),
    )


def _steps(reader: Reader, name: str) -> list[object]:
    values = reader.raw(name)
    if not isinstance(values, list | tuple) or not 0 < len(values) <= 200:
        raise ConfigInvalid(reader.at(name), "expected a list of 1 to 200 steps")
    return list(values)


def _read_rate(reader: Reader) -> Rate:
    grams, prices = _steps(reader, "up_to_grams"), _steps(reader, "prices")
    if len(grams) != len(prices):
        raise ConfigInvalid(reader.at("prices"), f"expected {len(grams)} prices, one for each weight step")
    if not all(isinstance(step, int) and not isinstance(step, bool) and 0 < step <= 10**9 for step in grams):
        raise ConfigInvalid(reader.at("up_to_grams"), "expected whole grams above 0")
    if any(low >= high for low, high in pairwise(grams)):  # type: ignore[operator]  # whole numbers, see above
        raise ConfigInvalid(reader.at("up_to_grams"), "expected rising weights")
    amounts = [money_e4(price, f"{reader.at('prices')}[{index}]") for index, price in enumerate(prices)]
    if amounts[0] < 0 or any(low > high for low, high in pairwise(amounts)):
        raise ConfigInvalid(reader.at("prices"), "expected prices of 0 or more that never fall as weight rises")
    return Rate(
        zones=reader.texts("zones"),
        services=reader.texts("services"),
        up_to_grams=tuple(int(step) for step in grams),  # type: ignore[call-overload]  # whole numbers, see above
        prices_e4=tuple(amounts),
        per_extra_kg_e4=reader.money("per_extra_kg", 0),
        per_km_e4=reader.money("per_km", 0),
    )


def _read_rate_card(reader: Reader) -> RateCard:
    zones, rates = reader.children("zones", _read_zone), reader.children("rates", _read_rate)
    known = {zone.zone for zone in zones}
    for index, rate in enumerate(rates):
        if rate.zones - known:
            raise ConfigInvalid(
                f"{reader.at('rates')}[{index}].zones", f"no zone is called {listed(rate.zones - known)}"
            )
    if not rates:
        raise ConfigInvalid(reader.at("rates"), "expected one rate or more")
    return RateCard(
        code=reader.text("code"),
        zones=zones or (Zone("any"),),
        rates=rates,
        currency=reader.text("currency", ""),
        dimensional_divisor=reader.whole_or_none("dimensional_divisor", least=1, most=100_000),
    )


def parse_rate_card(body: object) -> RateCard:
    """Read a rate card document.

    Raises:
        ConfigInvalid: a field is missing, misspelt or not what it should be; names its path.
    """
    return read_object(body, "", _read_rate_card)
