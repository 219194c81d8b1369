"""Moves goods between nodes: asks, approves, sends, takes in, settles what is missing.

Each verb locks the transfer first, so two people who act at once queue up and the second sees what the first did.
In transit = shipped − received − written off, at every commit; it is the receiving node's incoming supply.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dom.kernel import config, jobs
from dom.kernel.events import NewEvent, append_event
from dom.kernel.ids import new_ref
from dom.kernel.transactions import in_unit_of_work
from dom.kernel.words import many
from inventory import locks
from inventory.errors import ApprovalRefused, TransferMismatch, TransferRefused
from inventory.models import Node, Transfer, TransferEntry, TransferLine
from inventory.services import sql
from inventory.services.claims import WAKE_BACKORDERS
from inventory.services.stock import send_out
from inventory.services.supply import SupplyRow, announce
from inventory.states import RECEIVABLE, SHIPPABLE, transfer_may_move

#: The document that says how many units somebody may send without a second person; none says: any number.
APPROVAL = "transfer-approval"
_S, _KIND = Transfer.Status, TransferEntry.Kind

#: Units by SKU id.
Units = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Arrived:
    """Units of a SKU that came in, sellable and damaged ones."""

    sku_id: int
    sellable: int
    damaged: int = 0


@in_unit_of_work
def set_approval(*, above_units: int | None, at: datetime, actor: str) -> None:
    """Want a second person's approval for transfers of more than so many units; None wants it for none."""
    config.publish(kind=APPROVAL, scope="all", body={"above_units": above_units}, author=actor, at=at)


def approval_above() -> int | None:
    """Return above how many units a transfer needs a second person, None for never."""
    live = config.live(APPROVAL, "all")
    found: int | None = live.body["above_units"] if live else None
    return found


@in_unit_of_work
def request_transfer(
    *, from_node: str, to_node: str, units: Units, expected_at: datetime, at: datetime, actor: str, note: str = ""
) -> Transfer:
    """Ask for `units` to be sent; approved at once unless it is more than `approval_above`. Holds no stock.

    Raises:
        TransferRefused: the nodes are one, unknown or closed, or nothing is to be sent.
    """
    nodes = {node.code: node for node in Node.objects.filter(code__in=[from_node, to_node])}
    for code in (from_node, to_node):
        if code not in nodes or nodes[code].status == Node.Status.CLOSED:
            raise TransferRefused(f"There is no open node {code}.", node=code)
    if from_node == to_node:
        raise TransferRefused("A transfer goes to another node.", node=to_node)
    if not units or min(units.values()) < 1:
        raise TransferRefused("A transfer has at least one unit of each SKU.")
    above = approval_above()
    waits = above is not None and sum(units.values()) > above
    transfer = Transfer.objects.create(
        ref=new_ref("T"), status=_S.REQUESTED if waits else _S.APPROVED, from_node=nodes[from_node],
        to_node=nodes[to_node], expected_at=expected_at, note=note, requested_by=actor, requested_at=at,
    )  # fmt: skip
    TransferLine.objects.bulk_create(
        TransferLine(transfer=transfer, sku_id=sku_id, requested=count) for sku_id, count in units.items()
    )
    _tell(transfer, "transfer.requested", {}, at, actor)
    return transfer


@in_unit_of_work
def approve_transfer(*, ref: str, at: datetime, actor: str) -> Transfer:
    """Let a transfer be sent.

    Raises:
        NotFound: there is no such transfer.
        ApprovalRefused: whoever asked for it may not approve it.
        TransferRefused: it does not wait for approval.
    """
    transfer = locks.lock_transfer(ref)
    _must_move(transfer, _S.APPROVED)
    if transfer.requested_by == actor:
        raise ApprovalRefused("Somebody else has to approve what you asked for.", ref=ref)
    transfer.approved_by = actor
    return _moved(transfer, _S.APPROVED, "transfer.approved", {}, at, actor)


@in_unit_of_work
def reject_transfer(*, ref: str, reason: str, at: datetime, actor: str) -> Transfer:
    """Say no to a transfer that waits for approval.

    Raises:
        NotFound: there is no such transfer.
        TransferRefused: it does not wait for approval.
    """
    transfer = locks.lock_transfer(ref)
    _must_move(transfer, _S.REJECTED)
    transfer.reason, transfer.closed_at = reason, at
    return _moved(transfer, _S.REJECTED, "transfer.rejected", {"reason": reason}, at, actor)


