"""Runs counts: chooses SKUs, takes down what people find, has differences looked at, posts them.

Posting goes through `services.count`: a line is what was there at its `counted_at`, and later movements stay applied.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dom.kernel import config
from dom.kernel.events import NewEvent, append_event
from dom.kernel.ids import new_ref
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.words import many
from inventory import locks
from inventory.errors import ApprovalRefused, CountRefused
from inventory.models import CountLine, CountSession, Node
from inventory.selectors.counts import Seen, books_at
from inventory.services.stock import count
from inventory.states import count_may_move
from inventory.values import Counted, CountRow

#: The document that says above which value of a line's difference a second person has to post it.
APPROVAL = "count-approval"
#: So many SKUs are one person's round.
MOST_LINES = 200
_S = CountSession.Status


@in_unit_of_work
def set_count_approval(*, above_minor: int | None, at: datetime, actor: str) -> None:
    """Want a second person where a difference is worth more than this, in the SKU's currency; None wants none."""
    config.publish(kind=APPROVAL, scope="all", body={"above_minor": above_minor}, author=actor, at=at)


def count_approval_above() -> int | None:
    """Return above which value of a difference a second person has to post, None for never."""
    live = config.live(APPROVAL, "all")
    found: int | None = live.body["above_minor"] if live else None
    return found


@in_unit_of_work
def open_count(
    *, node: str, sku_ids: Sequence[int], blind: bool, chosen_by: str, at: datetime, actor: str, note: str = ""
) -> CountSession:
    """Ask for `sku_ids` to be counted at a node, in this order. Holds and changes no stock.

    Raises:
        CountRefused: the node is unknown, or feeds what is free; there are no SKUs, or too many for one round.
    """
    found = Node.objects.filter(code=node).first()
    if found is None:
        raise CountRefused(f"There is no node {node}.", node=node)
    if found.feed_basis != Node.FeedBasis.ON_HAND:
        raise CountRefused(
            f"{node} tells us what is free, not what is on hand: it counts in its own system.", node=node
        )
    ids = list(dict.fromkeys(sku_ids))
    if not 0 < len(ids) <= MOST_LINES:
        raise CountRefused(f"A count has 1 to {MOST_LINES} SKUs; these are {len(ids)}.", skus=len(ids))
    session = CountSession.objects.create(
        ref=new_ref("C"), node=found, blind=blind, chosen_by=chosen_by, note=note, opened_by=actor, opened_at=at
    )
    CountLine.objects.bulk_create(CountLine(session=session, sku_id=sku_id) for sku_id in ids)
    _tell(session, "count.opened", {"skus": len(ids)}, at, actor)
    return session


@in_unit_of_work
def enter_counts(*, ref: str, seen: Sequence[Seen], at: datetime, actor: str) -> CountSession:
    """Take down what somebody found; a SKU counted again takes the later word. Changes no stock.

    Raises:
        NotFound: there is no such count.
        CountRefused: it is not being counted, a SKU is not part of it, or a count is negative or in the future.
    """
    session = locks.lock_count(ref)
    if session.status != _S.OPEN:
        raise _refused(session, "be counted")
    lines = {line.sku_id: line for line in session.lines.all()}
    if any(one.sku_id not in lines or one.units < 0 or one.counted_at > at for one in seen):
        raise CountRefused("Each SKU is part of the count, zero or more, and counted before now.", ref=ref)
    books = books_at(session.node_id, seen)
    for one in seen:
        line = lines[one.sku_id]
        line.counted, line.counted_at, line.counted_by = one.units, one.counted_at, actor
        line.on_hand, line.times = books[one.sku_id], line.times + 1
    changed = [lines[one.sku_id] for one in seen]
    CountLine.objects.bulk_update(changed, ["counted", "counted_at", "counted_by", "on_hand", "times"])
    return session


@in_unit_of_work
def submit_count(*, ref: str, at: datetime, actor: str) -> CountSession:
    """Say that everything has been counted; somebody looks at the differences.

    Raises:
        NotFound: there is no such count.
        CountRefused: it is not being counted, or a SKU is not counted yet.
    """
    session = locks.lock_count(ref)
    _must_move(session, _S.REVIEW)
    missing = session.lines.filter(counted__isnull=True).count()
    if missing:
        raise CountRefused(f"{many(missing, 'SKU is', 'SKUs are')} not counted yet.", ref=ref, missing=missing)
    return _moved(session, _S.REVIEW, "count.submitted", {}, at, actor)


