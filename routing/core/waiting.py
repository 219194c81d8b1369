"""Answers whether units that no node gives may wait: the places that backorder limits leave, plan after plan. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.core.config.policy import UnfilledAction
from routing.core.facts import NO_LIMIT, Facts
from routing.core.types import RequestLine, Then


def places_of(facts: Facts) -> "Places":
    """Return the places that `facts` leave."""
    if facts.backorders_left is None:
        return Places({})
    left = zip(facts.skus, facts.backorders_left.tolist(), strict=True)
    return Places({sku.code: units for sku, units in left if units < NO_LIMIT})


@dataclass(slots=True)
class Places:
    """Units by SKU that may still wait, a SKU without a limit is not named; what a plan takes is gone for later ones.

    A line waits whole or not at all: half a line would wait for a person to say what becomes of the other half.
    """

    left: dict[str, int]
    _own: dict[str, int] = field(default_factory=dict)

    def begin(self, own: Mapping[str, int]) -> None:
        """Let the next request take the places it has already (`own`, units by SKU), and nobody else."""
        self._own = dict(own)

    def fate(self, action: UnfilledAction, line: RequestLine, units: int) -> tuple[Then, str]:
        """Return what happens to unfilled units of `line`, and in words why it is not what the rule says, "" if it is.

        Units that are cancelled need no place.
        """
        if action.then is Then.CANCEL or line.sku not in self.left:
            return action.then, ""
        own, left = self._own.get(line.sku, 0), self.left[line.sku]
        if units > own + left:
            return action.beyond_limit, _refusal(own + left)
        self._own[line.sku] = max(0, own - units)
        self.left[line.sku] = left - max(0, units - own)
        return action.then, ""


def _refusal(left: int) -> str:
    if not left:
        return "No more units of it may wait: its backorder limit is reached."
    return f"Its backorder limit has a place for {left} more {'unit' if left == 1 else 'units'} only."
