"""Sets aside an order that breaks whatever routes it."""

from datetime import datetime, timedelta

from dom.kernel.transactions import in_unit_of_work
from orders.locks import lock_orders
from orders.models import Hold, RoutingTask
from orders.services import queue
from orders.services.book import Happening, write_down


@in_unit_of_work
def hold_as_routing_error(*, order_id: int, at: datetime) -> None:
    """Hold the order for operations with what is known of its failures, and take it out of the queue."""
    lock_orders([order_id])
    task = RoutingTask.objects.filter(order_id=order_id).first()
    if task is None:
        return
    reason = task.error or f"Routing ended without an answer {queue.MOST_ATTEMPTS} times."
    Hold.objects.bulk_create(
        [
            Hold(
                order_id=order_id,
                kind=Hold.Kind.ROUTING_ERROR,
                owner="Ops",
                reason=reason,
                due_at=at + timedelta(hours=1),
                placed_by="routing",
                placed_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    queue.finish(order_ids=[order_id])
    write_down(
        happenings=[Happening(order_id, "order.held", "routing", reason=reason[:200], data={"hold": "ROUTING_ERROR"})],
        at=at,
    )
