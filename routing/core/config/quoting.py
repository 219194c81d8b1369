"""Answers what one parcel costs by one carrier service: its zone, what is billed, the price and the days on the way.

It is the engine's own arithmetic (routing.core.kernels.pricing) for one parcel at a time, for people who read a card.
Money is int64 in 1/10,000 of the major unit.
"""

from dataclasses import dataclass

from routing.core.config.carrier_services import CarrierService, Transit
from routing.core.config.rate_card import Rate, RateCard, Zone
from routing.core.types import Destination


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried how far: weight in grams, volume in mm³, from a country to a place."""

    grams: int
    km: int
    to: Destination
    from_country: str = ""
    volume_mm3: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """What a parcel costs: `packages` equal ones of `billable_grams` in all, and what the way adds."""

    zone: Zone
    rate: Rate
    billable_grams: int
    packages: int
    freight_e4: int
    way_e4: int

    @property
    def total_e4(self) -> int:
        """Everything."""
        return self.freight_e4 + self.way_e4


def zone_of(card: RateCard, parcel: Parcel) -> Zone | None:
    """Return the first zone whose conditions hold; None where the card does not go there."""
    for zone in card.zones:
        from_there = not zone.from_countries or parcel.from_country in zone.from_countries
        if from_there and parcel.to in zone.to and (zone.within_km is None or parcel.km <= zone.within_km):
            return zone
    return None


def price(card: RateCard, service: CarrierService, parcel: Parcel) -> Price | None:
    """Return what a parcel costs; None where the card has no zone for it, or no price for the zone."""
    zone = zone_of(card, parcel)
    rate = None if zone is None else card.rate_for(zone.zone, service.code)
    if zone is None or rate is None:
        return None
    billable = parcel.grams
    if card.dimensional_divisor:
        # mm³ / 1000 = cm³; cm³ / divisor = kg; so mm³ // divisor = grams.
        billable = max(billable, parcel.volume_mm3 // card.dimensional_divisor)
    packages = max(1, -(-billable // service.max_package_grams)) if service.max_package_grams else 1
    each = -(-billable // packages)
    return Price(zone, rate, billable, packages, packages * price_of(rate, each), rate.per_km_e4 * parcel.km)


def price_of(rate: Rate, grams: int) -> int:
    """Return the price of a package of `grams`: that of its weight step, and beyond the last one each started kg."""
    for most, amount in zip(rate.up_to_grams, rate.prices_e4, strict=True):
        if grams <= most:
            return amount
    return rate.prices_e4[-1] + -(-(grams - rate.up_to_grams[-1]) // 1_000) * rate.per_extra_kg_e4


def days_at(transit: Transit, km: int) -> int | None:
    """Return the days on the way; None where it does not go so far."""
    return next((days for most, days in transit.steps if km <= most), transit.days)


def days_between(transit: Transit, over_km: int, up_to_km: int | None) -> list[int | None]:
    """Return the different days on the way of distances over `over_km` up to `up_to_km`, the nearest first."""
    begins = [over_km, *(most + 1 for most, _days in transit.steps)]
    inside = [km for km in begins if km >= over_km and (up_to_km is None or km <= up_to_km)]
    return list(dict.fromkeys(days_at(transit, km) for km in inside))
