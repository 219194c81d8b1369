"""Takes orders in: each accepted once, with its claims, its place in the routing queue and its event, or refused."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from dom.kernel import jobs
from dom.kernel.errors import DomainError
from dom.kernel.events import NewEvent, append_events
from dom.kernel.ids import new_ref
from dom.kernel.models import InboundMessage
from dom.kernel.transactions import in_unit_of_work
from inventory.errors import ReservationLapsed
from orders.errors import OrderExists, OrderInvalid, ReservationRequired
from orders.holds import Known, holds_of
from orders.services import queue
from orders.services.coverage import cover
from orders.services.drafts import Draft, document
from orders.services.first_claims import claim_first, wait_for_supply
from orders.services.intake_facts import ChannelFound, Facts, intake_facts
from orders.values import AskedOrder

_ONLY_IF_RESERVED = "ONLY_IF_RESERVED"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An asked order and the raw message that asked for it, from `source` (a connection's name)."""

    asked: AskedOrder
    raw: bytes
    source: str
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that stands; `created` is False where the same body had placed it before."""

    id: int
    ref: str
    created: bool


@in_unit_of_work
def place_order(*, arrival: Arrival, at: datetime, actor: str) -> Placed:
    """Accept one order, once.

    Raises:
        OrderInvalid: the channel or a node is unknown, or the currency is not the channel's.
        OrderExists: the channel sent another body under this external_ref.
        ReservationLapsed: a cart is over and the body does not ask to queue.
        ReservationRequired: the channel sells only what is reserved.
    """
    answer = place_orders(arrivals=[arrival], at=at, actor=actor)[0]
    if isinstance(answer, DomainError):
        raise answer
    return answer


@in_unit_of_work
def place_orders(*, arrivals: Sequence[Arrival], at: datetime, actor: str) -> list[Placed | DomainError]:
    """Accept orders independently of each other; return for each what stands or why it was refused.

    The number of statements does not depend on the number of orders.
    """
    facts = intake_facts(orders=[arrival.asked for arrival in arrivals], at=at)
    drafts: dict[tuple[str, str], Draft] = {}
    verdicts = [_judge(place, arrival.asked, facts, drafts) for place, arrival in enumerate(arrivals)]
    ids = _insert(list(drafts.values()), facts, at=at, actor=actor)
    _keep_messages([(draft, arrivals[draft.place]) for draft in drafts.values()], at=at)
    to_come = claim_first(drafts=list(drafts.values()), facts=facts, at=at, actor=actor)
    append_events([_event(draft) for draft in drafts.values()], at=at)
    wait_for_supply(rows=to_come, at=at, actor=actor)
    if any(draft.status == "QUEUED" for draft in drafts.values()):
        jobs.ring(queue.ROUTE_ORDERS)
    return [
        Placed(ids[v.ref], v.ref, v.place == place) if isinstance(v, Draft) else v for place, v in enumerate(verdicts)
    ]


def _judge(
    place: int, order: AskedOrder, facts: Facts, drafts: dict[tuple[str, str], Draft]
) -> Draft | Placed | DomainError:
    """Return the draft of a new order (also kept in `drafts`), the order that stands already, or the refusal."""
    key = (order.channel, order.external_ref)
    found = facts.orders.get(place)
    if found is not None:
        same = found.body_hash == order.digest()
        return Placed(found.id, found.ref, created=False) if same else _exists(order, found.ref)
    if key in drafts:
        return drafts[key] if drafts[key].asked == order else _exists(order, drafts[key].ref)
    errors = list(_strange(order, facts))
    if errors:
        return OrderInvalid(f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)
    channel = facts.channels[order.channel]
    coverage = cover(order, facts=facts)
    if coverage.lapsed and not order.queue_if_lapsed:
        return ReservationLapsed(f"Reservation {coverage.lapsed[0]} is over.", reservation=coverage.lapsed[0])
    if coverage.uncovered and channel.accept == _ONLY_IF_RESERVED:
        missing = [{"line_ref": line.line_ref, "quantity": units} for line, units in coverage.uncovered]
        return ReservationRequired(f"{order.channel} takes orders only with a reservation.", uncovered=missing)
    known = Known(facts.skus, channel.country, facts.twins.get(place, ""), channel.fraud_score)
    drafts[key] = Draft(new_ref("O"), place, order, channel, tuple(holds_of(order, known)), coverage)
    return drafts[key]


def _exists(order: AskedOrder, ref: str) -> OrderExists:
    return OrderExists(f"{order.channel} sent another order as {order.external_ref}.", ref=ref)


def _strange(order: AskedOrder, facts: Facts) -> Iterator[dict[str, str]]:
    """Yield what contradicts the master data and cannot wait in a hold."""
    channel: ChannelFound | None = facts.channels.get(order.channel)
    if channel is None or not channel.is_active:
        yield {"field": "channel", "message": f"There is no active channel {order.channel}."}
    elif order.currency != channel.currency:
        yield {"field": "currency", "message": f"{order.channel} sells in {channel.currency}."}
    for group in order.groups:
        if group.node and group.node not in facts.nodes:
            yield {"field": f"{group.place}/node", "message": f"There is no node {group.node}."}
    for n, ref in enumerate(order.reservations):
        if any(claim.channel != order.channel for claim in facts.carts.get(ref, ())):
            yield {"field": f"reservations/{n}", "message": f"{ref} belongs to another channel."}


def _insert(drafts: Sequence[Draft], facts: Facts, *, at: datetime, actor: str) -> dict[str, int]:
    if not drafts:
        return {}
    text = json.dumps([document(draft, facts=facts, at=at) for draft in drafts])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, id FROM orders_insert(%s::timestamptz, %s::text, %s::jsonb)", [at, actor, text])
        return dict(cursor.fetchall())


def _keep_messages(written: Sequence[tuple[Draft, Arrival]], *, at: datetime) -> None:
    InboundMessage.objects.bulk_create(
        [
            InboundMessage(
                at=at,
                connection=arrival.source[:64],
                dedupe_key=f"{draft.asked.channel}:{draft.asked.external_ref}",
                subject_ref=draft.ref,
                content_type=arrival.content_type,
                body=arrival.raw,
                verified=True,
                status=InboundMessage.Status.DONE,
            )
            for draft, arrival in written
        ]
    )


def _event(draft: Draft) -> NewEvent:
    return NewEvent(
        kind="order.placed",
        entity="order",
        entity_ref=draft.ref,
        revision=1,
        channel=draft.asked.channel,
        data={
            "status": draft.status,
            "external_ref": draft.asked.external_ref,
            "holds": [hold.kind for hold in draft.holds],
            "lines": len(draft.asked.lines),
            "units": sum(line.quantity for line in draft.asked.lines),
        },
    )
