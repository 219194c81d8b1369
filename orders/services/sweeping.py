"""What time alone brings about: queued work that nobody rang for, carts that lapse, orders that waited too long."""

from datetime import datetime

from django.db import connection
from django.db.models import Min, Q

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from orders.models import RoutingTask
from orders.priority import priority
from orders.services import queue

SWEEP = "orders.tasks.sweep"


@in_unit_of_work
def ring_for_due_work(*, at: datetime) -> bool:
    """Ring the routing workers when a task is due that nobody holds: a lost message, an ended lease, a time come."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    due = RoutingTask.objects.filter(free, not_before__lte=at).exists()
    if due:
        jobs.ring(queue.ROUTE_ORDERS)
    return due


@in_unit_of_work
def rescore(*, at: datetime, limit: int = 2000) -> int:
    """Compute anew how urgent waiting orders are, the oldest first; return how many changed. Two statements."""
    waiting = (
        RoutingTask.objects.order_by("id")
        .annotate(promised_by=Min("order__groups__promised_by"))
        .values_list("order_id", "order__customer_tier", "order__placed_at", "promised_by")[:limit]
    )
    scores = {
        order_id: priority(tier=tier, placed_at=placed_at, promised_by=promised_by, at=at)
        for order_id, tier, placed_at, promised_by in waiting
    }
    with connection.cursor() as cursor:
        ids, priorities = list(scores), list(scores.values())
        cursor.execute("SELECT orders_rescore(%s::bigint[], %s::int[])", [ids, priorities])
        return int(cursor.fetchone()[0])
