"""Lets go of incoming supply that comes too late, and sends what lost its supply to routing again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from inventory.services import Lost, SupplyClaim, free_supply, take_lost_supply
from orders.models import Order
from orders.services.book import Happening
from orders.services.case import Case, open_cases
from orders.services.closing import close_cases
from orders.services.drafts import group_demand
from orders.services.waking import OVERDUE

ACTOR = "supply"
_LIMIT = 500

_LATE = """
SELECT demand_ref, line_ref, sku_id, supply_id, reason FROM orders_late_supply(%s::timestamptz, %s::int)
"""


@in_unit_of_work
def free_late(*, at: datetime, limit: int = _LIMIT) -> int:
    """End claims on supply that is overdue, or comes later than its order accepts; return how many.

    An order accepts supply until it is cancelled by itself; a date that moves beyond the promise frees the claims made
    before, once. What lost its claim is found by `try_again`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [at - OVERDUE, limit])
        late = [SupplyClaim(*row) for row in cursor.fetchall()]
    return len(free_supply(claims=late, at=at, actor=ACTOR))


@in_unit_of_work
def try_again(*, at: datetime, limit: int = _LIMIT) -> int:
    """Queue backordered units whose supply came short or late, for another decision; return how many orders.

    Only backordered units claim supply. Those that were woken, planned anew or cancelled meanwhile are counted without
    it and need nothing; nor does a cart's claim, whose units are missing when the cart becomes an order. Safe beside
    itself: each loss is taken once.
    """
    losses: dict[str, list[Lost]] = defaultdict(list)
    for loss in take_lost_supply(limit=limit):
        losses[loss.demand_ref.partition(":")[0]].append(loss)
    ids = Order.objects.filter(ref__in=losses).values_list("id", flat=True)
    done = [
        (case, Happening(case.order.id, "order.supply_lost", ACTOR, _reason(lines), data={"lines": lines}))
        for case in open_cases(order_ids=list(ids))
        if (lines := _queue_again(case, losses[case.order.ref]))
    ]
    close_cases(cases=done, reason="SUPPLY_LOST", at=at, actor=ACTOR)
    return len(done)


def _queue_again(case: Case, losses: Sequence[Lost]) -> list[Mapping[str, Any]]:
    lines = {_name(case, line.id): line for line in case.lines.values()}
    told = []
    for loss in losses:
        line = lines.get((loss.demand_ref, loss.line_ref))
        units = case.queue_again(line, loss.quantity) if line is not None and line.sku_id == loss.sku_id else 0
        if units:
            told.append(_told(loss, units))
    return told


def _name(case: Case, line_id: int) -> tuple[str, str]:
    line = case.lines[line_id]
    return group_demand(case.order.ref, group_ref=case.groups[line.group_id].group_ref), line.line_ref


def _told(loss: Lost, units: int) -> Mapping[str, Any]:
    return {
        "line_ref": loss.line_ref,
        "quantity": units,
        "source": loss.source_ref,
        "reason": loss.reason,
        "expected_at": loss.expected_at.isoformat(),
    }


def _reason(lines: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(sorted({str(line["reason"]) for line in lines}))
