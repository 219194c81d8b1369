"""Answers what an order asks of routing: one request per fulfillment group with units that wait."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from inventory.selectors import DayUsed, HeldUnits, days_used, held_units
from routing.core.types import Destination, Held, HeldDay, Method, RequestLine, RoutingRequest

#: Coordinates leave orders rounded to about a kilometer: enough for distances, too little to find a door.
_DECIMALS = 2

_ASKED = """
SELECT o.id, o.ref, o.revision, c.id, c.code, o.currency, o.priority, o.customer_tier, o.tags, g.id, g.group_ref,
       g.method, coalesce(n.code, ''), g.service_level, g.promised_by, g.allow_split, g.excluded_nodes,
       a.country, a.region, a.postal_code, a.latitude, a.longitude, l.lines, l.rest
FROM orders_order o
JOIN inventory_channel c ON c.id = o.channel_id
JOIN orders_fulfillment_group g ON g.order_id = o.id
LEFT JOIN inventory_node n ON n.id = g.node_id
LEFT JOIN orders_address a ON a.id = g.ship_to_id
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(x.line_ref, x.sku_code, {units}, x.unit_price_minor, x.keep_together, x.id,
                                       x.backordered)
                     ORDER BY x.id) FILTER (WHERE NOT y.held) AS lines,
           jsonb_agg(jsonb_build_array(x.line_ref, x.sku_id, x.queued) ORDER BY x.id) FILTER (WHERE y.held) AS rest
    FROM orders_order_line x
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.line_id = x.id
                                       AND h.released_at IS NULL) AS held) y
    WHERE x.group_id = g.id AND {units} > 0 AND x.kind IN ('PRODUCT', 'COMPONENT') AND x.sku_id IS NOT NULL
) l
WHERE o.id = ANY (%s::bigint[]) AND l.lines IS NOT NULL
  AND NOT EXISTS (SELECT FROM orders_hold h WHERE h.order_id = o.id AND h.line_id IS NULL
                  AND h.fulfillment_order_id IS NULL AND h.released_at IS NULL AND h.kind <> ALL (%s::text[]))
