"""Answers why a rule group left an order to the next one: what the group asks for, and what the order is.

Every condition is asked of the order by `matching.is_matched`, one at a time, so words and decision cannot differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from routing.core.config.choosing import EVERY_ORDER, METHOD_WORDS, OrderMatch, listed
from routing.core.config.policy import RuleGroup
from routing.core.config.promise import in_hours
from routing.core.config.reading import in_money, in_utc
from routing.core.facts import SkuFacts
from routing.core.matching import is_matched, value_e4
from routing.core.types import Destination, RoutingRequest

_MINUTE = timedelta(minutes=1)
_CONDITIONS = tuple(field.name for field in fields(OrderMatch) if field.name != "exclude")


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as groups are asked about it: where it goes, its SKUs line by line, and when it is decided."""

    request: RoutingRequest
    place: Destination
    skus: Sequence[SkuFacts]
    at: datetime

    def meets(self, match: OrderMatch) -> bool:
        """Say whether `match` takes the order."""
        return is_matched(match, self.request, self.place, self.skus, at=self.at)


def passed_by(groups: Sequence[RuleGroup], taken_by: str, asked: Asked) -> Iterator[str]:
    """Yield a sentence for each of `groups` before the one named `taken_by`; none where no group has that name."""
    names = [group.name for group in groups]
    for group in groups[: names.index(taken_by)] if taken_by in names else ():
        yield f'Group "{group.name}" does not take it: {why_not(group.match, asked)}.'


def why_not(match: OrderMatch, asked: Asked) -> str:
    """Return the first condition that the order does not meet; an empty string where `match` takes the order."""
    for name in _CONDITIONS:
        one = replace(EVERY_ORDER, **{name: getattr(match, name)})
        if not asked.meets(one):
            return f"it takes orders {one.conditions()[0]}, this order {_ACTUAL[name](asked)}"
    if match.exclude is not None and asked.meets(match.exclude):
        return f"it leaves out orders {match.exclude.conditions_with()}"
    return ""


def _one(words: str, value: str) -> str:
    return f"is {words} {value}" if value else "has none"


def _any(words: str, values: Iterable[str]) -> str:
    known = frozenset(filter(None, values))
    return f"is {words} {listed(known, 'and')}" if known else "has none"


def _promise(asked: Asked) -> str:
    """Return the promise and how far it is from the decision, a started minute as a whole one."""
    promised_by = asked.request.promised_by
    if promised_by is None:
        return "is without a promise"
    slack = promised_by.replace(microsecond=0) - asked.at
    hours, minutes = divmod(-(-abs(slack) // _MINUTE), 60)
    words = filter(None, [in_hours(hours) if hours or not minutes else "", f"{minutes} min" if minutes else ""])
    side = "before" if slack < timedelta() else "after"
    return f"is promised by {in_utc(promised_by)}, {' '.join(words)} {side} the decision"


_ACTUAL: Mapping[str, Callable[[Asked], str]] = {
    "channels": lambda asked: _one("from channel", asked.request.channel),
    "methods": lambda asked: _one("by", METHOD_WORDS[asked.request.method]),
    "service_levels": lambda asked: _one("at service level", asked.request.service_level),
    "countries": lambda asked: _one("to", asked.place.country),
    "regions": lambda asked: _one("to region", asked.place.region),
    "postal_prefixes": lambda asked: _one("to postal code", asked.place.postal_code),
    "tags": lambda asked: _any("tagged", asked.request.tags),
    "customer_tiers": lambda asked: _one("of customer tier", asked.request.customer_tier),
    "sku_tags": lambda asked: _any("with SKUs tagged", (tag for sku in asked.skus for tag in sku.tags)),
    "handling_classes": lambda asked: _any("with handling class", (sku.handling_class for sku in asked.skus)),
    "hazmat_classes": lambda asked: _any("with hazmat class", (sku.hazmat_class for sku in asked.skus)),
    "temperature_classes": lambda asked: _any(
        "with temperature class", (sku.temperature_class.lower() for sku in asked.skus)
    ),
    "value_e4": lambda asked: f"is worth {in_money(value_e4(asked.request.value_minor, asked.request.currency))}",
    "priority": lambda asked: f"is of priority {asked.request.priority}",
    "units": lambda asked: f"is of {sum(line.quantity for line in asked.request.lines)} units",
    "promise": _promise,
    "promised": lambda asked: "has one" if asked.request.promised_by is not None else "has none",
}
