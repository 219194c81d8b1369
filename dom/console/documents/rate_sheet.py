"""Draws a rate card as people of logistics read one: a table for each carrier service, zones down, weights across."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from dom.kernel import config
from dom.kernel.words import many
from routing.core.config import parse_carrier_services
from routing.core.config.carrier_services import BUILT_IN_SERVICES, CarrierService, Transit
from routing.core.config.choosing import listed
from routing.core.config.places import ANYWHERE
from routing.core.config.quoting import days_between
from routing.core.config.rate_card import Rate, RateCard, Zone
from routing.core.config.reading import in_money
from routing.kinds import CARRIER_SERVICES, LANES, ONLY, RATE_CARD


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount, what it was in the version it is compared with ("" where it is the same), and whether it rose."""

    amount: str
    was: str = ""
    rose: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One zone: where it is, a price for each weight step, what is added, and the days on the way.

    `absent` says why there are no prices.
    """

    zone: str
    reach: str
    cells: Sequence[Cell]
    more: Cell | None
    per_km: Cell | None
    days: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Zones with the same weight steps (in words)."""

    steps: Sequence[str]
    rows: Sequence[Row]

    @property
    def has_way(self) -> bool:
        """Whether some zone is priced by the kilometer."""
        return any(row.per_km for row in self.rows)

    @property
    def width(self) -> int:
        """How many columns stand between the zone and the days."""
        return len(self.steps) + 1 + self.has_way

    @property
    def last(self) -> str:
        """The heaviest step."""
        return self.steps[-1] if self.steps else ""


