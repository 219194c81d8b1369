"""Whatever happens to orders, in whatever sequence: the books add up, and nobody meets a failure of ours."""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from dom.kernel import prove
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import Node, Sku, StockLevel
from inventory.services import Adjustment, SupplyRow, carts
from inventory.services.carts import CartLine
from orders.models import FulfillmentOrder, Order, OrderLine
from orders.reports import Picked, Reason, Returned
from orders.services import (
    cancelling,
    changes,
    fulfillment,
    holds,
    known_skus,
    lost_supply,
    shipping,
    sweeping,
    waking,
)
from orders.services.routing_flow import route_next
from orders.values import Place
from tests import cast
from tests.integration.orders.bodies import body, send

pytestmark = pytest.mark.django_db(transaction=True)

METHODS = [
    {"method": "SHIP"},
    {"method": "SHIP", "allow_split": False},
    {"method": "PICKUP", "node": "store_soho"},
    {"method": "SAME_DAY"},
    {"method": "SHIP", "promised_by": cast.NOW + timedelta(hours=40)},
]


class Walk:
    """A seeded sequence of steps over a small network; a refusal is an answer, anything else a failure."""

    def __init__(self, people: cast.Cast, seed: int) -> None:
        self.people = people
        self.dice = random.Random(seed)
        self.at = cast.NOW
        self.carts: list[str] = []
        for sku in (people.tee, people.mug, people.lamp):
            for node in (people.dc_reno, people.store_soho, people.store_austin):
                cast.stock(sku, node, self.dice.randint(0, 6), safety_stock=self.dice.choice([0, 0, 1]))

    def steps(self) -> Sequence[Callable[[], object]]:
        work = [self.accept, self.reject, self.pick, self.pack, self.ship, self.ready, self.hand_over, self.cancel_work]
        orders = [self.cancel_order, self.cancel_line, self.hold, self.release, self.redirect]
        stock = [self.adjust, self.announce, self.receive, self.hold_cart, self.unknown_sku]
        return [self.place] * 6 + [self.route] * 8 + work * 2 + orders + stock + [self.wake] * 3 + [self.sweep] * 2

    def go(self, steps: int) -> None:
        for _ in range(steps):
            self.at += timedelta(minutes=self.dice.randint(0, 20))
            step = self.dice.choice(self.steps())
            with suppress(DomainError):
                step()
            broken = prove.differences()
            assert not broken, (step.__name__, [(one.check.name, one.rows) for one in broken])

    def _do(self, service: Callable[..., object], **asked: Any) -> None:
        with unit_of_work():
            service(at=self.at, **asked)

    def _any(self, rows: Any) -> Any:
        return self.dice.choice(list(rows.order_by("id")) or [None])

    def place(self) -> None:
        skus = self.dice.choices(["TEE", "MUG", "LAMP", "LATER"], weights=[9, 9, 9, 1], k=self.dice.randint(1, 3))
        carts = [self.carts.pop()] if self.carts and self.dice.random() < 0.7 else []
        asked = body(
            *((sku, self.dice.randint(1, 4)) for sku in skus), fulfillment=self.dice.choice(METHODS),
            reservations=carts, on_lapsed_reservation="QUEUE", payment={"status": "AUTHORIZED"},
            charges=[{"amount": "4.99"}], customer={"external_ref": f"C-{self.dice.randint(1, 99)}"},
        )  # fmt: skip
        send(asked, at=self.at)

    def route(self) -> None:
        while route_next(at=self.at) is not None:
            pass

    def _work(self, step: Callable[..., object], *statuses: str, **asked: Any) -> None:
        work = self._any(FulfillmentOrder.objects.filter(status__in=statuses))
        if work is not None:
            self._do(step, ref=work.ref, actor="walk", **asked)

    def _line_of_work(self) -> tuple[FulfillmentOrder, str, int] | None:
        work = self._any(FulfillmentOrder.objects.exclude(status__in=FulfillmentOrder.CLOSED))
        part = self._any(work.lines.filter(to_pick__gt=0)) if work else None
        return (work, part.order_line.line_ref, part.to_pick) if part else None

    def accept(self) -> None:
        self._work(fulfillment.accept, "PLANNED", "RELEASED", "CANCEL_REQUESTED")

    def reject(self) -> None:
        if found := self._line_of_work():
            work, line_ref, units = found
            reason = self.dice.choice(list(Reason))
            one = Returned(line_ref, self.dice.randint(1, units), reason, found=self.dice.choice([None, 0, 1]))
            self._do(fulfillment.reject, ref=work.ref, lines=[one], actor="walk")

    def pick(self) -> None:
        if found := self._line_of_work():
            work, line_ref, units = found
            lines = [Picked(line_ref, self.dice.randint(0, units))] if self.dice.random() < 0.4 else []
            self._do(fulfillment.pick, ref=work.ref, lines=lines, actor="walk")

    def pack(self) -> None:
        self._work(fulfillment.pack, "PICKED")

    def ship(self) -> None:
        self._work(shipping.ship, "PICKED", "PACKED", "CANCEL_REQUESTED")

    def ready(self) -> None:
        self._work(fulfillment.ready, "PICKED")

    def hand_over(self) -> None:
        work = self._any(FulfillmentOrder.objects.filter(status="READY"))
        if work is not None:
            self._do(shipping.hand_over, ref=work.ref, code=work.order.ref, actor="walk")

    def cancel_work(self) -> None:
        self._work(fulfillment.cancel_work, "PLANNED", "ACCEPTED", "PICKING", "CANCEL_REQUESTED")

    def _order(self) -> Order | None:
        found: Order | None = self._any(Order.objects.exclude(status__in=["SHIPPED", "CANCELLED"]))
        return found

    def cancel_order(self) -> None:
        if order := self._order():
            self._do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER", actor="walk")

    def cancel_line(self) -> None:
        if order := self._order():
            line: OrderLine = self._any(order.lines.all())
            units = self.dice.choice([None, 1])
            self._do(
                cancelling.cancel_line, order_ref=order.ref, line_ref=line.line_ref, quantity=units, reason="CUSTOMER",
                actor="walk",
            )  # fmt: skip

    def _scope(self, order: Order) -> holds.Scope:
        line: OrderLine = self._any(order.lines.all())
        work = self._any(order.fulfillment_orders.all())
        scopes = [holds.Scope(order.ref), holds.Scope(order.ref, line_ref=line.line_ref)]
        return self.dice.choice([*scopes, *([holds.Scope(order.ref, fulfillment_order=work.ref)] if work else [])])

    def hold(self) -> None:
        if order := self._order():
            self._do(holds.hold, scope=self._scope(order), owner="Ops", reason="-", actor="walk")

    def release(self) -> None:
        order = self._any(Order.objects.filter(holds__released_at__isnull=True, holds__isnull=False).distinct())
        if order is not None:
            self._do(holds.release_hold, scope=self._scope(order), actor="walk")

    def redirect(self) -> None:
        if order := self._order():
            elsewhere = Place("US", "Ana", "2 Broome St", city="New York", region="NY", postal_code="10013")
            self._do(changes.change_address, order_ref=order.ref, ship_to=elsewhere, actor="walk")

    def _place(self) -> tuple[Sku, Node]:
        level: StockLevel = self._any(StockLevel.objects.select_related("sku", "node"))
        return level.sku, level.node

    def adjust(self) -> None:
        sku, node = self._place()
        units = self.dice.choice([-2, -1, 1, 3, 5])
        self._do(inventory.adjust, rows=[Adjustment(sku.id, node.id, on_hand=units, reason="COUNT")], actor="walk")

    def announce(self) -> None:
        sku, node = self._place()
        due = self.at + timedelta(hours=self.dice.choice([-30, 1, 24, 60]))
        row = SupplyRow("PO-1", sku.id, node.id, self.dice.randint(0, 6), due)
        self._do(inventory.upsert_incoming_supply, rows=[row], actor="walk")

    def receive(self) -> None:
        sku, node = self._place()
        self._do(
            inventory.receive_supply, source_ref="PO-1", sku_id=sku.id, node_id=node.id,
            quantity=self.dice.randint(0, 4), final=self.dice.random() < 0.3, actor="walk",
        )  # fmt: skip

    def hold_cart(self) -> None:
        lines = [CartLine("a", self.dice.choice(["TEE", "MUG"]), self.dice.randint(1, 3))]
        with unit_of_work():
            cart = carts.hold(
                channel="web", lines=lines, expires_at=self.at + timedelta(minutes=30), at=self.at, actor="walk"
            )
        self.carts.append(cart.ref)

    def unknown_sku(self) -> None:
        with unit_of_work():
            inventory.upsert_skus(rows=[inventory.SkuRow("LATER")], at=self.at, actor="walk")
        self._do(known_skus.know_skus)

    def wake(self) -> None:
        supply = (lost_supply.free_late, lost_supply.try_again, waking.give_back_incoming, waking.claim_incoming)
        for step in (waking.wake, *supply):
            self._do(step)

    def sweep(self) -> None:
        for step in (sweeping.rescore, sweeping.ring_for_due_work, inventory.expire, cancelling.auto_cancel):
            self._do(step)


@pytest.mark.parametrize("seed", range(4))
def test_the_books_add_up_after_every_step_of_a_walk(seed: int) -> None:
    Walk(cast.enter(), seed).go(60)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100, 160))
def test_the_books_add_up_after_every_step_of_long_walks(seed: int) -> None:
    Walk(cast.enter(), seed).go(400)
