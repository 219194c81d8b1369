"""Answers what goes on with the demonstration's stock beside orders: transfers, counts, damage, late purchases.

Everything is deterministic and goes through the services that people use, in the names of those who may.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from dom.demo import keeping
from dom.kernel.rest import feed_jobs
from dom.kernel.rest.rows import RawRow
from dom.kernel.transactions import in_unit_of_work, unit_of_work
from inventory import services as inventory
from inventory.api.stock_feeds import INCOMING_SUPPLY
from inventory.models import CountSession, Sku, StockLevel, Transfer
from inventory.selectors.counts import Seen, worth_counting
from inventory.selectors.network import network
from inventory.services import counting, low_stock, transfers

#: Who asks for goods, and who says yes: never the same person.
ASKS, APPROVES = "omar", "admin"


class Trip(NamedTuple):
    """A transfer: how many units of how many SKUs, when asked for and when due (days from now), and what was done."""

    origin: str
    target: str
    skus: int
    units: int
    asked: float
    due: float
    done: tuple[str, ...] = ()


#: One in every state; one is late, one arrived short.
TRIPS = (
    Trip("DC-DFW", "S-041", 3, 6, -6, -3, ("send", "receive")),
    Trip("S-034", "S-030", 2, 2, -4, -1, ("send", "receive short")),
    Trip("DC-ATL", "S-015", 4, 6, -2, 0.2, ("send", "receive some")),
    Trip("DC-RNO", "S-056", 2, 6, -4, -1.5, ("send",)),
    Trip("DC-CMH", "S-021", 3, 8, -1, 1, ("send",)),
    Trip("DC-MDT", "S-003", 3, 6, -0.5, 2, ("send some",)),
    Trip("DC-MDT", "S-001", 2, 5, -0.2, 2),
    Trip("DC-RNO", "S-060", 4, 15, -0.1, 3),
    Trip("DC-ATL", "S-020", 4, 20, -3, 1, ("reject",)),
    Trip("DC-DFW", "S-044", 1, 4, -2, 1, ("cancel",)),
)


def set_up(*, at: datetime) -> None:
    """Publish thresholds and approvals, announce a late purchase, and bring every transfer and count to its state."""
    with unit_of_work():
        low_stock.publish_low_stock(bodies=keeping.LOW_STOCK, at=at, actor="maya", note="The first thresholds")
        transfers.set_approval(above_units=keeping.TRANSFER_APPROVAL, at=at, actor="admin")
        counting.set_count_approval(above_minor=keeping.COUNT_APPROVAL_MINOR, at=at, actor="admin")
        _announce_late(at)
        _send_list(at)
    for trip in TRIPS:
        with unit_of_work():
            travel(trip, at=at)
    for node, state in (("S-041", "POSTED"), ("S-027", "REVIEW"), ("S-001", "OPEN"), ("S-018", "CANCELLED")):
        with unit_of_work():
            _count(node, state, at)
    with unit_of_work():
        _damage(at)
    while _mark(at):
        pass


def _mark(at: datetime) -> bool:
    with unit_of_work():
        return low_stock.mark_some(at=at)


def _announce_late(at: datetime) -> None:
    """Announce a purchase order whose day has passed, and one that came in part."""
    ids, nodes = dict(Sku.objects.filter(code__startswith="TENT").values_list("code", "id")), network(at=at).node_ids
    rows = [
        inventory.SupplyRow("PO-6988", ids[code], nodes["DC-CMH"], 24, at - timedelta(days=2))
        for code in sorted(ids)[:4]
    ]
    rows += [
        inventory.SupplyRow("PO-6995", ids[code], nodes["DC-DFW"], 30, at - timedelta(hours=5))
        for code in sorted(ids)[4:7]
    ]
    inventory.upsert_incoming_supply(rows=rows, at=at, actor=ASKS)
    for row in rows[4:]:
        inventory.receive_supply(
            source_ref=row.source_ref,
            sku_id=row.sku_id,
            node_id=row.node_id,
            quantity=18,
            final=False,
            at=at,
            actor=ASKS,
        )


def _send_list(at: datetime) -> None:
    """Hand a buyer's list of purchases to the workers as a job; one row names a SKU that nobody knows."""
    codes = [
        *Sku.objects.filter(code__startswith="TXTL").order_by("code").values_list("code", flat=True)[:12],
        "TXTL-9",
    ]
    due = (at + timedelta(days=9)).isoformat()
    rows = [
        RawRow(n, {"source_ref": "PO-7010", "sku": code, "node": "DC-ATL", "quantity": 36, "expected_at": due})
        for n, code in enumerate(codes, 1)
    ]
    job = feed_jobs.begin(INCOMING_SUPPLY, actor=ASKS, at=at)
    feed_jobs.keep(job, 0, rows)
    feed_jobs.seal(job, rows_total=len(rows))


