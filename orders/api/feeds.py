"""Carries orders that come in bulk to intake: each stands or is refused for itself."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from dom.kernel.errors import DomainError
from dom.kernel.rest.errors import Fault
from dom.kernel.rest.feeds import Context, Feed, Row, register
from orders.api.asked import OrderAskedShape
from orders.canonical import read_order
from orders.errors import OrderInvalid
from orders.services.intake import Arrival, place_orders

_OF_OTHERS = {"field": "channel", "message": "The key may act for its own channels only."}


def _place(rows: Sequence[Row], context: Context) -> Sequence[Fault]:
    faults: list[Fault] = []
    arrivals: list[tuple[Row, Arrival]] = []
    for row in rows:
        try:
            arrivals.append((row, _arrival(row, context)))
        except OrderInvalid as wrong:
            faults += _faults(row, wrong)
    answers = place_orders(arrivals=[one for _, one in arrivals], at=context.at, actor=context.actor)
    for (row, _), answer in zip(arrivals, answers, strict=True):
        if isinstance(answer, DomainError):
            faults += _faults(row, answer)
    return faults


def _arrival(row: Row, context: Context) -> Arrival:
    asked = read_order(row.value, at=context.at)
    if context.nodes and any(group.node not in context.nodes for group in asked.groups):
        fault = {"field": "fulfillment/node", "message": "The key may act for its own nodes only."}
        raise OrderInvalid(fault["message"], errors=[fault])
    if context.channels and asked.channel not in context.channels:
        raise OrderInvalid("The key may act for its own channels only.", errors=[_OF_OTHERS])
    return Arrival(asked, json.dumps(row.value, default=str).encode(), context.actor)


def _faults(row: Row, wrong: DomainError) -> Iterator[Fault]:
    errors: Any = wrong.facts.get("errors")
    if not errors:
        yield row.fault("external_ref", wrong.code, str(wrong))
        return
    for error in errors:
        yield row.fault(error["field"], wrong.code, error["message"])


ORDERS = register(Feed("orders", OrderAskedShape, key=lambda row: (row["channel"], row["external_ref"]), apply=_place))
