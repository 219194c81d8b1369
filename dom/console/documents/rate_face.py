"""Puts a rate card's page together: its tables, the lanes, and a box that prices one parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dom.console.documents import rate_sheet
from dom.console.documents.rate_sheet import in_days, in_kilograms
from inventory.models import Node
from routing.core.config.carrier_services import CarrierService
from routing.core.config.quoting import Parcel, days_at, price, zone_of
from routing.core.config.rate_card import RateCard
from routing.core.config.reading import in_money
from routing.core.free import kilometers
from routing.core.types import Destination

_MOST_GRAMS, _MOST_MM, _MOST_KM = 10**8, 10**5, 20_000
#: So much of a postal code must be that of a node before its place stands for the code's.
_ALIKE = 3
#: The names of the box's inputs.
_ASKED = ("node", "postal", "country", "kg", "km", "long", "wide", "high")


def face(card: RateCard, before: RateCard | None, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template draws; `before` is the version that `card` is compared with."""
    users = rate_sheet.users_of(card.code)
    drawn = {"sheet": rate_sheet.sheet(card, users, before=before)}
    if before is not None:
        return drawn
    nodes = list(Node.objects.exclude(status=Node.Status.CLOSED).order_by("code"))
    answer = _answer(card, users, asked, nodes) if asked.get("kg") else None
    box = {"nodes": nodes, "asked": {name: asked.get(name, "") for name in _ASKED}, "answer": answer}
    return {**drawn, "lanes": rate_sheet.lanes_in_words(), "box": box}


def briefs(cards: Mapping[str, RateCard]) -> dict[str, list[str]]:
    """Return each of the live cards in a few lines; one statement for all of them."""
    first = min(cards, default="")
    by_card: dict[str, list[CarrierService]] = {}
    for one in rate_sheet.live_services():
        by_card.setdefault(one.rate_card if one.rate_card in cards else first, []).append(one)
    return {code: rate_sheet.brief(card, by_card.get(code, [])) for code, card in cards.items()}


@dataclass(frozen=True, slots=True)
class Quote:
    """What one carrier service asks for the parcel; `absent` says why it does not carry it."""

    service: str
    zone: str = ""
    amount: str = ""
    days: str = ""
    how: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the parcel costs by each service; `wrong` says what of the question could not be read."""

    wrong: str = ""
    way: str = ""
    quotes: Sequence[Quote] = ()


def _answer(card: RateCard, users: Sequence[CarrierService], asked: Mapping[str, str], nodes: Sequence[Node]) -> Answer:
    node = next((one for one in nodes if one.code == asked.get("node")), None)
    grams = _number(asked.get("kg", ""), 1_000, _MOST_GRAMS)
    sides = [_number(asked.get(name, "") or "0", 10, _MOST_MM) for name in ("long", "wide", "high")]
    if node is None:
        return Answer("Choose the node that it leaves from.")
    if not grams:
        return Answer("Say what it weighs, in kg, such as 2.5.")
    if None in sides:
        return Answer("Say length, width and height in cm, or leave them empty.")
    way = _way(node, asked, nodes)
    if isinstance(way, str):
        return Answer(way)
    km, words = way
    country = (asked.get("country") or node.country).strip().upper()
    to = Destination(country=country, postal_code=asked.get("postal", "").strip())
    volume = (sides[0] or 0) * (sides[1] or 0) * (sides[2] or 0)
    parcel = Parcel(grams=grams, km=km, to=to, from_country=node.country, volume_mm3=volume)
    return Answer(way=words, quotes=[_quote(card, one, parcel) for one in users])


def _number(text: str, factor: int, most: int) -> int | None:
    """Return a positive number in the engine's unit; None where it is none, or past all there is."""
    try:
        value = round(float(text.strip().replace(",", ".")) * factor)
    except (ValueError, OverflowError):
        return None
    return value if 0 <= value <= most else None


def _way(node: Node, asked: Mapping[str, str], nodes: Sequence[Node]) -> tuple[int, str] | str:
    """Return how far it is and how that is known; a sentence where it is not."""
    told = asked.get("km", "").strip()
    if told:
        km = _number(told, 1, _MOST_KM)
        return "Say the distance in km." if km is None else (km, f"{km:,} km, as you say")
    near = _nearest(asked.get("postal", "").strip(), (asked.get("country") or node.country).strip().upper(), nodes)
    km = None if near is None else kilometers(node, near)
    if near is None or km is None:
        return "Say how many km it is: none of your nodes lies where this postal code is, so it cannot be measured."
    return km, f"about {km:,} km, measured to {near.code} ({near.city or near.postal_code}), which lies in that area"


def _nearest(postal_code: str, country: str, nodes: Sequence[Node]) -> Node | None:
    """Return the located node whose postal code is most like `postal_code`; None where none is in its area."""

    def alike(node: Node) -> int:
        pairs = zip(postal_code.upper(), node.postal_code.upper(), strict=False)
        return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(postal_code), 99))

    there = [one for one in nodes if one.country == country and one.latitude is not None and one.postal_code]
    best = max(there, key=alike, default=None)
    return best if best is not None and len(postal_code) >= _ALIKE and alike(best) >= _ALIKE else None


def _quote(card: RateCard, service: CarrierService, parcel: Parcel) -> Quote:
    name = f"{service.carrier} {service.code}".strip()
    found, days = price(card, service, parcel), days_at(service.transit, parcel.km)
    zone = zone_of(card, parcel)
    if found is None:
        absent = "The card has no zone for it." if zone is None else f"The card has no price for zone {zone.zone}."
        return Quote(name, zone=zone.zone if zone else "", absent=absent)
    if days is None or parcel.to not in service.to:
        return Quote(name, zone=found.zone.zone, absent="It does not go there.")
    return Quote(
        service=name,
        zone=found.zone.zone,
        amount=f"{in_money(found.total_e4)} {card.currency}".strip(),
        days=in_days([days]),
        how=_how(found, parcel.grams),
    )


def _how(found: Any, grams: int) -> str:
    counts = found.billable_grams
    parts = [
        f"counts {in_kilograms(counts)} for its size" if counts > grams else f"weighs {in_kilograms(grams)}",
        f"goes as {found.packages} packages" if found.packages > 1 else "",
        f"{in_money(found.way_e4)} of it for the way" if found.way_e4 else "",
    ]
    return ", ".join(filter(None, parts))
