"""Answers on which day and minute the work at a node is done and a parcel may first leave."""

from routing.core.kernels.jit import entry, inner
from routing.core.kernels.shapes import INFINITE, Array


@inner
def _work_done(opens: Array, closes: Array, minutes: int, at: int) -> tuple[int, int]:
    """Return (day, minute) at which `minutes` of work in open hours from `at` on are done; (−1, INFINITE): never."""
    for day in range(opens.size):
        if opens[day] < 0 or closes[day] < at:
            continue
        start = max(at, opens[day])
        if minutes <= closes[day] - start:
            return day, start + minutes
        minutes -= closes[day] - start
    return -1, INFINITE


@entry
def first_days(
    opens: Array,
    closes: Array,
    cut_off: Array,
    processing: Array,
    at: int,
    first: Array,
    ready: Array,
    ready_day: Array,
) -> None:
    """Fill, per calendar row, when work is done and, per service, the first day whose cut-off that meets (−1: none).

    No cut-off is later than its day closes, so none of a day before the work is done is met.
    """
    for row in range(opens.shape[0]):
        day, minute = _work_done(opens[row], closes[row], processing[row], at)
        ready_day[row], ready[row] = day, minute
        for v in range(cut_off.shape[1]):
            first[row, v] = -1
            for later in range(cut_off.shape[2]):
                if cut_off[row, v, later] >= minute:
                    first[row, v] = later
                    break
