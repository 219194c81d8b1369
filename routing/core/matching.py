"""Answers whether a node is among those chosen, an order among those matched, a SKU among those a lane speaks of."""

from collections.abc import Iterable
from datetime import datetime

from routing.core.config.choosing import NodeChoice, OrderMatch
from routing.core.config.lanes import SkuChoice
from routing.core.facts import NodeFacts, SkuFacts
from routing.core.types import Destination, RoutingRequest

_EXPONENTS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
_EXPONENTS |= dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3) | dict.fromkeys("CLF UYW".split(), 4)


def value_e4(value_minor: int, currency: str) -> int:
    """Return minor units of `currency` (ISO 4217 exponent, 2 unless known otherwise) in 1/10,000 of the major unit."""
    return value_minor * 10 ** (4 - _EXPONENTS.get(currency, 2))  # type: ignore[no-any-return]  # int ** int


def is_chosen(choice: NodeChoice, node: NodeFacts) -> bool:
    """Say whether `node` has one of each property that `choice` names; distance is asked per order, not here."""
    asked = (
        (choice.kinds, node.kind),
        (choice.codes, node.code),
        (choice.countries, node.country),
        (choice.regions, node.region),
    )
    if any(names and value not in names for names, value in asked):
        return False
    if (choice.groups and not choice.groups & node.groups) or (choice.tags and not choice.tags & node.tags):
        return False
    return choice.exclude is None or not is_chosen(choice.exclude, node)


def is_sku_chosen(choice: SkuChoice, sku: SkuFacts) -> bool:
    """Say whether `sku` has one of each property that `choice` names."""
    asked = (
        (choice.codes, sku.code),
        (choice.handling_classes, sku.handling_class),
        (choice.hazmat_classes, sku.hazmat_class),
    )
    if any(names and value not in names for names, value in asked):
        return False
    if choice.tags and not choice.tags & sku.tags:
        return False
    if choice.export_controlled is not None and choice.export_controlled != sku.export_controlled:
        return False
    return choice.age_restricted is None or choice.age_restricted == (sku.minimum_age > 0)


def _facts_match(match: OrderMatch, skus: Iterable[SkuFacts]) -> bool:
    """Say whether, for each SKU property that is asked, any SKU has it."""
    known = list(skus)
    asked = (
        (match.handling_classes, {sku.handling_class for sku in known}),
        (match.hazmat_classes, {sku.hazmat_class for sku in known}),
        (match.temperature_classes, {sku.temperature_class for sku in known}),
        (match.sku_tags, {tag for sku in known for tag in sku.tags}),
    )
    return all(not names or names & values for names, values in asked)


def _place_matches(match: OrderMatch, place: Destination) -> bool:
    if match.countries and place.country not in match.countries:
        return False
    if match.regions and place.region not in match.regions:
        return False
    return not match.postal_prefixes or place.postal_code.startswith(tuple(match.postal_prefixes))


def _numbers_match(match: OrderMatch, request: RoutingRequest) -> bool:
    if match.value_e4 is not None and value_e4(request.value_minor, request.currency) not in match.value_e4:
        return False
    if match.priority is not None and request.priority not in match.priority:
        return False
    return match.units is None or sum(line.quantity for line in request.lines) in match.units


def _promise_matches(match: OrderMatch, promised_by: datetime | None, at: datetime) -> bool:
    if match.promised is not None and match.promised != (promised_by is not None):
        return False
    return match.promise is None or (promised_by is not None and match.promise.fits(promised_by, at=at))


def is_matched(
    match: OrderMatch, request: RoutingRequest, place: Destination, skus: Iterable[SkuFacts], *, at: datetime
) -> bool:
    """Say whether the order, decided at `at`, meets every condition of `match` and none that it excludes.

    `place` is where it goes.
    """
    asked = (
        (match.channels, request.channel),
        (match.methods, request.method),
        (match.service_levels, request.service_level),
        (match.customer_tiers, request.customer_tier),
    )
    if any(names and value not in names for names, value in asked):
        return False
    if (match.tags and not match.tags & request.tags) or not _place_matches(match, place):
        return False
    if not _numbers_match(match, request) or not _promise_matches(match, request.promised_by, at):
        return False
    if match.handling_classes or match.hazmat_classes or match.temperature_classes or match.sku_tags:
        skus = list(skus)
        if not _facts_match(match, skus):
            return False
    return match.exclude is None or not is_matched(match.exclude, request, place, skus, at=at)
