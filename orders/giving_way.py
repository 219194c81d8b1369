"""Answers whose claims give way where a node has less than it owes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dom.kernel.errors import DomainError, Kind
from orders.priority import priority

KIND = "shortages"
SCOPE = "all"
#: A promise that ends so soon is at risk: another node would hardly keep it.
_AT_RISK = timedelta(hours=24)
_MOST_MINUTES = 7 * 24 * 60
_MOST_LEVELS = 100_000


class ShortagePolicyRefused(DomainError):
    """What is to happen with shortages contradicts itself."""

    code = "shortage-policy-invalid"
    title = "The handling of shortages is not valid"
    kind = Kind.INVALID


@dataclass(frozen=True, slots=True)
class ShortagePolicy:
    """Whether work gives way by itself, so many minutes after the last correction of its level.

    Within these somebody may count again. A node with more short levels than `most_levels` is left to a person: that
    is what a broken feed looks like.
    """

    automatic: bool = True
    wait_minutes: int = 15
    most_levels: int = 50


def read_policy(body: Mapping[str, Any]) -> ShortagePolicy:
    """Return the policy of a document {"automatic", "wait_minutes", "most_levels"}; what is absent is as built in.

    Raises:
        ShortagePolicyRefused: a number is out of its bounds.
    """
    policy = ShortagePolicy(**{name: body[name] for name in ShortagePolicy.__slots__ if name in body})
    if not 0 <= policy.wait_minutes <= _MOST_MINUTES or not 1 <= policy.most_levels <= _MOST_LEVELS:
        raise ShortagePolicyRefused(
            f"Wait 0 to {_MOST_MINUTES} minutes, and leave 1 to {_MOST_LEVELS} short levels of a node to the product.",
            most_minutes=_MOST_MINUTES, most_levels=_MOST_LEVELS,
        )  # fmt: skip
    return policy


@dataclass(frozen=True, slots=True)
class Stake:
    """What one line of work that nobody has begun claims of a short level.

    `bound` says that only this node can serve it: the customer collects it there.
    """

    claim_id: int
    level_id: int
    missing: int
    order_id: int
    work_ref: str
    line_ref: str
    units: int
    bound: bool
    tier: str
    placed_at: datetime
    promised_by: datetime | None


def giving_way(stakes: Iterable[Stake], *, at: datetime) -> list[tuple[Stake, int]]:
    """Return the stakes that give way, each with its units, as few as cover what each level misses.

    What another node can serve gives way before what is bound to this one, what has time before a promise at risk,
    then the less urgent order, then the one that was placed last.

    Laws: a level gives min(missing, what is staked on it); whoever keeps a unit gives way after everybody who gave one,
    but for the last of these, who may keep some; the order of `stakes` does not matter.
    """
    left: dict[int, int] = {}
    given = []
    for stake in sorted(stakes, key=lambda one: _turn(one, at)):
        units = min(stake.units, left.setdefault(stake.level_id, stake.missing))
        left[stake.level_id] -= units
        if units:
            given.append((stake, units))
    return given


def _turn(stake: Stake, at: datetime) -> tuple[bool, bool, int, float, int]:
    promised = stake.promised_by
    urgency = priority(tier=stake.tier, placed_at=stake.placed_at, promised_by=promised, at=at)
    at_risk = promised is not None and promised - at <= _AT_RISK
    return stake.bound, at_risk, urgency, -stake.placed_at.timestamp(), -stake.claim_id
