"""Answers a large order as a linear model, a floor under it, a first plan, and the integer program of it.

A parcel by way w (a node and a service, or its counter) costs base + Σ (pick + step × steps). Freight counts as its
first weight step, so the model never costs more than the truth, and as much where freight does not grow with weight.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from routing.core.mip import Program

Int = NDArray[np.int64]
ROUNDS = 80


@dataclass(frozen=True, slots=True)
class Model:
    """Ways w × pieces p. `node[w]` is the node of a way; `shared` holds (way, units per step, units free) rows."""

    node: Int
    service: Int
    base: Int
    rank: Int
    can: Int
    step: Int
    pick: Int
    want: Int
    units: Int
    lines: Int
    value: Int
    whole: NDArray[np.bool_]
    cap_lines: Int
    cap_units: Int
    cap_seconds: Int
    line_seconds: Int
    unit_seconds: Int
    least_value: int
    least_units: int
    asked_units: int
    most: int
    shared: tuple[tuple[int, Int, int], ...] = ()

    @property
    def target(self) -> int:
        """The units of a full plan."""
        return int((self.want * self.units).sum())

    @property
    def counts_lines(self) -> NDArray[np.bool_]:
        """Whether a way's day may be too short for all the lines: their number, or the seconds that they take."""
        lines = int((self.lines * (self.want > 0)).sum())
        seconds = lines * self.line_seconds + self.target * self.unit_seconds
        short: NDArray[np.bool_] = (self.cap_lines < lines) | ((self.cap_seconds < seconds) & (self.line_seconds > 0))
        return short

    def reduced(self, prices: Int) -> Int:
        """Return what opening each way costs if a step of piece p earns `prices[p]`."""
        gains: Int = np.minimum(0, self.pick + self.can * (self.step - prices))
        gains[self.can == 0] = 0
        costs: Int = self.base + gains.sum(axis=1)
        return costs

    def floor(self, prices: Int) -> int:
        """Return the Lagrangian floor at whole `prices`: no full plan costs less, whatever they are."""
        return int((prices * self.want).sum() + np.minimum(0, self.reduced(prices)).sum())


def find_prices(model: Model, ceiling: int) -> Int:
    """Return prices per piece with a high floor, by counted subgradient rounds (Held, Wolfe and Crowder 1974)."""
    costly = np.where(model.can > 0, model.step + model.pick, np.int64(1) << 40)
    prices = costly.min(axis=0).astype(np.float64)
    best: Int = prices.astype(np.int64)
    height, scale = model.floor(best), 1.0
    for turn in range(ROUNDS):
        whole: Int = prices.astype(np.int64)
        floor = model.floor(whole)
        if floor > height:
            best, height = whole, floor
        elif turn % 10 == 9:
            scale /= 2
        opened = model.reduced(whole) < 0
        used = (model.pick + model.can * (model.step - whole) < 0) & (model.can > 0) & opened[:, None]
        slope = model.want - (used * model.can).sum(axis=0)
        square = float((slope * slope).sum())
        if square == 0 or floor >= ceiling:
            break
        prices = prices + scale * (ceiling - floor) / square * slope
    return best


