"""Answers what a day at the demonstration looks like: orders come, nodes work, some of it goes wrong, goods come in."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dom.demo import errands, troubles
from dom.demo.customers import Customers
from dom.demo.errands import Errands
from dom.demo.hands import Hands
from dom.demo.places import DISTRIBUTION_CENTERS
from dom.kernel.errors import DomainError
from dom.kernel.transactions import unit_of_work
from inventory import selectors as inventory_selectors
from inventory import services as inventory
from orders.selectors import visible
from orders.services.intake import Arrival, Placed, place_orders
from orders.services.routing_flow import route_next

ACTOR = "demo"
FIRST_ORDERS = 200


def place_first_orders(*, at: datetime) -> None:
    """Place the first orders, as if they had come in over the last days; does nothing where there are orders."""
    if visible.orders().exists():
        return
    customers, chance = Customers(1), _chance(1)
    first = list(troubles.arrivals(customers, at=at))
    twin = troubles.again(first[-1], at=at)
    hours = [chance.uniform(0.1, 60) for _ in range(FIRST_ORDERS - len(first) - 1)]
    first += [customers.arrival(at=at, ago=timedelta(hours=h)) for h in hours]
    first.sort(key=_age)
    for start in range(0, len(first), 50):
        place(first[start : start + 50], at=at)
    place([twin], at=at)


def live_first_day(*, at: datetime) -> None:
    """Route what waits here and now, and let nodes and customers do something with most of it."""
    hands, chance = Hands(1), _chance(2)
    _route_all(at)
    for ref in hands.some_work(FIRST_ORDERS * 2):
        for _ in range(chance.choice((0, 0, 1, 2, 3, 4))):
            hands.step(ref, at=at)
    refs = list(visible.orders().order_by("id").values_list("ref", flat=True)[:FIRST_ORDERS])
    for ref in chance.sample(refs, min(6, len(refs))):
        hands.change_of_mind(ref, at=at)
    _route_all(at)
    _disturb(at)


def _disturb(at: datetime) -> None:
    """Let customer service stop an order that a node has, and offer another item in one; two stores find too little."""
    planned = visible.orders(()).filter(status="PLANNED").order_by("id").values_list("ref", flat=True)[:2]
    for ref, stop in zip(planned, (troubles.hold_one, troubles.propose_one), strict=False):
        with unit_of_work():
            stop(order_ref=ref, at=at)
    for _ in range(2):
        with unit_of_work():
            errands.lose_one(at=at)


def _route_all(at: datetime) -> None:
    while route_next(at=at) is not None:
        pass


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # a believable world, not a secret


def _age(arrival: Arrival) -> datetime:
    return arrival.asked.placed_at


def place(arrivals: Sequence[Arrival], *, at: datetime) -> list[str]:
    """Place orders together; return the references of those that stand."""
    with unit_of_work():
        answers = place_orders(arrivals=arrivals, at=at, actor=ACTOR)
    return [answer.ref for answer in answers if isinstance(answer, Placed)]


class Day:
    """What happens beat by beat: one order, some steps of work, now and then a change of mind and a delivery."""

    def __init__(self, seed: int) -> None:
        self._customers, self._hands, self._errands = Customers(seed), Hands(seed), Errands(seed)
        self._chance = _chance(seed)
        self._recent: list[str] = []

    def beat(self, *, at: datetime, tell: Callable[[str], None]) -> None:
        """Let one order come and some steps be done, more where much waits; refusals are told, not raised."""
        arrival = self._customers.arrival(at=at)
        try:
            placed = place([arrival], at=at)
        except DomainError as refusal:
            tell(str(refusal))
            placed = []
        self._recent = [*self._recent, *placed][-30:]
        for ref in self._hands.some_work(self._hands.backlog // 25 + 4):
            tell(self._hands.step(ref, at=at))
        if self._recent and self._chance.random() < 0.03:
            tell(self._hands.change_of_mind(self._chance.choice(self._recent), at=at))
        if self._chance.random() < 0.15:
            tell(self._errands.step(at=at))
        self._deliver(arrival, at=at)

    def _deliver(self, arrival: Arrival, *, at: datetime) -> None:
        """Let a center receive what was just ordered, so that the demonstration never sells out."""
        codes = [line.sku for line in arrival.asked.lines]
        node_id = inventory_selectors.network(at=at).node_ids[self._chance.choice(DISTRIBUTION_CENTERS).code]
        skus = inventory_selectors.skus_by_code(codes)
        rows = [
            inventory.Adjustment(int(skus[line.sku][0]), node_id, on_hand=line.quantity, reason="Replenishment")
            for line in arrival.asked.lines
            if line.sku in skus
        ]
        with unit_of_work():
            inventory.receive(rows=rows, at=at, actor=ACTOR)
