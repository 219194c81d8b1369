"""Answers which order is routed first. Pure."""

from datetime import datetime, timedelta

TIERS = {"VIP": 300, "PLATINUM": 300, "GOLD": 200, "SILVER": 100}
_MOST_AGE = 200
_URGENT = timedelta(hours=72)


def priority(*, tier: str, placed_at: datetime, promised_by: datetime | None, at: datetime) -> int:
    """Return how urgent an order is at `at`, from 0 to 1,000: who ordered, how long ago, how near the promise is.

    Laws: it never falls as time passes, and rises with the tier. A promise weighs up to 500 points over its last 72
    hours; age weighs up to 200 points, one for each hour, so that nobody waits for ever behind better customers.
    """
    age = min(_MOST_AGE, max(0, int((at - placed_at) / timedelta(hours=1))))
    urgency = 0
    if promised_by is not None:
        slack = min(max(promised_by - at, timedelta(0)), _URGENT)
        urgency = 500 - int(500 * (slack / _URGENT))
    return TIERS.get(tier.upper(), 0) + age + urgency
