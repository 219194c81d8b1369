"""Answers which work rests at a node that will not begin it: the node is closed, or nobody there answers in time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from dom.kernel import config
from inventory import selectors as inventory
from inventory.selectors import NetworkNode
from orders import states
from orders.models import FulfillmentOrder
from orders.patience import open_since
from routing.core.config.calendar import BUILT_IN_CALENDAR, parse_calendar

S = FulfillmentOrder.Status
NODE_CLOSED, NOT_ACCEPTED = "NODE_CLOSED", "NOT_ACCEPTED"
#: A customer comes to this very node: another one is no help.
_COLLECTED = Q(method="PICKUP") | Q(method="SHIP_TO_STORE", node_id=F("group__node_id"))


class Resting(NamedTuple):
    """One piece of work that should go elsewhere, and why."""

    ref: str
    why: str


def resting(*, at: datetime, limit: int = 200) -> list[Resting]:
    """Return up to `limit` pieces of work that nobody has begun and nobody will, the oldest first.

    What customers collect there waits for an answer however long; a closed node has nobody to give it.
    """
    rows = FulfillmentOrder.objects.filter(status__in=states.UNTOUCHED, node__status="CLOSED").order_by("id")
    closed = [Resting(ref, NODE_CLOSED) for ref in rows.values_list("ref", flat=True)[:limit]]
    return closed + list(_unanswered(at, limit - len(closed)))


def _unanswered(at: datetime, limit: int) -> Iterator[Resting]:
    nodes = [node for node in inventory.network(at=at).nodes if node.accept_minutes is not None]
    late = _late(nodes, at)
    if not late or limit <= 0:
        return
    not_offered = [node.id for node in nodes if node.release_minutes is not None]
    rows = FulfillmentOrder.objects.annotate(since=Coalesce("released_at", "created_at"))
    rows = rows.filter(late, status__in=states.UNTOUCHED).exclude(_COLLECTED)
    rows = rows.exclude(status=S.PLANNED, node_id__in=not_offered)
    yield from (Resting(ref, NOT_ACCEPTED) for ref in rows.order_by("id").values_list("ref", flat=True)[:limit])


def _late(nodes: Sequence[NetworkNode], at: datetime) -> Q:
    """Return which work has rested for its node's minutes of opening hours; an empty condition where none can have."""
    since: defaultdict[datetime, list[int]] = defaultdict(list)
    calendars = {code: parse_calendar(one.body) for code, one in config.live_versions("calendar").items()}
    for node in nodes:
        calendar = calendars.get(node.calendar, BUILT_IN_CALENDAR)
        begun = open_since(calendar, ZoneInfo(node.time_zone), minutes=node.accept_minutes or 0, until=at)
        if begun is not None:
            since[begun].append(node.id)
    late = Q()
    for begun, ids in sorted(since.items()):
        late |= Q(node_id__in=ids, since__lte=begun)
    return late
