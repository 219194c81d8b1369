"""Answers what happens to the demonstration's stock beat by beat: transfers, counts, purchases, losses."""

import random
from datetime import datetime, timedelta

from dom.demo import stockroom
from dom.demo.places import DISTRIBUTION_CENTERS, STORES
from dom.demo.stockroom import Trip
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many
from inventory import services as inventory
from inventory.models import CountSession, IncomingSupply, Reservation, StockLevel, Transfer
from inventory.services import counting

S, C = Transfer.Status, CountSession.Status

#: What is under way is kept to so many.
UNDER_WAY = (S.REQUESTED, S.APPROVED, S.PARTLY_SHIPPED, S.IN_TRANSIT, S.PARTLY_RECEIVED)
TRANSFERS, COUNTS = 9, 4
_PURCHASES, _SHORT = 6, 4


class Errands:
    """Everybody who moves and counts goods. Each beat does one thing at most; a refusal is told, not raised."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # a believable world, not a secret

    def step(self, *, at: datetime) -> str:
        """Do one thing, or none; return what was done, or the sentence of the refusal."""
        do = self._chance.choice((self._move_on, self._count_on, self._supply, self._lose_one))
        try:
            with unit_of_work():
                return do(at)
        except DomainError as refusal:
            return str(refusal)

    def _move_on(self, at: datetime) -> str:
        under_way = list(Transfer.objects.filter(status__in=UNDER_WAY).order_by("id")[:TRANSFERS])
        if len(under_way) < TRANSFERS:
            trip = self._trip()
            if not stockroom.plenty(trip.origin, 1, trip.units):
                return f"{trip.origin} has nothing to send"
            return f"{stockroom.travel(trip, at=at).ref}: asked for"
        # The oldest are those that people look at; let most of them stand a while.
        transfer = self._chance.choice(under_way[2:])
        match transfer.status:
            case S.REQUESTED:
                moved = stockroom.approve(transfer, at)
            case S.APPROVED | S.PARTLY_SHIPPED:
                moved = stockroom.send(transfer, at, part=self._chance.random() < 0.2)
            case _:
                moved = stockroom.receive(transfer, at, less=int(self._chance.random() < 0.2))
        return f"{moved.ref}: {moved.get_status_display().lower()}"

    def _trip(self) -> Trip:
        units = self._chance.choice((2, 4, 6, 15))
        center, store = self._chance.choice(DISTRIBUTION_CENTERS), self._chance.choice(STORES)
        return Trip(center.code, store.code, self._chance.randint(1, 4), units, 0, self._chance.uniform(0.5, 4))

    def _count_on(self, at: datetime) -> str:
        sessions = list(CountSession.objects.filter(status__in=(C.OPEN, C.REVIEW)).order_by("id")[:COUNTS])
        if len(sessions) < COUNTS:
            return f"{stockroom.open_round(self._chance.choice(STORES).code, at=at).ref}: to be counted"
        session = self._chance.choice(sessions[1:])
        if session.status == C.REVIEW:
            session, _counted = counting.post_count(ref=session.ref, at=at, actor=stockroom.APPROVES)
        else:
            stockroom.find(session, at=at, wrong=(self._chance.choice((0, 0, -1, 1)),))
            session = counting.submit_count(ref=session.ref, at=at, actor="ana")
        return f"{session.ref}: {session.get_status_display().lower()}"

    def _supply(self, at: datetime) -> str:
        """Receive what is due of a purchase order; announce the next one where few are left."""
        purchases = IncomingSupply.objects.filter(closed_at=None, source_ref__startswith="PO-")
        due = purchases.filter(expected_at__gt=at - timedelta(days=1), expected_at__lt=at).first()
        if due is not None:
            left = due.quantity - due.received
            inventory.receive_supply(
                source_ref=due.source_ref, sku_id=due.sku_id, node_id=due.node_id, quantity=left, final=True, at=at,
                actor=stockroom.ASKS,
            )  # fmt: skip
            return f"{due.source_ref}: {many(left, 'unit')} received"
        if purchases.values("source_ref").distinct().count() >= _PURCHASES:
            return "enough is on its way"
        level = StockLevel.objects.filter(node__kind="DC", unlimited=False).order_by("on_hand", "id").first()
        if level is None:
            return "nothing to buy"
        ref = f"PO-{at:%m%d%H%M}"
        row = inventory.SupplyRow(ref, level.sku_id, level.node_id, 40, at + timedelta(days=self._chance.uniform(1, 8)))
        inventory.upsert_incoming_supply(rows=[row], at=at, actor=stockroom.ASKS)
        return f"{ref}: 40 units announced"

    def _lose_one(self, at: datetime) -> str:
        """Let a store find fewer units than it owes: a shortage, which the work at that node is about."""
        if StockLevel.objects.filter(StockLevel.IS_SHORT)[:_SHORT].count() >= _SHORT:
            return "enough is short"
        return lose_one(at=at)


def lose_one(*, at: datetime) -> str:
    """Count one unit less than is claimed at some store."""
    owed = Reservation.objects.filter(kind="HARD", supply=None, node__kind="STORE").order_by("-id")[:40]
    for claim in owed:
        level = StockLevel.objects.get(sku_id=claim.sku_id, node_id=claim.node_id)
        if not level.shortage and level.reserved + level.unsellable > 0:
            row = inventory.CountRow(
                level.sku_id, level.node_id, level.reserved + level.unsellable - 1, at, "Shelf check"
            )
            inventory.count(rows=[row], at=at, actor="ana", reference="Shelf check")
            return "a shelf held fewer units than are owed"
    return "no store owes anything"
