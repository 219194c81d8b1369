"""Answers what the units are worth that routing cancels, as exact shares of their orders."""

from collections import defaultdict
from collections.abc import Mapping

from orders.models import OrderLine
from orders.worth import Priced, line_worths, settle


def cancelled_shares(units_by_line: Mapping[int, int]) -> dict[int, int]:
    """Return minor units by order id for `units_by_line` (line id → units about to be cancelled).

    Reads lines as they are before the cancellation: one statement, none where nothing is cancelled. Holds nothing.
    """
    if not units_by_line:
        return {}
    orders = OrderLine.objects.filter(id__in=units_by_line).values("order_id")
    by_order: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order_id__in=orders).select_related("order").order_by("id"):
        by_order[line.order_id].append(line)
    return {order_id: _share(lines, units_by_line) for order_id, lines in by_order.items()}


def _share(lines: list[OrderLine], units_by_line: Mapping[int, int]) -> int:
    worths = line_worths([_priced(line) for line in lines], charges_minor=lines[0].order.charges_minor)
    return sum(
        settle(worths[line.id], quantity=line.quantity, settled=line.shipped + line.cancelled, now=units)
        for line in lines
        if (units := units_by_line.get(line.id, 0))
    )


def _priced(line: OrderLine) -> Priced:
    total = line.unit_price_minor * line.quantity - line.discount_minor + line.tax_minor
    return Priced(line.id, line.kind, line.parent_id, line.quantity, total)
