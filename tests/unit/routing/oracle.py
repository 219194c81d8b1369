"""A second opinion on larger worlds: a mixed-integer program written from the documents, solved by HiGHS to the end.

Freight steps and the choice of service are binaries of the program, so parcel costs that depend on the set are exact
in it. Parcel prices come from the brute router's own formulas, never from the engine's tables.
"""

from dataclasses import dataclass, field

import highspy
import numpy as np

from routing.core.facts import Facts
from routing.core.types import RoutingRequest
from tests.unit.routing.brute import Brute
from tests.unit.routing.worlds import AT


@dataclass
class Program:
    """Columns and rows as they are added."""

    solver: highspy.Highs = field(default_factory=highspy.Highs)
    columns: int = 0

    def column(self, cost: float, high: float) -> int:
        self.solver.addVar(0.0, high)
        self.solver.changeColCost(self.columns, float(cost))
        self.solver.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def row(self, low: float, terms: dict[int, float], high: float) -> None:
        index = np.array(list(terms), np.int32)
        self.solver.addRow(low, high, len(terms), index, np.array(list(terms.values()), np.float64))

    def minimum(self) -> int | None:
        for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.4)):
            self.solver.setOptionValue(name, value)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        least: float = self.solver.getInfo().objective_function_value
        return round(least)


def steps_of(router: Brute, index: int, n: int, heaviest: int) -> list[tuple[int, int, int]]:
    """Return (from grams, up to grams, freight) for every weight at which the freight changes, by probing."""
    steps: list[tuple[int, int, int]] = []
    probe = sorted({*range(0, heaviest + 50, 50), heaviest})
    for grams in probe:
        price = router.freight(index, n, grams, 0)
        assert price is not None
        if steps and steps[-1][2] == price:
            steps[-1] = (steps[-1][0], grams, price)
        else:
            steps.append((grams, grams, price))
    return steps


def cheapest(request: RoutingRequest, facts: Facts) -> int | None:
    """Return the least cost of a plan that fills everything, None if there is none.

    Weights must be multiples of 50 g and cards have no dimensional weight, so that 50 g probes meet every step.
    """
    policy = facts.network.configuration.policy_for(request.channel)
    router = Brute(request, facts, policy, policy.groups[0].rules[0], AT)
    program, lines = Program(), request.lines
    grams = [router.skus[line.sku].weight_grams for line in lines]
    gives: list[dict[int, float]] = [{} for _ in lines]
    heaviest = sum(line.quantity * weight for line, weight in zip(lines, grams, strict=True))
    for n in range(len(facts.network.nodes)):
        if router.may_serve(n):
            _add_node(program, router, n, gives, grams, heaviest)
    for line, terms in zip(lines, gives, strict=True):
        if not terms:
            return None
        program.row(line.quantity, terms, line.quantity)
    best = program.minimum()
    return None if best is None else best - policy.prices.split_e4


def _add_node(
    program: Program, router: Brute, n: int, gives: list[dict[int, float]], grams: list[int], heaviest: int
) -> None:
    units: dict[int, int] = {}
    opened: dict[int, float] = {}
    for index, line in enumerate(router.request.lines):
        most = min(line.quantity, router.stock(n, line.sku))
        if most and router.may_handle(n, router.skus[line.sku]):
            one = _alone(router, n, index, 1)
            two = _alone(router, n, index, 2) if most > 1 else one
            units[index] = program.column(two - one, most)
            gives[index][units[index]] = 1.0
            picked = program.column(_pick(router, n), 1)
            program.row(-np.inf, {units[index]: 1.0, picked: -float(most)}, 0.0)
            if most == 1:
                program.solver.changeColCost(units[index], float(_unit(router, n, index)))
    if not units:
        return
    weight = {column: float(grams[index]) for index, column in units.items()}
    low: dict[int, float] = {}
    high: dict[int, float] = {}
    for v in range(len(router.config.services.services)):
        for start, end, price in steps_of(router, v, n, heaviest) if router.freight(v, n, 0, 0) is not None else ():
            way = program.column(_fixed(router, n) + price, 1)
            opened[way], low[way], high[way] = 1.0, -float(start), -float(end)
    program.row(0.0, opened, 1.0)
    program.row(0.0, {**weight, **low}, np.inf)
    program.row(-np.inf, {**weight, **high}, 0.0)


def _unit(router: Brute, n: int, index: int) -> int:
    return router.weight(router.nodes[n].unit_cost_e4, 2)


def _alone(router: Brute, n: int, index: int, units: int) -> int:
    return units * _unit(router, n, index)


def _pick(router: Brute, n: int) -> int:
    node = router.nodes[n]
    failed = node.failed_pick_ppm * router.policy.prices.failed_pick_e4 // 1_000_000
    return router.weight(node.line_cost_e4, 1) + router.weight(failed, 6)


def _fixed(router: Brute, n: int) -> int:
    return router.weight(router.nodes[n].fulfillment_cost_e4, 0) + router.policy.prices.split_e4
