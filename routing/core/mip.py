"""Answers a mixed-integer program: the only module that knows HiGHS. One thread, a fixed seed, no clock."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Program:
    """Minimize cost · x where low ≤ x ≤ high, all x whole, and row_low ≤ rows · x ≤ row_high (rows in CSR)."""

    cost: Float
    low: Float
    high: Float
    row_low: Float
    row_high: Float
    starts: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Float


@dataclass(frozen=True, slots=True)
class Answer:
    """`x` is None where nothing feasible was found; `bound` is below every solution; `nodes` were looked at."""

    x: NDArray[np.int64] | None
    bound: float
    nodes: int
    is_infeasible: bool
    is_optimal: bool


def _lp(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), len(program.row_low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = program.starts, program.index, program.value
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(program.cost)
    return lp


def minimize(program: Program, *, max_nodes: int) -> Answer:
    """Return the best solution found within `max_nodes` branch-and-bound nodes, and a bound under all solutions."""
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
        ("mip_max_nodes", max_nodes),
    ):
        solver.setOptionValue(name, value)
    solver.passModel(_lp(program))
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    infeasible = status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}
    found = not infeasible and info.primal_solution_status == 2
    x = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64) if found else None
    return Answer(
        x,
        float(info.mip_dual_bound),
        max(0, int(info.mip_node_count)),
        infeasible,
        status == highspy.HighsModelStatus.kOptimal,
    )
