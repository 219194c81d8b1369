"""A flash sale with everything that can go wrong, at once and on the same few SKUs, with real orders behind it."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from dom.kernel import prove
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from inventory import services as inventory
from inventory.models import IncomingSupply, Node, Sku
from inventory.services import Adjustment, CountRow, QuotaRow, SupplyRow, carts, transfers
from inventory.services.carts import CartLine
from inventory.services.transfers import Arrived
from orders.models import FulfillmentOrder, Order, OrderLine, Shipment
from orders.reports import Picked, Reason, Returned
from orders.selectors.resting import resting
from orders.services import (
    auto_cancel,
    cancelling,
    changes,
    fulfillment,
    holds,
    lost_supply,
    releasing,
    shipping,
    waking,
)
from orders.services.intake import place_order
from orders.services.paying import Payment, record_payment
from orders.services.replanning import replan
from orders.services.routing_flow import route_next
from orders.values import Place
from orders.wishes import Wish
from tests import cast
from tests.integration.inventory.rivals import patiently
from tests.integration.orders.bodies import arrival, body

#: Invariants that hold at every commit, whatever else is under way.
LAWS = range(1, 10)


def _now() -> datetime:
    return datetime.now(UTC)


def _broken() -> list[prove.Difference]:
    return prove.differences(only=LAWS)


def _deadlocks() -> int:
    """Return how many deadlocks the database broke up so far; what a connection met is told when it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


