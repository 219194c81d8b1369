"""Sets until when an order's missing units wait."""

from datetime import datetime

from dom.kernel import jobs
from dom.kernel.transactions import in_unit_of_work
from orders.errors import InvalidTransition
from orders.models import Order
from orders.services.book import Touched
from orders.services.case import open_order
from orders.services.closing import close_case
from orders.services.waking import WAKE_BACKORDERS


@in_unit_of_work
def wait_until(*, order_ref: str, until: datetime | None, reason: str = "", at: datetime, actor: str) -> Touched:
    """Let what is missing wait until `until`, or without end (None); incoming supply is matched by it anew.

    Raises:
        NotFound: there is no such order.
        InvalidTransition: nothing of it waits any more, or the time is past.
    """
    case = open_order(order_ref=order_ref)
    if case.order.status in {Order.Status.SHIPPED, Order.Status.CANCELLED}:
        raise InvalidTransition(f"Order {order_ref} waits for nothing.", status=case.order.status, allowed=[])
    if until is not None and until <= at:
        raise InvalidTransition("The time lies in the past.", status=case.order.status, allowed=[])
    Order.objects.filter(id=case.order.id).update(auto_cancel_at=until)
    jobs.ring(WAKE_BACKORDERS)
    return close_case(
        case=case, kind="order.wait_changed", words=reason, at=at, actor=actor,
        until=until.isoformat() if until else "",
        before=case.order.auto_cancel_at.isoformat() if case.order.auto_cancel_at else "",
    )  # fmt: skip
