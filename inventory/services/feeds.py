"""Takes in absolute counts by the million: staged by COPY, compared once, changed rows applied in short transactions.

Everything here opens its own units of work: a feed is many, so that no buyer waits for all of it. After a crash
`run` goes on with the next chunk; a feed whose rows were lost with the unlogged tables fails and says so.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from dom.kernel import jobs
from dom.kernel.ids import new_ref
from dom.kernel.profiles import FEED
from dom.kernel.transactions import unit_of_work
from inventory.models import Node, Sku, StockFeed
from inventory.services import sql
from inventory.services.claims import SOURCE_SHORT, WAKE_BACKORDERS

#: Changed rows of one commit: long enough to be quick, short enough that no buyer waits for more than a blink.
CHUNK = 2_000
#: Errors that are told one by one; the rest is only counted.
KEPT = 100_000
#: How far a sender's clock may be ahead of ours.
SKEW = timedelta(minutes=5)
_RUN = 20_000
_UNDER_WAY = (StockFeed.Status.STAGED, StockFeed.Status.APPLYING)
_MOST = 2_000_000_000

_COPY = "COPY inventory_feed_row (feed_id, row, sku_id, node_id, on_hand, counted_at) FROM STDIN"

#: Hears how many rows of a feed are settled, before each step; says whether to go on.
Heard = Callable[[int], bool]

#: (SKU code, node code, on hand, counted_at or None for "as received"), as a parser found them.
FeedRow = tuple[str, str, object, datetime | None]


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row, counting from 0, was not applied."""

    row: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """What became of a feed; `errors` are the first ones, `failed` and `ignored` count all of them."""

    ref: str
    rows: int
    changed: int
    unchanged: int
    ignored: int
    failed: int
    errors: tuple[RowError, ...]


def _always(_settled: int) -> bool:
    return True


def take_in(*, rows: Iterable[FeedRow], at: datetime, actor: str, heard: Heard = _always) -> FeedSummary:
    """Apply a feed from beginning to end; good rows are applied, bad ones reported with row and field."""
    ref, errors = stage(rows=rows, at=at, actor=actor)
    late = run(ref=ref, at=at, heard=heard)
    feed = StockFeed.objects.get(ref=ref)
    told = sorted([*errors, *late], key=lambda error: error.row)[:KEPT]
    return FeedSummary(ref, feed.rows, feed.changed, feed.unchanged, feed.ignored, feed.failed, tuple(told))


def stage(*, rows: Iterable[FeedRow], at: datetime, actor: str) -> tuple[str, list[RowError]]:
    """Check `rows` and keep the good ones; return the feed's reference and the first errors. Changes no stock."""
    with unit_of_work(FEED):
        feed = StockFeed.objects.create(ref=new_ref("N"), actor=actor, received_at=at)
        staging = _Staging(feed.id, at)
        for run_of_rows in _runs(rows):
            # Checked first: a connection that is copying answers no question about codes.
            lines = staging.lines(run_of_rows)
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.write(lines)
        feed.rows, feed.failed = staging.rows, staging.failed
        feed.save(update_fields=["rows", "failed"])
        jobs.enqueue("inventory.tasks.apply_feed", feed_ref=feed.ref)
    return feed.ref, staging.errors


def _runs(rows: Iterable[FeedRow]) -> Iterator[list[FeedRow]]:
    iterator = iter(rows)
    while found := list(itertools.islice(iterator, _RUN)):
        yield found


class _Staging:
    """Checks rows and writes them in COPY's text format; keeps the codes and keys it has seen."""

    def __init__(self, feed_id: int, at: datetime) -> None:
        self.rows = self.failed = 0
        self.errors: list[RowError] = []
        self._feed_id = feed_id
        self._at = at
        self._received = at.isoformat()
        self._latest = at + SKEW
        self._skus: dict[str, int] = {}
        self._nodes = dict(Node.objects.values_list("code", "id"))
        # One bit a node for each SKU that was seen: a set of pairs would take a hundred times the memory.
        self._bits = {node_id: 1 << place for place, node_id in enumerate(self._nodes.values())}
        self._seen: dict[int, int] = {}

    def lines(self, rows: list[FeedRow]) -> str:
        """Return the lines of the good rows among `rows`."""
        codes = {row[0] for row in rows if isinstance(row[0], str)} - self._skus.keys()
        # A text with a NUL cannot even be asked for; it is no code of ours.
        asked = [code for code in codes if "\x00" not in code]
        if asked:
            self._skus |= dict(Sku.objects.filter(code__in=asked).values_list("code", "id"))
        lines = [self._line(row) for row in rows]
        return "".join(line for line in lines if line)

    def _line(self, row: FeedRow) -> str:
        sku, node, told, counted_at = row
        number, self.rows = self.rows, self.rows + 1
        sku_id, node_id = self._skus.get(sku), self._nodes.get(node)
        if sku_id is None:
            return self._refuse(number, "sku", "unknown-sku", f"There is no SKU {sku!s:.80}.")
        if node_id is None:
            return self._refuse(number, "node", "unknown-node", f"There is no node {node!s:.80}.")
        units = _units(told)
        if units is None:
            return self._refuse(number, "on_hand", "not-a-count", f"{told!r:.80} is no whole number, zero or more.")
        if counted_at is not None and counted_at > self._latest:
            return self._refuse(number, "counted_at", "counted-in-future", "The count was taken after it was received.")
        seen, bit = self._seen.get(sku_id, 0), self._bits[node_id]
        if seen & bit:
            return self._refuse(number, "sku", "duplicate", "An earlier row counts this SKU at this node.")
        self._seen[sku_id] = seen | bit
        instant = self._received if counted_at is None else min(counted_at, self._at).isoformat()
        return f"{self._feed_id}\t{number}\t{sku_id}\t{node_id}\t{units}\t{instant}\n"

    def _refuse(self, row: int, field: str, code: str, message: str) -> str:
        self.failed += 1
        if len(self.errors) < KEPT:
            self.errors.append(RowError(row, field, code, message))
        return ""


