"""Keeps who logged in and who tried; makes guessing slow."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.sessions.models import Session
from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from stores.models import KnownBrowser, LogInThrottle, LogInTry, Person, PersonSession

#: So many wrong tries in a row are free, of an account and of an address; the next wait 1, 2, 4 … seconds.
_FREE: Mapping[str, int] = {"account": 4, "address": 20}
_LONGEST_SECONDS = 900
#: A row of failures is forgotten after this time without one.
_FORGOTTEN = timedelta(hours=1)
_KEPT = timedelta(days=180)

# Two tries at once both count: the row is one, and its lock is held for this statement and the commit.
_FAILED = """
INSERT INTO stores_log_in_throttle AS t (key, failures, last_at, blocked_until) VALUES (%(key)s, 1, %(at)s, %(at)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.last_at < %(forgotten)s THEN 1 ELSE t.failures + 1 END,
    last_at = %(at)s,
    blocked_until = %(at)s + CASE
        WHEN t.last_at < %(forgotten)s OR t.failures + 1 <= %(free)s THEN interval '0'
        ELSE least(%(longest)s, 2 ^ least(t.failures - %(free)s, 20)) * interval '1 second' END
"""


def _keys(username: str, address: str | None) -> Iterator[tuple[str, int]]:
    for kind, name in (("account", username.casefold()), ("address", address or "")):
        yield sha256(f"{kind}:{name}".encode()).hexdigest(), _FREE[kind]


def seconds_to_wait(*, username: str, address: str | None, at: datetime) -> int:
    """Return how long nobody may try this account, or from this address; 0 when one may. Reads only."""
    keys = [key for key, _free in _keys(username, address)]
    rows = LogInThrottle.objects.filter(key__in=keys, blocked_until__gt=at).values_list("blocked_until", flat=True)
    return max((int((until - at).total_seconds()) + 1 for until in rows), default=0)


@in_unit_of_work
def note_failure(*, username: str, address: str | None, at: datetime, outcome: str = LogInTry.Outcome.WRONG) -> None:
    """Write a wrong try down and make the next ones wait longer, whether the account exists or not."""
    _note(username, address, at, outcome)
    with connection.cursor() as cursor:
        for key, free in sorted(_keys(username, address)):
            asked: dict[str, str | int | datetime] = {
                "key": key,
                "free": free,
                "at": at,
                "forgotten": at - _FORGOTTEN,
                "longest": _LONGEST_SECONDS,
            }
            cursor.execute(_FAILED, asked)


@in_unit_of_work
def note_throttled(*, username: str, address: str | None, at: datetime) -> None:
    """Write down that a try was not even looked at."""
    _note(username, address, at, LogInTry.Outcome.THROTTLED)


@in_unit_of_work
def note_success(
    *, user_id: int, username: str, session_key: str, zone: str, address: str | None, browser: str, at: datetime
) -> Person:
    """Write down that a person came in; return what the person has set, with `zone` where nothing was set before.

    The account's failures are forgotten; those of the address are not: a guesser may own one account.
    """
    _note(username, address, at, LogInTry.Outcome.GOOD)
    LogInThrottle.objects.filter(key=next(_keys(username, address))[0]).delete()
    PersonSession.objects.create(
        user_id=user_id, session_key=session_key, started_at=at, seen_at=at, address=address, browser=browser[:200]
    )
    person, _created = Person.objects.get_or_create(user_id=user_id)
    if zone and not person.time_zone:
        person.time_zone = zone
        person.save(update_fields=["time_zone"])
    return person


def _note(username: str, address: str | None, at: datetime, outcome: str) -> None:
    LogInTry.objects.create(at=at, username=username[:150], address=address, outcome=outcome)


@in_unit_of_work
def note_seen(*, session_key: str, at: datetime) -> None:
    """Keep when a session was used last."""
    PersonSession.objects.filter(session_key=session_key).update(seen_at=at)


@in_unit_of_work
def move_session(*, before: str, after: str) -> None:
    """Follow a session to the fresh key that a new password gave it."""
    PersonSession.objects.filter(session_key=before).update(session_key=after)


@in_unit_of_work
def end_sessions(*, user_id: int, except_key: str = "") -> int:
    """End the sessions of a person, all or all but one; return how many. They are out with the next request."""
    rows = PersonSession.objects.filter(user_id=user_id).exclude(session_key=except_key)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


@in_unit_of_work
def end_every_session(*, user_ids: Collection[int]) -> None:
    """End every session of some people; they are out with the next request."""
    rows = PersonSession.objects.filter(user_id__in=user_ids)
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


@in_unit_of_work
def forget_old(*, at: datetime) -> None:
    """Forget tries of half a year ago, failures of yesterday, and browsers and sessions that have ended."""
    LogInTry.objects.filter(at__lt=at - _KEPT).delete()
    LogInThrottle.objects.filter(last_at__lt=at - timedelta(days=1)).delete()
    KnownBrowser.objects.filter(expires_at__lt=at).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    PersonSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
