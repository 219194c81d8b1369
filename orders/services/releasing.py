"""Lets nodes have their planned work when its time has come, or when a person says so."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import F, Q

from dom.kernel.events import NewEvent, append_events
from dom.kernel.transactions import in_unit_of_work
from inventory import selectors as inventory
from orders.locks import lock_free_work
from orders.models import FulfillmentOrder
from orders.services.case import move, open_work
from orders.services.closing import close_case
from orders.services.fulfillment import go_on

S = FulfillmentOrder.Status
TAKE_BACK = "orders.tasks.take_back"


@in_unit_of_work
def release_due(*, at: datetime, limit: int = 1_000) -> int:
    """Release planned work that has to leave soon, the soonest first; return how much. Four statements at most.

    Only nodes with `release_minutes` wait for it; what has no time to leave is due at once. Safe beside itself.
    """
    due = _due(at)
    if not due:
        return 0
    planned = FulfillmentOrder.objects.filter(due, status=S.PLANNED)
    soonest = list(planned.order_by("ship_by", "id").values_list("id", flat=True)[:limit])
    rows = FulfillmentOrder.objects.filter(id__in=soonest, status=S.PLANNED).select_related("order__channel", "node")
    work = lock_free_work(rows)
    FulfillmentOrder.objects.filter(id__in=[fo.id for fo in work]).update(
        status=S.RELEASED, released_at=at, revision=F("revision") + 1
    )
    append_events([_told(fo) for fo in work], at=at)
    return len(work)


def _due(at: datetime) -> Q:
    """Return which work is due by its node's habit; an empty condition where no node waits."""
    nodes: defaultdict[int, list[int]] = defaultdict(list)
    for node in inventory.network(at=at).nodes:
        if node.release_minutes is not None:
            nodes[node.release_minutes].append(node.id)
    due = Q()
    for minutes, ids in sorted(nodes.items()):
        soon = Q(ship_by__lte=at + timedelta(minutes=minutes)) | Q(ship_by__isnull=True)
        due |= Q(node_id__in=ids) & soon
    return due


def _told(fo: FulfillmentOrder) -> NewEvent:
    return NewEvent(
        kind="fulfillment_order.released",
        entity="fulfillment_order",
        entity_ref=fo.ref,
        revision=fo.revision + 1,
        channel=fo.order.channel.code,
        node=fo.node.code,
        data={"order": fo.order.ref, "status": S.RELEASED.value},
    )


@in_unit_of_work
def release_work(*, ref: str, reason: str = "", at: datetime, actor: str, seen_revision: int | None = None) -> None:
    """Let the node have the work before its time.

    Raises:
        NotFound: there is no such fulfillment order.
        InvalidTransition: it has been released, or it is on hold or over.
        AlreadyClaimed: somebody changed it since `seen_revision`.
    """
    case, fo = open_work(ref=ref, seen_revision=seen_revision)
    go_on(case, fo)
    move(fo, S.RELEASED, at=at)
    fo.released_at = at
    case.tell(fo, "released")
    close_case(
        case=case, kind="order.work_released", words=reason, at=at, actor=actor, fulfillment_order=fo.ref,
        node=fo.node.code,
    )  # fmt: skip
