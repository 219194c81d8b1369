"""Answers which transaction code runs in: an edge opens one, everything under it demands one."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import InternalError, OperationalError, connection, transaction
from psycopg.errors import IdleInTransactionSessionTimeout, TransactionTimeout

from dom.kernel.errors import MissingTransaction, NestedTransaction
from dom.kernel.profiles import Profile

P = ParamSpec("P")
R = TypeVar("R")

_FLAG = "_dom_unit_of_work"
_SEEN = "_dom_seen"


def is_open() -> bool:
    """Return whether this thread is inside a unit of work.

    The test suite's own wrapping transaction does not count: otherwise code that forgot to open one would
    pass every test and fail in production.
    """
    return bool(getattr(connection, _FLAG, False)) and connection.in_atomic_block


@contextmanager
def unit_of_work(profile: Profile | None = None) -> Iterator[None]:
    """Open the one transaction of a request, task or batch; it is committed when this block ends.

    `profile` sets the session's time limits for this transaction alone (feeds, reports, migrations).

    Raises:
        NestedTransaction: one is open already, so "committed at the end" would be untrue.
        OperationalError: the database ended the connection, for whatever reason.
    """
    if is_open():
        raise NestedTransaction("A unit of work is open already; mark the inner code @in_unit_of_work instead.")
    with _ended_connections_are_operational(), transaction.atomic():
        setattr(connection, _FLAG, True)
        setattr(connection, _SEEN, set())
        try:
            if profile is not None:
                _limit(profile)
            yield
        finally:
            setattr(connection, _FLAG, False)


@contextmanager
def _ended_connections_are_operational() -> Iterator[None]:
    """Turn "you were silent for too long" into the class that a restart of the database has, for every edge at once.

    PostgreSQL files it under invalid transaction states, which psycopg takes for internal errors; yet a process that
    the machine lets starve for seconds is nobody's mistake, and asking again helps.
    """
    try:
        yield
    except InternalError as wrong:
        if isinstance(wrong.__cause__, IdleInTransactionSessionTimeout | TransactionTimeout):
            raise OperationalError(str(wrong)) from wrong.__cause__
        raise


@contextmanager
def attempt() -> Iterator[Callable[[], None]]:
    """Try something within the open unit of work; calling what this yields gives it up when the block ends.

    What was given up is undone, and its row locks are let go: another attempt takes its own in the one order again.

    Raises:
        MissingTransaction: no unit of work is open.
    """
    if not is_open():
        raise MissingTransaction("attempt needs a unit of work.")
    with transaction.atomic():
        yield functools.partial(transaction.set_rollback, True)


@contextmanager
def read_only() -> Iterator[None]:
    """Let the block read one state of the database and change nothing: PostgreSQL refuses every write in it."""
    with _ended_connections_are_operational(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _limit(profile: Profile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true)",
            [profile.lock_timeout, profile.statement_timeout, profile.idle_timeout],
        )


def in_unit_of_work(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` demand an open unit of work.

    Raises:
        MissingTransaction: at the call, when none is open.
    """

    @functools.wraps(function)
    def demanding(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_open():
            raise MissingTransaction(f"{function.__module__}.{function.__qualname__} needs a unit of work around it.")
        return function(*args, **kwargs)

    return demanding


def after_commit(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call `function` once the unit of work is committed, never when it is rolled back.

    Arguments are bound here and now, so a loop variable keeps the value it has at this line.

    Raises:
        MissingTransaction: no unit of work is open.
    """
    if not is_open():
        raise MissingTransaction("after_commit needs a unit of work.")
    call = functools.partial(function, *args, **kwargs)
    # Django logs a failed call by its name, which a bare partial lacks: the failure would then reach the caller of
    # committed work.
    call.__qualname__ = getattr(function, "__qualname__", repr(function))  # type: ignore[attr-defined]  # see above
    transaction.on_commit(call, robust=True)  # noqa: TID251  # the one home of on_commit


def once_per_unit_of_work(*key: str) -> bool:
    """Return True the first time `key` is asked for within the open unit of work, False after that.

    Raises:
        MissingTransaction: no unit of work is open.
    """
    if not is_open():
        raise MissingTransaction(f"{key} needs a unit of work.")
    seen: set[tuple[str, ...]] = getattr(connection, _SEEN)
    first = key not in seen
    seen.add(key)
    return first
