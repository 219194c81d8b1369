"""Answers what a deed would do to the work of nodes, in one sentence each. Reads; holds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders import states
from orders.models import FulfillmentOrder, Hold

S = FulfillmentOrder.Status


@dataclass(frozen=True, slots=True)
class WorkPreview:
    """One row of a selection: what would happen, and whether it can."""

    row: str
    work: FulfillmentOrder
    can: bool
    words: str

    @property
    def label(self) -> str:
        """What the row is called."""
        return f"{self.work.ref} at {self.work.node.name or self.work.node.code}"

    @property
    def order_ref(self) -> str:
        """The order whose page shows it."""
        return self.work.order.ref

    @property
    def status(self) -> tuple[str, str]:
        """Its state and the words for it."""
        return self.work.status, S(self.work.status).label


def preview_work(rows: Sequence[str], deed: str) -> list[WorkPreview]:
    """Return what `deed` would do to each fulfillment order of `rows`, in their order; unknown ones are left out.

    Three statements, however many rows.
    """
    found = FulfillmentOrder.objects.filter(ref__in=rows).select_related("node", "order").prefetch_related("lines")
    by_ref = {work.ref: work for work in found}
    kinds: dict[int, list[str]] = {}
    for hold in Hold.objects.filter(fulfillment_order__in=by_ref.values(), released_at__isnull=True).order_by("id"):
        kinds.setdefault(hold.fulfillment_order_id or 0, []).append(hold.get_kind_display())
    told = []
    for row in (row for row in rows if row in by_ref):
        can, words = _foresee(by_ref[row], deed, kinds.get(by_ref[row].id, []))
        told.append(WorkPreview(row, by_ref[row], can, words))
    return told


def _foresee(work: FulfillmentOrder, deed: str, kinds: Sequence[str]) -> tuple[bool, str]:
    if work.status in states.CLOSED:
        return False, "It is over."
    if deed == "release":
        return (True, f"Goes on: {', '.join(kinds)}.") if kinds else (False, "Nothing of it alone is on hold.")
    if deed == "release-work":
        planned = work.status == S.PLANNED
        return planned, "The node may begin now." if planned else "It is not waiting for its release."
    if deed == "hold":
        return True, "Its units stop where they are." if _open(work) else "It stops where it is."
    if deed == "cancel-work" and work.status == S.CANCEL_REQUESTED:
        return True, "The node agrees: what was asked for is cancelled."
    target = S.REJECTED if deed == "give-back" else S.CANCELLED
    if not states.may_move(work.status, target):
        return False, f"It is {S(work.status).label.lower()}: that has to end first."
    units = _open(work)
    return True, f"{units} units leave the node and are routed again." if units != 1 else _ONE_LEAVES


_ONE_LEAVES = "1 unit leaves the node and is routed again."


def _open(work: FulfillmentOrder) -> int:
    return sum(part.to_pick + part.picked for part in work.lines.all())
