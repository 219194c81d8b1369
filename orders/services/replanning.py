"""Plans what nobody has begun anew, as a person wishes: release, decide and reserve in one transaction, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import routing.services
from dom.kernel.transactions import in_unit_of_work
from inventory import selectors as inventory
from inventory.services import Outcome, QueuedRow, Want, dequeue_demand, lock_backorders, queue_demand, reserve
from orders.errors import AlreadyClaimed, PlanRefused
from orders.models import FulfillmentOrder
from orders.selectors.movable import Movable, movable
from orders.selectors.requests import pending
from orders.services import queue
from orders.services.carrying_out import Prepared, carry_out, prepare
from orders.services.case import Case, StockChange, open_order, open_units
from orders.services.changes import end_no_plan
from orders.services.closing import close_case
from orders.services.fulfillment import end
from orders.services.places import take_places
from orders.wishes import Wish, requests_of, require_granted
from routing.core.explain import explain
from routing.services import Decided

S = FulfillmentOrder.Status


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a new plan came to: units by node, and what it costs beside what it replaces."""

    units_by_node: dict[str, int]
    cost_e4: int
    cost_before_e4: int


@in_unit_of_work
def replan(
    *, order_ref: str, wish: Wish, reason: str, seen_revision: int | None = None, at: datetime, actor: str
) -> Replanned:
    """Take back what nodes have not begun, decide it again as `wish` says, and reserve it; nothing is free in between.

    Open holds that only say that no plan was found end with it. The change log keeps wish and reason.

    Raises:
        NotFound: there is no such order.
        AlreadyClaimed: somebody changed the order since `seen_revision`.
        PlanRefused: nothing may be planned anew, the wish cannot be granted, or another order was faster.
    """
    case = open_order(order_ref=order_ref)
    if seen_revision is not None and case.order.revision != seen_revision:
        raise AlreadyClaimed(f"Somebody changed {order_ref} first; look again.", revision=case.order.revision)
    parts = movable(order_ref, wish)
    decided = _decide(parts, wish, at=at)
    prepared = [
        _prepare(part, one, first=one is ones[0]) for part, ones in zip(parts, decided, strict=True) for one in ones
    ]
    _require_won(reserve(wants=[p.want for p in prepared if p.want], at=at, actor=actor))
    lock_backorders(sku_ids=[line.sku_id for line in case.lines.values() if line.sku_id is not None])
    _take_back(case, parts, at=at, actor=actor)
    close_case(case=case, kind="order.rerouted", words=reason, at=at, actor=actor, **wish.told())
    _require_placed(take_places(prepared=prepared)[1])
    carry_out(prepared=prepared, at=at, actor=actor)
    _count_rest(parts, prepared, at=at)
    decisions = routing.services.packed([one for ones in decided for one in ones])
    routing.services.record(decisions=decisions, lost={}, attempts={}, at=at)
    _settle_queue(case, at=at)
    return _replanned(parts, prepared)


def _decide(parts: Sequence[Movable], wish: Wish, *, at: datetime) -> list[list[Decided]]:
    nodes = list(inventory.network(at=at).node_ids)
    asked = [requests_of(wish, part.pending.request, nodes=nodes) for part in parts]
    flat = [request for requests in asked for request in requests]
    answers = iter(routing.services.route(requests=flat, at=at, ignore_rules=wish.ignore_rules))
    decided = [[next(answers) for _ in requests] for requests in asked]
    for part, ones in zip(parts, decided, strict=True):
        before = part.planned if len(ones) == 1 else 0
        for one in ones:
            require_granted(wish, one.plan, planned_before=before, why=_why(one, wish))
    return decided


def _why(one: Decided, wish: Wish) -> dict[str, str]:
    wanted = {wish.node, one.request.ref.rpartition("/")[2]}
    told = explain(one.request, one.run.facts, one.decision, at=one.run.at)
    return {story.node: story.sentence for story in told.nodes if story.node in wanted}


def _prepare(part: Movable, one: Decided, *, first: bool) -> Prepared:
    """Name the work of one decision; the first of a group gives back all that the group has claimed."""
    refs = [part.pending.request.ref, *(fo.ref for fo in part.work)]
    made = prepare(replace(part.pending, request=one.request, rest=()), one)
    want: Want | None = made.want and replace(made.want, releases=tuple(refs) if first else ())
    return replace(made, want=want)


def _require_won(outcome: Outcome) -> None:
    for loss in outcome.lost.values():
        raise PlanRefused(
            f"Another order was faster: {loss.reason.replace('_', ' ').lower()}, {loss.available} left.",
            reason=loss.reason, available=loss.available,
        )  # fmt: skip


def _require_placed(full: Mapping[str, int]) -> None:
    for left in full.values():
        raise PlanRefused(f"Another order was faster: {left} places are left to wait at.", available=left)


def _take_back(case: Case, parts: Sequence[Movable], *, at: datetime, actor: str) -> None:
    """Put the units back to the queue in the rows alone: claims and capacity went with the reservation."""
    for fo in (case.work[one.id] for part in parts for one in part.work):
        for work in case.parts_of(fo):
            case.take_back(work, open_units(work), as_="cancelled", fate="queued")
        end(case, fo, S.CANCELLED, at=at)
        case.tell(fo, "cancelled", reason="REROUTED")
    lines = [case.lines[line_id] for part in parts for line_id in part.pending.line_ids.values()]
    for line in lines:
        line.queued, line.backordered = line.queued + line.backordered, 0
    case.stock = StockChange()
    end_no_plan(case, decided=lines, at=at, actor=actor)
    case.reroute = False  # what is left to route is queued once this plan stands


def _count_rest(parts: Sequence[Movable], prepared: Sequence[Prepared], *, at: datetime) -> None:
    """Count again what a hold keeps back: the group's claims and queued demand ended with the plan."""
    dequeue_demand(demand_refs=[part.pending.request.ref for part in parts])
    held = [(part.pending, rest) for part in parts for rest in part.pending.rest]
    held += [(p.pending, rest) for p in prepared for rest in p.still_queued]
    rows = [
        QueuedRow(one.request.ref, line_ref, sku_id, one.channel_id, units) for one, (line_ref, sku_id, units) in held
    ]
    queue_demand(rows=rows, at=at)


def _settle_queue(case: Case, *, at: datetime) -> None:
    """Leave the order in the queue only for groups that this plan was not about."""
    if pending([case.order.id]):
        queue.enqueue_routing(order_ids=[case.order.id], at=at)
    else:
        queue.finish(order_ids=[case.order.id])


def _replanned(parts: Sequence[Movable], prepared: Sequence[Prepared]) -> Replanned:
    units: dict[str, int] = {}
    parcels = [parcel for one in prepared for _, parcel in one.parcels]
    for parcel in parcels:
        units[parcel.node] = units.get(parcel.node, 0) + sum(line.quantity for line in parcel.lines)
    return Replanned(units, sum(parcel.cost_e4 for parcel in parcels), sum(part.cost_e4 for part in parts))
