"""Holds one order open for a change: moves its units, remembers what follows for stock, and writes all of it at once.

Laws: a unit is moved in the order line, the fulfillment order line and the claims together, or in none of them; every
change of a fulfillment order raises its revision by one with its event; nothing is written before `close_cases`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dom.kernel.errors import NotFound
from dom.kernel.events import NewEvent
from dom.kernel.transactions import in_unit_of_work
from inventory.services import LineClaim
from orders import locks, states
from orders.errors import AlreadyClaimed, FulfillmentOrderNotFound, InvalidTransition, OrderNotFound
from orders.models import FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, Hold, Order, OrderLine
from orders.reports import Correction, Returned
from orders.worth import Priced, line_worths, settle

S = FulfillmentOrder.Status
#: What an order line's units wait for before a node has them.
WAITING = ("queued", "backordered")


@dataclass(slots=True)
class StockChange:
    """What a case does to claims and stock, by fulfillment order; `waiting` are lines whose waiting units changed.

    `swapped` are lines that sell another SKU (id, code) once what they claim and count of the old one has ended.
    """

    returned: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    consumed: defaultdict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    waiting: set[int] = field(default_factory=set)
    swapped: dict[int, tuple[int, str]] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """One order, locked, with its groups, lines, work and open holds; the copies here are the truth until the end."""

    order: Order
    groups: dict[int, FulfillmentGroup]
    lines: dict[int, OrderLine]
    work: dict[int, FulfillmentOrder]
    parts: list[FulfillmentOrderLine]
    holds: list[Hold]
    stock: StockChange = field(default_factory=StockChange)
    events: list[NewEvent] = field(default_factory=list)
    touched_work: set[int] = field(default_factory=set)
    touched_groups: set[int] = field(default_factory=set)
    cancelled_minor: int = 0
    reroute: bool = False
    waited: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.waited = {line.id: line.backordered for line in self.lines.values()}

    def woken(self) -> Counter[int]:
        """Return the units by SKU id that waited for stock when the case was opened and do so no longer."""
        units: Counter[int] = Counter()
        for line in self.lines.values():
            if line.sku_id is not None:
                units[line.sku_id] += self.waited[line.id] - line.backordered
        return +units

    def line_named(self, line_ref: str) -> OrderLine:
        """Return the line with this reference.

        Raises:
            NotFound: the order has no such line.
        """
        for line in self.lines.values():
            if line.line_ref == line_ref:
                return line
        raise NotFound(f"Order {self.order.ref} has no line {line_ref}.", line_ref=line_ref)

    def parts_of(self, fo: FulfillmentOrder) -> list[FulfillmentOrderLine]:
        """Return the lines of one fulfillment order."""
        return [part for part in self.parts if part.fulfillment_order_id == fo.id]

    def part_named(self, fo: FulfillmentOrder, line_ref: str) -> FulfillmentOrderLine:
        """Return the line of the fulfillment order that stands for the order line `line_ref`.

        Raises:
            NotFound: it has no such line.
        """
        for part in self.parts_of(fo):
            if self.lines[part.order_line_id].line_ref == line_ref:
                return part
        raise NotFound(f"Fulfillment order {fo.ref} has no line {line_ref}.", line_ref=line_ref)

    def open_work(self) -> Iterator[FulfillmentOrder]:
        """Yield the fulfillment orders that are not closed, the youngest first."""
        for fo in sorted(self.work.values(), key=lambda one: -one.id):
            if fo.status not in states.CLOSED:
                yield fo

    def is_done(self, fo: FulfillmentOrder) -> bool:
        """Return whether none of its units is left to pick or to send."""
        return not any(open_units(part) for part in self.parts_of(fo))

    def take_back(self, part: FulfillmentOrderLine, units: int, *, as_: str, fate: str) -> None:
        """Take open units from the node (unpicked ones first): they become `as_` there and `fate` in the order line.

        `as_` is shorted or cancelled, `fate` queued or cancelled. The claims end with the case. Without units nothing
        changes.
        """
        if not units:
            return
        line = self.lines[part.order_line_id]
        unpicked = min(units, part.to_pick)
        part.to_pick -= unpicked
        part.picked -= units - unpicked
        setattr(part, as_, getattr(part, as_) + units)
        self._settle(line, units, fate)
        line.planned -= units
        setattr(line, fate, getattr(line, fate) + units)
        self.stock.returned[part.fulfillment_order_id][part.order_line_id] += units
        if fate == "queued":
            self.stock.waiting.add(line.id)
            self.reroute = True

    def cancel_waiting(self, line: OrderLine, units: int) -> int:
        """Cancel up to `units` that no node has, queued ones first; return how many there were."""
        done = 0
        for fate in WAITING:
            some = min(units - done, getattr(line, fate))
            if not some:
                continue
            self._settle(line, some, "cancelled")
            setattr(line, fate, getattr(line, fate) - some)
            line.cancelled += some
            done += some
            self.stock.waiting.add(line.id)
        return done

    def queue_again(self, line: OrderLine, units: int) -> int:
        """Let up to `units` backordered units be decided on again; return how many there were."""
        some = min(units, line.backordered)
        line.backordered -= some
        line.queued += some
        if some:
            self.stock.waiting.add(line.id)
            self.reroute = True
        return some

    def send(self, part: FulfillmentOrderLine, units: int) -> int:
        """Mark picked units as shipped; return their amount in minor units. Their claims are consumed with the case."""
        line = self.lines[part.order_line_id]
        amount = self._settle(line, units, "shipped")
        part.picked -= units
        part.shipped += units
        line.planned -= units
        line.shipped += units
        self.stock.consumed[part.fulfillment_order_id][part.order_line_id] += units
        return amount

    def _settle(self, line: OrderLine, units: int, fate: str) -> int:
        """Return the exact share of units whose fate becomes final; a cancellation's adds up in `cancelled_minor`."""
        if fate == "queued" or not units:
            return 0
        worth = line_worths(self._priced(), charges_minor=self.order.charges_minor)[line.id]
        amount = settle(worth, quantity=line.quantity, settled=line.shipped + line.cancelled, now=units)
        if fate == "cancelled":
            self.cancelled_minor += amount
        return amount

    def _priced(self) -> list[Priced]:
        return [
            Priced(
                line.id,
                line.kind,
                line.parent_id,
                line.quantity,
                line.unit_price_minor * line.quantity - line.discount_minor + line.tax_minor,
            )
            for line in sorted(self.lines.values(), key=lambda one: one.id)
        ]

    def tell(self, fo: FulfillmentOrder, kind: str, **data: Any) -> None:
        """Raise the revision of the fulfillment order by one and note its event; call it once a change of it."""
        fo.revision += 1
        self.touched_work.add(fo.id)
        self.events.append(
            NewEvent(
                kind=f"fulfillment_order.{kind}",
                entity="fulfillment_order",
                entity_ref=fo.ref,
                revision=fo.revision,
                channel=self.order.channel.code,
                node=fo.node.code,
                data={"order": self.order.ref, "status": fo.status, **data},
            )
        )

    def exclude(self, fo: FulfillmentOrder, reason: str) -> None:
        """Keep the node out of the next plans of this group, for `reason`."""
        self.groups[fo.group_id].excluded_nodes[fo.node.code] = reason
        self.touched_groups.add(fo.group_id)

    def report(self, fo: FulfillmentOrder, part: FulfillmentOrderLine, returned: Returned) -> None:
        """Note what the node's report says of its stock."""
        sku_id = self.lines[part.order_line_id].sku_id
        if sku_id is not None:
            self.stock.corrections.append(
                Correction(sku_id, fo.node_id, fo.ref, returned.quantity, returned.reason, returned.found)
            )

    def claims(self, units: Counter[int], fo: FulfillmentOrder) -> list[LineClaim]:
        """Return units by order line id as claims of the fulfillment order."""
        lines = ((self.lines[line_id], count) for line_id, count in sorted(units.items()))
        return [
            LineClaim(fo.ref, line.line_ref, line.sku_id, fo.node_id, count)
            for line, count in lines
            if count and line.sku_id is not None
        ]


