"""Answers what another plan would change, in numbers and sentences: a test drive of the same engine, nothing held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from inventory import selectors as inventory
from orders.models import FulfillmentOrder
from orders.selectors.movable import Movable, movable
from orders.wishes import Wish, requests_of, require_granted
from routing.core.config.reading import in_cents
from routing.core.types import Parcel
from routing.selectors.driving import Coverage, Driven, coverage, drive_all


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One group's plan as it is and as it would be."""

    part: Movable
    driven: Sequence[Driven]
    ignores_rules: bool

    @property
    def parcels(self) -> list[Parcel]:
        """What nodes would get."""
        return [parcel for one in self.driven for parcel in one.decision.plan.parcels]

    @property
    def cost_e4(self) -> int:
        """What it would cost."""
        return sum(parcel.cost_e4 for parcel in self.parcels)

    @property
    def currency(self) -> str:
        """What its costs are in."""
        return self.part.pending.request.currency

    @property
    def is_same(self) -> bool:
        """Whether it would come to what stands already."""
        now = {(fo.node.code, fo.service): _planned(fo) for fo in self.part.work}
        then = {(p.node, p.service): {line.line_ref: line.quantity for line in p.lines} for p in self.parcels}
        return now == then

    def sentences(self) -> Iterator[str]:
        """Yield what would happen, for a person."""
        if self.is_same:
            yield "The plan would stay as it is."
        else:
            yield from self._moves()
        for rest in (rest for one in self.driven for rest in one.decision.plan.unfilled):
            yield f"{rest.quantity} of line {rest.line_ref} would wait: {rest.why}"
        yield from self._costs()
        yield from self._dates()
        if self.ignores_rules:
            yield "Warning: the rules are set aside for this plan; the order's history keeps who did it and why."

    def _moves(self) -> Iterator[str]:
        for fo in self.part.work:
            units = ", ".join(f"{part.to_pick + part.picked} × {part.order_line.sku_code}" for part in fo.lines.all())
            yield f"{fo.node.name or fo.node.code} loses {units} ({fo.ref})."
        for parcel in self.parcels:
            yield _gets(parcel, self.currency)

    def _costs(self) -> Iterator[str]:
        if not self.part.work:
            yield f"It costs {in_cents(self.cost_e4)} {self.currency}."
            return
        change = self.cost_e4 - self.part.cost_e4
        if change:
            yield f"It costs {in_cents(abs(change))} {self.currency} {'more' if change > 0 else 'less'} than now."
        else:
            yield "It costs the same."

    def _dates(self) -> Iterator[str]:
        arrives = max((parcel.deliver_by for parcel in self.parcels), default=None)
        before = max((fo.deliver_by for fo in self.part.work if fo.deliver_by), default=None)
        promised = self.part.pending.request.promised_by
        if arrives and before and arrives != before:
            days = (arrives.date() - before.date()).days
            if days:
                count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
                yield f"It arrives {count} {'later' if days > 0 else 'earlier'}."
        if arrives and promised and arrives > promised:
            yield f"Warning: that is after the promise, {promised:%d %b %Y %H:%M} UTC."


def _planned(fo: FulfillmentOrder) -> dict[str, int]:
    return {part.order_line.line_ref: part.to_pick + part.picked for part in fo.lines.all()}


def _gets(parcel: Parcel, currency: str) -> str:
    units = ", ".join(f"{line.quantity} × {line.sku}" for line in parcel.lines)
    how = f"by {parcel.service}" if parcel.service else "over the counter"
    return (
        f"{parcel.node} gets {units} {how} for {in_cents(parcel.cost_e4)} {currency}: "
        f"leaves by {_when(parcel.ship_by)}, arrives by {_when(parcel.deliver_by)}."
    )


def _when(at: datetime) -> str:
    """Return an instant by the reader's clock."""
    return f"{at.astimezone(timezone.get_current_timezone()):%d %b %H:%M %Z}"


def foresee(order_ref: str, wish: Wish, *, at: datetime) -> list[Foreseen]:
    """Return what `orders.services.replanning.replan` would do now, group by group. Reads; holds nothing.

    Raises:
        OrderNotFound: there is no such order.
        PlanRefused: nothing may be planned anew, or the wish cannot be granted.
    """
    nodes = list(inventory.network(at=at).node_ids)
    parts = movable(order_ref, wish)
    asked = [requests_of(wish, part.pending.request, nodes=nodes) for part in parts]
    flat = [request for requests in asked for request in requests]
    driven = iter(drive_all(flat, at=at, ignore_rules=wish.ignore_rules))
    foreseen = [
        Foreseen(part, [next(driven) for _ in requests], wish.ignore_rules)
        for part, requests in zip(parts, asked, strict=True)
    ]
    for one in foreseen:
        _require(one, wish)
    return foreseen


def _require(one: Foreseen, wish: Wish) -> None:
    for driven in one.driven:
        wanted = {wish.node, driven.request.ref.rpartition("/")[2]}
        why = {story.node: story.sentence for story in driven.explanation.nodes if story.node in wanted}
        before = one.part.planned if len(one.driven) == 1 else 0
        require_granted(wish, driven.decision.plan, planned_before=before, why=why)


@dataclass(frozen=True, slots=True)
class Covered:
    """One group with what each node could give of it."""

    part: Movable
    coverage: Coverage


def covered(order_ref: str, *, at: datetime) -> list[Covered]:
    """Return, group by group, what each node could give of what may be planned anew. Reads; holds nothing.

    Raises:
        OrderNotFound: there is no such order.
        PlanRefused: nothing may be planned anew.
    """
    return [Covered(part, coverage(part.pending.request, at=at)) for part in movable(order_ref, Wish())]
