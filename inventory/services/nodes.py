"""Runs a node's day: pauses it and lets it go on, switches methods, lowers what it takes on. Each with a reason.

Every change moves the configuration clock, so routing and availability obey it with their next read.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F

from dom.kernel import changes, config, jobs
from dom.kernel.errors import NotFound
from dom.kernel.events import NewEvent, append_events
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import NodeNotOpen
from inventory.models import Node
from inventory.services.claims import WAKE_BACKORDERS
from inventory.services.rules import CAPACITY, publish_capacities

_STATUS = Node.Status


@in_unit_of_work
def pause_node(*, code: str, until: datetime | None, reason: str, at: datetime, actor: str) -> None:
    """Give the node no new work until an instant (None: until somebody resumes it); what it has stays there.

    A paused node takes the new end. After `until` it counts as open at once; `end_pauses` writes it down.

    Raises:
        NotFound: there is no such node.
        NodeNotOpen: it is closed, or `until` is over already.
    """
    node = _signed(code, at, actor)
    if node.status == _STATUS.CLOSED:
        raise NodeNotOpen(f"{code} is closed; there is nothing to pause.", node=code)
    if until is not None and until <= at:
        raise NodeNotOpen("A pause ends in the future.", node=code)
    Node.objects.filter(id=node.id).update(
        status=_STATUS.PAUSED, paused_until=until, change_reason=reason, revision=F("revision") + 1
    )
    _tell("node.paused", [node], {"until": until and until.isoformat(), "reason": reason, "by": actor}, at)


@in_unit_of_work
def resume_node(*, code: str, reason: str, at: datetime, actor: str) -> None:
    """Let a paused node have new work again.

    Raises:
        NotFound: there is no such node.
        NodeNotOpen: it is not paused.
    """
    node = _signed(code, at, actor)
    if node.status != _STATUS.PAUSED:
        raise NodeNotOpen(f"{code} is not paused.", node=code)
    _resume([node], {"reason": reason, "by": actor}, at)


@in_unit_of_work
def end_pauses(*, at: datetime, actor: str = "system") -> int:
    """Resume every node whose pause is over at `at`; return how many. Twice does it once; none due locks nothing."""
    due = Node.objects.filter(status=_STATUS.PAUSED, paused_until__lte=at)
    if not due.exists():
        return 0
    config.tick()
    changes.sign(actor=actor, at=at)
    nodes = list(due.order_by("code"))
    _resume(nodes, {"reason": "The pause is over", "by": actor}, at)
    return len(nodes)


def _resume(nodes: Sequence[Node], facts: Mapping[str, Any], at: datetime) -> None:
    Node.objects.filter(id__in=[node.id for node in nodes]).update(
        status=_STATUS.ACTIVE, paused_until=None, change_reason=facts["reason"], revision=F("revision") + 1
    )
    _tell("node.resumed", nodes, facts, at)
    jobs.ring(WAKE_BACKORDERS)


@in_unit_of_work
def switch_methods(*, code: str, methods: Sequence[str], reason: str, at: datetime, actor: str) -> None:
    """Let the node get goods to customers by `methods` and by no other.

    Raises:
        NotFound: there is no such node.
    """
    node = _signed(code, at, actor)
    chosen = [method for method in Node.Method.values if method in set(methods)]
    Node.objects.filter(id=node.id).update(methods=chosen, change_reason=reason, revision=F("revision") + 1)
    _tell("node.methods_switched", [node], {"methods": chosen, "reason": reason, "by": actor}, at)
    jobs.ring(WAKE_BACKORDERS)


@in_unit_of_work
def limit_day(*, code: str, day: date, unit: str, limit: int | None, reason: str, at: datetime, actor: str) -> None:
    """Let the node take `limit` of `unit` on one of its own days, whatever is usual; None goes back to the usual.

    Publishes the node's capacities with an exception for the day; exceptions for days that are over are left out.

    Raises:
        NotFound: there is no such node.
    """
    node = _signed(code, at, actor)
    live = config.live(CAPACITY, code)
    body: Mapping[str, Any] = live.body if live else {"node": code, "limits": []}
    usual = [one for one in body["limits"] if not _replaced(one, day, unit)]
    exception = [] if limit is None else [{"unit": unit, "limit": limit, "date": day.isoformat()}]
    publish_capacities(bodies=[{**body, "limits": usual + exception}], at=at, actor=actor, note=reason)
    Node.objects.filter(id=node.id).update(change_reason=reason, revision=F("revision") + 1)
    facts = {"day": day.isoformat(), "unit": unit, "limit": limit, "reason": reason, "by": actor}
    _tell("node.capacity_limited", [node], facts, at)


def _replaced(limit: Mapping[str, Any], day: date, unit: str) -> bool:
    if "date" not in limit:
        return False
    own = date.fromisoformat(limit["date"])
    return own < day or (own == day and limit["unit"] == unit and not limit.get("slot"))


def _signed(code: str, at: datetime, actor: str) -> Node:
    """Return the node as it is behind the clock's row lock, which lets two people who change nodes queue up."""
    config.tick()
    changes.sign(actor=actor, at=at)
    node = Node.objects.filter(code=code).first()
    if node is None:
        raise NotFound(f"There is no node {code}.", node=code)
    return node


def _tell(kind: str, nodes: Sequence[Node], facts: Mapping[str, Any], at: datetime) -> None:
    append_events(
        [NewEvent(kind, "node", node.code, node.revision + 1, dict(facts), node=node.code) for node in nodes], at=at
    )
