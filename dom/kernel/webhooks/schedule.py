"""Answers when a message that was not taken is tried again, and when it is given up."""

from datetime import datetime, timedelta

#: Delays behind the first, second, … attempt; the last one repeats. Together a little more than three days.
DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 64_800, 79_200)
)
#: A message that nobody took for so long is given up.
GIVE_UP_AFTER = timedelta(days=3)
#: A receiver may ask us to come back later, but not to hold its messages for ever.
LONGEST_WISH = timedelta(hours=24)
#: The share of a delay that chance adds or takes away, so that a thousand waiting messages do not come back as one.
JITTER = 0.2
_FIRST_QUIET, _LONGEST_QUIET = timedelta(seconds=5), timedelta(minutes=10)


def next_attempt(
    *, attempts: int, first_at: datetime, at: datetime, wish: timedelta | None, chance: float
) -> datetime | None:
    """Return when a message is tried again after `attempts` ≥ 1 failed ones, the last one at `at`; None: never.

    `wish` is what the receiver asked for (Retry-After); it lengthens a delay and never shortens one. `chance` is a
    number from 0 to 1. Time counts, not attempts: tries that an operator adds do not end a message sooner.
    """
    if at - first_at >= GIVE_UP_AFTER:
        return None
    delay = DELAYS[min(attempts, len(DELAYS)) - 1] * (1 - JITTER + 2 * JITTER * chance)
    due = at + max(delay, min(wish or timedelta(0), LONGEST_WISH))
    # The last try stands at the end of the three days, however long the delay before it would be.
    return max(min(due, first_at + GIVE_UP_AFTER), at + DELAYS[0])


def quiet_time(failures: int, *, wish: timedelta | None) -> timedelta:
    """Return how long an endpoint is left alone after `failures` ≥ 1 rounds in which nothing got through."""
    doubled: int = 2 ** min(failures - 1, 10)
    quiet = min(_FIRST_QUIET * doubled, _LONGEST_QUIET)
    return max(quiet, min(wish or timedelta(0), LONGEST_WISH))
