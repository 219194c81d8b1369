"""Takes rows in bulk: up to 1,000 at once, more as a job that goes on where a crash left it.

A row is checked by its shape, then good rows are applied set-wise, refused ones reported with row and field. Of two
rows with the same key the later one counts; rows that add up are all applied, in the order in which they came.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from dom.kernel.rest.errors import Fault
from dom.kernel.rest.handler import faults_of
from dom.kernel.rest.rows import RawRow
from dom.kernel.rest.spec import Shape

AT_ONCE = 1_000
CHUNK = 2_000
KEPT_FAULTS = 1_000
#: Refused rows of one job that are kept to be read page by page: a feed of nothing but bad rows must not fill the disk.
MOST_FAULTS = 100_000
#: So many kinds of rows of one chunk, by the columns they have, are checked by a shape of their own.
_FITTED = 16


#: Shapes by the columns of the rows that they fit; None: any.
Fitted = dict[frozenset[str] | None, Any]

#: Hears how many rows are settled; says whether to go on.
Heard = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One good row: its number in the feed, counted from 1, and its checked values."""

    number: int
    value: dict[str, Any]

    def fault(self, field: str, code: str, detail: str) -> Fault:
        """Return the fault of this row's `field`."""
        return Fault(f"#/{self.number - 1}/{field}", code, detail, self.number, field)


@dataclass(frozen=True, slots=True)
class Context:
    """Who sends the feed, when it was received, and the nodes and channels its key is limited to (empty: every one)."""

    actor: str
    at: datetime
    nodes: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of feed.

    `apply` gets rows with different keys, inside a unit of work, and returns the faults of those it refused; the
    others it has applied. Of rows with one key the one with the highest `rank` replaces the others; with `adds_up`
    each of them is applied. `whole`, where there is one, applies a job from beginning to end in units of work of its
    own and returns how many rows it refused, with the first faults; doing it twice must be doing it once. It says how
    many rows are settled before each step, and leaves the rest once it hears no.
    """

    kind: str
    shape: Shape
    key: Callable[[dict[str, Any]], Hashable]
    apply: Callable[[Sequence[Row], Context], Sequence[Fault]]
    rank: Callable[[Row, Context], Any] = lambda row, _context: row.number
    adds_up: bool = False
    whole: Callable[[Iterable[RawRow], Context, Heard], tuple[int, list[Fault]]] | None = None


FEEDS: dict[str, Feed] = {}


def register(feed: Feed) -> Feed:
    """Make `feed` known to the workers; `<app>/api/feeds.py` does so when it is imported."""
    FEEDS[feed.kind] = feed
    return feed


class RowFaultShape(serializers.Serializer[Any]):
    """One refused place."""

    pointer = serializers.CharField()
    row = serializers.IntegerField(required=False)
    field = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class FeedSummary(serializers.Serializer[Any]):
    """What became of the rows; those that failed are named, the others are applied."""

    received = serializers.IntegerField()
    applied = serializers.IntegerField()
    failed = serializers.IntegerField()
    errors = RowFaultShape(many=True)  # type: ignore[assignment]  # DRF moves fields off the class


class QueuedShape(serializers.Serializer[Any]):
    """A job that was taken on; follow `href`."""

    ref = serializers.CharField()
    status = serializers.CharField()
    rows_total = serializers.IntegerField()
    href = serializers.CharField()


#: What a feed answers: what became of its rows, or the job that they wait in.
TAKEN = {200: FeedSummary, 202: QueuedShape}


def checked(feed: Feed, rows: Sequence[RawRow]) -> tuple[list[Row], list[Fault]]:
    """Return the rows whose shape is right, and the faults of the others."""
    fitted: Fitted = {}
    good, faults = [], []
    for raw in rows:
        if isinstance(raw.value, Fault):
            faults.append(raw.value)
            continue
        try:
            good.append(Row(raw.number, dict(_fitting(feed, raw.value, fitted).run_validation(raw.value))))
        except ValidationError as wrong:
            faults += _row_faults(wrong, raw.number)
    return good, faults


def _fitting(feed: Feed, value: Any, fitted: Fitted) -> Any:
    """Return a shape that says of `value` what the feed's own would.

    It lacks the columns that the row lacks and may lack: looking for each of them in vain is most of a check. Rows of
    one feed have few sets of columns; where they have many, the whole shape fits the others.
    """
    names: frozenset[str] | None = frozenset(value) if isinstance(value, dict) else frozenset()
    if names not in fitted and len(fitted) >= _FITTED:
        names = None
    if names not in fitted:
        fitted[names] = feed.shape() if names is None else _cut(feed.shape(), names)
    return fitted[names]


def _cut(shape: Any, names: frozenset[str]) -> Any:
    for name, column in list(shape.fields.items()):
        if name not in names and not column.required and column.default is empty:
            del shape.fields[name]
    return shape


def _row_faults(wrong: ValidationError, number: int) -> Iterator[Fault]:
    place = f"#/{number - 1}"
    for fault in faults_of(wrong.detail, place, number):
        yield Fault(fault.pointer, fault.code, fault.detail, number, fault.pointer.removeprefix(place).lstrip("/"))


def apply_rows(feed: Feed, rows: Sequence[RawRow], context: Context) -> list[Fault]:
    """Check and apply `rows`; return every fault in row order. Demands a unit of work through `feed.apply`."""
    good, faults = checked(feed, rows)
    for together in _passes(feed, good) if feed.adds_up else [_last_ones(feed, good, context)]:
        faults += feed.apply(together, context)
    return sorted(faults, key=lambda fault: fault.row)


def _last_ones(feed: Feed, rows: Sequence[Row], context: Context) -> list[Row]:
    """Return one row of each key, in the order of their first: the one that replaces the others."""
    last: dict[Hashable, Row] = {}
    for row in rows:
        known = last.setdefault(feed.key(row.value), row)
        if feed.rank(row, context) >= feed.rank(known, context):
            last[feed.key(row.value)] = row
    return list(last.values())


def _passes(feed: Feed, rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield runs of rows with different keys, so that of two equal keys the later row is applied later."""
    waiting = list(rows)
    while waiting:
        first: dict[Hashable, Row] = {}
        later = [row for row in waiting if first.setdefault(feed.key(row.value), row) is not row]
        yield list(first.values())
        waiting = later


def refused_rows(faults: Sequence[Fault]) -> int:
    """Return how many rows the faults are of."""
    return len({fault.row for fault in faults})


def chunks(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    """Yield `rows` in runs of CHUNK."""
    while run := list(itertools.islice(rows, CHUNK)):
        yield run
