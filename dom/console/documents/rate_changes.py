"""Says what changed between two versions of a rate card: first how prices moved, then each one from what to what."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dom.console.documents.difference import Line, lines
from dom.console.documents.rate_sheet import in_kilograms
from routing.core.config.choosing import listed
from routing.core.config.rate_card import Rate, RateCard
from routing.core.config.reading import in_money

#: What is priced, in words ("Zone 2, up to 0.45 kg"), to its amount.
Amounts = Mapping[str, int]


def changes(before: RateCard | None, after: RateCard | None) -> list[Line]:
    """Return the differences: the movement of prices, conditions, then amounts in the order of the card."""
    if before is None or after is None:
        return lines(before.describe() if before else [], after.describe() if after else [])
    old, new = dict(_amounts(before)), dict(_amounts(after))
    return [*_moved(old, new), *lines(_conditions(before), _conditions(after)), *_each(old, new, after.currency)]


def _conditions(card: RateCard) -> list[str]:
    divisor = f"Bulky goods count 1 kg for each {card.dimensional_divisor:,} cm³." if card.dimensional_divisor else ""
    currency = f"Prices are in {card.currency}." if card.currency else "Prices are in the network's main currency."
    return [sentence for sentence in (*(zone.describe() for zone in card.zones), divisor, currency) if sentence]


def _amounts(card: RateCard) -> Iterator[tuple[str, int]]:
    for rate in card.rates:
        where = _where(rate)
        for grams, amount in zip(rate.up_to_grams, rate.prices_e4, strict=True):
            yield f"{where}, up to {in_kilograms(grams)}", amount
        if rate.per_extra_kg_e4:
            yield f"{where}, each started kg more", rate.per_extra_kg_e4
        if rate.per_km_e4:
            yield f"{where}, each km", rate.per_km_e4


def _where(rate: Rate) -> str:
    zones = f"Zone {listed(rate.zones)}" if rate.zones else "Every zone"
    return f"{zones} by {listed(rate.services)}" if rate.services else zones


def _moved(old: Amounts, new: Amounts) -> Iterator[Line]:
    both = [(old[name], new[name]) for name in new if name in old and old[name] != new[name]]
    up = sorted(_percent(was, now) for was, now in both if now > was)
    down = sorted(-_percent(was, now) for was, now in both if now < was)
    for sign, moved, words in (("+", up, "higher"), ("−", down, "lower")):
        if moved:
            span = f"{moved[0]:.1f} %" if moved[0] == moved[-1] else f"{moved[0]:.1f} to {moved[-1]:.1f} %"
            prices = "1 of {} prices is" if len(moved) == 1 else f"{len(moved):,} of {{}} prices are"
            yield Line(sign, format_html("{} {}, by {}.", prices.format(f"{len(new):,}"), words, span))


def _percent(was: int, now: int) -> Decimal:
    """Return the rise in percent; of nothing, it is all of it."""
    return Decimal(now - was) * 100 / was if was else Decimal(100)


def _each(old: Amounts, new: Amounts, currency: str) -> Iterator[Line]:
    for name, amount in new.items():
        if name not in old:
            yield Line("+", format_html("{}: <ins>{}</ins>", name, _said(amount, currency)))
        elif old[name] != amount:
            yield Line("~", _from_to(name, old[name], amount, currency))
    for name, amount in old.items():
        if name not in new:
            yield Line("−", format_html("<del>{}: {}</del>", name, _said(amount, currency)))


def _from_to(name: str, was: int, now: int, currency: str) -> SafeString:
    percent = f"{_percent(was, now):+.1f}".replace("-", "−")
    return format_html("{}: <del>{}</del> → <ins>{}</ins> ({} %)", name, in_money(was), _said(now, currency), percent)


def _said(amount: int, currency: str) -> str:
    return f"{in_money(amount)} {currency}".strip()
