"""Answers what a deed would do to each of some orders, in one sentence each. Reads; holds nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from dom.kernel.errors import DomainError
from dom.kernel.ids import row_id
from orders.models import Concern, Hold, Order, OrderLine
from orders.selectors.foreseeing import Foreseen, foresee
from orders.wishes import Wish
from routing.core.config.reading import in_cents

_DONE = {Order.Status.SHIPPED, Order.Status.CANCELLED}


@dataclass(frozen=True, slots=True)
class Preview:
    """One row of a selection: what would happen, and whether it can."""

    row: str
    order: Order
    can: bool
    words: str

    @property
    def label(self) -> str:
        """What the row is called."""
        return self.order.external_ref

    @property
    def order_ref(self) -> str:
        """The order whose page shows it."""
        return self.order.ref

    @property
    def status(self) -> tuple[str, str]:
        """Its state and the words for it."""
        return self.order.status, Order.Status(self.order.status).label


@dataclass(frozen=True, slots=True)
class _State:
    order: Order
    left: int
    kinds: Mapping[str, str]
    is_raised: bool

    def stopping(self, row: str) -> list[str]:
        """Return what would be released: the hold that the row is, none of a concern, or every one of the order."""
        return [words for key, words in self.kinds.items() if row.startswith("O-") or key == row]


def preview(rows: Sequence[str], deed: str, *, at: datetime) -> list[Preview]:
    """Return what `deed` would do to each row (order references, keys of holds and concerns), in their order.

    Rows that are settled or unknown are left out. Statements do not depend on the rows, but for `reroute`, which asks
    the engine for each.
    """
    orders = orders_of(rows)
    states = _states(list({order.id: order for order in orders.values()}.values()))
    found = []
    for row in (row for row in rows if row in orders):
        can, words = _foresee(states[orders[row].id], deed, row, at)
        found.append(Preview(row, orders[row], can, words))
    return found


def orders_of(rows: Sequence[str], *, settled: bool = False) -> dict[str, Order]:
    """Return the order of each row; with `settled` of holds and concerns that have ended, too."""
    ids = {kind: [row_id(row[1:]) for row in rows if row[:1] == kind] for kind in "HC"}
    holds = Hold.objects.filter(id__in=filter(None, ids["H"])).select_related("order")
    raised = Concern.objects.filter(id__in=filter(None, ids["C"])).select_related("order")
    if not settled:
        holds, raised = holds.filter(released_at__isnull=True), raised.filter(ended_at__isnull=True)
    plain = Order.objects.filter(ref__in=[row for row in rows if row.startswith("O-")])
    return {
        **{order.ref: order for order in plain},
        **{f"H{one.id}": one.order for one in holds},
        **{f"C{one.id}": one.order for one in raised},
    }


def _states(orders: Sequence[Order]) -> Mapping[int, _State]:
    ids = [order.id for order in orders]
    sums = OrderLine.objects.filter(order_id__in=ids, kind__in=("PRODUCT", "COMPONENT")).values("order_id")
    left = dict(sums.annotate(n=Sum(F("queued") + F("backordered") + F("planned"))).values_list("order_id", "n"))
    kinds: dict[int, dict[str, str]] = {}
    for hold in Hold.objects.filter(order_id__in=ids, released_at__isnull=True).order_by("id"):
        kinds.setdefault(hold.order_id, {})[f"H{hold.id}"] = hold.get_kind_display()
    raised = set(Concern.objects.filter(order_id__in=ids, ended_at__isnull=True).values_list("order_id", flat=True))
    return {
        order.id: _State(order, left.get(order.id, 0), kinds.get(order.id, {}), order.id in raised) for order in orders
    }


def _foresee(state: _State, deed: str, row: str, at: datetime) -> tuple[bool, str]:
    if deed == "release":
        kinds = state.stopping(row)
        if kinds or row.startswith("C"):
            return True, "Goes on: " + (", ".join(kinds) or "settled") + "."
        return False, "Nothing is on hold."
    if deed == "decline":
        is_proposed = Hold.Kind.SWAP.label in state.stopping(row)
        return is_proposed, "The item stays." if is_proposed else "No swap of it is proposed."
    if deed == "assign":
        is_stuck = bool(state.kinds) or state.is_raised
        return is_stuck, "Gets another owner." if is_stuck else "Nothing of it is stuck."
    if state.order.status in _DONE or not state.left:
        return False, "Nothing of it is left to act on."
    units, are = ("1 unit", "is") if state.left == 1 else (f"{state.left} units", "are")
    if deed == "reroute":
        return _reroute(state.order.ref, at)
    words = {"cancel": f"{units} {are} cancelled.", "hold": f"{units} {are} stopped."}
    return True, words.get(deed, f"{units} {are} left to wait for.")


def _reroute(order_ref: str, at: datetime) -> tuple[bool, str]:
    try:
        foreseen = foresee(order_ref, Wish(), at=at)
    except DomainError as refusal:
        return False, str(refusal)
    return True, " ".join(_changes(foreseen))


def _changes(foreseen: Sequence[Foreseen]) -> Iterator[str]:
    for one in foreseen:
        if one.is_same:
            yield "The plan stays as it is."
            continue
        nodes = " and ".join(dict.fromkeys(parcel.node for parcel in one.parcels))
        yield f"Goes to {nodes} for {in_cents(one.cost_e4)} {one.currency}."