def _units(told: object) -> int | None:
    """Return a whole number, zero or more, however it was written (12, "12", 12.0); None for anything else."""
    if isinstance(told, str):
        told = told.strip()
        told = int(told) if told.isascii() and told.isdigit() else None
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= _MOST:
        return None
    return told


def run(*, ref: str, at: datetime, heard: Heard = _always) -> list[RowError]:
    """Bring a staged feed to its end from wherever it stands; return the rows that a later count has overtaken.

    Once `heard` says no, the rest is left unapplied and the feed fails. Safe beside itself: a chunk is applied by
    whoever moves the feed on.
    """
    feed = StockFeed.objects.get(ref=ref)
    late = _compare(ref) if heard(feed.failed) else []
    while (feed := StockFeed.objects.get(ref=ref)).status in _UNDER_WAY:
        if feed.status == StockFeed.Status.APPLYING and feed.next_chunk == feed.chunks:
            _end(feed, StockFeed.Status.DONE)
            break
        if feed.status == StockFeed.Status.STAGED or not heard(_settled(feed)):
            _end(feed, StockFeed.Status.FAILED)
            break
        with unit_of_work(FEED):
            found = sql.rows(
                "inventory_apply_feed_chunk", ("timestamptz", at), ("bigint", feed.id), ("int", feed.next_chunk)
            )[0][0]
            jobs.ring(WAKE_BACKORDERS)
            jobs.ring(SOURCE_SHORT)
        late += found or []
    return [RowError(row, "counted_at", "count-outdated", "A later count is known.") for row in sorted(late)]


def _compare(ref: str) -> list[int]:
    """Find what a staged feed changes; return the rows that are older than a known count."""
    with unit_of_work(FEED):
        # Compare and set: of two workers one compares, and the other finds the feed past this.
        if not StockFeed.objects.filter(ref=ref, status=StockFeed.Status.STAGED).update(
            status=StockFeed.Status.APPLYING
        ):
            return []
        feed = StockFeed.objects.get(ref=ref)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), coalesce(min(counted_at), now()) FROM inventory_feed_row WHERE feed_id = %s",
                [feed.id],
            )
            staged, since = cursor.fetchone()
        if staged != feed.rows - feed.failed:
            StockFeed.objects.filter(id=feed.id).update(status=StockFeed.Status.FAILED)
            return []
        unchanged, changed, late = sql.rows(
            "inventory_diff_feed", ("bigint", feed.id), ("timestamptz", since), ("int", CHUNK)
        )[0]
        StockFeed.objects.filter(id=feed.id).update(
            unchanged=unchanged, changed=changed, ignored=len(late or []), chunks=-(-changed // CHUNK)
        )
    return list(late or [])


def _settled(feed: StockFeed) -> int:
    """Return the rows that are refused, known, overtaken or applied."""
    applied = min(feed.next_chunk * CHUNK, feed.changed)
    return min(feed.rows, feed.failed + feed.unchanged + feed.ignored + applied)


def _end(feed: StockFeed, status: str) -> None:
    with unit_of_work(FEED):
        StockFeed.objects.filter(id=feed.id, status__in=_UNDER_WAY).update(status=status)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM inventory_feed_change WHERE feed_id = %s", [feed.id])


def unfinished(*, received_before: datetime) -> list[str]:
    """Return the feeds that stand still: whoever was applying them is gone."""
    rows = StockFeed.objects.filter(
        status__in=[StockFeed.Status.STAGED, StockFeed.Status.APPLYING], received_at__lt=received_before
    )
    return list(rows.order_by("id").values_list("ref", flat=True))
