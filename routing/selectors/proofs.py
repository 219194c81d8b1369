"""Answers how far from the best possible plans the decisions of a time were: by day and live policies, and the worst.

Counts decisions that were carried out; one that lost its stock to another buyer was decided again, and that counts.
Costs are added up as the policies state them, in the main currency.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

BUILT_IN = "built-in"
"""What decided where no policy was live."""

# The runs are joined once a run, not once a decision: both carry the instant, so each side reads its own days alone.
_DAYS = """
WITH per_run AS (
    SELECT run_id, at, count(*) AS decisions, count(*) FILTER (WHERE proven) AS proven,
           sum(cost_e4) AS cost_e4, sum(cost_e4 - bound_e4) AS gap_e4
    FROM routing_decision
    WHERE at >= %(since)s AND at < %(until)s AND lost = ''
    GROUP BY run_id, at
)
SELECT (d.at AT TIME ZONE %(zone)s)::date, coalesce(n.versions -> 'policy', '{}'), sum(d.decisions)::bigint,
       sum(d.proven)::bigint, sum(d.cost_e4)::bigint, sum(d.gap_e4)::bigint
FROM per_run d
JOIN routing_run r ON r.id = d.run_id AND r.at = d.at AND r.at >= %(since)s AND r.at < %(until)s
JOIN routing_network n ON n.id = r.network_id
GROUP BY 1, 2
ORDER BY 1 DESC, 2
"""
_WORST = """
SELECT d.order_ref, d.request_ref, d.at, d.attempt, d.parcels, d.cost_e4, d.bound_e4,
       coalesce(n.versions -> 'policy', '{}')
FROM routing_decision d
JOIN routing_run r ON r.id = d.run_id AND r.at = d.at
JOIN routing_network n ON n.id = r.network_id
WHERE d.at >= %(since)s AND d.at < %(until)s AND d.lost = '' AND NOT d.proven
  AND (%(policies)s::jsonb IS NULL OR coalesce(n.versions -> 'policy', '{}') = %(policies)s::jsonb)
ORDER BY d.cost_e4 - d.bound_e4 DESC, d.id
LIMIT %(limit)s
"""

Policies = Mapping[str, int]
"""Code → version of every policy that was live; empty where the built-in one decided."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a number of decisions cost, how many are proven best, and what better plans could have saved at most.

    Amounts are in 1/10,000 of the major unit. `gap_e4` is of the decisions without a proof; the others have none.
    """

    decisions: int = 0
    proven: int = 0
    cost_e4: int = 0
    gap_e4: int = 0

    @property
    def bounded(self) -> int:
        """How many have a bound, and no proof that nothing is better."""
        return self.decisions - self.proven

    @property
    def proven_percent(self) -> float:
        """How many of a hundred are proven best; 0 of none."""
        return percent(self.proven, self.decisions)

    @property
    def gap_percent(self) -> float:
        """The gap in percent of the cost; 0 where nothing was spent."""
        return percent(self.gap_e4, self.cost_e4)

    def __add__(self, other: "Proofs") -> "Proofs":
        """Return both together."""
        return Proofs(
            self.decisions + other.decisions,
            self.proven + other.proven,
            self.cost_e4 + other.cost_e4,
            self.gap_e4 + other.gap_e4,
        )


@dataclass(frozen=True, slots=True)
class DayProofs:
    """The decisions of one day under one set of live policies."""

    day: date
    policies: Policies
    proofs: Proofs

    @property
    def named(self) -> str:
        """The policies as people read them: "market v2, retail v3"."""
        return in_words(self.policies)


@dataclass(frozen=True, slots=True)
class Unproven:
    """A decision without a proof that nothing is better, and what a better plan could save at most."""

    order_ref: str
    request_ref: str
    at: datetime
    attempt: int
    parcels: int
    cost_e4: int
    bound_e4: int
    policies: Policies

    @property
    def named(self) -> str:
        """The policies as people read them: "market v2, retail v3"."""
        return in_words(self.policies)

    @property
    def gap_e4(self) -> int:
        """What a better plan could save at most."""
        return self.cost_e4 - self.bound_e4

    @property
    def gap_percent(self) -> float:
        """The gap in percent of the cost; 0 where the plan costs nothing."""
        return percent(self.gap_e4, self.cost_e4)


def in_words(policies: Policies) -> str:
    """Return live policies as people read them: "market v2, retail v3"."""
    return ", ".join(f"{code} v{number}" for code, number in policies.items()) or BUILT_IN


def percent(part: int, whole: int) -> float:
    """Return `part` in percent of `whole`, 0 of nothing or less: bonuses may outweigh costs."""
    return 100 * part / whole if whole > 0 else 0.0


def proofs_by_day(*, since: datetime, until: datetime, zone: str) -> Sequence[DayProofs]:
    """Return the decisions from `since` to before `until` by day in `zone`, newest first; one statement."""
    rows = _rows(_DAYS, {"since": since, "until": until, "zone": zone})
    return [DayProofs(day, _policies(live), Proofs(*map(int, sums))) for day, live, *sums in rows]


def least_proven(
    *, since: datetime, until: datetime, limit: int, policies: Policies | None = None
) -> Sequence[Unproven]:
    """Return the decisions without a proof whose gap is largest, at most `limit`; one statement.

    `policies` narrows them to those made while just these were live.
    """
    narrowed = None if policies is None else json.dumps(dict(policies))
    rows = _rows(_WORST, {"since": since, "until": until, "limit": limit, "policies": narrowed})
    return [
        Unproven(order_ref, request_ref, at, attempt, parcels, cost_e4, bound_e4, _policies(live))
        for order_ref, request_ref, at, attempt, parcels, cost_e4, bound_e4, live in rows
    ]


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _policies(live: str | dict[str, int]) -> Policies:
    found = json.loads(live) if isinstance(live, str) else live
    return dict(sorted(found.items()))