@in_unit_of_work
def recount(*, ref: str, line_ids: Sequence[int], at: datetime, actor: str) -> CountSession:
    """Have some lines counted once more; what was found before is forgotten, that it was counted is not.

    Raises:
        NotFound: there is no such count.
        CountRefused: it is not to be reviewed, or no line of it is named.
    """
    session = locks.lock_count(ref)
    _must_move(session, _S.OPEN)
    if not session.lines.filter(id__in=line_ids).update(counted=None, counted_at=None, counted_by=""):
        raise CountRefused("Name at least one SKU to count once more.", ref=ref)
    return _moved(session, _S.OPEN, "count.reopened", {"skus": len(set(line_ids))}, at, actor)


def refuse_counter(*, lines: Sequence[CountLine], ref: str, actor: str) -> None:
    """Refuse that who counted posts a difference that is worth so much that a second person has to.

    Raises:
        ApprovalRefused: `actor` counted some of `lines`, and one of them differs by too much.
    """
    above = count_approval_above()
    large = above is not None and any(abs(line.worth_minor) > above for line in lines)
    if large and actor in {line.counted_by for line in lines}:
        raise ApprovalRefused("Somebody who has not counted has to post so large a difference.", ref=ref)


@in_unit_of_work
def post_count(*, ref: str, at: datetime, actor: str) -> tuple[CountSession, Counted]:
    """Make the books say what was counted. A line that a later count has overtaken is ignored and marked.

    Raises:
        NotFound: there is no such count.
        CountRefused: it is not to be reviewed.
        ApprovalRefused: a difference is worth too much to be posted by somebody who counted.
    """
    session = locks.lock_count(ref)
    _must_move(session, _S.POSTED)
    lines = list(session.lines.select_related("sku"))
    refuse_counter(lines=lines, ref=ref, actor=actor)
    done = count(rows=[_row(session, line) for line in lines], at=at, actor=actor, reference=ref)
    late = [lines[number].id for number in done.ignored]
    if late:
        session.lines.filter(id__in=late).update(ignored=True)
    session.closed_at, session.closed_by = at, actor
    facts = {"changed": done.changed, "unchanged": done.unchanged, "ignored": len(done.ignored)}
    return _moved(session, _S.POSTED, "count.posted", facts, at, actor), done


def _row(session: CountSession, line: CountLine) -> CountRow:
    if line.counted is None or line.counted_at is None:
        raise CountRefused(f"{line.sku.code} is not counted.", ref=session.ref)
    return CountRow(line.sku_id, session.node_id, line.counted, line.counted_at, reason="COUNTED")


@in_unit_of_work
def cancel_count(*, ref: str, at: datetime, actor: str) -> CountSession:
    """Give a count up; the books stay as they are.

    Raises:
        NotFound: there is no such count.
        CountRefused: it has ended.
    """
    session = locks.lock_count(ref)
    _must_move(session, _S.CANCELLED)
    session.closed_at, session.closed_by = at, actor
    return _moved(session, _S.CANCELLED, "count.cancelled", {}, at, actor)


def _must_move(session: CountSession, target: str) -> None:
    if not count_may_move(session.status, target):
        raise _refused(session, f"become “{_S(target).label.lower()}”")


def _refused(session: CountSession, what: str) -> CountRefused:
    told = f"{session.ref} is “{_S(session.status).label.lower()}” and cannot {what}."
    return CountRefused(told, ref=session.ref, status=session.status)


def _moved(
    session: CountSession, target: str, kind: str, facts: Mapping[str, Any], at: datetime, actor: str
) -> CountSession:
    session.status, session.revision = target, session.revision + 1
    session.save(update_fields=["status", "revision", "closed_at", "closed_by"])
    _tell(session, kind, facts, at, actor)
    return session


def _tell(session: CountSession, kind: str, facts: Mapping[str, Any], at: datetime, actor: str) -> None:
    told = {"status": session.status, "by": actor, **facts}
    append_event(NewEvent(kind, "count", session.ref, session.revision, told, node=session.node.code), at=at)
