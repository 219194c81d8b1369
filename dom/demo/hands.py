"""Answers what the people at the nodes do: one step of one fulfillment order at a time, not always as planned."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from dom.kernel.words import many
from orders.models import FulfillmentOrder
from orders.reports import PackedBox, Picked, Reason, Returned
from orders.selectors.documents import Document, fulfillment_order
from orders.selectors.visible import fulfillment_orders
from orders.services.cancelling import cancel_order
from orders.services.fulfillment import accept, cancel_work, pack, pick, ready, reject
from orders.services.shipping import hand_over, ship

S = FulfillmentOrder.Status

#: States in which somebody at the node has something to do.
OPEN = (S.PLANNED, S.RELEASED, S.ACCEPTED, S.PICKING, S.PICKED, S.PACKED, S.READY, S.CANCEL_REQUESTED)


class Hands:
    """Everybody who works at a node. Refusals are part of the day: somebody else was faster, or a hold is on it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # a believable world, not a secret

    @property
    def backlog(self) -> int:
        """How much work somebody can do now, counted up to 200."""
        return len(_at_hand().values_list("id")[:200])

    def some_work(self, limit: int) -> list[str]:
        """Return references of work that somebody can do now, some of the oldest first."""
        waiting = _at_hand().order_by("id").values_list("ref", flat=True)
        oldest = list(waiting[: 4 * limit])
        return self._chance.sample(oldest, min(limit, len(oldest)))

    def step(self, ref: str, *, at: datetime) -> str:
        """Do what is next for the work `ref`; return what was done, or the sentence of the refusal."""
        try:
            with unit_of_work():
                return self._step(ref, at)
        except DomainError as refusal:
            return f"{ref}: {refusal}"

    def change_of_mind(self, order_ref: str, *, at: datetime) -> str:
        """Let the customer cancel what has not left; return what came of it."""
        try:
            with unit_of_work():
                cancelled = cancel_order(order_ref=order_ref, reason="CUSTOMER", at=at, actor="demo")
        except DomainError as refusal:
            return f"{order_ref}: {refusal}"
        return f"{order_ref}: {many(cancelled.units, 'unit')} cancelled"

    def _step(self, ref: str, at: datetime) -> str:
        work = fulfillment_order(ref)
        next_step = self._steps().get(work["status"])
        if next_step is None:
            return f"{ref}: nothing to do"
        return f"{ref}: {next_step(ref, work, at)}"

    def _steps(self) -> Mapping[str, Callable[[str, Document, datetime], str]]:
        return {
            S.PLANNED: self._answer,
            S.RELEASED: self._answer,
            S.ACCEPTED: self._pick,
            S.PICKING: self._pick,
            S.PICKED: self._make_ready,
            S.PACKED: self._ship,
            S.READY: self._hand_over,
            S.CANCEL_REQUESTED: self._agree,
        }

    def _answer(self, ref: str, work: Document, at: datetime) -> str:
        if self._chance.random() < 0.94:
            accept(ref=ref, at=at, actor="demo")
            return "accepted"
        reason = self._chance.choice((Reason.NOT_FOUND, Reason.NO_CAPACITY, Reason.DAMAGED))
        lines = [Returned(line["line_ref"], line["to_pick"], reason) for line in _lines(work)]
        reject(ref=ref, lines=lines, at=at, actor="demo")
        return f"rejected, {reason}"

    def _pick(self, ref: str, work: Document, at: datetime) -> str:
        if self._chance.random() < 0.95:
            pick(ref=ref, at=at, actor="demo")
            return "picked"
        first, *others = _lines(work)
        rest = [Picked(line["line_ref"], line["to_pick"]) for line in others]
        pick(ref=ref, lines=[Picked(first["line_ref"], first["to_pick"] - 1), *rest], at=at, actor="demo")
        return "picked, one short"

    def _make_ready(self, ref: str, work: Document, at: datetime) -> str:
        if work["method"] == "PICKUP":
            ready(ref=ref, at=at, actor="demo")
            return "ready for pickup"
        pack(ref=ref, at=at, actor="demo")
        return "packed"

    def _ship(self, ref: str, work: Document, at: datetime) -> str:
        number = f"1Z{self._chance.randrange(10**9, 10**10)}"
        ship(ref=ref, boxes=[PackedBox(tracking_number=number, service=str(work["service"]))], at=at, actor="demo")
        return "shipped"

    def _hand_over(self, ref: str, work: Document, at: datetime) -> str:
        hand_over(ref=ref, code=ref, at=at, actor="demo")
        return "handed over"

    def _agree(self, ref: str, work: Document, at: datetime) -> str:
        cancel_work(ref=ref, reason="CUSTOMER", at=at, actor="demo")
        return "cancelled"


def _at_hand() -> "QuerySet[FulfillmentOrder]":
    """Return the open work but what its node has not got yet: it would stand in the way of all that came later."""
    not_yet = Q(status=S.PLANNED, node__release_minutes__isnull=False)
    return fulfillment_orders(()).filter(status__in=OPEN).exclude(not_yet)


def _lines(work: Document) -> list[Document]:
    return [line for line in work["lines"] if line["to_pick"]]
