import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dom.kernel.webhooks import clients, schedule

FIRST = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def walk(chance: float, wish: timedelta | None = None) -> list[datetime]:
    """Return the instants of all attempts of a message that nobody ever takes."""
    at, times = FIRST, [FIRST]
    while following := schedule.next_attempt(attempts=len(times), first_at=FIRST, at=at, wish=wish, chance=chance):
        assert following > at
        at = following
        times.append(at)
    return times


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_message_is_tried_for_three_days_and_then_given_up(chance: float) -> None:
    times = walk(chance)

    assert times[-1] - FIRST == timedelta(days=3)
    assert 10 <= len(times) <= 13


def test_delays_grow() -> None:
    times = walk(0.5)
    delays = [later - earlier for earlier, later in itertools.pairwise(times)]

    assert delays[0] == timedelta(seconds=5)
    assert delays[:-1] == sorted(delays[:-1])


def test_chance_moves_a_delay_by_a_fifth_and_no_more() -> None:
    early, late = (
        schedule.next_attempt(attempts=3, first_at=FIRST, at=FIRST, wish=None, chance=chance) for chance in (0.0, 1.0)
    )

    assert early == FIRST + timedelta(seconds=240)
    assert late == FIRST + timedelta(seconds=360)


def test_a_receivers_wish_lengthens_and_never_shortens() -> None:
    asked: dict[str, Any] = {"attempts": 1, "first_at": FIRST, "at": FIRST, "chance": 0.5}
    long = schedule.next_attempt(wish=timedelta(minutes=7), **asked)
    short = schedule.next_attempt(wish=timedelta(seconds=1), **asked)
    endless = schedule.next_attempt(wish=timedelta(days=400), **asked)

    assert long == FIRST + timedelta(minutes=7)
    assert short == FIRST + timedelta(seconds=5)
    assert endless == FIRST + timedelta(hours=24)


def test_an_endpoint_that_fails_is_left_alone_for_longer_and_longer() -> None:
    quiet = [schedule.quiet_time(failures, wish=None).total_seconds() for failures in (1, 2, 3, 7, 8, 1000)]

    assert quiet == [5, 10, 20, 320, 600, 600]
    assert schedule.quiet_time(1, wish=timedelta(hours=2)) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("120", timedelta(seconds=120)),
        ("Tue, 24 Nov 2026 17:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 24 Nov 2026 16:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("99999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wish: timedelta | None) -> None:
    assert clients.wish_of(header, at=FIRST) == wish