@dataclass(slots=True)
class Greedy:
    """A plan under way: what is still wanted, and the steps taken by way."""

    model: Model
    rest: Int
    takes: dict[int, Int] = field(default_factory=dict)

    def _most(self, way: int) -> Int:
        """Return the steps that `way` can still send, piece by piece, within the capacity of its day."""
        model, take = self.model, np.minimum(self.rest, self.model.can[way])
        units, lines, seconds = int(model.cap_units[way]), int(model.cap_lines[way]), int(model.cap_seconds[way])
        for p in range(len(take)):
            steps = min(int(take[p]), units // int(model.units[p]))
            if model.lines[p] > lines:
                steps = 0 if model.whole[p] else min(steps, lines)
            while steps and self._seconds(way, p, steps) > seconds:
                steps -= 1
            take[p] = steps
            units -= steps * int(model.units[p])
            lines -= self._lines(p, steps)
            seconds -= self._seconds(way, p, steps)
        return self._unshare(way, take)

    def _lines(self, p: int, steps: int) -> int:
        model = self.model
        return int(model.lines[p] if model.whole[p] else min(steps, model.lines[p])) if steps else 0

    def _seconds(self, way: int, p: int, steps: int) -> int:
        model, lines = self.model, self._lines(p, steps)
        return lines * int(model.line_seconds[way]) + steps * int(model.units[p]) * int(model.unit_seconds[way])

    def _unshare(self, way: int, take: Int) -> Int:
        for other, need, units in self.model.shared:
            while other == way and int((need * take).sum()) > units:
                take[int(np.flatnonzero((need * take) > 0)[-1])] -= 1
        return take

    def _allowed(self, take: Int) -> bool:
        model, units = self.model, int((take * self.model.units).sum())
        if units == model.asked_units:
            return True
        return units >= model.least_units and int((take * model.value).sum()) >= model.least_value

    def _score(self, way: int, take: Int) -> tuple[int, int, float]:
        model, units = self.model, int((take * self.model.units).sum())
        cost = int(model.base[way] + (take * model.step[way]).sum() + (model.pick[way] * (take > 0)).sum())
        return (-units, int(model.rank[way]), cost) if model.rank.any() else (0, 0, cost / units)

    def grow(self) -> bool:
        """Add the best parcel; say whether there was one."""
        best: tuple[tuple[int, int, float], int, Int] | None = None
        taken = {int(self.model.node[way]) for way in self.takes}
        for way in range(len(self.model.base)):
            take = self._most(way)
            if int(self.model.node[way]) in taken or not take.any() or not self._allowed(take):
                continue
            score = self._score(way, take)
            if best is None or score < best[0]:
                best = score, way, take
        if best is not None:
            self.takes[best[1]] = best[2]
            self.rest = self.rest - best[2]
        return best is not None


def greedy_plan(model: Model) -> dict[int, Int]:
    """Return steps by way: parcel after parcel, each the cheapest per unit (a ranked rule: most units, best rank)."""
    greedy = Greedy(model, model.want.copy())
    while len(greedy.takes) < model.most and greedy.rest.any() and greedy.grow():
        pass
    return greedy.takes


class ProgramBuilder:
    """Writes the integer program of a model: x steps, y ways opened, z pieces picked where that costs or counts."""

    def __init__(self, model: Model, *, full: bool, least_units: int = 0, count_units: bool = False) -> None:
        self.model = model
        self.pairs = [(int(w), int(p)) for w, p in zip(*np.nonzero(model.can), strict=True)]
        self.x = {pair: index for index, pair in enumerate(self.pairs)}
        capped = model.counts_lines
        picked = [(w, p) for w, p in self.pairs if model.can[w, p] > 1 and (model.pick[w, p] or capped[w])]
        self.y = {w: len(self.pairs) + index for index, w in enumerate(range(len(model.base)))}
        self.z = {pair: len(self.pairs) + len(self.y) + index for index, pair in enumerate(picked)}
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self._cover(full=full, least_units=least_units)
        self._ways(capped)
        self.count_units = count_units

    def _row(self, terms: list[tuple[int, int]], low: float, high: float) -> None:
        self.rows.append(([index for index, _ in terms], [float(value) for _, value in terms], low, high))

    def _cover(self, *, full: bool, least_units: int) -> None:
        model = self.model
        for p in range(len(model.want)):
            terms = [(self.x[w, p], 1) for w in range(len(model.base)) if (w, p) in self.x]
            if terms:
                self._row(terms, float(model.want[p]) if full else 0.0, float(model.want[p]))
        if least_units:
            self._row([(self.x[w, p], int(model.units[p])) for w, p in self.pairs], float(least_units), np.inf)

    def _ways(self, capped: NDArray[np.bool_]) -> None:
        model = self.model
        for node in sorted(set(model.node.tolist())):
            ways = np.flatnonzero(model.node == node).tolist()
            if len(ways) > 1:
                self._row([(self.y[w], 1) for w in ways], 0.0, 1.0)
        if model.most < len(model.base):
            self._row([(self.y[w], 1) for w in self.y], 0.0, float(model.most))
        for w, p in self.pairs:
            opened = self.z.get((w, p), self.y[w])
            self._row([(self.x[w, p], 1), (opened, -int(model.can[w, p]))], -np.inf, 0.0)
            if (w, p) in self.z:
                self._row([(self.z[w, p], 1), (self.y[w], -1)], -np.inf, 0.0)
        for w in self.y:
            self._limits(w, counts_lines=bool(capped[w]))
        for w, need, units in model.shared:
            self._row(
                [(self.x[w, p], int(need[p])) for p in range(len(need)) if (w, p) in self.x], -np.inf, float(units)
            )

    def _limits(self, w: int, *, counts_lines: bool) -> None:
        model, mine = self.model, [p for p in range(len(self.model.want)) if (w, p) in self.x]
        units = [(self.x[w, p], int(model.units[p])) for p in mine]
        if int((model.can[w] * model.units).sum()) > model.cap_units[w]:
            self._row([*units, (self.y[w], -int(model.cap_units[w]))], -np.inf, 0.0)
        if counts_lines:
            lines = [(self.z.get((w, p), self.x[w, p]), int(model.lines[p])) for p in mine]
            self._row([*lines, (self.y[w], -int(model.cap_lines[w]))], -np.inf, 0.0)
        self._seconds(w, mine)
        if model.least_units:
            self._row([*units, (self.y[w], -model.least_units)], 0.0, np.inf)
        if model.least_value:
            value = [(self.x[w, p], int(model.value[p])) for p in mine]
            self._row([*value, (self.y[w], -model.least_value)], 0.0, np.inf)

    def _seconds(self, w: int, mine: list[int]) -> None:
        """Keep the work of a way within its day; where lines do not count, only its units are."""
        model, line, unit = self.model, int(self.model.line_seconds[w]), int(self.model.unit_seconds[w])
        if int((model.can[w] * model.units).sum()) * unit + int(model.lines.sum()) * line <= model.cap_seconds[w]:
            return
        work = [(self.x[w, p], int(model.units[p]) * unit) for p in mine]
        work += [(self.z.get((w, p), self.x[w, p]), int(model.lines[p]) * line) for p in mine]
        self._row([*work, (self.y[w], -int(model.cap_seconds[w]))], -np.inf, 0.0)

    def _costs(self) -> NDArray[np.float64]:
        model, cost = self.model, np.zeros(len(self.x) + len(self.y) + len(self.z))
        if self.count_units:
            for (_, p), index in self.x.items():
                cost[index] = -float(model.units[p])
            return cost
        if model.rank.any():
            cost[list(self.y.values())] = 1e6 + model.rank
            return cost
        cost[list(self.y.values())] = model.base
        for (w, p), index in self.x.items():
            cost[index] = float(model.step[w, p])
            if (w, p) in self.z:
                cost[self.z[w, p]] = float(model.pick[w, p])
            elif model.can[w, p] == 1:
                cost[index] += float(model.pick[w, p])
        return cost

    def program(self) -> Program:
        """Return the program in compressed rows."""
        starts = np.cumsum([0, *(len(index) for index, _, _, _ in self.rows)]).astype(np.int32)
        cost = self._costs()
        high = np.ones(len(cost))
        high[: len(self.pairs)] = [self.model.can[pair] for pair in self.pairs]
        return Program(
            cost=cost,
            low=np.zeros(len(cost)),
            high=high,
            row_low=np.array([low for _, _, low, _ in self.rows]),
            row_high=np.array([most for _, _, _, most in self.rows]),
            starts=starts,
            index=np.array([i for index, _, _, _ in self.rows for i in index], np.int32),
            value=np.array([v for _, value, _, _ in self.rows for v in value], np.float64),
        )

    def takes(self, x: Int) -> dict[int, Int]:
        """Return the steps by way of a solution."""
        found: dict[int, Int] = {}
        for (w, p), index in self.x.items():
            if x[index]:
                found.setdefault(w, np.zeros(len(self.model.want), np.int64))[p] = x[index]
        return found
