"""Claims what an order may claim at intake: its carts' units, and what is picked up at a named node."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db import connection

from dom.kernel.transactions import in_unit_of_work
from inventory.selectors import Network, network, withheld
from inventory.services import QueuedRow, Waiting, Want, WantLine, queue_demand, reserve, take_backorders
from orders.models import FulfillmentGroup, Order
from orders.services.book import Happening, write_down
from orders.services.drafts import Draft, group_demand
from orders.services.intake_facts import Facts

_BACKORDER = """
UPDATE orders_order_line l SET queued = l.queued - k.units, backordered = l.backordered + k.units
FROM unnest(%s::text[], %s::text[], %s::int[]) k(demand_ref, line_ref, units)
JOIN orders_order o ON o.ref = split_part(k.demand_ref, ':', 1)
WHERE l.order_id = o.id AND l.line_ref = k.line_ref
"""

#: What a claim line may withhold at most; it is more than anybody has.
_MOST = 2**31 - 1


@in_unit_of_work
def claim_first(*, drafts: Sequence[Draft], facts: Facts, at: datetime, actor: str) -> list[QueuedRow]:
    """Hand the claims of carts to the lines of their orders, claim at named nodes, and queue what nothing claims.

    One claim statement for all orders. A cart's claim is given back and taken again by the order in one step: nobody
    comes in between. Where a count has meanwhile found too little, the units wait as queued demand: the order stands.
    Return the units whose claims are on incoming supply, for `wait_for_supply`.
    """
    wants: dict[str, tuple[Want, QueuedRow]] = {}
    for draft in drafts:
        for want, row in (*_from_carts(draft, facts), *_at_named_nodes(draft, facts, at)):
            ref = str(len(wants))
            wants[ref] = (Want(ref, want.channel_id, want.lines, releases=want.releases), row)
    # What an order did not ask for of its carts, and what it could not take over, is given back in the same call: a
    # second one would wait for stock while it holds quotas.
    rest = [Want(f"rest of {d.ref}", d.channel.id, (), releases=d.coverage.carts) for d in drafts if d.coverage.carts]
    won = reserve(wants=[*(want for want, _ in wants.values()), *rest], at=at, actor=actor).won
    waiting = [row for ref, (_, row) in wants.items() if ref not in won]
    waiting += [_row(draft, n, facts) for draft in drafts for n in _unclaimed(draft)]
    if waiting:
        queue_demand(rows=_added_up(waiting), at=at)
    return _added_up([row for ref, (want, row) in wants.items() if ref in won and want.lines[0].supply_id is not None])


@in_unit_of_work
def wait_for_supply(*, rows: Sequence[QueuedRow], at: datetime, actor: str) -> None:
    """Let units that their carts claimed of incoming supply wait for it: they are backordered, not queued."""
    if not rows:
        return
    by_order: dict[str, list[QueuedRow]] = defaultdict(list)
    for row in rows:
        by_order[row.demand_ref.partition(":")[0]].append(row)
    columns = [row.demand_ref for row in rows], [row.line_ref for row in rows], [row.quantity for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_BACKORDER, columns)
    take_backorders(waiting=[Waiting(row.sku_id, row.quantity, kept=True) for row in rows])
    ids = dict(Order.objects.filter(ref__in=by_order).values_list("ref", "id"))
    write_down(happenings=[_waits(ids[ref], lines, actor) for ref, lines in sorted(by_order.items())], at=at)


def _waits(order_id: int, rows: Sequence[QueuedRow], actor: str) -> Happening:
    why = {"then": "BACKORDER", "why": "Its cart claimed supply to come."}
    told = [{"line_ref": row.line_ref, "quantity": row.quantity, **why} for row in rows]
    return Happening(order_id, "order.unfilled", actor, data={"fulfillment_orders": [], "unfilled": told})


def _from_carts(draft: Draft, facts: Facts) -> Iterator[tuple[Want, QueuedRow]]:
    for kept in draft.coverage.kept:
        claim = kept.claim
        ref = group_demand(draft.ref, group_ref=kept.line.group)
        line = WantLine(ref, kept.line.line_ref, claim.sku_id, claim.node_id, kept.quantity, supply_id=claim.supply_id)
        row = QueuedRow(ref, kept.line.line_ref, claim.sku_id, draft.channel.id, kept.quantity)
        yield Want("", draft.channel.id, (line,), releases=draft.coverage.carts), row


def _pickup_nodes(draft: Draft) -> Mapping[str, str]:
    method = FulfillmentGroup.Method.PICKUP
    return {group.group_ref: group.node for group in draft.asked.groups if group.method == method}


def _unclaimed(draft: Draft) -> Iterator[int]:
    """Yield the places of uncovered lines that no named node is asked for."""
    nodes = _pickup_nodes(draft)
    return (n for n, (line, _) in enumerate(draft.coverage.uncovered) if line.group not in nodes)


def _at_named_nodes(draft: Draft, facts: Facts, at: datetime) -> Iterator[tuple[Want, QueuedRow]]:
    nodes = _pickup_nodes(draft)
    if not nodes:
        return
    whole = network(at=at)
    for n, (line, units) in enumerate(draft.coverage.uncovered):
        node = nodes.get(line.group)
        if node is None:
            continue
        row = _row(draft, n, facts)
        kept = _withheld(whole, draft.asked.channel, line.sku, facts.skus[line.sku].tags, node, at)
        claim = WantLine(row.demand_ref, row.line_ref, row.sku_id, facts.nodes[node], units, kept, by_rules=True)
        yield Want("", draft.channel.id, (claim,)), row


def _withheld(
    whole: Network, channel: str, sku: str, tags: Sequence[str], node: str, at: datetime
) -> int:  # fmt: skip
    """Return the units that rules keep at the node; at most once too often, beside the level's own safety stock.

    Shares of what is on hand are left to the claim, which sees it.
    """
    if node not in whole.node_rows:
        return _MOST  # closed: routing says what happens
    none = np.zeros((1, len(whole.nodes)), dtype=np.int64)
    skus = [(sku, frozenset(tags))]
    kept = withheld(whole, channel=channel, skus=skus, safety_stock=none, on_hand=none, at=at, method="PICKUP")
    return 0 if kept is None else min(_MOST, int(kept[0, whole.node_rows[node]]))


def _row(draft: Draft, number: int, facts: Facts) -> QueuedRow:
    line, units = draft.coverage.uncovered[number]
    ref = group_demand(draft.ref, group_ref=line.group)
    return QueuedRow(ref, line.line_ref, facts.skus[line.sku].id, draft.channel.id, units)


def _added_up(rows: Sequence[QueuedRow]) -> list[QueuedRow]:
    """Return one row a line: a row that exists would take the last quantity, not the sum."""
    units: dict[tuple[str, str, int, int], int] = {}
    for row in rows:
        key = (row.demand_ref, row.line_ref, row.sku_id, row.channel_id)
        units[key] = units.get(key, 0) + row.quantity
    return [QueuedRow(*key, quantity) for key, quantity in units.items()]