@in_unit_of_work
def travel(trip: Trip, *, at: datetime) -> Transfer:
    """Ask for the trip's goods and do what was done with them so far."""
    units = dict.fromkeys(plenty(trip.origin, trip.skus, trip.units), trip.units)
    asked_at = at + timedelta(days=trip.asked)
    due_at = at + timedelta(days=trip.due)
    transfer = transfers.request_transfer(
        from_node=trip.origin, to_node=trip.target, units=units, expected_at=due_at, at=asked_at, actor=ASKS,
        note="Weekend stock" if trip.target.startswith("S-") else "",
    )  # fmt: skip
    for step in trip.done:
        transfer = _STEPS[step](transfer, at)
    return transfer


def plenty(node: str, skus: int, units: int) -> list[int]:
    """Return the ids of the SKUs that a node has most of, each with at least twice `units` free."""
    free = StockLevel.objects.filter(node__code=node, unlimited=False).order_by("-on_hand", "sku_id")
    return [level.sku_id for level in free[: 4 * skus] if level.free >= 2 * units][:skus]


def send(transfer: Transfer, at: datetime, *, part: bool = False) -> Transfer:
    """Send everything that is left, or only the first SKU of it."""
    left = {line.sku_id: line.to_ship for line in transfer.lines.all() if line.to_ship}
    units = dict(sorted(left.items())[:1]) if part else left
    return transfers.ship_transfer(ref=transfer.ref, units=units, final=False, at=at, actor=ASKS)


def receive(transfer: Transfer, at: datetime, *, less: int = 0, final: bool = True) -> Transfer:
    """Take in what is on the way, `less` units short of the first SKU; only that one unless `final`."""
    lines = [line for line in transfer.lines.all() if line.in_transit]
    arrived = [
        transfers.Arrived(line.sku_id, line.in_transit - (0 if number else min(less, line.in_transit)))
        for number, line in enumerate(lines if final else lines[:1])
    ]
    return transfers.receive_transfer(
        ref=transfer.ref, arrived=[one for one in arrived if one.sellable], final=final, at=at, actor="sam",
        reason="Not in the box" if less and final else "",
    )  # fmt: skip


def approve(transfer: Transfer, at: datetime) -> Transfer:
    """Say yes."""
    return transfers.approve_transfer(ref=transfer.ref, at=at, actor=APPROVES)


_STEPS: Mapping[str, Callable[[Transfer, datetime], Transfer]] = {
    "send": send,
    "send some": lambda transfer, at: send(transfer, at, part=True),
    "receive": receive,
    "receive short": lambda transfer, at: receive(transfer, at, less=1),
    "receive some": lambda transfer, at: receive(transfer, at, final=False),
    "reject": lambda transfer, at: transfers.reject_transfer(
        ref=transfer.ref, reason="They are sold out there by the weekend", at=at, actor=APPROVES
    ),
    "cancel": lambda transfer, at: transfers.cancel_transfer(
        ref=transfer.ref, reason="The store closes for a refit", at=at, actor=ASKS
    ),
}


def open_round(node: str, *, at: datetime) -> CountSession:
    """Ask for the six SKUs of a node to be counted that were never or longest ago counted."""
    sku_ids = worth_counting(network(at=at).node_ids[node], at=at, most=6)
    return counting.open_count(
        node=node, sku_ids=sku_ids, blind=True, chosen_by="Six that were counted longest ago", at=at, actor=ASKS
    )


def find(session: CountSession, *, at: datetime, wrong: Sequence[int] = (), most: int = 6) -> CountSession:
    """Let somebody count up to `most` SKUs of a round; the n-th one is off by `wrong[n]`."""
    lines = list(session.lines.all())[:most]
    books = dict(
        StockLevel.objects.filter(node_id=session.node_id, sku_id__in=[line.sku_id for line in lines]).values_list(
            "sku_id", "on_hand"
        )
    )
    off = [*wrong, *([0] * len(lines))]
    seen = [Seen(line.sku_id, max(0, books[line.sku_id] + off[n]), at) for n, line in enumerate(lines)]
    return counting.enter_counts(ref=session.ref, seen=seen, at=at, actor="ana")


@in_unit_of_work
def _count(node: str, state: str, at: datetime) -> None:
    session = open_round(node, at=at)
    if state == "CANCELLED":
        counting.cancel_count(ref=session.ref, at=at, actor=ASKS)
        return
    find(session, at=at, wrong=(0, -1, 0, 2), most=3 if state == "OPEN" else 6)
    if state != "OPEN":
        counting.submit_count(ref=session.ref, at=at, actor="ana")
    if state == "POSTED":
        counting.post_count(ref=session.ref, at=at, actor=APPROVES)


def _damage(at: datetime) -> None:
    """Let a leak make some cartons unsellable."""
    node_id = network(at=at).node_ids["DC-ATL"]
    rows = [
        inventory.Adjustment(sku_id, node_id, unsellable=3, reason="Water damage", reference="Aisle 14")
        for sku_id in plenty("DC-ATL", 4, 6)
    ]
    inventory.adjust(rows=rows, at=at, actor=ASKS)