@in_unit_of_work
def ship_transfer(*, ref: str, units: Units, final: bool, at: datetime, actor: str) -> Transfer:
    """Send `units` off: they leave on-hand stock here and are incoming supply there, in this transaction.

    `final` says that the rest stays. What is reserved cannot be sent.

    Raises:
        NotFound: there is no such transfer.
        TransferRefused: it is in no state to be sent.
        TransferMismatch: more than is left to send, or nothing.
        InsufficientStock: fewer units are free; roll back.
    """
    transfer = locks.lock_transfer(ref)
    if transfer.status not in SHIPPABLE:
        raise _refused(transfer, "be sent")
    lines = {line.sku_id: line for line in transfer.lines.select_related("sku")}
    _must_fit(units, {sku_id: line.to_ship for sku_id, line in lines.items()}, "left to send")
    sent = [lines[sku_id] for sku_id in sorted(units)]
    send_out(ref=ref, from_node_id=transfer.from_node_id, units=sorted(units.items()), at=at, actor=actor)
    for line in sent:
        line.shipped += units[line.sku_id]
    _write(sent, _KIND.SHIP, units, at, actor)
    supply = [
        # What came in damaged has left the announced quantity, so it stays out of it.
        SupplyRow(ref, line.sku_id, transfer.to_node_id, line.shipped - line.damaged, transfer.expected_at)
        for line in sent
    ]
    announce(rows=supply, at=at, actor=actor)
    over = final or all(not line.to_ship for line in lines.values())
    target = _S.IN_TRANSIT if over else _S.PARTLY_SHIPPED
    return _moved(transfer, target, "transfer.shipped", {"lines": _told(sent, units)}, at, actor)


@in_unit_of_work
def receive_transfer(
    *, ref: str, arrived: Sequence[Arrived], final: bool, at: datetime, actor: str, reason: str = ""
) -> Transfer:
    """Take goods in: sellable units serve the claims on them, damaged ones are on hand and unsellable.

    `final` writes off whatever is still in transit, with a `reason`; claims on it end and are sourced afresh.

    Raises:
        NotFound: there is no such transfer.
        TransferRefused: nothing of it is on its way, or `final` while more is to be sent.
        TransferMismatch: more than is in transit, nothing at all, or no reason for what is missing.
    """
    transfer = locks.lock_transfer(ref)
    if transfer.status not in RECEIVABLE or (final and transfer.status == _S.PARTLY_SHIPPED):
        raise _refused(transfer, "be received to the end" if final else "be received")
    lines = {line.sku_id: line for line in transfer.lines.select_related("sku")}
    units = {one.sku_id: _total(one) for one in arrived}
    if len(units) < len(arrived) or any(min(one.sellable, one.damaged) < 0 for one in arrived):
        raise TransferMismatch("Each SKU is named once, with no fewer than zero units.", ref=ref)
    if units or not final:
        _must_fit(units, {sku_id: line.in_transit for sku_id, line in lines.items()}, "on the way")
    missing = _missing(lines, units) if final else {}
    if missing and not reason:
        raise TransferMismatch("Say why units are missing.", missing=sum(missing.values()))
    _take_in(transfer, lines, arrived, missing, at, actor)
    _note(lines, arrived, missing, reason=reason, at=at, actor=actor)
    on_the_way = any(line.in_transit for line in lines.values())
    told = {"lines": _told([lines[n] for n in sorted(units)], units), "written_off": sum(missing.values())}
    if transfer.status == _S.PARTLY_SHIPPED:
        return _moved(transfer, _S.PARTLY_SHIPPED, "transfer.received", told, at, actor)
    transfer.closed_at, transfer.reason = None if on_the_way else at, reason or transfer.reason
    target = _S.PARTLY_RECEIVED if on_the_way else _S.RECEIVED
    return _moved(transfer, target, "transfer.received", told, at, actor)


def _missing(lines: Mapping[int, TransferLine], units: Units) -> dict[int, int]:
    left = {sku_id: line.in_transit - units.get(sku_id, 0) for sku_id, line in lines.items()}
    return {sku_id: count for sku_id, count in left.items() if count}


def _take_in(
    transfer: Transfer, lines: Mapping[int, TransferLine], arrived: Sequence[Arrived], missing: Units, at: datetime,
    actor: str,
) -> None:  # fmt: skip
    """Bring the goods on hand, set-wise; supply of which nothing more comes is closed."""
    by_sku = {one.sku_id: one for one in arrived}
    gone = {n: lines[n].in_transit - missing.get(n, 0) - _total(by_sku.get(n)) for n in lines}
    over = transfer.status != _S.PARTLY_SHIPPED
    ends = over and not any(gone.values())
    touched = sorted(n for n, line in lines.items() if (ends and line.shipped) or n in by_sku or n in missing)
    came = [by_sku.get(sku_id, Arrived(sku_id, 0)) for sku_id in touched]
    done = [over and not gone[sku_id] for sku_id in touched]
    sql.rows(
        "inventory_take_in_transfer",
        ("timestamptz", at),
        ("text", actor),
        ("text", transfer.ref),
        ("bigint", transfer.to_node_id),
        ("bigint[]", touched),
        ("int[]", [one.sellable for one in came]),
        ("int[]", [one.damaged for one in came]),
        ("boolean[]", done),
    )
    jobs.ring(WAKE_BACKORDERS)


def _total(one: Arrived | None) -> int:
    return one.sellable + one.damaged if one else 0


