"""Answers how the orders of one batch share what they all want: at which prices deciding one by one costs least in all.

Where a node has fewer units than the orders that want them, first come is dear: an order takes the last unit that
another needs far more. So such units get prices (Lagrangian multipliers, subgradient steps of Polyak's length): every
order is asked what it would take at these prices if it were alone, and what is asked for beyond what is there becomes
dearer. The batch is then decided one by one, as ever, with the prices as opportunity cost of stock.

Laws: no order places fewer units or breaks a promise that it would keep one by one, and all together cost less, or the
batch stays as it was; `floor_e4` is under the cost of every way to share that fills as much; a batch whose orders do
not compete is decided as `decide_batch` does; deciding the returned facts one by one comes to the returned decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from routing.core.deciding import ORDERS_A_CALL, USUAL_EFFORT, decide_batch
from routing.core.facts import Facts
from routing.core.rivals import ONE_PPM, Batch, Int
from routing.core.types import Data, Decision, RoutingRequest

ROUNDS = 6
"""Sets of prices that are tried: counted, so that the same batch always comes to the same prices."""

NEAR_PPM = 1_000
"""The search ends where no way to share can be cheaper by more than this part of the cost (0.1 %)."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What sharing came to for the `rivals`, by place in the batch: their cost one by one and together, without prices.

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


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Decisions, in the requests' order, with the facts that decide them one by one; `sharing` None: no prices."""

    decisions: list[Decision]
    facts: Facts
    sharing: Sharing | None = None


def decide_together(
    requests: Sequence[RoutingRequest], facts: Facts, *, at: datetime, effort: int = USUAL_EFFORT
) -> Together:
    """Return a decision for each request; orders that compete for the same units share them at the least cost found.

    Raises:
        KeyError: `facts` lacks a SKU of a request.
    """
    if not 1 < len(requests) <= ORDERS_A_CALL:
        return Together(decide_batch(requests, facts, at=at, effort=effort), facts)
    batch = Batch(requests, facts, at=at, effort=effort)
    return _share(batch, batch.rivals()) or Together(batch.read(batch.first), facts)


def _share(batch: Batch, rivals: Sequence[int]) -> Together | None:
    """Return the batch at the best prices found, None where one by one is not known to be dearer."""
    prices, sharpest = _search(batch, rivals)
    if prices is None:
        return None
    out, everybody = batch.one_by_one(prices), range(len(batch.requests))
    if not batch.is_no_worse(out, everybody) or batch.cost(out, everybody) >= batch.cost(batch.first, everybody):
        return None
    costs = batch.cost(batch.first, rivals), batch.cost(out, rivals), batch.floor(out, sharpest, rivals)
    return Together(batch.read(out), batch.priced(prices), Sharing(tuple(rivals), *costs))


def _search(batch: Batch, rivals: Sequence[int]) -> tuple[Int | None, Int]:
    """Return the prices at which the rivals cost least one by one, None without prices; and those of the best bound."""
    best, prices, highest = batch.cost(batch.first, rivals), None, -(1 << 62)
    tried = sharpest = np.zeros_like(batch.available)
    for number in range(ROUNDS + 1 if rivals else 0):
        if number:
            out = batch.one_by_one(tried, rivals)
            cost = batch.cost(out, rivals)
            if cost < best and batch.is_no_worse(out, rivals):
                best, prices = cost, tried
        lonely = batch.alone(tried, rivals)
        if lonely.floor_e4 > highest:
            highest, sharpest = lonely.floor_e4, tried
        if best - highest <= best * NEAR_PPM // ONE_PPM or not lonely.excess.any():
            break
        # Polyak: the way to the best plan known, along the units that are asked for too often.
        step = max(1, best - lonely.floor_e4) / float((lonely.excess**2).sum())
        tried = np.maximum(0, tried + (step * lonely.excess).astype(np.int64))
    return prices, sharpest