@dataclass(frozen=True, slots=True)
class Section:
    """What one carrier service charges; `about` is what else is known of it, a sentence each."""

    carrier: str
    service: str
    about: Sequence[str]
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole card; `bulky` says how volume counts, `unused` names services that have prices here and do not ask it."""

    currency: str
    sections: Sequence[Section]
    bulky: str
    unused: str


def users_of(code: str) -> list[CarrierService]:
    """Return the live carrier services that take their prices from the card `code`; two statements."""
    known = set(config.live_versions(RATE_CARD.kind))
    first = min(known, default="")
    return [one for one in live_services() if (one.rate_card if one.rate_card in known else first) == code]


def live_services() -> Sequence[CarrierService]:
    """Return the carrier services as the engine reads them; one statement."""
    live = config.live(CARRIER_SERVICES.kind, ONLY)
    return (parse_carrier_services(live.body) if live else BUILT_IN_SERVICES).services


def lanes_in_words() -> list[str]:
    """Return what may not travel where, a sentence each; one statement."""
    live = config.live(LANES.kind, ONLY)
    return LANES.read(live.body).describe() if live else []


def sheet(card: RateCard, users: Sequence[CarrierService], *, before: RateCard | None = None) -> Sheet:
    """Return `card` as it is drawn; with `before`, each amount with what it was there."""
    sections = [_section(card, one, before) for one in users] or list(_unasked(card, before))
    told = {name for rate in card.rates for name in rate.services}
    unused = sorted(told - {one.code for one in users}) if users else []
    return Sheet(card.currency, sections, _bulky(card), listed(unused, "and") if unused else "")


def _bulky(card: RateCard) -> str:
    if not card.dimensional_divisor:
        return "Weight alone counts, however bulky a parcel is."
    liters = 36_000 / card.dimensional_divisor
    return (
        f"Bulky goods count 1 kg for each {card.dimensional_divisor:,} cm³ where that is more than they weigh: "
        f"a box of 40 × 30 × 30 cm counts at least {liters:.3g} kg."
    )


def _section(card: RateCard, service: CarrierService, before: RateCard | None) -> Section:
    tables = list(_tables(card, service.code, service.transit, before))
    return Section(service.carrier, service.code, service.describe(), tables)


def _unasked(card: RateCard, before: RateCard | None) -> Iterator[Section]:
    """Yield what the card says of services, where none takes its prices from it."""
    names = list(dict.fromkeys(name for rate in card.rates for name in sorted(rate.services))) or [""]
    for name in names:
        yield Section("", name, ["No carrier service takes its prices from this card yet."],
                      list(_tables(card, name, None, before)))  # fmt: skip


def _tables(card: RateCard, service: str, transit: Transit | None, before: RateCard | None) -> Iterator[Table]:
    """Yield the zones in their order, those that follow each other with the same weight steps in one table."""
    rates = [card.rate_for(zone.zone, service) for zone in card.zones]
    steps: tuple[int, ...] = next((rate.up_to_grams for rate in rates if rate), ())
    placed = []
    for number, rate in enumerate(rates):
        # A zone without a price stands where the zones around it stand.
        steps = rate.up_to_grams if rate else steps
        placed.append((steps, number))
    for shared, group in groupby(placed, key=lambda pair: pair[0]):
        rows = [_row(card, number, rates[number], service, transit, before) for _steps, number in group]
        yield Table([in_kilograms(grams) for grams in shared], rows)


def _row(
    card: RateCard, number: int, rate: Rate | None, service: str, transit: Transit | None, before: RateCard | None
) -> Row:
    zone = card.zones[number]
    over, reach, is_reached = reach_of(card.zones, number)
    days = in_days(days_between(transit, over, zone.within_km)) if transit and is_reached else ""
    if rate is None:
        name = service or "a carrier service"
        return Row(zone.zone, reach, (), None, None, "", f"No price: {name} does not carry to this zone.")
    old = before.rate_for(zone.zone, service) if before else rate
    more, per_km = (old.per_extra_kg_e4, old.per_km_e4) if old else (None, None)
    was = dict(zip(old.up_to_grams, old.prices_e4, strict=True)) if old else {}
    amounts = zip(rate.up_to_grams, rate.prices_e4, strict=True)
    return Row(
        zone=zone.zone,
        reach=reach,
        cells=[cell(amount, was.get(grams)) for grams, amount in amounts],
        more=cell(rate.per_extra_kg_e4, more) if rate.per_extra_kg_e4 else None,
        per_km=cell(rate.per_km_e4, per_km) if rate.per_km_e4 else None,
        days=days,
    )


def cell(amount_e4: int, was_e4: int | None) -> Cell:
    """Return an amount beside what it was; None: there was none."""
    if was_e4 is None:
        return Cell(in_money(amount_e4), "new")
    return Cell(in_money(amount_e4), "" if was_e4 == amount_e4 else in_money(was_e4), amount_e4 > was_e4)


def reach_of(zones: Sequence[Zone], number: int) -> tuple[int, str, bool]:
    """Return over how many km the zone begins, where it is in words, and whether a parcel can be in it at all."""
    zone = zones[number]
    before = [one for one in zones[:number] if _covers(one, zone)]
    open_ended = next((one for one in before if one.within_km is None), None)
    if open_ended is not None:
        return 0, f"never reached: zone {open_ended.zone} before it takes every way", False
    near = max((one.within_km + 1 for one in before if one.within_km is not None), default=0)
    if zone.within_km is not None and near > zone.within_km:
        return near, "never reached: the zones before it take every way as short", False
    places = [
        f"from {listed(zone.from_countries)}" if zone.from_countries else "",
        f"to {zone.to.describe()}" if zone.to != ANYWHERE else "",
        _distance(near, zone.within_km),
    ]
    return near, ", ".join(filter(None, places)), True


def _covers(one: Zone, other: Zone) -> bool:
    """Say whether every way between the places of `other` is one of `one`, distance aside; only where that is plain."""
    return one.to in (ANYWHERE, other.to) and one.from_countries in (frozenset(), other.from_countries)


def _distance(near: int, most: int | None) -> str:
    if most is None:
        return f"over {near - 1:,} km" if near else "any distance"
    return f"{near - 1:,}–{most:,} km" if near else f"up to {most:,} km"


def in_kilograms(grams: int) -> str:
    """Write grams as kilograms: 450 is "0.45 kg"."""
    kilograms = f"{grams / 1_000:,.3f}".rstrip("0").rstrip(".")
    return f"{kilograms} kg"


def in_days(days: Sequence[int | None]) -> str:
    """Write the different days of a zone: "1–2 days", "same day", "does not go there"."""
    known = [one for one in days if one is not None]
    if not known:
        return "does not go so far"
    low, high = min(known), max(known)
    span = f"{low}–{high} days" if low < high else f"{high} day{'s' if high > 1 else ''}"
    words = span if high else "same day"
    return f"{words}, then no further" if None in days else words


def brief(card: RateCard, users: Sequence[CarrierService]) -> list[str]:
    """Return a card in a few lines for a list of cards."""
    by = ", ".join(f"{one.carrier} {one.code}".strip() for one in users)
    prices = [amount for rate in card.rates for amount in rate.prices_e4]
    low, high = in_money(min(prices)), in_money(max(prices))
    span = f"{low} {card.currency}" if low == high else f"{low} to {high} {card.currency}"
    heaviest = in_kilograms(max(rate.up_to_grams[-1] for rate in card.rates))
    zones = list(dict.fromkeys(zone.zone for zone in card.zones))
    named = f"{many(len(zones), 'zone')}, {zones[0]} to {zones[-1]}" if len(zones) > 1 else f"zone {zones[0]}"
    return [
        f"Used by {by}." if by else "No carrier service takes its prices from it.",
        f"{span.strip()} for a parcel of up to {heaviest}; {named}.",
    ]
