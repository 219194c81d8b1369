"""Orders as they stand after planning, and the laws that hold at every commit."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from dom.kernel.ids import new_ref
from dom.kernel.models import Event
from dom.kernel.transactions import unit_of_work
from inventory.models import BackorderCount, Node, QueuedDemand, Reservation, Sku, StockLevel, StockMovement
from inventory.services import QueuedRow, Waiting, Want, WantLine, queue_demand, reserve, take_backorders
from orders.models import (
    Address,
    CustomerContact,
    FulfillmentGroup,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Order,
    OrderChange,
    OrderLine,
    Shipment,
)
from orders.states import CLOSED
from tests import cast
from tests.documented import assert_events_are_as_documented


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line to be: units of a SKU, price of one in minor units, and how many units wait for stock."""

    sku: Sku
    quantity: int
    price: int = 1_000
    backordered: int = 0
    discount: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Work to be: units by line reference at a node."""

    node: Node
    units: Mapping[str, int]
    status: str = "PLANNED"


def place(
    people: cast.Cast,
    lines: Sequence[Ordered],
    *plans: Plan,
    method: str = "SHIP",
    node: Node | None = None,
    charges: int = 0,
) -> Order:
    """Write an order whose lines are "1", "2", …: planned units with their claims, the rest queued or backordered."""
    planned = sum((Counter(plan.units) for plan in plans), Counter[str]())
    total = sum(line.quantity * line.price - line.discount + line.tax for line in lines) + charges
    ref = new_ref("O")
    with unit_of_work():
        order = Order.objects.create(
            ref=ref, channel=people.web, external_ref=f"web-{ref}", body_hash="", status="PLANNED", currency="USD",
            customer=CustomerContact.objects.create(name="Ana Lima", email="ana@example.com"), total_minor=total,
            charges_minor=charges, placed_at=cast.NOW, accepted_at=cast.NOW,
        )  # fmt: skip
        address = Address.objects.create(name="Ana Lima", line1="1 Main St", postal_code="10013", country="US")
        group = FulfillmentGroup.objects.create(
            order=order, group_ref="1", method=method, node=node,
            ship_to=address if method in {"SHIP", "SAME_DAY"} else None,
        )  # fmt: skip
        rows = {}
        for number, line in enumerate(lines, start=1):
            units = planned[str(number)]
            rows[str(number)] = OrderLine.objects.create(
                order=order, group=group, line_ref=str(number), sku=line.sku, sku_code=line.sku.code,
                quantity=line.quantity, planned=units, backordered=line.backordered,
                queued=line.quantity - units - line.backordered, unit_price_minor=line.price,
                discount_minor=line.discount, tax_minor=line.tax,
            )  # fmt: skip
        for plan in plans:
            plan_work(order, group, rows, plan)
        queued = [
            QueuedRow(f"{ref}:1", row.line_ref, row.sku_id or 0, people.web.id, row.queued)
            for row in rows.values()
            if row.queued
        ]
        queue_demand(rows=queued, at=cast.NOW)
        take_backorders(
            waiting=[Waiting(line.sku.id, line.backordered, kept=True) for line in lines if line.backordered]
        )
    return order


def plan_work(order: Order, group: FulfillmentGroup, rows: Mapping[str, OrderLine], plan: Plan) -> FulfillmentOrder:
    """Write one fulfillment order and claim its units, inside the caller's unit of work."""
    work = FulfillmentOrder.objects.create(
        ref=new_ref("F"), order=order, group=group, node=plan.node, status=plan.status, method=group.method,
        needs_acknowledgment=plan.node.must_acknowledge, created_at=cast.NOW,
    )  # fmt: skip
    for line_ref, units in plan.units.items():
        FulfillmentOrderLine.objects.create(
            fulfillment_order=work, order_line=rows[line_ref], quantity=units, to_pick=units
        )
    wanted = tuple(
        WantLine(work.ref, line_ref, rows[line_ref].sku_id or 0, plan.node.id, units)
        for line_ref, units in plan.units.items()
    )
    outcome = reserve(wants=[Want(work.ref, order.channel_id, wanted)], at=cast.NOW, actor=cast.ACTOR)
    assert not outcome.lost
    return work


def work_of(order: Order, node: Node | None = None) -> FulfillmentOrder:
    """Return the order's only fulfillment order (at `node`), as it stands in the database."""
    found = FulfillmentOrder.objects.filter(order=order)
    return (found.filter(node=node) if node else found).get()