ORDER BY o.priority DESC, o.id, g.id
"""
_QUEUED = _ASKED.format(units="x.queued")
#: Beside what is queued: what waits for stock, and what nodes have that nobody there has touched.
_MOVABLE = _ASKED.format(
    units="""(x.queued + x.backordered + coalesce((
        SELECT sum(y.to_pick + y.picked) FROM orders_fulfillment_order_line y
        JOIN orders_fulfillment_order f ON f.id = y.fulfillment_order_id
        WHERE y.order_line_id = x.id AND f.status IN ('PLANNED', 'RELEASED')), 0))"""
)
#: Holds that say no more than that no plan was found; another plan ends them.
NO_PLAN = ("UNFILLED", "ROUTING_ERROR")


@dataclass(frozen=True, slots=True)
class Pending:
    """Units of one fulfillment group that wait for a decision, as the database had them at `revision`.

    `rest` are its queued units that a hold keeps back: (line_ref, SKU id, units). `waiting` are units of its lines, by
    SKU, that have a place among backorders.
    """

    order_id: int
    order_ref: str
    revision: int
    channel_id: int
    group_id: int
    line_ids: Mapping[str, int]
    request: RoutingRequest
    rest: tuple[tuple[str, int, int], ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)


def pending(order_ids: Sequence[int]) -> list[Pending]:
    """Return what the orders ask for, in the order of priority; two statements. Held orders and lines ask for nothing.

    A request carries the units that are claimed for it already (converted carts, pickups): they are free to it alone.
    """
    found = _read(_QUEUED, order_ids, ())
    claims = _claims_by_ref([one.request.ref for one in found])
    # Claims are given back where the request holds units on hand (`carrying_out.prepare`), and with all of them.
    given = {ref for ref, held in claims.items() if any(claim.supply_id is None for claim in held)}
    return [_with_claims(one, claims[one.request.ref]) if one.request.ref in given else one for one in found]


def movable(order_id: int, *, work_refs: Mapping[int, Sequence[str]]) -> list[Pending]:
    """Return what of an order may be planned anew, a request a group: all but what nodes have begun or sent.

    `work_refs` are the untouched fulfillment orders by group id: what they claim is free to their group's request.
    """
    found = _read(_MOVABLE, [order_id], NO_PLAN)
    refs = {one.group_id: [one.request.ref, *work_refs.get(one.group_id, ())] for one in found}
    claims = _claims_by_ref([ref for group in refs.values() for ref in group])
    days = days_used([ref for group in work_refs.values() for ref in group])
    found = [replace(one, request=replace(one.request, held_backorders=one.waiting)) for one in found]
    return [
        _with_days(
            _with_claims(one, [claim for ref in refs[one.group_id] for claim in claims.get(ref, ())]),
            [use for use in days if use.demand_ref in refs[one.group_id]],
        )
        for one in found
    ]


def _read(sql: str, order_ids: Sequence[int], unless: Sequence[str]) -> list[Pending]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(order_ids), list(unless)])
        return [_pending(row) for row in cursor.fetchall()]


def _claims_by_ref(refs: Sequence[str]) -> dict[str, list[HeldUnits]]:
    by_ref: dict[str, list[HeldUnits]] = defaultdict(list)
    for claim in held_units(refs) if refs else ():
        by_ref[claim.demand_ref].append(claim)
    return dict(by_ref)


def _with_claims(one: Pending, claims: Sequence[HeldUnits]) -> Pending:
    units: Counter[tuple[str, str]] = Counter()
    quota: Counter[str] = Counter()
    for claim in claims:
        quota[claim.sku] += claim.quantity
        if claim.supply_id is None:
            units[claim.sku, claim.node] += claim.quantity
    held = tuple(Held(sku, node, quantity) for (sku, node), quantity in sorted(units.items()))
    return replace(one, request=replace(one.request, held=held, held_quota=dict(sorted(quota.items()))))


def _with_days(one: Pending, used: Sequence[DayUsed]) -> Pending:
    units: Counter[tuple[str, str, str]] = Counter()
    for use in used:
        units[use.node, use.day.isoformat(), use.unit] += use.quantity
    held = tuple(HeldDay(*key, quantity) for key, quantity in sorted(units.items()))
    return replace(one, request=replace(one.request, held_days=held))


def request_ref(order_ref: str, group_ref: str) -> str:
    """Return the reference of a fulfillment group's request; its holds and its queued demand carry it as demand_ref."""
    return f"{order_ref}:{group_ref}"


def _pending(row: Sequence[Any]) -> Pending:
    order_id, order_ref, revision, channel_id, channel, currency, priority, tier, tags, group_id, group_ref = row[:11]
    method, node, service_level, promised_by, allow_split, excluded = row[11:17]
    ref = request_ref(order_ref, group_ref)
    lines = _lines(row[22])
    request = RoutingRequest(
        ref=ref,
        channel=channel,
        method=Method(method),
        lines=tuple(RequestLine(*line[:5]) for line in lines),
        ship_to=_destination(row[17:22]),
        node=node,
        service_level=service_level,
        promised_by=promised_by,
        allow_split=allow_split,
        currency=currency,
        excluded=_json(excluded),
        priority=priority,
        customer_tier=tier,
        tags=frozenset(tags),
    )
    line_ids = {line[0]: line[5] for line in lines}
    rest = tuple((line_ref, sku_id, units) for line_ref, sku_id, units in _lines(row[23] or "[]") if units)
    waiting: Counter[str] = Counter()
    for line in lines:
        waiting[line[1]] += line[6]
    return Pending(order_id, order_ref, revision, channel_id, group_id, line_ids, request, rest, +waiting)


def _lines(value: Any) -> list[list[Any]]:
    found: list[list[Any]] = _json(value)
    return found


def _destination(columns: Sequence[Any]) -> Destination | None:
    country, region, postal_code, latitude, longitude = columns
    if country is None:
        return None
    if latitude is None or longitude is None:
        return Destination(country, region, postal_code)
    return Destination(country, region, postal_code, round(latitude, _DECIMALS), round(longitude, _DECIMALS))


def _json(value: Any) -> Any:
    # Django reads jsonb as text from raw cursors.
    return json.loads(value) if isinstance(value, str) else value
