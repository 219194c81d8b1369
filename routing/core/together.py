"""Answers how the orders of one batch share what they all want: at which prices deciding one by one costs least in all.

Where a node has fewer units than the orders that want them, first come is dear: an order takes the last unit that
another needs far more. So such units get prices (Lagrangian multipliers, subgradient steps of Polyak's length): every
order is asked what it would take at these prices if it were alone, and what is asked for beyond what is there becomes
dearer. The batch is then decided one by one, as ever, with the prices as scarcity: they steer, and are no cost.

Laws: no order places fewer units or breaks a promise that it would keep one by one, and all together cost less, or the
batch stays as it was; `floor_e4` is under the cost of every way to share that fills as much; a batch whose orders do
not compete is decided as `decide_batch` does; deciding the returned facts one by one comes to the returned decisions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from routing.core.deciding import ORDERS_A_CALL, USUAL_EFFORT, decide_batch
from routing.core.facts import Facts
from routing.core.rivals import Batch, Int
from routing.core.types import Decision, RoutingRequest
from routing.core.values import Data

ROUNDS = 6
"""Sets of prices that are tried for a group, and fewer for large groups: counted, never timed."""

EFFORT = 100
"""Most decisions of single orders that the prices of one group may take; a larger group is decided one by one."""

NEAR = 1_000
"""What is less than a thousandth of a group's cost is not worth another round, nor another plan."""

FORWARD = 50
"""Where a group is short of units and its floor above its cost, prices rise by this part of the cost all the same."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What sharing came to for a group of `rivals` (places in the batch): what they cost one by one, and together.

    `floor_e4` is None where rules that follow one another, ranks or unfilled units leave no bound.
    """

    rivals: tuple[int, ...]
    one_by_one_e4: int
    cost_e4: int
    floor_e4: int | None

    def to_data(self) -> Data:
        """Return this as a plain list."""
        return [list(self.rivals), self.one_by_one_e4, self.cost_e4, self.floor_e4]

    @classmethod
    def from_data(cls, data: Data) -> "Sharing":
        """Return what `to_data` wrote."""
        rivals, *costs = data
        return cls(tuple(rivals), *costs)


def shared_by(sharings: Iterable[Sharing], position: int) -> Sharing | None:
    """Return the sharing in which the request at `position` took part."""
    return next((one for one in sharings if position in one.rivals), None)


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Decisions, in the requests' order, the facts that decide them one by one, and what groups of orders shared."""

    decisions: list[Decision]
    facts: Facts
    sharings: tuple[Sharing, ...] = ()


def decide_together(
    requests: Sequence[RoutingRequest], facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT
) -> Together:
    """Return a decision for each request; orders that compete for the same units share them at the least cost found.

    Prices are found anew, whatever scarcity `facts` hold.

    Raises:
        KeyError: `facts` lacks a SKU of a request.
    """
    if facts.scarcity_e4 is not None:
        facts = replace(facts, scarcity_e4=None)
    if not 1 < len(requests) <= ORDERS_A_CALL:
        return Together(decide_batch(requests, facts, at=at, effort=effort), facts)
    batch = Batch(requests, facts, at=at, effort=effort)
    return _share(batch, _groups(batch)) or Together(batch.read(batch.first), facts)


def _groups(batch: Batch) -> list[list[int]]:
    """Return the groups of orders that, if each were alone, would take more units of a SKU than a node has."""
    rivals = batch.rivals()
    if not rivals:
        return []
    lonely = batch.alone(np.zeros_like(batch.available), rivals)
    return batch.groups(rivals, np.any(lonely.excess > 0, axis=1))


def _share(batch: Batch, groups: Sequence[Sequence[int]]) -> Together | None:
    """Return the batch at the best prices found, None where one by one is not known to be dearer."""
    found = [(group, *_search(batch, group)) for group in groups]
    better = [(group, prices, sharpest) for group, prices, sharpest in found if prices is not None]
    everybody = range(len(batch.requests))
    while better:
        all_prices = np.maximum.reduce([prices for _, prices, _ in better])
        done = batch.one_by_one(all_prices)
        costs = [(batch.cost(batch.first, group), batch.cost(done, group)) for group, _, _ in better]
        # Groups have no units in common, but days of nodes: one may take from another what it saved.
        kept = [one for one, (before, after) in zip(better, costs, strict=True) if after < before]
        if len(kept) == len(better):
            break
        better = kept
    if not better or not batch.is_no_worse(done, everybody):
        return None
    if batch.cost(done, everybody) >= batch.cost(batch.first, everybody):
        return None
    sharings = [
        Sharing(tuple(group), before, after, batch.floor(done, sharpest, group))
        for (group, _, sharpest), (before, after) in zip(better, costs, strict=True)
    ]
    return Together(batch.read(done), batch.priced(all_prices), tuple(sharings))


def _search(batch: Batch, group: Sequence[int]) -> tuple[Int | None, Int]:
    """Return the prices at which a group costs least one by one, None without prices; and those of the best bound."""
    before = best = batch.cost(batch.first, group)
    prices, highest = None, -(1 << 62)
    tried = sharpest = np.zeros_like(batch.available)
    for number in range(min(ROUNDS, EFFORT // len(group)) + 1):
        if number:
            done = batch.one_by_one(tried, group)
            cost = batch.cost(done, group)
            if cost < min(best, before - abs(before) // NEAR) and batch.is_no_worse(done, group):
                best, prices = cost, tried
        lonely = batch.alone(tried, group)
        if lonely.floor_e4 > highest:
            highest, sharpest = lonely.floor_e4, tried
        if highest <= best <= highest + abs(best) // NEAR or not lonely.excess.any():
            break
        # Polyak: the way to the best plan known, along the units that are asked for too often.
        step = max(abs(best) // FORWARD, best - lonely.floor_e4) / float((lonely.excess**2).sum())
        tried = np.maximum(0, tried + (step * lonely.excess).astype(np.int64))
    return prices, sharpest