def fates(order: Order, line_ref: str = "1") -> dict[str, int]:
    """Return the units of a line by fate, without zeros."""
    line = OrderLine.objects.get(order=order, line_ref=line_ref)
    names = ("queued", "backordered", "planned", "shipped", "cancelled")
    return {name: getattr(line, name) for name in names if getattr(line, name)}


def snapshot() -> list[object]:
    """Return everything that a refusal must not change."""
    tables = (Order, OrderLine, FulfillmentGroup, FulfillmentOrder, FulfillmentOrderLine, OrderChange, Shipment)
    stock = (StockLevel, Reservation, QueuedDemand, StockMovement, Event)
    return [list(table.objects.order_by("id").values()) for table in (*tables, *stock)]


def assert_lawful() -> None:
    """Check every law that the database can tell, over everything it holds."""
    _every_planned_unit_is_open_work_with_its_claim()
    _every_queued_unit_is_counted_once()
    _balances_equal_their_ledgers()
    _every_waiting_unit_has_its_place()
    _every_revision_has_its_event()
    _money_adds_up()
    assert_events_are_as_documented()


def _every_planned_unit_is_open_work_with_its_claim() -> None:
    opened: Counter[int] = Counter()
    claimed: Counter[tuple[str, str]] = Counter()
    for part in FulfillmentOrderLine.objects.select_related("fulfillment_order", "order_line"):
        units = part.to_pick + part.picked
        if part.fulfillment_order.status in CLOSED:
            assert units == 0
        opened[part.order_line_id] += units
        claimed[part.fulfillment_order.ref, part.order_line.line_ref] += units
    assert +opened == +Counter({line.id: line.planned for line in OrderLine.objects.all()})
    held = Reservation.objects.filter(demand_ref__startswith="F-", kind="HARD")
    assert +claimed == Counter({(c.demand_ref, c.line_ref): c.quantity for c in held})


def _every_queued_unit_is_counted_once() -> None:
    waiting: Counter[tuple[str, str]] = Counter()
    for row in QueuedDemand.objects.all():
        waiting[row.demand_ref, row.line_ref] += row.quantity
    for claim in Reservation.objects.filter(demand_ref__startswith="O-", supply__isnull=True):
        waiting[claim.demand_ref, claim.line_ref] += claim.quantity
    lines = OrderLine.objects.filter(queued__gt=0).select_related("order", "group")
    assert waiting == Counter({(f"{ln.order.ref}:{ln.group.group_ref}", ln.line_ref): ln.queued for ln in lines})


def _every_waiting_unit_has_its_place() -> None:
    lines = OrderLine.objects.filter(backordered__gt=0).values_list("sku_id", "backordered")
    waiting: Counter[int] = Counter()
    for sku_id, units in lines:
        waiting[sku_id] += units
    assert waiting == Counter({row.sku_id: row.waiting for row in BackorderCount.objects.filter(waiting__gt=0)})


def _balances_equal_their_ledgers() -> None:
    for level in StockLevel.objects.all():
        key = {"sku_id": level.sku_id, "node_id": level.node_id}
        sums = StockMovement.objects.filter(**key).aggregate(a=Sum("on_hand_delta"), b=Sum("unsellable_delta"))
        claimed = Reservation.objects.filter(supply__isnull=True, **key).aggregate(units=Sum("quantity"))["units"] or 0
        assert (level.on_hand, level.unsellable) == (sums["a"] or 0, sums["b"] or 0)
        assert level.reserved == claimed
        assert level.unlimited or level.reserved + level.unsellable <= level.on_hand + level.shortage


def _every_revision_has_its_event() -> None:
    told: defaultdict[str, list[int]] = defaultdict(list)
    for event in Event.objects.order_by("id"):
        told[event.entity_ref].append(event.revision)
    orders = Order.objects.values_list("ref", "revision")
    for ref, revision in orders.union(FulfillmentOrder.objects.values_list("ref", "revision")):
        assert told[ref] == list(range(2, revision + 1)), ref


def _money_adds_up() -> None:
    for order in Order.objects.filter(status__in=["SHIPPED", "CANCELLED"]):
        shipped = sum(one.amount_minor for one in Shipment.objects.filter(fulfillment_order__order=order))
        cancelled = sum(change.data.get("cancelled_minor", 0) for change in OrderChange.objects.filter(order=order))
        assert shipped + cancelled == order.total_minor
