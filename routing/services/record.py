"""Answers how decisions are kept: the batch's inputs once, a row per decision, the network once per state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from dom.kernel.transactions import in_unit_of_work
from routing.core.deciding import ENGINE_VERSION, USUAL_EFFORT
from routing.core.packing import pack_trace
from routing.packing import pack
from routing.runs import Decided, Run

_LOST_LIMIT = 200

# Inserts nothing while the network of the run is not stored yet: that is once per change of configuration.
_RUN = """
INSERT INTO routing_run (at, network_id, engine_version, effort, requests, inputs)
SELECT %s, n.id, %s, %s, %s, %s FROM routing_network n WHERE n.digest = %s
RETURNING id
"""
_NETWORK = """
INSERT INTO routing_network (digest, versions, body, created_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (digest) DO NOTHING
"""
_DECISIONS = """
INSERT INTO routing_decision (at, run_id, position, request_ref, order_ref, attempt, lost, cost_e4, bound_e4, proven,
                              parcels, unfilled_units, plan, trace)
SELECT at, run_id, position, request_ref, order_ref, attempt, lost, cost_e4, bound_e4, proven, parcels, unfilled_units,
       plan, trace
FROM unnest(%s::timestamptz[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::int[], %s::text[], %s::bigint[],
            %s::bigint[], %s::boolean[], %s::int[], %s::int[], %s::bytea[], %s::bytea[])
     WITH ORDINALITY AS t(at, run_id, position, request_ref, order_ref, attempt, lost, cost_e4, bound_e4, proven,
                          parcels, unfilled_units, plan, trace, ord)
ORDER BY ord
"""


@dataclass(frozen=True, slots=True, eq=False)
class PackedRun:
    """A run with its inputs as bytes."""

    run: Run
    inputs: bytes


@dataclass(frozen=True, slots=True, eq=False)
class PackedDecision:
    """A decision as it is kept: its plan and its trace as bytes."""

    decided: Decided
    run: PackedRun
    plan: bytes
    trace: bytes

    @property
    def ref(self) -> str:
        """The reference of its request."""
        return self.decided.request.ref


def packed(decided: Sequence[Decided]) -> list[PackedDecision]:
    """Return `decided` ready to `record`; done before anything is locked, since it takes longer than the statements."""
    runs = {id(run): PackedRun(run, run.inputs()) for run in {id(one.run): one.run for one in decided}.values()}
    return [
        PackedDecision(one, runs[id(one.run)], pack(one.plan.to_data()), pack_trace(one.decision.trace))
        for one in decided
    ]


@in_unit_of_work
def record(
    *, decisions: Sequence[PackedDecision], lost: Mapping[str, str], attempts: Mapping[str, int], at: datetime
) -> None:
    """Store `decisions` with what each run shared: two statements for those of one run, one for each other run.

    A third stores the network, once per change of it. `lost` (request_ref → why) names the plans that were not carried
    out; `attempts` (request_ref → count) how often requests were decided by now, once where it names none. Locks
    nothing; inserts only.
    """
    if not decisions:
        return
    runs = {id(one.run): one.run for one in decisions}
    run_ids = {key: _store_run(run, at) for key, run in runs.items()}
    rows = (_row(one, run_ids[id(one.run)], attempts.get(one.ref, 1), lost.get(one.ref, "")) for one in decisions)
    _insert(_DECISIONS, list(map(list, zip(*rows, strict=True))))


def _store_run(packed_run: PackedRun, at: datetime) -> int:
    run = packed_run.run
    # The effort that was allowed stands in the row; the effort that each decision reached stands in its plan.
    values = [run.at, ENGINE_VERSION, USUAL_EFFORT, len(run.requests), packed_run.inputs, run.network.digest]
    found = _insert(_RUN, values, returning=True)
    if found is None:
        network = run.network
        _insert(_NETWORK, [network.digest, Jsonb(network.versions), network.body, at])
        found = _insert(_RUN, values, returning=True)
    if found is None:
        raise RuntimeError(f"network {run.network.digest} could not be stored")
    return found


def _insert(sql: str, values: list[Any], *, returning: bool = False) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone() if returning else None
    return None if row is None else int(row[0])


def _row(one: PackedDecision, run_id: int, attempt: int, lost: str) -> Iterable[object]:
    decided, plan = one.decided, one.decided.plan
    return (
        decided.run.at,
        run_id,
        decided.position,
        one.ref,
        decided.order_ref,
        attempt,
        lost[:_LOST_LIMIT],
        plan.cost_e4,
        plan.bound_e4,
        plan.proven,
        len(plan.parcels),
        sum(unfilled.quantity for unfilled in plan.unfilled),
        one.plan,
        one.trace,
    )
