"""Answers what stands on the first page: joins what orders, inventory, routing and the platform know of the day."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from dom.console import maps
from dom.kernel import heartbeat, proofs, queues, selectors
from dom.kernel.models import Proof
from dom.kernel.webhooks.selectors import Lag as WebhookLag
from dom.kernel.webhooks.selectors import lag as webhook_lag
from dom.schedule import QUEUES
from inventory.selectors.load import NodeLoad, node_loads
from orders.selectors import workbench
from orders.selectors.day import CAP, Day, NodeWork, arrived_per_minute, day, work_by_node
from routing.selectors.pace import decided_per_minute

MINUTES = 60
_BUSIEST = 8
_FULL, _BUSY = 95, 75
#: Beat rings through every queue each ten seconds; a queue that has not answered for so long is busy, stuck or gone.
_SILENT_SECONDS = 60
_EMPTY = NodeWork({}, 0, 0)


@dataclass(frozen=True, slots=True)
class NodeCard:
    """One node on the map and in the list; `tone` is how full its day is: bad, warn, good, or quiet without a limit."""

    node: NodeLoad
    work: NodeWork
    x: float = 0.0
    y: float = 0.0

    @property
    def tone(self) -> str:
        """Say how full the day is."""
        percent = self.node.percent
        if self.node.status != "ACTIVE":
            return "off"
        if percent is None:
            return "quiet"
        return "bad" if percent >= _FULL else "warn" if percent >= _BUSY else "good"

    @property
    def radius(self) -> float:
        """Return a radius whose circle's area grows with the open work, in the map's units."""
        return round(min(5 + 1.1 * sqrt(self.work.open), 22), 1)

    @property
    def words(self) -> str:
        """Say everything that the dot shows."""
        load = self.node
        full = "no limit today" if load.percent is None else f"{load.percent} % of {load.limit} {load.unit} used today"
        late = f", {self.work.overdue} overdue" if self.work.overdue else ""
        off = "" if load.status == "ACTIVE" else f" ({load.status.lower()})"
        return f"{load.name or load.code}, {load.city}{off}: {self.work.open} open{late}; {full}"


@dataclass(frozen=True, slots=True)
class Pace:
    """Orders that came in and decisions that were made, minute by minute, as lines of one drawing."""

    arrived: Sequence[int]
    decided: Sequence[int]

    @property
    def top(self) -> int:
        """The highest minute."""
        return max(*self.arrived, *self.decided, 1)

    def line(self, values: Sequence[int]) -> str:
        """Draw one of both."""
        return maps.spark(values, width=600, height=90, top=self.top)

    @property
    def arrived_line(self) -> str:
        """Draw what came in."""
        return self.line(self.arrived)

    @property
    def decided_line(self) -> str:
        """Draw what was decided."""
        return self.line(self.decided)


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages that wait, and when a worker of the queue last answered beat."""

    name: str
    depth: int
    seen_at: datetime | None
    silent: bool


@dataclass(frozen=True, slots=True)
class House:
    """The product's own health. `queues` is None while the broker is away."""

    queues: Sequence[Queue] | None
    lag: selectors.EventLag
    long_work: selectors.LongWork
    webhooks: WebhookLag
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Board:
    """The first page."""

    day: Day
    cap: int
    work: Mapping[str, int]
    due: int
    overdue: int
    cards: Sequence[NodeCard]
    busiest: Sequence[NodeCard]
    map: maps.Map | None
    unplaced: int
    pace: Pace
    house: House


def board(*, at: datetime) -> Board:
    """Gather everything. Eleven statements and two looks at the broker, none of which grows with what is done."""
    work = work_by_node(at=at)
    cards, chart = _on_the_map([NodeCard(load, work.get(load.id, _EMPTY)) for load in node_loads(at=at)])
    return Board(
        day=day(at=at),
        cap=CAP,
        work=sum((Counter(one.by_status) for one in work.values()), Counter[str]()),
        due=sum(one.due for one in work.values()),
        overdue=sum(one.overdue for one in work.values()),
        cards=[card for card in cards if card.x or card.y],
        busiest=sorted(cards, key=_busyness)[:_BUSIEST],
        map=chart,
        unplaced=sum(1 for card in cards if not (card.x or card.y)),
        pace=Pace(arrived_per_minute(at=at, minutes=MINUTES), decided_per_minute(at=at, minutes=MINUTES)),
        house=_house(at),
    )


@dataclass(frozen=True, slots=True)
class OwnBoard:
    """The first page of who works at some nodes: how full their day is and what waits there."""

    cards: Sequence[NodeCard]
    work: Mapping[str, int]
    stuck: int

    @property
    def open(self) -> int:
        """All open work."""
        return sum(self.work.values())

    @property
    def due(self) -> int:
        """What has to leave soon, or should have left."""
        return sum(card.work.due for card in self.cards)

    @property
    def overdue(self) -> int:
        """What should have left."""
        return sum(card.work.overdue for card in self.cards)


def own_board(node_ids: Collection[int], *, me: str, at: datetime) -> OwnBoard:
    """Gather what concerns the nodes. Three statements."""
    work = work_by_node(at=at, node_ids=node_ids)
    return OwnBoard(
        cards=sorted(
            (NodeCard(load, work.get(load.id, _EMPTY)) for load in node_loads(at=at, node_ids=node_ids)), key=_busyness
        ),
        work=sum((Counter(one.by_status) for one in work.values()), Counter[str]()),
        stuck=sum(one.total for one in workbench.counts(me=me, at=at, node_ids=node_ids)),
    )


def _busyness(card: NodeCard) -> tuple[int, int, int, str]:
    percent = card.node.percent or 0
    return (-card.work.overdue, -(percent if percent >= _BUSY else 0), -card.work.open, card.node.code)


def _on_the_map(cards: Sequence[NodeCard]) -> tuple[Sequence[NodeCard], maps.Map | None]:
    """Place the cards whose node has a position; the biggest first, so that no dot hides a smaller one."""
    placed = sorted(
        (card for card in cards if card.node.latitude is not None and card.node.longitude is not None),
        key=lambda card: -card.work.open,
    )
    if not placed:
        return cards, None
    chart = maps.map_of([(card.node.latitude or 0.0, card.node.longitude or 0.0) for card in placed])
    found = [NodeCard(card.node, card.work, *point) for card, point in zip(placed, chart.points, strict=True)]
    known = {card.node.id for card in placed}
    return [*found, *(card for card in cards if card.node.id not in known)], chart


def _house(at: datetime) -> House:
    return House(
        queues=_queues(at),
        lag=selectors.event_lag(),
        long_work=selectors.long_work(at=at),
        webhooks=webhook_lag(at=at),
        proof=proofs.last(),
    )


def _queues(at: datetime) -> Sequence[Queue] | None:
    depths = queues.depths(QUEUES)
    if depths is None:
        return None
    seen = heartbeat.last_of(QUEUES)
    return [Queue(name, depths[name], seen[name], _is_silent(seen[name], at)) for name in QUEUES]


def _is_silent(seen_at: datetime | None, at: datetime) -> bool:
    return seen_at is None or (at - seen_at).total_seconds() > _SILENT_SECONDS
