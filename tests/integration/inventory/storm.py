"""Everything at once on the same few SKUs: what a flash sale with a broken warehouse looks like."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

from django.db import connection

from dom.kernel import prove
from dom.kernel.transactions import unit_of_work
from inventory import proofs, services
from inventory.errors import ClaimMissing, InsufficientStock, ReservationLapsed
from inventory.models import Channel, IncomingSupply, Node, Reservation, Sku, StockLevel
from inventory.services import (
    Adjustment,
    CountRow,
    DayUse,
    LineClaim,
    QuotaRow,
    Want,
    WantLine,
)
from tests import cast
from tests.integration.inventory.rivals import patiently


def broken_books() -> list[prove.Difference]:
    """Return what inventory's own checks find; no order stands behind the storm's demands."""
    return [found for found in prove.differences() if found.check in proofs.CHECKS]


def _now() -> datetime:
    return datetime.now(UTC)


class Storm:
    """A seeded crowd of rivals; `run` lets them loose and proves the books every second."""

    def __init__(self, people: cast.Cast, seed: int) -> None:
        self.nodes: list[Node] = [people.dc_reno, people.store_soho, people.store_austin]
        self.skus: list[Sku] = [people.tee, people.mug]
        self.channels: list[Channel] = [people.web, people.market]
        self.seed = seed
        self.done: Counter[str] = Counter()
        self.broken: list[BaseException] = []
        self._stop = threading.Event()
        for sku in self.skus:
            for node in self.nodes:
                cast.stock(sku, node, 60, safety_stock=2)
        with unit_of_work():
            services.publish_capacities(
                bodies=[{"node": node.code, "limits": [{"unit": "UNITS", "limit": 300}]} for node in self.nodes],
                at=_now(), actor="storm",
            )  # fmt: skip

    def run(self, seconds: float, *, most: float = 0, until: AbstractSet[str] = frozenset()) -> None:
        """Run every kind of rival for `seconds`; raise what any of them met, or the first broken invariant.

        It goes on, `most` seconds in all, while something of `until` did not happen yet.
        """
        acts = (
            self.hold, self.hold, self.convert, self.reroute, self.route_batch, self.cancel, self.shorten, self.ship,
            self.expire, self.count, self.adjust, self.transfer, self.receive, self.quota, self.keep_safe,
        )  # fmt: skip
        threads = [threading.Thread(target=self._loop, args=(act, n)) for n, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        found: list[prove.Difference] = []
        begun = time.monotonic()
        while not found and not self.broken:
            gone = time.monotonic() - begun
            if gone >= seconds and (gone >= most or until <= self.happened()):
                break
            time.sleep(min(1.0, seconds / 3))
            found = broken_books()
        self._stop.set()
        for thread in threads:
            thread.join()
        if self.broken:
            raise self.broken[0]
        assert (found or broken_books()) == []

    def happened(self) -> set[str]:
        """Return the first words of what was done."""
        return {what.split(" ")[0] for what in list(self.done)}

    def _loop(self, act: Callable[[random.Random], str], number: int) -> None:
        seeded = random.Random(self.seed * 1000 + number)
        try:
            while not self._stop.is_set():
                try:
                    self.done[act(seeded)] += 1
                except (ClaimMissing, ReservationLapsed, InsufficientStock) as refusal:
                    self.done[refusal.code] += 1
        except BaseException as broken:  # whatever it is, the test that runs the storm raises it
            self.broken.append(broken)
        finally:
            connection.close()

    def _want(self, seeded: random.Random, ref: str, **more: object) -> Want:
        lines = tuple(
            WantLine(
                ref,
                str(n),
                seeded.choice(self.skus).id,
                seeded.choice(self.nodes).id,
                seeded.randint(1, 3),
                withhold=seeded.randint(0, 1),
            )
            for n in range(seeded.randint(1, 4))
        )
        return Want(ref, seeded.choice(self.channels).id, lines, **more)  # type: ignore[arg-type]  # options of different types

    def _reserve(self, *wants: Want) -> str:
        outcome = patiently(lambda: services.reserve(wants=wants, at=_now(), actor="storm"))
        return "won" if outcome.won else "lost"

    def _ref(self, seeded: random.Random, prefix: str) -> str:
        refs = Reservation.objects.filter(demand_ref__startswith=prefix).values_list("demand_ref", flat=True)
        found = sorted(set(refs))
        return seeded.choice(found) if found else f"{prefix}none"

    def hold(self, seeded: random.Random) -> str:
        """A customer fills a cart for half a second."""
        ref = f"R-{seeded.getrandbits(40):x}"
        return "cart " + self._reserve(self._want(seeded, ref, expires_at=_now() + timedelta(seconds=0.5)))

    def convert(self, seeded: random.Random) -> str:
        """A customer pays."""
        cart, order = self._ref(seeded, "R-"), f"O-{seeded.getrandbits(40):x}"
        patiently(lambda: services.move(old_ref=cart, new_ref=order, at=_now(), actor="storm"))
        return "converted"

    def reroute(self, seeded: random.Random) -> str:
        """An order's hold becomes fulfillment orders, or one moves to other nodes: released and claimed together."""
        old, new = self._ref(seeded, seeded.choice(("O-", "F-"))), f"F-{seeded.getrandbits(40):x}"
        return "rerouted " + self._reserve(self._want(seeded, new, releases=(old,), days=(self._use(seeded, new),)))

    def route_batch(self, seeded: random.Random) -> str:
        """The router claims for many orders in one statement."""
        refs = [f"F-{seeded.getrandbits(40):x}" for _ in range(8)]
        return "batch " + self._reserve(*(self._want(seeded, ref, days=(self._use(seeded, ref),)) for ref in refs))

    def _use(self, seeded: random.Random, ref: str) -> DayUse:
        return DayUse(ref, seeded.choice(self.nodes).id, _now().date(), "", "UNITS", seeded.randint(1, 3))

    def cancel(self, seeded: random.Random) -> str:
        """A customer changes their mind."""
        refs = [self._ref(seeded, prefix) for prefix in ("F-", "O-")]
        patiently(lambda: services.release(demand_refs=refs, reason="CANCELLED", at=_now(), actor="storm"))
        return "cancelled"

    def _claim(self, seeded: random.Random) -> LineClaim:
        open_ones = list(Reservation.objects.filter(kind="HARD", supply=None)[:50])
        if not open_ones:
            raise ClaimMissing("Nothing is claimed.")
        one = seeded.choice(open_ones)
        return LineClaim(one.demand_ref, one.line_ref, one.sku_id, one.node_id, seeded.randint(1, one.quantity))

    def shorten(self, seeded: random.Random) -> str:
        """A pick comes up short."""
        claim = self._claim(seeded)
        patiently(lambda: services.release_lines(lines=[claim], reason="SHORTED", at=_now(), actor="storm"))
        return "shorted"

    def ship(self, seeded: random.Random) -> str:
        """A parcel leaves."""
        claims = [self._claim(seeded), self._claim(seeded)]
        patiently(lambda: services.consume(lines=claims, reason="SHIPPED", at=_now(), actor="storm"))
        return "shipped"

    def expire(self, _seeded: random.Random) -> str:
        """The sweep ends carts."""
        patiently(lambda: services.expire(at=_now(), limit=20))
        time.sleep(0.01)
        return "swept"

    def count(self, seeded: random.Random) -> str:
        """Somebody counts, now and then far below what is claimed, now and then an hour late."""
        at = _now()
        rows = [
            CountRow(sku.id, node.id, seeded.randint(0, 90), at - timedelta(seconds=seeded.choice((0, 0, 1, 3600))))
            for sku in self.skus for node in self.nodes
        ]  # fmt: skip
        patiently(lambda: services.count(rows=seeded.sample(rows, 3), at=_now(), actor="storm"))
        time.sleep(0.02)
        return "counted"

    def adjust(self, seeded: random.Random) -> str:
        """Units break, or turn up."""
        rows = [
            Adjustment(sku.id, seeded.choice(self.nodes).id, seeded.randint(-4, 6), seeded.randint(-1, 1))
            for sku in self.skus
        ]
        patiently(lambda: services.adjust(rows=rows, at=_now(), actor="storm"))
        return "adjusted"

    def transfer(self, seeded: random.Random) -> str:
        """Free units go to another node."""
        here, there = seeded.sample(self.nodes, 2)
        ref, units = f"T-{seeded.getrandbits(40):x}", [(sku.id, 1) for sku in self.skus]
        patiently(
            lambda: services.transfer(
                ref=ref,
                from_node_id=here.id,
                to_node_id=there.id,
                units=units,
                expected_at=_now(),
                at=_now(),
                actor="storm",
            )
        )
        return "sent"

    def receive(self, seeded: random.Random) -> str:
        """A transfer arrives, in full or not at all, after somebody claimed it on the way."""
        supply = IncomingSupply.objects.filter(closed_at=None).order_by("id").first()
        if supply is None:
            return "nothing to receive"
        line = WantLine(f"F-{seeded.getrandbits(40):x}", "1", supply.sku_id, supply.node_id, 1, supply_id=supply.id)
        self._reserve(Want(line.demand_ref, self.channels[0].id, (line,)))
        patiently(
            lambda: services.receive_supply(
                source_ref=supply.source_ref, sku_id=supply.sku_id, node_id=supply.node_id,
                quantity=seeded.randint(0, 1), final=True, at=_now(), actor="storm",
            )
        )  # fmt: skip
        return "received"

    def quota(self, seeded: random.Random) -> str:
        """A merchandiser moves a quota, also below what is used."""
        rows = [
            QuotaRow(channel.code, sku.code, seeded.randint(5, 400)) for channel in self.channels for sku in self.skus
        ]
        patiently(lambda: services.upsert_quotas(rows=seeded.sample(rows, 2), at=_now(), actor="storm"))
        time.sleep(0.05)
        return "quota set"

    def keep_safe(self, seeded: random.Random) -> str:
        """A planner moves safety stock and a node's limit."""
        rows = [(sku.id, seeded.choice(self.nodes).id, seeded.randint(0, 9)) for sku in self.skus]
        patiently(lambda: services.set_safety_stock(rows=rows, at=_now(), actor="storm"))
        body = {"node": self.nodes[0].code, "limits": [{"unit": "UNITS", "limit": seeded.randint(50, 900)}]}
        patiently(lambda: services.publish_capacities(bodies=[body], at=_now(), actor="storm"))
        time.sleep(0.05)
        return "kept safe"

    def oversold(self) -> list[StockLevel]:
        """Return levels whose claims exceed their stock beyond what counts have found missing."""
        return [
            level for level in StockLevel.objects.all()
            if level.reserved + level.unsellable > level.on_hand + level.shortage
        ]  # fmt: skip