def _note(
    lines: Mapping[int, TransferLine], arrived: Sequence[Arrived], missing: Units, *, reason: str, at: datetime,
    actor: str,
) -> None:  # fmt: skip
    units = {one.sku_id: _total(one) for one in arrived}
    damaged = {one.sku_id: one.damaged for one in arrived}
    for one in arrived:
        lines[one.sku_id].received += units[one.sku_id]
        lines[one.sku_id].damaged += one.damaged
    for sku_id, count in missing.items():
        lines[sku_id].written_off += count
    _write([lines[n] for n in sorted(units)], _KIND.RECEIVE, units, at, actor, damaged=damaged, reason=reason)
    _write([lines[n] for n in sorted(missing)], _KIND.WRITE_OFF, missing, at, actor, reason=reason)


@in_unit_of_work
def cancel_transfer(*, ref: str, reason: str, at: datetime, actor: str) -> Transfer:
    """Send nothing (more): what has not left ends, what has left is received as before.

    Raises:
        NotFound: there is no such transfer.
        TransferRefused: everything has left already, or it has ended.
    """
    transfer = locks.lock_transfer(ref)
    transfer.reason = reason
    if transfer.status != _S.PARTLY_SHIPPED:
        _must_move(transfer, _S.CANCELLED)
        transfer.closed_at = at
        return _moved(transfer, _S.CANCELLED, "transfer.cancelled", {"reason": reason}, at, actor)
    lines = {line.sku_id: line for line in transfer.lines.select_related("sku")}
    received = any(line.received for line in lines.values())
    if any(line.in_transit for line in lines.values()):
        target = _S.PARTLY_RECEIVED if received else _S.IN_TRANSIT
    else:
        target, transfer.closed_at = _S.RECEIVED, at
    # A line that has arrived to the last unit waited for more of it: now none comes.
    transfer.status = _S.IN_TRANSIT
    arrived = [Arrived(line.sku_id, 0) for line in lines.values() if line.shipped and not line.in_transit]
    if arrived:
        _take_in(transfer, lines, arrived, {}, at, actor)
    transfer.status = _S.PARTLY_SHIPPED
    return _moved(transfer, target, "transfer.cancelled", {"reason": reason}, at, actor)


def _must_move(transfer: Transfer, target: str) -> None:
    if not transfer_may_move(transfer.status, target):
        raise _refused(transfer, f"become {_S(target).label.lower()}")


def _refused(transfer: Transfer, what: str) -> TransferRefused:
    told = f"{transfer.ref} is “{_S(transfer.status).label.lower()}” and cannot {what}."
    return TransferRefused(told, ref=transfer.ref, status=transfer.status)


def _must_fit(units: Units, left: Units, what: str) -> None:
    """Refuse units that are none, or more than there are.

    Raises:
        TransferMismatch: they are.
    """
    if not units or min(units.values()) < 1:
        raise TransferMismatch("Name at least one unit of each SKU.")
    wrong = [{"sku_id": sku_id, "asked": n, "left": left.get(sku_id, 0)} for sku_id, n in sorted(units.items())]
    wrong = [one for one in wrong if one["asked"] > one["left"]]
    if wrong:
        raise TransferMismatch(f"Of {many(len(wrong), 'SKU')} fewer units are {what}.", lines=wrong)


def _write(
    lines: Sequence[TransferLine], kind: str, units: Units, at: datetime, actor: str, *,
    damaged: Units | None = None, reason: str = "",
) -> None:  # fmt: skip
    TransferLine.objects.bulk_update(lines, ["shipped", "received", "damaged", "written_off"])
    TransferEntry.objects.bulk_create(
        TransferEntry(
            at=at, line=line, kind=kind, units=units[line.sku_id], damaged=(damaged or {}).get(line.sku_id, 0),
            reason=reason, actor=actor,
        )
        for line in lines
    )  # fmt: skip


def _told(lines: Sequence[TransferLine], units: Units) -> list[dict[str, Any]]:
    return [{"sku": line.sku.code, "quantity": units[line.sku_id]} for line in lines]


def _moved(transfer: Transfer, target: str, kind: str, facts: Mapping[str, Any], at: datetime, actor: str) -> Transfer:
    _must_move(transfer, target)
    transfer.status, transfer.revision = target, transfer.revision + 1
    transfer.save(update_fields=["status", "revision", "reason", "approved_by", "closed_at"])
    _tell(transfer, kind, facts, at, actor)
    return transfer


def _tell(transfer: Transfer, kind: str, facts: Mapping[str, Any], at: datetime, actor: str) -> None:
    told = {
        "from": transfer.from_node.code, "to": transfer.to_node.code, "status": transfer.status, "by": actor, **facts,
    }  # fmt: skip
    node = transfer.to_node.code if kind == "transfer.received" else transfer.from_node.code
    append_event(NewEvent(kind, "transfer", transfer.ref, transfer.revision, told, node=node), at=at)
