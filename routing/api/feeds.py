"""Carries the prices of rate cards, a line each as a sheet has them, to the cards; what a card says beside stays."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rest_framework import serializers

from dom.kernel import config
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from dom.kernel.rest.fields import Code, Text, Whole
from routing.errors import ConfigRefused
from routing.kinds import RATE_CARD
from routing.services import publish_rate_cards

Line = Mapping[str, Any]
_EXTRAS = ("per_extra_kg", "per_km")


class PriceShape(serializers.Serializer[Any]):
    """What a parcel of some zones costs up to a weight; empty zones or services mean every one."""

    card = Code()
    zones = serializers.ListField(child=Code(), max_length=100, required=False)
    services = serializers.ListField(child=Code(), max_length=100, required=False)
    up_to_grams = Whole(min_value=1, max_value=1_000_000_000)
    price = Text(max_length=20)
    per_extra_kg = Text(max_length=20, required=False, allow_blank=True)
    per_km = Text(max_length=20, required=False, allow_blank=True)


def price_line(value: Line) -> tuple[Any, ...]:
    """Return what a line is about: card, zones, services and weight step."""
    return (value["card"], *_about(value), value["up_to_grams"])


def _about(value: Line) -> tuple[str, str]:
    return "+".join(sorted(_listed(value.get("zones")))), "+".join(sorted(_listed(value.get("services"))))


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def lines_of(card: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the prices of a card, a line each."""
    for rate in body["rates"]:
        about = {name: _listed(rate.get(name)) for name in ("zones", "services")}
        extras = {name: str(rate[name]) for name in _EXTRAS if name in rate}
        for grams, price in zip(rate["up_to_grams"], rate["prices"], strict=True):
            yield {"card": card, **about, "up_to_grams": grams, "price": str(price), **extras}


def _apply(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    live, cards = config.live_versions(RATE_CARD.kind), defaultdict[str, list[Row]](list)
    for row in rows:
        cards[row.value["card"]].append(row)
    faults: list[Fault] = []
    for card, lines in cards.items():
        if card not in live:
            faults += [row.fault("card", "unknown-card", f"There is no rate card {card}.") for row in lines]
            continue
        try:
            body = _priced(live[card].body, [row.value for row in lines])
            publish_rate_cards(bodies=[body], actor=context.actor, at=context.at, note="From a file")
        except ConfigRefused as refusal:
            faults += [row.fault("price", refusal.code, str(refusal.facts["problem"])) for row in lines]
    return faults


def _priced(body: Mapping[str, Any], lines: Sequence[Line]) -> dict[str, Any]:
    """Return the card with the prices of `lines`; a line about new zones or services becomes a rate of its own."""
    rates = [dict(rate) for rate in body["rates"]]
    for line in lines:
        rate = next((one for one in rates if _about(one) == _about(line)), None)
        if rate is None:
            rate = {name: line[name] for name in ("zones", "services") if line.get(name)}
            rates.append(rate)
        steps = dict(zip(rate.get("up_to_grams", ()), rate.get("prices", ()), strict=True))
        steps[line["up_to_grams"]] = line["price"]
        rate["up_to_grams"], rate["prices"] = sorted(steps), [steps[grams] for grams in sorted(steps)]
        rate |= {name: line[name] for name in _EXTRAS if line.get(name)}
    return {**body, "rates": rates}


PRICES = register(Feed("rate-card-prices", PriceShape, price_line, _apply))
