"""Answers what one row of a table holds: all that is read together lies together.

A kernel that looks at a node then loads one address and reads on from there, where columns of their own would each cost
an address; and every array less is an argument less of every kernel, which is what the compiler spends its time on.
"""

import numpy as np


def _record(names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in names.split()], align=True)


NODE = _record("paused methods hazmat temperature max_grams oversize calendar_row fulfillment line unit failed_ppm")
"""What does not change from order to order; `methods`, `hazmat`, `temperature` are bit sets."""

SERVICE = _record("hazmat max_package max_side adult within_km card divisor")
STRETCH = _record("km days")
RATE = _record("steps per_kg per_km")

COST = _record("pack pick unit parcel per_km")
"""A node's costs as a rule weighs them: `pick` with the expected cost of a failed pick, `parcel` and `per_km` from the
rule's preferences."""

SKU = _record("grams volume side hazmat temperature oversize age")

PIECE = _record(
    "want whole sku need lines skus units grams volume value hazmat temperature heaviest side age oversize"
    " least_step least_pick"
)
"""`want` steps (units of a cut piece; 1 for a whole one); per step its units, grams, mm³, value, and `need` of its only
`sku`, −1 where it has several. `least_step`, `least_pick`: the least costs among the nodes that can give it."""

ANSWER = _record("reason bits fixed line_seconds unit_seconds top_cost top_scarcity top_units top_fits rank base")
"""What a node could do: `bits` the pieces it can give, `top_*` the most that it can send in one parcel; of `top_cost`,
`top_scarcity` is no money."""

PART = _record("can step_cost pick_cost")
"""How many steps of a piece a node can give, and what one of them and picking it at all cost."""

WAY = _record("fix zone day arrives mask cap_lines cap_units cap_seconds late_hours pressure")
"""A way out of a node by a service; INFINITE in `fix` where it is closed, and then the rest says nothing. A parcel may
have `cap_lines`, `cap_units`, and lines × `line_seconds` + units × `unit_seconds` up to `cap_seconds`."""

HOP = _record("known day arrives late_hours price")
"""Leaving on the first day, by a service, so many stretches far: the same for all nodes of one calendar and zone."""

LOAD = _record("units lines value grams volume")

STATE = _record("mask units lines value grams volume")
