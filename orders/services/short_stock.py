"""Sends elsewhere what nodes owe and do not have: claims give way, and their orders are routed again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from dom.kernel import config, jobs
from dom.kernel.models import ConfigVersion
from dom.kernel.transactions import in_unit_of_work
from inventory.services import SOURCE_SHORT
from orders.giving_way import KIND, SCOPE, ShortagePolicy, Stake, giving_way, read_policy
from orders.models import FulfillmentOrder, FulfillmentOrderLine
from orders.services.book import Happening
from orders.services.case import Case, open_cases, open_units
from orders.services.closing import close_cases
from orders.services.fulfillment import end
from orders.states import CLOSED

ACTOR = "shortages"
REASON = "STOCK_SHORT"
#: Levels that are looked at together.
_LIMIT = 100

_STAKES = """
SELECT claim_id, level_id, missing, order_id, work_ref, line_ref, units, bound, tier, placed_at, promised_by
FROM orders_short_claims(%s::timestamptz, %s::int, %s::int)
"""


@in_unit_of_work
def publish_policy(*, body: Mapping[str, Any], at: datetime, actor: str) -> ConfigVersion:
    """Publish {"automatic", "wait_minutes", "most_levels"} as the next version; it counts at once.

    Raises:
        ShortagePolicyRefused: a number is out of its bounds.
    """
    read_policy(body)
    jobs.ring(SOURCE_SHORT)
    return config.publish(kind=KIND, scope=SCOPE, body=body, author=actor, at=at)


def live_policy() -> ShortagePolicy:
    """Return what counts; the built-in policy where nobody has published one."""
    version = config.live(KIND, SCOPE)
    return ShortagePolicy() if version is None else read_policy(version.body)


@in_unit_of_work
def give_way(*, at: datetime, limit: int = _LIMIT) -> int:
    """Take units of up to `limit` short levels back from work that nobody has begun; return how many orders.

    Accepted work, carts and units that wait claim on: they meet the level by themselves (ADR 0013). Safe beside itself
    and beside everything that changes the orders: what gives way is decided again once they are locked.
    """
    policy = live_policy()
    if not policy.automatic:
        return 0
    found = {stake.order_id for stake, _ in giving_way(_stakes(policy, at, limit), at=at)}
    if not found:
        return 0
    cases = {case.order.id: case for case in open_cases(order_ids=list(found))}
    given: dict[int, list[tuple[Stake, int]]] = defaultdict(list)
    for stake, units in giving_way(_stakes(policy, at, limit), at=at):
        given[stake.order_id].append((stake, units))
    done = [
        (case, Happening(order_id, "order.stock_short", ACTOR, reason=REASON, data={"lines": lines}))
        for order_id, case in cases.items()
        if (lines := _take_back(case, given[order_id], at=at))
    ]
    close_cases(cases=done, reason=REASON, at=at, actor=ACTOR)
    return len(done)


def _stakes(policy: ShortagePolicy, at: datetime, limit: int) -> list[Stake]:
    with connection.cursor() as cursor:
        cursor.execute(_STAKES, [at - timedelta(minutes=policy.wait_minutes), policy.most_levels, limit])
        return [Stake(*row) for row in cursor.fetchall()]


def _take_back(case: Case, given: Sequence[tuple[Stake, int]], *, at: datetime) -> list[dict[str, Any]]:
    """Take the units back, by work; return them as the order's event tells them."""
    by_work: dict[str, dict[str, int]] = defaultdict(dict)
    for stake, units in given:
        by_work[stake.work_ref][stake.line_ref] = units
    told = []
    for fo in case.work.values():
        if fo.ref in by_work:
            told += _end_part(case, fo, by_work[fo.ref], at=at)
    return told


def _end_part(case: Case, fo: FulfillmentOrder, short: Mapping[str, int], *, at: datetime) -> list[dict[str, Any]]:
    lines = []
    for part, units in _units(case, fo, short):
        case.take_back(part, units, as_="shorted", fate="queued")
        lines.append({"line_ref": case.lines[part.order_line_id].line_ref, "quantity": units})
    if lines:
        end(case, fo, FulfillmentOrder.Status.CANCELLED, at=at)
        case.tell(fo, "cancelled" if fo.status in CLOSED else "shorted", reason=REASON, lines=lines)
    return [{**line, "node": fo.node.code, "fulfillment_order": fo.ref} for line in lines]


def _units(case: Case, fo: FulfillmentOrder, short: Mapping[str, int]) -> list[tuple[FulfillmentOrderLine, int]]:
    """Return what of the work gives way: the short units, or all of it where the customer wants one parcel."""
    whole = not case.groups[fo.group_id].allow_split
    parts = []
    for part in case.parts_of(fo):
        named = short.get(case.lines[part.order_line_id].line_ref, 0)
        units = open_units(part) if whole else min(named, open_units(part))
        if units:
            parts.append((part, units))
    return parts