def open_units(part: FulfillmentOrderLine) -> int:
    """Return the units that the node still has to pick or send."""
    return part.to_pick + part.picked


def move(fo: FulfillmentOrder, target: str, *, at: datetime) -> None:
    """Bring the fulfillment order into state `target`.

    Raises:
        InvalidTransition: the machine does not know the move.
    """
    if not states.may_move(fo.status, target):
        raise refusal(fo, f"it cannot become {target}")
    fo.status = target
    fo.closed_at = at if target in states.CLOSED else None


def refusal(fo: FulfillmentOrder, why: str, *, but: str = "") -> InvalidTransition:
    """Return the refusal of a step that the state of the fulfillment order does not allow; `but` is not allowed now."""
    allowed = sorted(states.MOVES[fo.status] - {but})
    return InvalidTransition(f"{fo.ref} is {fo.status}: {why}.", status=fo.status, allowed=allowed)


@in_unit_of_work
def open_cases(*, order_ids: Sequence[int]) -> list[Case]:
    """Lock orders by id, then their fulfillment orders, and read all of them after that."""
    orders = locks.lock_orders(order_ids)
    return [_open(order) for _, order in sorted(orders.items())]


def _open(order: Order) -> Case:
    work = {fo.id: fo for fo in locks.lock_fulfillment_orders(order.id)}
    parts = FulfillmentOrderLine.objects.filter(fulfillment_order__order_id=order.id).order_by("id")
    return Case(
        order,
        {group.id: group for group in order.groups.all()},
        {line.id: line for line in order.lines.order_by("id")},
        work,
        list(parts),
        list(order.holds.filter(released_at__isnull=True).order_by("id")),
    )


@in_unit_of_work
def open_order(*, order_ref: str) -> Case:
    """Open the order with this reference.

    Raises:
        OrderNotFound: there is none.
    """
    found = Order.objects.filter(ref=order_ref).values_list("id", flat=True)
    cases = open_cases(order_ids=list(found))
    if not cases:
        raise OrderNotFound(f"There is no order {order_ref}.", ref=order_ref)
    return cases[0]


@in_unit_of_work
def open_work(*, ref: str, seen_revision: int | None = None) -> tuple[Case, FulfillmentOrder]:
    """Open the order of the fulfillment order with this reference, and return both.

    Raises:
        FulfillmentOrderNotFound: there is none.
        AlreadyClaimed: `seen_revision` is not its revision any more.
    """
    found = FulfillmentOrder.objects.filter(ref=ref).values_list("order_id", "id").first()
    if found is None:
        raise FulfillmentOrderNotFound(f"There is no fulfillment order {ref}.", ref=ref)
    order_id, fo_id = found
    case = open_cases(order_ids=[order_id])[0]
    fo = case.work[fo_id]
    if seen_revision is not None and fo.revision != seen_revision:
        raise AlreadyClaimed(f"Somebody changed {ref} first.", status=fo.status, revision=fo.revision)
    return case, fo
