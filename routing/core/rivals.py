"""Answers which orders of a batch compete for the same units, and what they come to at given prices for these units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from routing.core.deciding import Run
from routing.core.facts import NO_LIMIT, Facts
from routing.core.kernels.finish import LATENESS, SCARCITY
from routing.core.kernels.shapes import (
    CHANNEL_ROW,
    FIRST_RULE,
    KEEP_UNITS,
    LINE_FROM,
    LINE_TO,
    O_BOUND,
    O_COST,
    O_FROM,
    O_PARCELS,
    P_NODE,
    RULES,
    W_OPPORTUNITY,
    Orders,
    Out,
)
from routing.core.types import Decision, RoutingRequest

Int = NDArray[np.int64]

_ONE_PPM = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Lonely:
    """What rivals would take if each were alone: `excess[sku, node]` units asked for beyond what is there (< 0: left).

    `excess` is 0 where nothing is wanted or priced. `floor_e4`: what they cost, less the prices of what is there.
    `units` is what they place; together they cannot place more.
    """

    excess: Int
    floor_e4: int
    units: int


def linked(wants: NDArray[np.bool_]) -> list[list[int]]:
    """Return the rows of `wants[row, column]` in groups: two rows are linked where both want a column, however far."""
    members: dict[int, set[int]] = {}
    for row in range(len(wants)):
        columns = np.flatnonzero(wants[row]).tolist()
        joined = {row}.union(*(members.get(column, ()) for column in columns))
        linked_by = {column for column, group in members.items() if not group.isdisjoint(joined)}.union(columns)
        members.update(dict.fromkeys(linked_by, joined))
    return [sorted(group) for group in {min(group): group for group in members.values()}.values()]


class Batch:
    """The requests as the kernels read them, and as often as wanted decided from the same facts, without scarcity.

    Where only some of them are decided, the tables name the orders as the batch does.
    """

    def __init__(self, requests: Sequence[RoutingRequest], facts: Facts, *, at: datetime, effort: int) -> None:
        self.requests, self.facts = requests, facts
        self.run = Run(facts, at=at, lines=max((len(one.lines) for one in requests), default=1), effort=effort)
        self.matched = [self.run.match(one) for one in requests]
        self._orders = self.run.orders(requests, self.matched)
        stock = self.run.stock
        self.available = stock.available.copy()
        self._left, self._room, self._own = stock.left.copy(), stock.room.copy(), stock.opportunity
        self._numbers, self._quota = self._orders.numbers.copy(), self._orders.quota.copy()
        self.first = self.run.run(self._orders)
        self._after = stock.available.copy()
        self._asked = self._units_by_sku()

    def read(self, out: Out) -> list[Decision]:
        """Return the decisions of a pass over the whole batch."""
        return list(self.run.read(out, self.requests, self.matched))

    def priced(self, prices: Int) -> Facts:
        """Return the facts with `prices` as scarcity."""
        return replace(self.facts, scarcity_e4=prices)

    def rivals(self) -> list[int]:
        """Return the orders that want a SKU of which some node may have had too little left for one of them."""
        orders, units = self._orders, self._asked
        kept = int(self.run.known.rules.limits[:, KEEP_UNITS].max(initial=0))
        if orders.withhold.size:
            kept = kept + orders.withhold.max(axis=0)
        used = self._after < self.available
        short = (used & (self._after - kept < units.max(axis=0)[:, None])).any(axis=1)
        scarce = short & ((units > 0).sum(axis=0) > 1)
        return [int(i) for i in np.flatnonzero((units[:, scarce] > 0).any(axis=1))]

    def groups(self, rivals: Sequence[int], contested: NDArray[np.bool_]) -> list[list[int]]:
        """Return those of `rivals` that want `contested` SKUs: together who is linked by one, each group in order."""
        wants = (self._asked[list(rivals)] > 0) & contested
        return [[rivals[place] for place in group] for group in linked(wants)]

    def _units_by_sku(self) -> Int:
        """Return units[order, SKU]."""
        count, skus = len(self.requests), len(self.available)
        order = np.repeat(np.arange(count), self._numbers[:, LINE_TO] - self._numbers[:, LINE_FROM])
        units = np.bincount(order * skus + self._orders.sku, self._orders.quantity, count * skus)
        return units.astype(np.int64).reshape(count, skus)

    def one_by_one(self, prices: Int, only: Sequence[int] | None = None) -> Out:
        """Decide the batch, or only some of it, in order at `prices`."""
        self._renew(prices)
        return self._decide(range(len(self.requests)) if only is None else only)

    def alone(self, prices: Int, rivals: Sequence[int], *, with_days: bool = True) -> Lonely:
        """Decide each rival at `prices` as if nobody else were there; without days, as if each day had room for all."""
        wanted, there, cost = np.zeros_like(self.available), self._there_for(rivals), 0
        for i in rivals:
            self._renew(prices)
            if not with_days:
                self.run.stock.left[:] = NO_LIMIT
            out = self._decide([i])
            cost += int(out.numbers[i, O_BOUND])
            for sku, node, units in self._takes(out, i):
                wanted[sku, node] += units
        excess = np.where((wanted > there) | (prices > 0), wanted - there, 0)
        return Lonely(excess, cost - int((prices * there)[prices > 0].sum()), int(wanted.sum()))

    def _there_for(self, rivals: Sequence[int]) -> Int:
        """Return the units that `rivals` may take: not those that are kept from the channel of every one of them."""
        there: Int = self.available
        if self._orders.withhold.size:
            channels = np.unique(self._numbers[rivals, CHANNEL_ROW])
            there = np.maximum(0, there - self._orders.withhold[channels].min(axis=0))
        return there

    def floor(self, done: Out, prices: Int, rivals: Sequence[int]) -> int | None:
        """Return what `rivals` cost at least however they share, if they place as much as in `done`; None: not known.

        A later day is never cheaper, but a fuller one may be left for a roomier: days are left out of the bound. It
        holds where each rival has one rule only, weighs prices as they are, and is not ranked.
        """
        rules, numbers = self.run.known.rules, self._numbers
        for first, count in numbers[rivals][:, [FIRST_RULE, RULES]]:
            if count > 1 or rules.ranks[first, 0] >= 0 or rules.weights[first, W_OPPORTUNITY] != _ONE_PPM:
                return None
        lonely = self.alone(prices, rivals, with_days=False)
        return lonely.floor_e4 if lonely.units == self.fills(done, rivals) else None

    def cost(self, done: Out, orders: Sequence[int]) -> int:
        """Return what `orders` cost, without the prices that were tried."""
        return sum(int(done.numbers[i, O_COST]) - self._term(done, i, SCARCITY) for i in orders)

    def fills(self, done: Out, orders: Sequence[int]) -> int:
        """Return the units that `orders` place."""
        return sum(units for i in orders for _, _, units in self._takes(done, i))

    def is_no_worse(self, done: Out, orders: Sequence[int]) -> bool:
        """Say whether each of `orders` places as much as one by one, and is late only if it was."""
        return all(
            self.fills(done, [i]) >= self.fills(self.first, [i])
            and (not self._term(done, i, LATENESS) or self._term(self.first, i, LATENESS) > 0)
            for i in orders
        )

    @staticmethod
    def _term(out: Out, i: int, term: int) -> int:
        """Return one term of all parcels of order `i`."""
        first = out.numbers[i, O_FROM]
        return int(out.terms[first : first + out.numbers[i, O_PARCELS], term].sum())

    def _takes(self, out: Out, i: int) -> Iterator[tuple[int, int, int]]:
        """Yield (SKU, node, units) of all that order `i` takes."""
        first, lines = out.numbers[i, O_FROM], slice(self._numbers[i, LINE_FROM], self._numbers[i, LINE_TO])
        skus = self._orders.sku[lines]
        for at in range(first, first + out.numbers[i, O_PARCELS]):
            for line in np.flatnonzero(out.units[at, : len(skus)]):
                yield int(skus[line]), int(out.parcel[at, P_NODE]), int(out.units[at, line])

    def _renew(self, prices: Int) -> None:
        stock = self.run.stock
        stock.available[:], stock.left[:], stock.room[:] = self.available, self._left, self._room
        worth = prices + self._own if self._own.size else prices
        self.run.stock = stock._replace(opportunity=worth, scarcity=prices)
        self._orders.quota[:] = self._quota

    def _decide(self, which: Sequence[int]) -> Out:
        """Decide some of the orders; rows of the others stay empty in the tables."""
        orders: Orders = self._orders
        rows = np.fromiter(which, np.int64)
        some = orders._replace(numbers=self._numbers[rows], xyz=orders.xyz[rows])
        out = self.run.run(some)
        numbers = np.zeros((len(self.requests), out.numbers.shape[1]), np.int64)
        numbers[rows] = out.numbers
        return out._replace(numbers=numbers)