class OrderStorm:
    """A seeded crowd: customers, nodes, planners, feeds and workers; `run` proves invariants 1 to 9 every second."""

    def __init__(self, people: cast.Cast, seed: int) -> None:
        self.nodes: Sequence[Node] = (people.dc_reno, people.store_soho, people.store_austin)
        self.skus: Sequence[Sku] = (people.tee, people.mug)
        self.seed, self.done = seed, Counter[str]()
        self.broken: list[BaseException] = []
        self.carts: list[str] = []
        self._stop, self._numbers = threading.Event(), itertools.count(1)
        for sku in self.skus:
            for node in self.nodes:
                cast.stock(sku, node, 60, safety_stock=1)
        limits = [{"unit": "UNITS", "limit": 400}, {"unit": "ORDERS", "limit": 300}]
        with unit_of_work():
            inventory.publish_capacities(
                bodies=[{"node": node.code, "limits": limits} for node in self.nodes], at=_now(), actor="storm"
            )

    def run(self, seconds: float, *, most: float = 0, until: AbstractSet[str] = frozenset()) -> None:
        """Let everybody loose for `seconds`; raise what any of them met, or the first broken invariant, or a deadlock.

        It goes on, `most` seconds in all, while something of `until` was not done yet.
        """
        acts: tuple[Callable[[random.Random], str], ...] = (
            self.fill_cart, self.place, self.place, self.route, self.route, self.cancel, self.cancel_units,
            self.accept, self.pick, self.ship, self.reject, self.hold, self.expire, self.count, self.transfer,
            self.supply, self.quota, self.wake, self.plan_anew, self.hand_over, self.give_back, self.move_house,
            self.capacity, self.lose_patience, self.send_and_receive, self.pace, self.pay,
        )  # fmt: skip
        threads = [threading.Thread(target=self._loop, args=(act, n)) for n, act in enumerate(acts)]
        deadlocks = _deadlocks()
        for thread in threads:
            thread.start()
        found: list[prove.Difference] = []
        begun = time.monotonic()
        while not found and not self.broken:
            gone = time.monotonic() - begun
            if gone >= seconds and (gone >= most or until <= set(self.done)):
                break
            time.sleep(min(1.0, seconds / 3))
            found = _broken()
        self._stop.set()
        for thread in threads:
            thread.join()
        if self.broken:
            raise self.broken[0]
        told = [f"{one.check.name}: {one.rows}" for one in found or prove.differences()]
        assert not told, told
        assert _deadlocks() == deadlocks  # some would be tried again and nobody would know: the lock order prevents all

    def _loop(self, act: Callable[[random.Random], str], number: int) -> None:
        seeded = random.Random(self.seed * 1000 + number)
        try:
            while not self._stop.is_set():
                try:
                    self.done[act(seeded)] += 1
                except DomainError as refusal:
                    self.done[refusal.code] += 1
                time.sleep(0.01)
        except BaseException as broken:  # whatever it is, the test that runs the storm raises it
            self.broken.append(broken)
        finally:
            connection.close()

    def _do(self, service: Callable[..., Any], **asked: Any) -> Any:
        return patiently(lambda: service(at=_now(), **asked))

    def _one(self, seeded: random.Random, rows: Any) -> Any:
        return seeded.choice(list(rows.order_by("-id")[:30]) or [None])

    def fill_cart(self, seeded: random.Random) -> str:
        """A customer fills a cart, for a second."""
        lines = [CartLine("1", seeded.choice(self.skus).code, seeded.randint(1, 3))]
        cart = self._do(carts.hold, channel="web", lines=lines, expires_at=_now() + timedelta(seconds=1), actor="storm")
        self.carts.append(cart.ref)
        return "cart held"

    def place(self, seeded: random.Random) -> str:
        """A customer orders, often what the cart holds."""
        units = [(seeded.choice(self.skus).code, seeded.randint(1, 3)) for _ in range(seeded.randint(1, 3))]
        reservations = [self.carts.pop()] if self.carts and seeded.random() < 0.7 else []
        asked = body(
            *units, external_ref=f"S-{self.seed}-{next(self._numbers)}", placed_at=_now(), reservations=reservations,
            on_lapsed_reservation="QUEUE", payment={"status": "AUTHORIZED"},
            fulfillment=seeded.choice([{"method": "SHIP"}, {"method": "PICKUP", "node": "store_soho"}]),
        )  # fmt: skip
        patiently(lambda: place_order(arrival=arrival(asked, at=_now()), at=_now(), actor="storm"))
        return "converted" if reservations else "placed"

    def route(self, _seeded: random.Random) -> str:
        """A worker routes what is due."""
        return "routed" if route_next(limit=8, at=_now()) is not None else "nothing to route"

    def cancel(self, seeded: random.Random) -> str:
        """A customer changes their mind."""
        order = self._one(seeded, Order.objects.exclude(status__in=("SHIPPED", "CANCELLED")))
        if order is not None:
            self._do(cancelling.cancel_order, order_ref=order.ref, reason="CUSTOMER", actor="storm")
        time.sleep(0.05)
        return "cancelled"

    def cancel_units(self, seeded: random.Random) -> str:
        """A customer wants one less."""
        line = self._one(seeded, OrderLine.objects.filter(planned__gt=0).select_related("order"))
        if line is not None:
            self._do(
                cancelling.cancel_line, order_ref=line.order.ref, line_ref=line.line_ref, quantity=1,
                reason="CUSTOMER", actor="storm",
            )  # fmt: skip
        return "one less"

    def _work(self, seeded: random.Random, *statuses: str) -> FulfillmentOrder | None:
        found: FulfillmentOrder | None = self._one(seeded, FulfillmentOrder.objects.filter(status__in=statuses))
        return found

    def _step(self, service: Callable[..., Any], work: FulfillmentOrder | None, **asked: Any) -> None:
        if work is not None:
            self._do(service, ref=work.ref, actor="storm", **asked)

    def accept(self, seeded: random.Random) -> str:
        """A node takes work on."""
        self._step(fulfillment.accept, self._work(seeded, "PLANNED", "RELEASED"))
        return "accepted"

    def _short(self, seeded: random.Random, *statuses: str) -> tuple[FulfillmentOrder, str, int] | None:
        work = self._work(seeded, *statuses)
        part = work.lines.filter(to_pick__gt=0).select_related("order_line").first() if work else None
        return (work, part.order_line.line_ref, part.to_pick) if work and part else None

    def pick(self, seeded: random.Random) -> str:
        """A picker finds all of a line, or comes up short."""
        if found := self._short(seeded, "ACCEPTED", "PICKING"):
            work, line_ref, units = found
            picked = Picked(line_ref, seeded.randint(0, units), seeded.choice((Reason.NOT_FOUND, Reason.DAMAGED)))
            self._step(fulfillment.pick, work, lines=[picked])
            return "shorted" if picked.quantity < units else "picked"
        return "nothing to pick"

    def reject(self, seeded: random.Random) -> str:
        """A node gives a line back, sometimes with a count of the shelf."""
        if found := self._short(seeded, "PLANNED", "ACCEPTED"):
            work, line_ref, units = found
            one = Returned(line_ref, units, seeded.choice(list(Reason)), found=seeded.choice((None, 0, 5)))
            self._step(fulfillment.reject, work, lines=[one])
        time.sleep(0.05)
        return "rejected"

    def ship(self, seeded: random.Random) -> str:
        """A parcel leaves."""
        self._step(shipping.ship, self._work(seeded, "PICKED", "PACKED"))
        return "shipped"

    def hold(self, seeded: random.Random) -> str:
        """Somebody looks at an order, and lets it go on."""
        order = self._one(seeded, Order.objects.filter(status__in=("QUEUED", "PLANNED")))
        if order is not None:
            scope = holds.Scope(order.ref)
            self._do(holds.hold, scope=scope, owner="Ops", reason="-", actor="storm")
            self._do(holds.release_hold, scope=scope, actor="storm")
        return "held"

    def plan_anew(self, seeded: random.Random) -> str:
        """A planner moves what nobody has begun, to a node or where the engine likes."""
        order = self._one(seeded, Order.objects.filter(status__in=("QUEUED", "PLANNED", "BACKORDERED")))
        if order is not None:
            wish = Wish(node=seeded.choice(("", "", *(node.code for node in self.nodes))))
            self._do(replan, order_ref=order.ref, wish=wish, reason="", actor="storm")
        return "planned anew"

    def hand_over(self, seeded: random.Random) -> str:
        """A customer collects an order."""
        work: FulfillmentOrder | None = self._one(
            seeded, FulfillmentOrder.objects.filter(method="PICKUP", status__in=("PICKED", "READY"))
        )
        if work is None:
            return "nobody came"
        if work.status == "PICKED":
            self._step(fulfillment.ready, work)
        self._step(shipping.hand_over, work, code=work.ref)
        return "handed over"

    def give_back(self, seeded: random.Random) -> str:
        """A node hands its work back, or agrees to a cancellation."""
        self._step(fulfillment.cancel_work, self._work(seeded, "CANCEL_REQUESTED", "ACCEPTED", "PICKED"))
        time.sleep(0.1)
        return "given back"

    def move_house(self, seeded: random.Random) -> str:
        """A customer wants it sent elsewhere."""
        order = self._one(seeded, Order.objects.filter(groups__method="SHIP", status__in=("QUEUED", "PLANNED")))
        if order is not None:
            place = Place(name="Ana", line1="2 Elm St", city="Reno", region="NV", postal_code="89502", country="US")
            self._do(changes.change_address, order_ref=order.ref, ship_to=place, actor="storm")
        time.sleep(0.05)
        return "moved house"

    def capacity(self, seeded: random.Random) -> str:
        """A manager changes what a node can take on, also below what it has taken."""
        limits = [{"unit": "UNITS", "limit": seeded.randint(30, 900)}, {"unit": "ORDERS", "limit": 300}]
        bodies = [{"node": seeded.choice(self.nodes).code, "limits": limits}]
        self._do(inventory.publish_capacities, bodies=bodies, actor="storm")
        time.sleep(0.2)
        return "capacity set"

    def lose_patience(self, seeded: random.Random) -> str:
        """An order stops to wait, and the sweep cancels what is missing."""
        order = self._one(seeded, Order.objects.filter(status="BACKORDERED"))
        if order is not None:
            until = _now() + timedelta(seconds=0.2)
            self._do(auto_cancel.wait_until, order_ref=order.ref, until=until, actor="storm")
        time.sleep(0.3)
        self._do(cancelling.auto_cancel)
        return "patience lost"

    def pace(self, seeded: random.Random) -> str:
        """A node wants its work later, or at once; the sweeps release it, and take back what nobody answers."""
        row = seeded.choice((cast.DC_RENO, cast.STORE_SOHO, cast.STORE_AUSTIN))
        habit = replace(row, release_minutes=seeded.choice((None, 0, 9_999)), accept_minutes=seeded.choice((None, 1)))
        self._do(inventory.upsert_nodes, rows=[habit], actor="storm")
        self._do(releasing.release_due, limit=20)
        for one in resting(at=_now() + timedelta(minutes=seeded.choice((0, 2))), limit=2):
            self._do(fulfillment.take_back, ref=one.ref, why=one.why, actor="storm")
        time.sleep(0.3)
        return "paced"

    def pay(self, seeded: random.Random) -> str:
        """The channel captures what was shipped."""
        shipment = self._one(seeded, Shipment.objects.select_related("fulfillment_order__order"))
        if shipment is not None:
            payment = Payment("CAPTURE", max(1, shipment.amount_minor), shipment=shipment.ref)
            ref = shipment.fulfillment_order.order.ref
            self._do(record_payment, order_ref=ref, payment=payment, actor="storm")
        time.sleep(0.05)
        return "paid"

    def expire(self, _seeded: random.Random) -> str:
        """The sweep ends carts."""
        self._do(inventory.expire, limit=20)
        return "swept"

    def _place(self, seeded: random.Random) -> tuple[int, int]:
        return seeded.choice(self.skus).id, seeded.choice(self.nodes).id

    def count(self, seeded: random.Random) -> str:
        """Somebody counts, now and then far below what is claimed; or units turn up."""
        sku_id, node_id = self._place(seeded)
        if seeded.random() < 0.3:
            row = CountRow(sku_id, node_id, seeded.randint(0, 80), _now())
            self._do(inventory.count, rows=[row], actor="storm")
        else:
            found = Adjustment(sku_id, node_id, on_hand=seeded.randint(1, 12), reason="FOUND")
            self._do(inventory.adjust, rows=[found], actor="storm")
        time.sleep(0.03)
        return "counted"

    def transfer(self, seeded: random.Random) -> str:
        """Free units go to another node."""
        here, there = seeded.sample(list(self.nodes), 2)
        self._do(
            inventory.transfer, ref=f"T-{seeded.getrandbits(40):x}", from_node_id=here.id, to_node_id=there.id,
            units=[(sku.id, 2) for sku in self.skus], expected_at=_now(), actor="storm",
        )  # fmt: skip
        return "sent"

    def send_and_receive(self, seeded: random.Random) -> str:
        """A transfer is asked for, sent in part, and comes short or damaged."""
        here, there = seeded.sample(list(self.nodes), 2)
        sku = seeded.choice(self.skus).id
        asked = self._do(
            transfers.request_transfer, from_node=here.code, to_node=there.code, units={sku: 4}, expected_at=_now(),
            actor="storm",
        )  # fmt: skip
        self._do(transfers.ship_transfer, ref=asked.ref, units={sku: 3}, final=True, actor="storm")
        came = Arrived(sku, seeded.randint(0, 2), seeded.randint(0, 1))
        self._do(
            transfers.receive_transfer, ref=asked.ref, arrived=[came], final=True, reason="LOST", actor="storm"
        )  # fmt: skip
        time.sleep(0.1)
        return "transferred"

    def supply(self, seeded: random.Random) -> str:
        """Supply is announced, moved, or comes in, in full or short."""
        coming = self._one(seeded, IncomingSupply.objects.filter(closed_at=None))
        if coming is None or seeded.random() < 0.4:
            sku_id, node_id = self._place(seeded)
            due = _now() + timedelta(hours=seeded.choice((-30, 1, 200)))
            row = SupplyRow(f"PO-{seeded.randint(1, 9)}", sku_id, node_id, seeded.randint(0, 9), due)
            self._do(inventory.upsert_incoming_supply, rows=[row], actor="storm")
            return "announced"
        self._do(
            inventory.receive_supply, source_ref=coming.source_ref, sku_id=coming.sku_id, node_id=coming.node_id,
            quantity=seeded.randint(0, 4), final=seeded.random() < 0.5, actor="storm",
        )  # fmt: skip
        return "received"

    def quota(self, seeded: random.Random) -> str:
        """A merchandiser moves a quota, also below what is used."""
        rows = [QuotaRow("web", sku.code, seeded.randint(20, 900)) for sku in self.skus]
        self._do(inventory.upsert_quotas, rows=rows, actor="storm")
        time.sleep(0.1)
        return "quota set"

    def wake(self, _seeded: random.Random) -> str:
        """The sweep wakes what waits."""
        supply = (lost_supply.free_late, lost_supply.try_again, waking.give_back_incoming, waking.claim_incoming)
        for step in (waking.wake, *supply):
            self._do(step)
        time.sleep(0.05)
        return "woken"
