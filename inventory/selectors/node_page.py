"""Answers what a node's page tells: its coming days and what is used of them, what is short there, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dom.kernel import config
from dom.kernel.models import Event
from inventory.models import Node, NodeDay, StockLevel
from inventory.rules import parse_capacity


@dataclass(frozen=True, slots=True)
class DayUnit:
    """How much of one unit a day takes and has; `limit` None means no limit."""

    unit: str
    used: int
    limit: int | None

    @property
    def is_full(self) -> bool:
        """Whether nothing more fits."""
        return self.limit is not None and self.used >= self.limit


@dataclass(frozen=True, slots=True)
class Day:
    """One of a node's own days."""

    day: date
    units: Sequence[DayUnit]


def coming_days(node: Node, *, first: date, count: int) -> list[Day]:
    """Return `count` days from `first` with what is used and allowed, whole days alone (no slots); two statements."""
    live = config.live("capacity", node.code)
    capacity = parse_capacity(live.body) if live else None
    rows = NodeDay.objects.filter(node=node, day__gte=first, day__lt=first + timedelta(days=count), slot="")
    used = {(row.day, row.unit): row.used for row in rows}
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        units = []
        for unit in NodeDay.Unit.values:
            limit, taken = capacity.limit_on(day, unit) if capacity else None, used.get((day, unit), 0)
            if limit is not None or (taken and unit == NodeDay.Unit.ORDERS):
                units.append(DayUnit(unit, taken, limit))
        days.append(Day(day, units))
    return days


def short_levels(node: Node, *, most: int = 10) -> list[StockLevel]:
    """Return levels of the node that have less than is reserved, latest first."""
    return list(StockLevel.objects.filter(StockLevel.IS_SHORT, node=node).select_related("sku").order_by("-id")[:most])


def happened(node: Node, *, most: int = 12) -> list[Event]:
    """Return what people and pauses did to the node, latest first."""
    return list(Event.objects.filter(entity_ref=node.code, entity="node").order_by("-id")[:most])
